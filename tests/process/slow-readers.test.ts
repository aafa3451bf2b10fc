import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { writeMultiRequest } from '@/lib/protocol/multi';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { request } from '../support/client-frames';
import { mntr } from '../support/four-letter';
import { startMember, type Member } from '../support/member';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/wait';

/** Clients that never read what they are sent: what they cost in memory, and whether others are served meanwhile. */

let member: Member;
let other: RawConnection;
let xid: number;
let opened: RawConnection[];

async function start(config: Readonly<Record<string, string | number>> = {}): Promise<void> {
  xid = 0;
  opened = [];
  member = await startMember('zoodeck', { config: { forceSync: 'no', ...config } });
  ({ connection: other } = await session());
}
afterEach(async () => {
  for (const connection of opened) connection.destroy();
  await member.stop();
});

interface Session {
  readonly connection: RawConnection;
  readonly sessionId: bigint;
  readonly passwd: Buffer;
}

/** A session of the longest timeout there is; the id and password of one that comes back. */
async function session(before?: Session): Promise<Session> {
  const connection = await RawConnection.open(member.port);
  opened.push(connection);
  const handshake = proto.connectRequest.encode({
    protocolVersion: 0,
    lastZxidSeen: 0n,
    timeOut: 40_000,
    sessionId: before?.sessionId ?? 0n,
    passwd: before?.passwd ?? Buffer.alloc(16),
  });
  connection.send(Buffer.concat([handshake, Buffer.from([0])]));
  const { sessionId, passwd } = proto.connectResponse.read(new JuteReader((await connection.next())!));
  return { connection, sessionId, passwd: passwd! };
}

/** One that watches everything, and reads nothing from now on. */
async function deafWatcher(): Promise<Session> {
  const one = await session();
  const body = proto.addWatchRequest.encode({ path: '/', mode: 1 });
  one.connection.write(request(1, ops.addWatch.code, body));
  await one.connection.next();
  one.connection.socket.pause();
  return one;
}

