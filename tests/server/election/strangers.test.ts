import { expect, test } from 'vitest';
import { FastLeaderElection } from '@/server/election/fast-leader-election';
import { readNotification, type Notification } from '@/server/election/notification';
import type { ServerId } from '@/server/quorum/contract';
import { configOf } from '../zab/leader-stage';

/** Servers in whose configs the other has no vote, as a reconfig that one of them missed leaves them. */

function memberOf(serverId: ServerId, members: string) {
  const sent: Notification[] = [];
  const election = new FastLeaderElection(
    { serverId, minNotificationIntervalMs: 200, maxNotificationIntervalMs: 60_000 },
    {
      send: (to, bytes) => {
        if (to === 1 || to === 2) sent.push(readNotification(bytes) as Notification);
      },
      connectAll() {},
      after: () => ({ cancel() {} }),
    },
    { config: configOf(members), lastSeen: null, elected() {}, newerConfig: () => false },
  );
  election.look({ isVoter: true, lastLogged: 0n, currentEpoch: 0 });
  return { election, sent };
}

test('two servers without a vote for each other do not answer each other for ever', () => {
  const [one, two] = [memberOf(1, '1 3'), memberOf(2, '2 4')];
  one.election.receive(2, readOf(two), 0);
  let said = 0;
  while (said < 100 && (one.sent.length > 0 || two.sent.length > 0)) {
    for (const notification of one.sent.splice(0)) two.election.receive(1, notification, (said += 1) / 10);
    for (const notification of two.sent.splice(0)) one.election.receive(2, notification, (said += 1) / 10);
  }
  expect(said).toBeLessThan(5);
  one.election.receive(2, readOf(two), 150);
  expect(one.sent).toHaveLength(1);
});

/** What a server says of itself while it looks. */
function readOf({ election }: { election: FastLeaderElection }): Notification {
  return { state: 'LOOKING', ...election.current, version: 2, config: '' } as Notification;
}
