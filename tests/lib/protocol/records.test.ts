import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec, RecordCodec } from '@/lib/jute/codec';
import { JuteError } from '@/lib/jute/error';
import * as data from '@/lib/protocol/data';
import * as proto from '@/lib/protocol/proto';
import * as txn from '@/lib/protocol/txn';
import { goldenRecords } from './golden-records';

type AnyRecord = RecordCodec<Record<string, unknown>>;

const isRecord = (value: unknown): value is AnyRecord =>
  typeof value === 'object' && value !== null && 'fields' in value;

const exported: unknown[] = [...Object.values(data), ...Object.values(proto), ...Object.values(txn)];
const records = exported
  .filter(isRecord)
  .filter((codec, index, all) => all.findIndex((other) => other.name === codec.name) === index);

/** The same filling as the golden bytes have. */
function fillRecord(codec: AnyRecord): Record<string, unknown> {
  let count = 0;
  const fill = (field: Codec<unknown>): unknown => {
    if (isRecord(field)) return Object.fromEntries(field.fields.map(([name, inner]) => [name, fill(inner)]));
    if (field.element !== undefined) return [fill(field.element), fill(field.element)];
    count += 1;
    switch (field.name) {
      case 'int':
        return (count * 0x01010101) | 0;
      case 'long':
        return BigInt.asIntN(64, BigInt(count) * 0x0101010101010101n);
      case 'boolean':
        return count % 2 === 1;
      case 'ustring':
        return `s${count}é`;
      case 'buffer':
        return Buffer.from([count, count + 1]);
      default:
        throw new Error(`no filling for ${field.name}`);
    }
  };
  return fill(codec) as Record<string, unknown>;
}

function arbitraryOf(field: Codec<unknown>): fc.Arbitrary<unknown> {
  if (isRecord(field)) {
    return fc.record(Object.fromEntries(field.fields.map(([name, inner]) => [name, arbitraryOf(inner)])));
  }
  if (field.element !== undefined) return fc.array(arbitraryOf(field.element), { maxLength: 4 });
  switch (field.name) {
    case 'int':
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    case 'long':
      return fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
    case 'boolean':
      return fc.boolean();
    case 'ustring':
      return fc.string({ unit: 'grapheme', maxLength: 12 });
    case 'buffer':
      return fc.option(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)));
    default:
      throw new Error(`no values for ${field.name}`);
  }
}

test('every record has golden bytes, and every golden row a record', () => {
  const named = records.map((codec) => codec.name).sort();
  expect(named).toEqual(Object.keys(goldenRecords).sort());
});

describe.each(records.map((codec) => [codec.name, codec] as const))('%s', (name, codec) => {
  test('is written as Apache writes it, and read back', () => {
    const value = fillRecord(codec);
    expect(codec.encode(value).toString('hex')).toBe(goldenRecords[name]);
    expect(codec.decode(Buffer.from(goldenRecords[name]!, 'hex'))).toEqual(value);
  });

  test('comes back as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(arbitraryOf(codec), (value) => {
        expect(codec.decode(codec.encode(value as Record<string, unknown>))).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });

  test('every truncation is refused by name, never read as something else', () => {
    const bytes = codec.encode(fillRecord(codec));
    for (let length = 0; length < bytes.length; length += 1) {
      const read = () => codec.decode(bytes.subarray(0, length));
      expect(read, `${length} of ${bytes.length} bytes`).toThrow(JuteError);
    }
  });

  test('random bytes give a value or a JuteError, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        try {
          codec.decode(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(JuteError);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('lengths that lie', () => {
  const huge = Buffer.from('7fffffff', 'hex');

  test('a string, a buffer and a vector longer than their frame are refused before anything is allocated', () => {
    expect(() => proto.createResponse.decode(huge)).toThrow('CreateResponse.path: length 2147483647 exceeds');
    expect(() => proto.saslRequest.decode(huge)).toThrow('GetSASLRequest.token: length 2147483647 exceeds');
    expect(() => proto.getChildrenResponse.decode(huge)).toThrow(
      'length 2147483647 exceeds the 0 bytes left',
    );
  });

  test('a length below -1 is refused', () => {
    expect(() => proto.createResponse.decode(Buffer.from('fffffffe', 'hex'))).toThrow(
      'length -2 is below -1',
    );
  });

  test('a vector whose elements cannot fit is refused by its count', () => {
    const bytes = Buffer.concat([Buffer.from('00000003', 'hex'), Buffer.alloc(11)]);
    expect(() => proto.getChildrenResponse.decode(bytes)).toThrow(JuteError);
  });
});

describe('null', () => {
  const nothing = Buffer.from('ffffffff', 'hex');

  test('is kept apart from empty where it has a meaning', () => {
    expect(proto.saslRequest.decode(nothing).token).toBeNull();
    expect(proto.saslRequest.decode(Buffer.alloc(4)).token).toEqual(Buffer.alloc(0));
    expect(proto.syncRequest.decode(nothing).path).toBeNull();
    expect(proto.syncRequest.decode(Buffer.alloc(4)).path).toBe('');
  });

  test('is no path', () => {
    expect(() => proto.createResponse.decode(nothing)).toThrow(
      'CreateResponse.path: null where text is required',
    );
  });

  test('is an empty list', () => {
    expect(proto.getChildrenResponse.decode(nothing).children).toEqual([]);
  });
});