/** The most memory the server ever held, MiB. */
function peakMiB(): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${member.child.pid}/status`, 'utf8'));
  return Number(line![1]) / 1024;
}

/** Sends requests of the client that reads, so many at a time, and takes every answer. */
async function ask(
  count: number,
  type: number,
  bodyOf: (index: number) => Buffer,
  atOnce = 50,
): Promise<void> {
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

/** One transaction that sets a znode so many times over, each time an event. */
function setsOf(path: string, times: number): Buffer {
  const writer = new JuteWriter();
  const set = { op: 'setData', path, data: null, version: -1 } as const;
  writeMultiRequest(writer, Array<typeof set>(times).fill(set));
  return writer.take();
}

/** Connections that the server has let go. Its log has a line for the first of a kind, and none for those that follow soon. */
const letGo = async (): Promise<number> => Number((await mntr(member.port)).get('connection_drop_count'));
const told = (reason: string): number =>
  member.child.output().match(new RegExp(`A connection was closed: it ${reason}`, 'g'))?.length ?? 0;

test('a client that asks and never reads costs bounded memory, and others are served meanwhile', async () => {
  await start();
  await ask(1, ops.create.code, () => createOf('/big', Buffer.alloc(1_000_000, 'v')));
  const { connection: slow } = await session();
  slow.socket.pause();
  const before = peakMiB();
  // Four gigabytes of answers, were they all made.
  const read = proto.getDataRequest.encode({ path: '/big', watch: false });
  for (let index = 0; index < 4_000; index += 1) slow.write(request(index + 1, ops.getData.code, read));
  await ask(2_000, ops.setData.code, () => setOf('/big', Buffer.alloc(10)));
  expect(peakMiB() - before).toBeLessThan(96);
  expect(await letGo()).toBe(0);
});

test('a client that watches and never reads is let go at a bound, and others are served meanwhile', async () => {
  await start();
  const path = `/${'long'.repeat(15_000)}`;
  await ask(1, ops.create.code, () => createOf(path, null));
  await deafWatcher();
  const before = peakMiB();
  // More events, by their paths alone, than the bound of 32 MiB and all that lies in sockets on the way.
  await ask(1_000, ops.setData.code, () => setOf(path, null));
  expect(await letGo()).toBe(1);
  expect(told('does not read its events, of which more than unreadEventsLimitInKb=32768 wait')).toBe(1);
  expect(peakMiB() - before).toBeLessThan(160);
});

test('small events that nobody reads, one a transaction, cost little more than their bytes', async () => {
  await start({ unreadEventsLimitInKb: 4_096, globalOutstandingLimit: 10_000 });
  const path = `/${'x'.repeat(200)}`;
  await ask(1, ops.create.code, () => createOf(path, null));
  await ask(20_000, ops.setData.code, () => setOf(path, null), 20);
  const before = peakMiB();
  await deafWatcher();
  // About 10 MiB of events in 22,500 turns.
  await ask(45_000, ops.setData.code, () => setOf(path, null), 2);
  expect(await letGo()).toBe(1);
  expect(told('does not read its events, of which more than unreadEventsLimitInKb=4096 wait')).toBe(1);
  expect(peakMiB() - before).toBeLessThan(32);
});

test('what all clients leave unread is bounded too: those with the most are let go until it is', async () => {
  await start({ unreadLimitInKb: 16_384 });
  const path = `/${'x'.repeat(1_000)}`;
  await ask(1, ops.create.code, () => createOf(path, null));
  for (let count = 0; count < 12; count += 1) await deafWatcher();
  const { connection: reader } = await session();
  reader.write(request(1, ops.addWatch.code, proto.addWatchRequest.encode({ path: '/', mode: 1 })));
  await reader.next();
  const before = peakMiB();
  const [transactions, times] = [100, 100];
  const all = (async () => {
    for (let heard = 0; heard < transactions * times; heard += 1) expect(await reader.next()).not.toBeNull();
  })();
  await ask(transactions, ops.multi.code, () => setsOf(path, times), 1);
  await all;
  expect(await letGo()).toBeGreaterThan(8);
  // One line tells of all that are let go within seconds of one another.
  const line = 'has \\d+ bytes unread, the most of all, which together are above unreadLimitInKb=16384';
  expect(told(line)).toBeGreaterThan(0);
  expect(peakMiB() - before).toBeLessThan(96);
});

test('who is let go has read nothing but events in order, knows it by the end, and comes back to what it missed', async () => {
  await start({ unreadEventsLimitInKb: 1_024 });
  await ask(1, ops.create.code, () => createOf('/v', null));
  const slow = await deafWatcher();
  const zxid = proto.replyHeader.decode(await lastReply()).zxid;
  const sets = 3_000;
  for (let count = 0; count < 100 && told('') === 0; count += 1)
    await ask(1, ops.multi.code, () => setsOf(`/v`, sets), 1);
  expect(await letGo()).toBe(1);
  expect(told('does not read its events')).toBe(1);
  slow.connection.socket.resume();
  for (let frame = await slow.connection.next(); frame !== null; frame = await slow.connection.next()) {
    const reader = new JuteReader(frame);
    expect(proto.replyHeader.read(reader).xid).toBe(proto.xids.notification);
    expect(proto.watcherEvent.read(reader)).toMatchObject({
      type: proto.eventTypes.NodeDataChanged,
      path: '/v',
    });
  }
  const { connection, sessionId } = await session(slow);
  expect(sessionId).toBe(slow.sessionId);
  const none = { existWatches: [], childWatches: [] };
  const watches = proto.setWatches.encode({ relativeZxid: zxid, dataWatches: ['/v'], ...none });
  connection.write(request(proto.xids.setWatches, ops.setWatches.code, watches));
  const event = new JuteReader((await connection.next())!);
  expect(proto.replyHeader.read(event).xid).toBe(proto.xids.notification);
  expect(proto.watcherEvent.read(event)).toMatchObject({
    type: proto.eventTypes.NodeDataChanged,
    path: '/v',
  });
});

/** Of a read now: what the tree has by then. */
async function lastReply(): Promise<Buffer> {
  other.write(request((xid += 1), ops.exists.code, proto.existsRequest.encode({ path: '/v', watch: false })));
  return until('it is answered', async () => (await other.next()) ?? undefined);
}
