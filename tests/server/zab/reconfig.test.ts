import { expect, test } from 'vitest';
import { makeZxid } from '@/lib/protocol/zxid';
import type { QuorumConfig } from '@/server/quorum/contract';
import { Proposals } from '@/server/zab/proposals';
import { configOf, LeaderStage } from './leader-stage';

/** A leader with a reconfig under way: who has to acknowledge it, who hears of its commit, and who leads after it. */

const at = (counter: number): bigint => makeZxid(1n, BigInt(counter));
const version = at(0);

/** Server 1 leads 2 and 3, established, and nothing of it is left to read. */
function established(members = '1 2 3', lastSeen: QuorumConfig | null = null) {
  const stage = new LeaderStage(configOf(members, 1n), 1, lastSeen);
  const [two, three] = [stage.learner(2), stage.learner(3)];
  for (const learner of [two, three]) {
    learner.join();
    if (learner.handler.phase === 'synchronization') learner.ack(version);
  }
  two.heard();
  three.heard();
  stage.takeTold();
  return { stage, two, three };
}

test('a config without a version gets one with the first leader, and learners hear it with NEWLEADER', () => {
  const stage = new LeaderStage(configOf('1 2 3'));
  const two = stage.learner(2, { answers: false });
  expect(stage.takeTold()).toEqual(['proposed 1 2 3']);
  two.ack(version);
  const [, , newLeader] = two.read();
  expect(newLeader!.data!.toString()).toBe(configOf('1 2 3', version).toText());
  expect(stage.takeTold()).toEqual(['established 1', 'committed 1 2 3, led by 1']);
  expect(stage.leader.config.version).toBe(version);
});

test('a reconfig, and what is behind it, waits for quorums of both configs', () => {
  const { stage, two, three } = established();
  const [four, five] = [stage.learner(4), stage.learner(5)];
  stage.propose();
  stage.propose(configOf('1 4 5'));
  stage.propose();
  expect(stage.takeTold()).toEqual(['proposed 1 4 5']);
  stage.sync();
  two.ack(at(3));
  expect(stage.takeTold()).toEqual(['commit 1']);
  expect(stage.leader.isReconfiguring).toBe(true);
  four.ack(at(2));
  expect(stage.takeTold()).toEqual(['commit 2', 'committed 1 4 5, led by 1']);
  expect(stage.leader.isReconfiguring).toBe(false);
  // From here on the new config alone counts: 1 and 2 are no quorum of it.
  three.ack(at(3));
  expect(stage.takeTold()).toEqual([]);
  five.ack(at(3));
  expect(stage.takeTold()).toEqual(['commit 3']);
  expect(four.heard().slice(-3)).toEqual(['COMMIT 1', 'COMMITANDACTIVATE 2', 'COMMIT 3']);
});

test('followers hear who leads with the commit, observers the transaction as well', () => {
  const { stage, two } = established();
  const four = stage.learner(4, { isObserver: true });
  two.heard();
  four.heard();
  stage.propose(configOf('1 2 3 4o'));
  stage.sync();
  two.ack(at(1));
  const [proposal, activate] = two.read();
  expect(activate!.data!.readBigInt64BE()).toBe(1n);
  const [inform, ...more] = four.read();
  expect(more).toEqual([]);
  expect(inform!.data!.readBigInt64BE()).toBe(1n);
  expect(inform!.data!.subarray(8)).toEqual(proposal!.data);
});

test('a quorum of the new config has to follow; observers do not count for it', () => {
  const { stage } = established();
  stage.learner(4, { isObserver: true });
  stage.learner(5, { answers: false });
  expect(stage.leader.followersAreQuorumOf(configOf('1 4 5'))).toBe(false);
  expect(stage.leader.followersAreQuorumOf(configOf('4 5 6'))).toBe(false);
  expect(stage.leader.followersAreQuorumOf(configOf('1 2 4'))).toBe(true);
  // Without itself, only who follows counts.
  expect(stage.leader.followersAreQuorumOf(configOf('2 3 4'))).toBe(true);
});

test('a leader that leaves hands over to the voter that has most, and commits nothing more', () => {
  const { stage, two, three } = established();
  stage.propose(configOf('2 3'));
  stage.propose();
  stage.propose();
  stage.sync();
  two.ack(at(1));
  expect(stage.takeTold()).toEqual(['proposed 2 3']);
  three.ack(at(3));
  expect(stage.takeTold()).toEqual(['commit 1', 'committed 2 3, led by 3']);
  two.ack(at(3));
  stage.propose();
  stage.sync();
  expect(stage.takeTold()).toEqual([]);
  expect(two.heard().filter((packet) => packet.startsWith('COMMIT'))).toEqual(['COMMITANDACTIVATE 1']);
  stage.tick();
  expect(stage.takeTold()).toEqual(['ended: server 3 leads the new ensemble']);
  expect([two.closed, three.closed]).toEqual(Array(2).fill('server 3 leads the new ensemble'));
});

