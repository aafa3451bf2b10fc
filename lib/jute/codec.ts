import { JuteError } from './error';
import { JuteReader } from './reader';
import { JuteWriter } from './writer';

/** One type of the wire: how it is written, how it is read, and the fewest bytes it can take (bounds vector counts). */
export interface Codec<Value> {
  readonly name: string;
  readonly bytesMin: number;
  /** What a vector holds; absent for every other type. */
  readonly element?: Codec<unknown>;
  write(writer: JuteWriter, value: Value): void;
  read(reader: JuteReader): Value;
}

export type ValueOf<C> = C extends Codec<infer Value> ? Value : never;

export const byte: Codec<number> = {
  name: 'byte',
  bytesMin: 1,
  write: (writer, value) => writer.byte(value),
  read: (reader) => reader.byte(),
};

export const boolean: Codec<boolean> = {
  name: 'boolean',
  bytesMin: 1,
  write: (writer, value) => writer.boolean(value),
  read: (reader) => reader.boolean(),
};

export const int: Codec<number> = {
  name: 'int',
  bytesMin: 4,
  write: (writer, value) => writer.int(value),
  read: (reader) => reader.int(),
};

export const long: Codec<bigint> = {
  name: 'long',
  bytesMin: 8,
  write: (writer, value) => writer.long(value),
  read: (reader) => reader.long(),
};

export const ustring: Codec<string | null> = {
  name: 'ustring',
  bytesMin: 4,
  write: (writer, value) => writer.ustring(value),
  read: (reader) => reader.ustring(),
};

export const buffer: Codec<Buffer | null> = {
  name: 'buffer',
  bytesMin: 4,
  write: (writer, value) => writer.buffer(value),
  read: (reader) => reader.buffer(),
};

/** A string that the protocol never sends as null (a path, a scheme); null from outside is a decoding error. */
export const text: Codec<string> = {
  name: 'ustring',
  bytesMin: 4,
  write: (writer, value) => writer.ustring(value),
  read: (reader) => {
    const at = reader.offset;
    const value = reader.ustring();
    if (value === null) throw new JuteError('null where text is required', at);
    return value;
  },
};

export function vector<Value>(element: Codec<Value>): Codec<Value[] | null> {
  return {
    name: `vector<${element.name}>`,
    bytesMin: 4,
    element: element as Codec<unknown>,
    write(writer, value) {
      if (value === null) return writer.int(-1);
      writer.int(value.length);
      for (const item of value) element.write(writer, item);
    },
    read(reader) {
      const length = reader.vectorLength(element.bytesMin);
      if (length < 0) return null;
      const items: Value[] = [];
      for (let index = 0; index < length; index += 1) items.push(element.read(reader));
      return items;
    },
  };
}

/** A vector read as empty where the sender wrote null. */
export function list<Value>(element: Codec<Value>): Codec<Value[]> {
  const inner = vector(element);
  return { ...inner, write: inner.write, read: (reader) => inner.read(reader) ?? [] };
}

type RecordValue<F> = { -readonly [Key in keyof F]: F[Key] extends Codec<infer Value> ? Value : never };

/** A record: its fields in wire order, with no tags and no padding. */
export interface RecordCodec<Value> extends Codec<Value> {
  readonly fields: readonly (readonly [string, Codec<unknown>])[];
  /** The record's bytes, in a buffer of their own. */
  encode(value: Value): Buffer;
  /** Reads the record from the start of `bytes`; bytes that follow it are left alone. */
  decode(bytes: Buffer): Value;
}

export type RecordOf<R> = R extends RecordCodec<infer Value> ? Value : never;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any field type; the record's own type stays exact
export function record<F extends Record<string, Codec<any>>>(
  name: string,
  shape: F,
): RecordCodec<RecordValue<F>> {
  const fields = Object.entries(shape) as [string, Codec<unknown>][];
  const codec: RecordCodec<RecordValue<F>> = {
    name,
    fields,
    bytesMin: fields.reduce((sum, [, field]) => sum + field.bytesMin, 0),
    write(writer, value) {
      const values = value as Record<string, unknown>;
      for (const [key, field] of fields) field.write(writer, values[key]);
    },
    read(reader) {
      const value: Record<string, unknown> = {};
      let reading = '';
      try {
        for (const [key, field] of fields) {
          reading = key;
          value[key] = field.read(reader);
        }
      } catch (error) {
        if (error instanceof JuteError && error.record === '') {
          throw new JuteError(error.reason, error.offset, name, reading);
        }
        throw error;
      }
      return value as RecordValue<F>;
    },
    encode(value) {
      const writer = new JuteWriter();
      codec.write(writer, value);
      return writer.take();
    },
    decode(bytes) {
      return codec.read(new JuteReader(bytes));
    },
  };
  return codec;
}
