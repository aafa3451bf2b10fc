import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { frame, handshakeBody, request } from '../support/client-frames';
import { startMember, type Member } from '../support/member';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/wait';

/** Clients that never read what they are sent: what they cost in memory, and whether others are served meanwhile. */

let member: Member;
let slow: Socket;
let other: RawConnection;
let xid: number;

beforeEach(async () => {
  member = await startMember('zoodeck', { config: { forceSync: 'no' } });
  xid = 0;
  other = await RawConnection.open(member.port);
  other.send(handshakeBody);
  await other.next();
  slow = connect({ host: '127.0.0.1', port: member.port });
  slow.on('error', () => {});
  slow.pause();
  slow.write(frame(handshakeBody));
});
afterEach(async () => {
  slow.destroy();
  other.destroy();
  await member.stop();
});

/** The most memory the server ever held, MiB. */
function peakMiB(): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${member.child.pid}/status`, 'utf8'));
  return Number(line![1]) / 1024;
}

/** Sends requests of the client that reads, so many at a time, and takes every answer. */
async function ask(count: number, type: number, bodyOf: (index: number) => Buffer): Promise<void> {
  const atOnce = 50;
  for (let from = 0; from < count; from += atOnce) {
    const some = Math.min(atOnce, count - from);
    for (let index = from; index < from + some; index += 1)
      other.write(request((xid += 1), type, bodyOf(index)));
    for (let answered = 0; answered < some; answered += 1) {
      const reply = proto.replyHeader.decode((await other.next())!);
      expect(reply.err).toBe(0);
    }
  }
}

const createOf = (path: string, data: Buffer | null): Buffer =>
  proto.createRequest.encode({ path, data, acl: [...openAcl], flags: 0 });
const setOf = (path: string, data: Buffer | null): Buffer =>
  proto.setDataRequest.encode({ path, data, version: -1 });

test('a client that asks and never reads costs bounded memory, and others are served meanwhile', async () => {
  await ask(1, ops.create.code, () => createOf('/big', Buffer.alloc(1_000_000, 'v')));
  const before = peakMiB();
  // Four gigabytes of answers, were they all made.
  const read = proto.getDataRequest.encode({ path: '/big', watch: false });
  for (let index = 0; index < 4_000; index += 1) slow.write(request(index + 1, ops.getData.code, read));
  await ask(2_000, ops.setData.code, () => setOf('/big', Buffer.alloc(10)));
  expect(peakMiB() - before).toBeLessThan(96);
  expect(member.child.output()).not.toContain('A connection was closed');
});

test('a client that watches and never reads is let go at a bound, and others are served meanwhile', async () => {
  const path = `/${'long'.repeat(15_000)}`;
  await ask(1, ops.create.code, () => createOf(path, null));
  slow.write(request(1, ops.addWatch.code, proto.addWatchRequest.encode({ path: '/', mode: 1 })));
  slow.write(request(2, ops.create.code, createOf('/watching', null)));
  const exists = proto.existsRequest.encode({ path: '/watching', watch: false });
  await until('it watches', async () => {
    other.write(request((xid += 1), ops.exists.code, exists));
    return proto.replyHeader.decode((await other.next())!).err === 0 ? true : undefined;
  });
  const before = peakMiB();
  // More events by their paths alone than the bound of 256 MiB allows.
  await ask(6_000, ops.setData.code, () => setOf(path, null));
  expect(member.child.output()).toContain('it does not read what it is sent');
  expect(peakMiB() - before).toBeLessThan(256 + 160);
});
