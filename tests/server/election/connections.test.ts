import { expect, test } from 'vitest';
import { ElectionConnections } from '@/server/election/connections';
import { FastLeaderElection } from '@/server/election/fast-leader-election';
import type { Notification } from '@/server/election/notification';
import type { ServerId } from '@/server/quorum/contract';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import { plainTransport } from '../../support/transport';
import { freePorts } from '../../support/ports';
import { until } from '../../support/wait';

/** The election over real sockets. */

const transport = plainTransport();

function connections(serverId: ServerId, received: (from: ServerId, notification: Notification) => void) {
  const settings = { serverId, cnxTimeoutMs: 1000, headerTimeoutMs: 1000, isMultiAddress: false };
  return new ElectionConnections(settings, transport, { received, warn: () => {} });
}

test('a voter that cannot be reached does not keep the others from hearing a vote again', async () => {
  const [one, two, dead] = await freePorts(3);
  const config = parseQuorumText(
    [one, two, dead].map((port, index) => `server.${index + 1}=127.0.0.1:1:${port}`).join('\n'),
  );
  const heard: Notification[] = [];
  const listener = connections(1, (from, notification) => {
    if (from === 2) heard.push(notification);
  });
  const own = connections(2, () => {});
  for (const [index, each] of [listener, own].entries()) {
    each.configure(config, null);
    each.listen([{ host: '127.0.0.1', port: [one!, two!][index]! }], (error) => {
      throw error;
    });
  }
  const election = new FastLeaderElection(
    { serverId: 2, minNotificationIntervalMs: 5, maxNotificationIntervalMs: 20 },
    {
      send: (to, notification) => own.send(to, notification),
      connectAll: () => own.connectAll(),
      after(ms, event) {
        const timer = setTimeout(() => event(performance.now()), ms);
        return { cancel: () => clearTimeout(timer) };
      },
    },
    { config, lastSeen: null, elected: () => {}, newerConfig: () => false },
  );
  election.look({ isVoter: true, lastLogged: 0x100000045n, currentEpoch: 1 });
  try {
    await until('the vote is repeated', () => Promise.resolve(heard.length >= 4 || undefined));
    expect(new Set(heard.map(({ leader, state }) => `${state} ${leader}`))).toEqual(new Set(['LOOKING 2']));
  } finally {
    election.stop();
    own.close();
    listener.close();
  }
});
