import { expect, test } from 'vitest';
import { FastLeaderElection } from '@/server/election/fast-leader-election';
import { configOf } from '../zab/leader-stage';

/** A server that votes only in the config to come, whose quorum needs it (seed 486 of the simulation). */

test('a voter of the config to come counts itself, and so elects the leader that its quorum needs', () => {
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
  const vote = {
    leader: 3,
    zxid: 5n,
    electionEpoch: 1n,
    peerEpoch: 1n,
    state: 'LOOKING',
    version: 2,
    config: '',
  } as const;
  for (const from of [1, 3]) election.receive(from, vote, 0);
  due.at(-1)!(200);
  expect(elected).toEqual([3]);
});