test.each([
  ['observes', configOf('1o 2 3')],
  ['is to be reached elsewhere', configOf('1 2 3', 0n, 9)],
])('a leader that %s from now on hands over', (_what, config) => {
  const { stage, two, three } = established();
  stage.propose(config);
  stage.sync();
  two.ack(at(1));
  three.ack(at(1));
  expect(stage.takeTold().at(-1)).toMatch(/, led by 2$/);
  stage.tick();
  expect(stage.takeTold()).toEqual(['ended: server 2 leads the new ensemble']);
});

test('a learner that comes meanwhile gets the committed config, and the reconfig behind it', () => {
  const { stage, two } = established();
  stage.propose();
  stage.propose(configOf('1 2 3 4'));
  const four = stage.learner(4, { answers: false });
  const packets = four.read();
  const types = packets.map(({ zxid }) => zxid & 0xffff_ffffn);
  expect(types).toEqual([0n, 0n, 0n, 1n, 2n]);
  expect(packets[2]!.data!.toString()).toBe(configOf('1 2 3', 1n).toText());
  stage.sync();
  two.ack(at(2));
  four.ack(version);
  four.ack(at(2));
  expect(four.heard()).toEqual(['COMMIT 1', 'UPTODATE 4294967295', 'COMMITANDACTIVATE 2']);
});

test('a new leader completes the config it has seen, with quorums of both', () => {
  const stage = new LeaderStage(configOf('1 2 3', 1n), 1, configOf('1 4 5', 2n));
  const two = stage.learner(2);
  expect(stage.leader.epoch).toBeNull();
  const four = stage.learner(4);
  expect(stage.leader.epoch).toBe(1);
  expect(stage.leader.phase).toBe('DISCOVERY');
  two.join();
  expect(stage.leader.phase).toBe('SYNCHRONIZATION');
  two.ack(version);
  expect(stage.leader.phase).toBe('SYNCHRONIZATION');
  four.ack(version);
  expect(stage.takeTold()).toEqual(['established 1', 'committed 1 4 5, led by 1']);
});

test('a leader that its completed config has no place for hands over at once', () => {
  const { stage } = established('1 2 3', configOf('2 3', 2n));
  stage.tick();
  expect(stage.takeTold()).toEqual(['ended: server 2 leads the new ensemble']);
});

test('a leader gives up when it has lost the quorum of the config to come', () => {
  const { stage, two, three } = established();
  const [four, five] = [stage.learner(4), stage.learner(5)];
  const all = [two, three, four, five];
  stage.propose(configOf('1 4 5'));
  stage.tick(all, 4);
  expect(stage.takeTold()).toEqual(['proposed 1 4 5']);
  two.ack(at(1));
  three.ack(at(1));
  stage.tick([two, three], 16);
  expect(stage.takeTold()).toEqual(['ended: only servers 1, 2, 3 are left, which are no quorum']);
});

test.each<[string, Record<number, number>, number | null]>([
  ['nobody', {}, null],
  ['a quorum of the old one, up to the reconfig', { 1: 7, 2: 7 }, 4],
  ['a quorum of the new one only', { 1: 7, 4: 7, 5: 7 }, null],
  ['both', { 1: 7, 2: 6, 4: 6 }, 6],
  ['the old one farther than the new one', { 1: 9, 2: 9, 4: 6, 5: 5 }, 6],
  ['the new one not up to the reconfig', { 1: 9, 2: 9, 4: 3 }, 4],
  ['one ahead of all', { 1: 9, 2: 2 }, 2],
])('what can be committed before and behind reconfig 5, acknowledged by %s', (_whom, acked, expected) => {
  const proposals = new Proposals(configOf('1 2 3'));
  proposals.pending = { zxid: 5n, config: configOf('1 4 5') };
  for (const [serverId, zxid] of Object.entries(acked)) proposals.acknowledge(Number(serverId), BigInt(zxid));
  const reached = proposals.committable(1n, 9n);
  expect(reached === null ? null : Number(reached)).toBe(expected);
});

test('a follower that was made an observer counts for no further config, though it is still connected', () => {
  const { stage, two } = established();
  expect(stage.leader.followersAreQuorumOf(configOf('2 3'))).toBe(true);
  stage.propose(configOf('1 2 3o'));
  stage.sync();
  two.ack(at(1));
  expect(stage.leader.config.observers).toEqual(new Set([3]));
  expect(stage.leader.followersAreQuorumOf(configOf('2 3'))).toBe(false);
});
