import { expect, test } from 'vitest';
import { errorCodes } from '@/lib/protocol/errors';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { SessionThrottle } from '@/server/session/session-throttle';
import { noThrottle } from '@/tests/support/pipeline-parts';
import { Stage } from './stage';

/** What all clients together may ask for: requests, bytes of large ones, sessions. */

const throttle = (changes: Partial<typeof noThrottle>): { throttle: typeof noThrottle } => ({
  throttle: { ...noThrottle, ...changes },
});

test('with so many requests in flight every connection waits, also one that has none', () => {
  const stage = new Stage(throttle({ requestsMax: 2 }));
  const [busy, idle, fresh] = [stage.session(), stage.session(), stage.client()];
  busy.create('/a');
  expect(stage.pipeline.isHeld(idle.client)).toBe(false);
  busy.create('/b');
  for (const { client } of [busy, idle, fresh]) expect(stage.pipeline.isHeld(client)).toBe(true);
  stage.log.sync();
  for (const { client } of [busy, idle, fresh]) expect(stage.pipeline.isHeld(client)).toBe(false);
});

test('what waited too long for that is refused in its place, but no ping and no close', () => {
  const stage = new Stage(throttle({ requestsMax: 2, opWaitMs: 100 }));
  const client = stage.session();
  const xids = [client.create('/a')];
  const late = (xid: number, type: number, body: Buffer, waitedMs: number): void => {
    const bytes = Buffer.concat([proto.requestHeader.encode({ xid, type }), body]);
    stage.pipeline.receive(client.client, bytes, 0, bytes.length, stage.nowMs, waitedMs);
  };
  const read = proto.getDataRequest.encode({ path: '/', watch: false });
  late(50, ops.getData.code, read, 101);
  late(51, ops.delete.code, proto.deleteRequest.encode({ path: '/a', version: -1 }), 5_000);
  late(52, ops.getData.code, read, 100);
  late(proto.xids.ping, ops.ping.code, Buffer.alloc(0), 5_000);
  expect(client.take()).toEqual([]);
  stage.log.sync();
  const answers = client.take().map(({ xid, err }) => [xid, err]);
  const { THROTTLEDOP } = errorCodes;
  expect(answers).toEqual([
    [xids[0], 0],
    [50, THROTTLEDOP],
    [51, THROTTLEDOP],
    [52, 0],
    [proto.xids.ping, 0],
  ]);
  late(53, ops.closeSession.code, Buffer.alloc(0), 5_000);
  stage.log.sync();
  expect(client.take().map(({ xid, err }) => [xid, err])).toEqual([[53, 0]]);
});

test.each([[true], [false]])(
  'a request that waited longer than its session lasts, with request_throttle_drop_stale=%s',
  (dropsStale) => {
    const stage = new Stage(throttle({ requestsMax: 2, isStaleOverdue: true, dropsStale }));
    const client = stage.session();
    const timeoutMs = client.client.sessionTimeoutMs;
    const read = proto.getDataRequest.encode({ path: '/', watch: false });
    const late = (xid: number, type: number, body: Buffer, waitedMs: number): void => {
      const bytes = Buffer.concat([proto.requestHeader.encode({ xid, type }), body]);
      stage.pipeline.receive(client.client, bytes, 0, bytes.length, stage.nowMs, waitedMs);
    };
    late(1, ops.getData.code, read, timeoutMs);
    expect(client.take().map(({ xid }) => xid)).toEqual([1]);
    late(2, ops.getData.code, read, timeoutMs + 1);
    expect(client.take().map(({ xid }) => xid)).toEqual(dropsStale ? [] : [2]);
    expect(client.dropped !== null).toBe(dropsStale);
    if (dropsStale) return;
    late(3, ops.closeSession.code, Buffer.alloc(0), timeoutMs + 1);
    stage.log.sync();
    expect(client.take().map(({ xid }) => xid)).toEqual([3]);
  },
);

test('the limit of what is in flight is divided among those that share it', () => {
  const stage = new Stage({ globalOutstandingLimit: 6, limitShares: () => 2 });
  const [busy, other] = [stage.session(), stage.session()];
  busy.create('/a');
  busy.create('/b');
  expect(stage.pipeline.isHeld(busy.client)).toBe(false);
  busy.create('/c');
  expect(stage.pipeline.isHeld(busy.client)).toBe(true);
  // Who has nothing in flight is not the cause.
  expect(stage.pipeline.isHeld(other.client)).toBe(false);
});

test('large requests share a budget while they are in flight; small ones do not count', () => {
  const stage = new Stage(throttle({ largeRequestBytes: 100, largeRequestsBytesMax: 1_000 }));
  const [one, two, three] = [stage.session(), stage.session(), stage.session()];
  one.create('/one', { data: Buffer.alloc(500) });
  one.read('getData', '/');
  for (let index = 0; index < 20; index += 1) two.create(`/small${index}`, { data: Buffer.alloc(20) });
  two.create('/two', { data: Buffer.alloc(500) });
  expect(two.dropped).toContain('largeRequestMaxBytes');
  stage.pipeline.disconnected(two.client);
  stage.log.sync();
  three.create('/three', { data: Buffer.alloc(500) });
  three.create('/four', { data: Buffer.alloc(300) });
  expect(three.answer().err).toBe(0);
  expect(three.dropped).toBeNull();
});

test('sessions begin as fast as tokens come back, each for what it costs', () => {
  const settings = {
    ...noThrottle.sessions,
    ...{ tokens: 6, fillCount: 3, fillTimeMs: 100, costs: { global: 3, local: 1, renewed: 2 } },
  };
  const bucket = new SessionThrottle(settings, 0, () => 0);
  expect([bucket.admits('global', 0), bucket.admits('renewed', 0)]).toEqual([true, true]);
  expect([bucket.admits('renewed', 50), bucket.admits('local', 100)]).toEqual([false, true]);
  expect(bucket.deficit).toBe(6);
  expect([bucket.admits('local', 100), bucket.admits('global', 101)]).toEqual([false, true]);
  expect([bucket.admits('global', 10_000), bucket.deficit]).toEqual([true, 3]);
});

test('while the bucket is empty a growing share of handshakes is dropped by chance, and less again later', () => {
  let chance = 0.5;
  const changes = { tokens: 2, fillTimeMs: 1_000, freezeTimeMs: 10, dropIncrease: 0.3, dropDecrease: 0.2 };
  const settings = { ...noThrottle.sessions, ...changes, decreaseRatio: 0.5 };
  const bucket = new SessionThrottle(settings, 0, () => chance);
  expect([bucket.admits('global', 0), bucket.admits('global', 0), bucket.admits('global', 0)]).toEqual([
    true,
    true,
    false,
  ]);
  for (const nowMs of [11, 22, 33]) expect(bucket.admits('global', nowMs)).toBe(false);
  expect(bucket.dropShare).toBeCloseTo(0.9);
  expect(bucket.admits('global', 5_000)).toBe(false);
  expect(bucket.dropShare).toBeCloseTo(0.7);
  chance = 0.71;
  expect(bucket.admits('global', 5_000)).toBe(true);
});

test('a handshake that is one too many is closed without an answer, and the next comes in once a token is back', () => {
  const sessions = { ...noThrottle.sessions, tokens: 1, fillTimeMs: 500 };
  const stage = new Stage(throttle({ sessions }));
  stage.session();
  const late = stage.client();
  late.connect();
  expect(late.dropped).toContain('connection_throttle_tokens');
  stage.advance(501);
  const next = stage.client();
  next.connect();
  stage.log.sync();
  expect([next.dropped, next.takeRaw().length]).toEqual([null, 1]);
});
