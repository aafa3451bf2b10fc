import { JuteError } from '@/lib/jute/error';
import type { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import { text, type RecordCodec, type RecordOf } from '@/lib/jute/codec';
import { readAskedAcl, type AskedAcl, type Stat } from './data';
import { ops } from './ops';
import * as proto from './proto';

/**
 * The grammar of multi's bodies: pairs of MultiHeader and record, ended by a header that says done.
 *
 *   request: { MultiHeader(type, false, -1), the op's own request record }… MultiHeader(-1, true, -1)
 *   reply:   { MultiHeader(type, false, err), the result's record }… MultiHeader(-1, true, -1)
 *
 * In replies createTTL and createContainer come back as create2, and a failed transaction as one error per operation:
 * 0 for those before the one that failed, its code for that one, RUNTIMEINCONSISTENCY for all after it.
 */

type CreateFields<Request extends { acl: unknown }> = Omit<Request, 'acl'> & {
  readonly acl: readonly AskedAcl[];
};

export type MultiOp =
  | ({ readonly op: 'create' | 'create2' | 'createContainer' } & CreateFields<
      RecordOf<typeof proto.createRequest>
    >)
  | ({ readonly op: 'createTTL' } & CreateFields<RecordOf<typeof proto.createTtlRequest>>)
  | ({ readonly op: 'delete' } & RecordOf<typeof proto.deleteRequest>)
  | ({ readonly op: 'setData' } & RecordOf<typeof proto.setDataRequest>)
  | ({ readonly op: 'check' } & RecordOf<typeof proto.checkVersionRequest>);

export type MultiResult =
  | { readonly op: 'create'; readonly path: string }
  | { readonly op: 'create2'; readonly path: string; readonly stat: Stat }
  | { readonly op: 'setData'; readonly stat: Stat }
  | { readonly op: 'delete' | 'check' }
  | { readonly op: 'error'; readonly code: number };

const multiOpNames = [
  'create',
  'create2',
  'createContainer',
  'createTTL',
  'delete',
  'setData',
  'check',
] as const;
const opOfCode = new Map<number, MultiOp['op']>(multiOpNames.map((name) => [ops[name].code, name]));

/** A MultiHeader before a request's operation, or before a result. */
export function writePartHeader(writer: JuteWriter, type: number, err: number): void {
  writer.int(type);
  writer.boolean(false);
  writer.int(err);
}

/** The MultiHeader that ends either body. */
export function writeMultiEnd(writer: JuteWriter): void {
  writer.int(-1);
  writer.boolean(true);
  writer.int(-1);
}

export function writeMultiRequest(writer: JuteWriter, operations: readonly MultiOp[]): void {
  for (const operation of operations) {
    writePartHeader(writer, ops[operation.op].code, -1);
    // The row of the table is the record of this very operation, which the compiler cannot see.
    (ops[operation.op].request as RecordCodec<unknown>).write(writer, operation);
  }
  writeMultiEnd(writer);
}

/** Reads operations up to the end header; an operation that multi does not allow is a JuteError. */
export function readMultiRequest(reader: JuteReader): MultiOp[] {
  const operations: MultiOp[] = [];
  for (;;) {
    const at = reader.offset;
    const type = reader.int();
    const done = reader.boolean();
    reader.int();
    if (done) return operations;
    const op = opOfCode.get(type);
    if (op === undefined) throw new JuteError(`operation ${type} is not allowed in multi`, at);
    operations.push(readOperation(reader, op));
  }
}

/** The records of `ops`, field by field: a transaction may hold thousands. */
function readOperation(reader: JuteReader, op: MultiOp['op']): MultiOp {
  const path = text.read(reader);
  switch (op) {
    case 'create':
    case 'create2':
    case 'createContainer':
      return { op, path, data: reader.buffer(), acl: readAskedAcl(reader), flags: reader.int() };
    case 'createTTL':
      return {
        op,
        path,
        data: reader.buffer(),
        acl: readAskedAcl(reader),
        flags: reader.int(),
        ttl: reader.long(),
      };
    case 'setData':
      return { op, path, data: reader.buffer(), version: reader.int() };
    case 'delete':
    case 'check':
      return { op, path, version: reader.int() };
  }
}

function resultCode(result: MultiResult): number {
  return result.op === 'error' ? ops.error.code : ops[result.op].code;
}

export function writeMultiReply(writer: JuteWriter, results: readonly MultiResult[]): void {
  for (const result of results) {
    const err = result.op === 'error' ? result.code : 0;
    writePartHeader(writer, resultCode(result), err);
    if (result.op === 'error') proto.errorResponse.write(writer, { err: result.code });
    else if (result.op === 'create') proto.createResponse.write(writer, result);
    else if (result.op === 'create2') proto.create2Response.write(writer, result);
    else if (result.op === 'setData') proto.setDataResponse.write(writer, result);
  }
  writeMultiEnd(writer);
}

export function readMultiReply(reader: JuteReader): MultiResult[] {
  const results: MultiResult[] = [];
  for (;;) {
    const at = reader.offset;
    const header = proto.multiHeader.read(reader);
    if (header.done) return results;
    results.push(readResult(reader, header.type, at));
  }
}

function readResult(reader: JuteReader, type: number, at: number): MultiResult {
  switch (type) {
    case -1:
      return { op: 'error', code: proto.errorResponse.read(reader).err };
    case ops.create.code:
      return { op: 'create', ...proto.createResponse.read(reader) };
    case ops.create2.code:
      return { op: 'create2', ...proto.create2Response.read(reader) };
    case ops.setData.code:
      return { op: 'setData', ...proto.setDataResponse.read(reader) };
    case ops.delete.code:
      return { op: 'delete' };
    case ops.check.code:
      return { op: 'check' };
    default:
      throw new JuteError(`result ${type} is not one of multi's`, at);
  }
}
