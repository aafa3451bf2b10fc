import { expect, test } from 'vitest';
import { FastLeaderElection } from '@/server/election/fast-leader-election';
import { configOf } from '../zab/leader-stage';

/** Servers whose data may be lost: with the last zxid −1 they neither choose nor are chosen, but follow who leads. */

function voter(serverId: number, members: string, lastLogged: bigint) {
  const elected: number[] = [];
  const due: ((nowMs: number) => void)[] = [];
  const election = new FastLeaderElection(
    { serverId, minNotificationIntervalMs: 200, maxNotificationIntervalMs: 60_000 },
    {
      send() {},
      connectAll() {},
      after: (_ms, event) => {
        due.push(event);
        return { cancel: () => void due.splice(due.indexOf(event), 1) };
      },
    },
    {
      config: configOf(members),
      lastSeen: null,
      elected: ({ leader }) => elected.push(leader),
      newerConfig: () => false,
    },
  );
  election.look({ isVoter: true, lastLogged, currentEpoch: lastLogged < 0n ? -1 : 0 });
  return { election, elected, hasDecision: () => due.length > 1 };
}

const vote = { electionEpoch: 1n, peerEpoch: 0n, version: 2, config: '' } as const;

test('a server without data takes no vote and gives none, and follows whom a quorum follows', () => {
  const { election, elected, hasDecision } = voter(3, '1 2 3', -1n);
  for (const from of [1, 2]) election.receive(from, { ...vote, leader: 2, zxid: 0n, state: 'LOOKING' }, 0);
  expect(election.current).toMatchObject({ leader: 3, zxid: -1n });
  expect(hasDecision()).toBe(false);
  election.receive(1, { ...vote, leader: 2, zxid: 0n, state: 'FOLLOWING' }, 0);
  expect(elected).toEqual([]);
  election.receive(2, { ...vote, leader: 2, zxid: 0n, state: 'LEADING' }, 0);
  expect(elected).toEqual([2]);
});

test('nobody counts the vote of a server without data', () => {
  const { election, hasDecision } = voter(1, '1 2 3', 0n);
  election.receive(3, { ...vote, leader: 1, zxid: -1n, state: 'LOOKING' }, 0);
  expect(hasDecision()).toBe(false);
  election.receive(2, { ...vote, leader: 1, zxid: 0n, state: 'LOOKING' }, 0);
  expect(hasDecision()).toBe(true);
});

test('without data even the only voter does not choose itself', () => {
  expect(voter(1, '1', -1n).hasDecision()).toBe(false);
  expect(voter(1, '1', 0n).hasDecision()).toBe(true);
});
