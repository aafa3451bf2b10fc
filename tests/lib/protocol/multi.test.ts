import { expect, test } from 'vitest';
import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl, type Stat } from '@/lib/protocol/data';
import * as multi from '@/lib/protocol/multi';
import * as proto from '@/lib/protocol/proto';

const stat: Stat = {
  czxid: 1n,
  mzxid: 2n,
  ctime: 3n,
  mtime: 4n,
  version: 5,
  cversion: 6,
  aversion: 7,
  ephemeralOwner: 8n,
  dataLength: 9,
  numChildren: 10,
  pzxid: 11n,
};

const operations: multi.MultiOp[] = [
  { op: 'create', path: '/a', data: Buffer.from('x'), acl: [...openAcl], flags: 0 },
  { op: 'create2', path: '/b', data: null, acl: [], flags: 2 },
  { op: 'createContainer', path: '/c', data: Buffer.alloc(0), acl: [...openAcl], flags: 4 },
  { op: 'createTTL', path: '/t', data: null, acl: [...openAcl], flags: 5, ttl: 1000n },
  { op: 'setData', path: '/a', data: Buffer.from('y'), version: 0 },
  { op: 'check', path: '/a', version: 1 },
  { op: 'delete', path: '/a', version: -1 },
];

const results: multi.MultiResult[] = [
  { op: 'create', path: '/a' },
  { op: 'create2', path: '/b', stat },
  { op: 'setData', stat },
  { op: 'check' },
  { op: 'delete' },
  { op: 'error', code: -101 },
];

function written(write: (writer: JuteWriter) => void): Buffer {
  const writer = new JuteWriter();
  write(writer);
  return writer.take();
}

const end = 'ffffffff01ffffffff';

/** A reply as a server writes it; the server itself writes results without going through values. */
function writeReply(writer: JuteWriter): void {
  const header = (type: number, err = 0) => proto.multiHeader.write(writer, { type, done: false, err });
  header(1);
  proto.createResponse.write(writer, { path: '/a' });
  header(15);
  proto.create2Response.write(writer, { path: '/b', stat });
  header(5);
  proto.setDataResponse.write(writer, { stat });
  header(13);
  header(2);
  header(-1, -101);
  proto.errorResponse.write(writer, { err: -101 });
  proto.multiHeader.write(writer, { type: -1, done: true, err: -1 });
}

test('a request is headers and records in turn, and an end', () => {
  const bytes = written((writer) => multi.writeMultiRequest(writer, operations.slice(4)));
  expect(bytes.toString('hex')).toBe(
    `0000000500ffffffff000000022f61000000017900000000` +
      `0000000d00ffffffff000000022f6100000001` +
      `0000000200ffffffff000000022f61ffffffff${end}`,
  );
});

test('a reply of Apache 3.8.0 to a multi that failed in its second operation is read', () => {
  const bytes = Buffer.from(
    `ffffffff000000000000000000ffffffff00ffffff99ffffff99ffffffff00fffffffefffffffe${end}`,
    'hex',
  );
  expect(multi.readMultiReply(new JuteReader(bytes))).toEqual([
    { op: 'error', code: 0 },
    { op: 'error', code: -103 },
    { op: 'error', code: -2 },
  ]);
});

test('every operation and every result comes back as it was written', () => {
  const request = written((writer) => multi.writeMultiRequest(writer, operations));
  expect(multi.readMultiRequest(new JuteReader(request))).toEqual(operations);
  const reply = written(writeReply);
  expect(multi.readMultiReply(new JuteReader(reply))).toEqual(results);
});

test('every truncation of a request and of a reply is refused', () => {
  const request = written((writer) => multi.writeMultiRequest(writer, operations));
  for (let length = 0; length < request.length; length += 1) {
    const cut = new JuteReader(request.subarray(0, length));
    expect(() => multi.readMultiRequest(cut), `request of ${length}`).toThrow(JuteError);
  }
  const reply = written(writeReply);
  for (let length = 0; length < reply.length; length += 1) {
    const cut = new JuteReader(reply.subarray(0, length));
    expect(() => multi.readMultiReply(cut), `reply of ${length}`).toThrow(JuteError);
  }
});

test('operations that multi does not allow are refused with their number', () => {
  const bytes = Buffer.from(`0000000400ffffffff000000012f00${end}`, 'hex');
  expect(() => multi.readMultiRequest(new JuteReader(bytes))).toThrow('operation 4 is not allowed in multi');
  const reply = Buffer.from(`0000000700000000002f${end}`, 'hex');
  expect(() => multi.readMultiReply(new JuteReader(reply))).toThrow("result 7 is not one of multi's");
});
