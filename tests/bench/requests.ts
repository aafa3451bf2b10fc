import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { writeMultiRequest } from '@/lib/protocol/multi';
import { ops, type OpName } from '@/lib/protocol/ops';
import { requestHeader } from '@/lib/protocol/proto';
import type { RequestTemplate } from './load-connection';

/** Digits of the number at the end of a benched path. */
export const pathDigits = 8;

/** Writes `value` as decimal digits, zero-padded, without making a string. */
function writeDigits(target: Buffer, end: number, value: number): void {
  let left = value;
  for (let at = end - 1; at >= end - pathDigits; at -= 1) {
    target[at] = 48 + (left % 10);
    left = Math.floor(left / 10);
  }
}

/** A request whose path is `prefix` and a number taken modulo `cycle`. */
function template(
  op: OpName,
  prefix: string,
  cycle: number,
  write: (writer: JuteWriter, path: string) => void,
): RequestTemplate {
  const path = prefix + '0'.repeat(pathDigits);
  const writer = new JuteWriter();
  writer.int(0);
  requestHeader.write(writer, { xid: 1, type: ops[op].code });
  write(writer, path);
  writer.patchInt(0, writer.size - 4);
  const frame = writer.take();
  const digitsEnd = 4 + 8 + 4 + path.length;
  return {
    frame,
    patch(target, at, sequence) {
      target.writeInt32BE(1 + (sequence & 0x3fffffff), at + 4);
      writeDigits(target, at + digitsEnd, sequence % cycle);
    },
  };
}

/** `flags` as in a CreateRequest: 1 for an ephemeral. */
export function createTemplate(prefix: string, data: Buffer, flags = 0): RequestTemplate {
  return template('create', prefix, 10 ** pathDigits, (writer, path) =>
    ops.create.request.write(writer, { path, data, acl: [...openAcl], flags }),
  );
}

export function deleteTemplate(prefix: string): RequestTemplate {
  return template('delete', prefix, 10 ** pathDigits, (writer, path) =>
    ops.delete.request.write(writer, { path, version: -1 }),
  );
}

export function getTemplate(prefix: string, cycle: number): RequestTemplate {
  return template('getData', prefix, cycle, (writer, path) =>
    ops.getData.request.write(writer, { path, watch: false }),
  );
}

/** As `getTemplate` over all of a tree's paths, and leaves a watch. */
export function watchTemplate(prefix: string): RequestTemplate {
  return template('getData', prefix, 10 ** pathDigits, (writer, path) =>
    ops.getData.request.write(writer, { path, watch: true }),
  );
}

export function setTemplate(prefix: string, cycle: number, data: Buffer): RequestTemplate {
  return template('setData', prefix, cycle, (writer, path) =>
    ops.setData.request.write(writer, { path, data, version: -1 }),
  );
}

export function childrenTemplate(prefix: string, cycle: number): RequestTemplate {
  return template('getChildren', prefix, cycle, (writer, path) =>
    ops.getChildren.request.write(writer, { path, watch: false }),
  );
}

/** Creates a path and deletes it again, in turn, so that it numbers two requests with one path. */
export function churnTemplates(prefix: string): readonly [RequestTemplate, RequestTemplate] {
  const halved = ({ frame, patch }: RequestTemplate): RequestTemplate => ({
    frame,
    patch: (target, at, sequence) => patch(target, at, sequence >> 1),
  });
  return [halved(createTemplate(prefix, Buffer.alloc(0), 1)), halved(deleteTemplate(prefix))];
}

/** A transaction of `count` creates, or of their deletions; transaction `n` has the paths from `n × count` on. */
export function multiTemplate(
  op: 'create' | 'delete',
  prefix: string,
  count: number,
  data: Buffer,
): RequestTemplate {
  const path = prefix + '0'.repeat(pathDigits);
  const one = { path, data, acl: [...openAcl], flags: 0, version: -1 };
  const writer = new JuteWriter();
  writer.int(0);
  requestHeader.write(writer, { xid: 1, type: ops.multi.code });
  writeMultiRequest(
    writer,
    Array.from({ length: count }, () => (op === 'create' ? { op, ...one } : { op, ...one })),
  );
  writer.patchInt(0, writer.size - 4);
  const frame = writer.take();
  const ends: number[] = [];
  for (let at = frame.indexOf(path); at >= 0; at = frame.indexOf(path, at + 1)) ends.push(at + path.length);
  return {
    frame,
    patch(target, at, sequence) {
      target.writeInt32BE(1 + (sequence & 0x3fffffff), at + 4);
      ends.forEach((end, index) => writeDigits(target, at + end, sequence * count + index));
    },
  };
}

/** A create of one fixed path. */
export function plainCreate(path: string): RequestTemplate {
  const writer = new JuteWriter();
  writer.int(0);
  requestHeader.write(writer, { xid: 1, type: ops.create.code });
  ops.create.request.write(writer, { path, data: Buffer.alloc(0), acl: [...openAcl], flags: 0 });
  writer.patchInt(0, writer.size - 4);
  return { frame: writer.take(), patch: () => undefined };
}
