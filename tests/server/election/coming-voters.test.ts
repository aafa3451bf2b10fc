import { expect, test } from 'vitest';
import { FastLeaderElection } from '@/server/election/fast-leader-election';
import { configOf } from '../zab/leader-stage';

/** A server that votes only in the config to come, whose quorum needs it (found by the simulation). */

function comingVoter() {
  const elected: number[] = [];
  const due: ((nowMs: number) => void)[] = [];
  const election = new FastLeaderElection(
    { serverId: 2, minNotificationIntervalMs: 200, maxNotificationIntervalMs: 60_000 },
    {
      send() {},
      connectAll() {},
      after: (_ms, event) => {
        due.push(event);
        return { cancel: () => void due.splice(due.indexOf(event), 1) };
      },
    },
    {
      config: configOf('1 3', 1n),
      lastSeen: configOf('1 2 3o', 2n),
      elected: ({ leader }) => elected.push(leader),
      newerConfig: () => false,
    },
  );
  election.look({ isVoter: false, lastLogged: 2n, currentEpoch: 1 });
  return { election, elected, due };
}

const vote = { leader: 3, zxid: 5n, electionEpoch: 1n, peerEpoch: 1n, version: 2, config: '' } as const;

test('a voter of the config to come counts itself, and so elects the leader that its quorum needs', () => {
  const { election, elected, due } = comingVoter();
  for (const from of [1, 3]) election.receive(from, { ...vote, state: 'LOOKING' }, 0);
  due.at(-1)!(200);
  expect(elected).toEqual([3]);
});

test('it joins a leader that a quorum follows, whatever the config to come would need', () => {
  const { election, elected } = comingVoter();
  election.receive(1, { ...vote, electionEpoch: 7n, state: 'FOLLOWING' }, 0);
  election.receive(3, { ...vote, electionEpoch: 7n, state: 'LEADING' }, 0);
  expect(elected).toEqual([3]);
});
