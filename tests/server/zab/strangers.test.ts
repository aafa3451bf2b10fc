import { expect, test } from 'vitest';
import { makeZxid } from '@/lib/protocol/zxid';
import { intBytes, learnerInfoBytes, packetTypes } from '@/server/zab/quorum-packet';
import { readRegistration } from '@/server/zab/registration';
import { configOf, LeaderStage, settings, type TestLearner } from './leader-stage';

/** What a leader takes from whom: strangers, impostors and servers that come back. */

const { REQUEST } = packetTypes;

function established(): { stage: LeaderStage; two: TestLearner; three: TestLearner } {
  const stage = new LeaderStage(configOf('1 2 3', 1n));
  const [two, three] = [stage.learner(2), stage.learner(3)];
  for (const learner of [two, three])
    if (learner.handler.phase === 'synchronization') learner.ack(makeZxid(1n, 0n));
  expect([two, three].map(({ handler }) => handler.phase)).toEqual(['synced', 'synced']);
  return { stage, two, three };
}

test('while a server is heard of, nobody else gets in under its id', () => {
  const { stage, two, three } = established();
  stage.tick([two, three], 4);
  const impostor = stage.learner(2);
  expect(impostor.closed).toBe('that server is connected from nowhere:1');
  expect(two.closed).toBeNull();
  stage.tick([two, three], 4);
  expect(two.handler.phase).toBe('synced');
});

test('a server whose old connection fell silent takes its place', () => {
  const { stage, two, three } = established();
  stage.tick([two, three], 4);
  stage.tick([three], 3);
  const again = stage.learner(2);
  expect(two.closed).toBe('the same server connected again');
  expect(again.closed).toBeNull();
  again.ack(makeZxid(1n, 0n));
  expect(again.handler.phase).toBe('synced');
});

test('before a learner is synced its packets are small, afterwards as large as requests may be', () => {
  const { stage, three } = established();
  const stranger = stage.learner(9, { answers: false });
  stranger.say(REQUEST, -1n, Buffer.alloc(257));
  expect(stranger.closed).toContain('data of 257 bytes, where at most 256 are taken');
  three.say(
    REQUEST,
    -1n,
    Buffer.concat([Buffer.alloc(12), intBytes(9), Buffer.alloc(settings.packetBytesMax - 16)]),
  );
  expect(three.closed).toBeNull();
});

test.each([-2n, 2n ** 31n - 1n])('%d is no epoch that a server may have accepted', (epoch) => {
  const data = learnerInfoBytes(2, 0n);
  const packet = { type: packetTypes.FOLLOWERINFO, zxid: makeZxid(epoch, 0n), data, authInfo: null };
  expect(readRegistration(packet, { serverId: 1, configVersion: null })).toBe(
    `it says it accepted epoch ${epoch}, where -1 (none) to 2147483646 are possible`,
  );
});
