import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ElectionConnections } from '@/server/election/connections';
import { FastLeaderElection } from '@/server/election/fast-leader-election';
import type { Notification } from '@/server/election/notification';
import type { ServerId } from '@/server/quorum/contract';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import { plainTransport, transportWith } from '../../support/transport';
import { freePorts } from '../../support/ports';
import { until } from '../../support/wait';

/** The election over real sockets. */

const transport = plainTransport();

function connections(
  serverId: ServerId,
  received: (from: ServerId, notification: Notification) => void,
  electionPortBindRetry = 1,
  warnings: string[] = [],
) {
  const settings = { serverId, cnxTimeoutMs: 1000, headerTimeoutMs: 1000, isMultiAddress: false };
  const all = { ...settings, electionPortBindRetry };
  return new ElectionConnections(all, transport, { received, warn: (line) => warnings.push(line) });
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

/** A port that is taken until it is let go. */
async function takenPort() {
  const holder = createServer();
  await once(holder.listen(0, '127.0.0.1'), 'listening');
  return { holder, port: (holder.address() as AddressInfo).port };
}

test('an election port that is taken is tried again, and bound once it is free', async () => {
  const { holder, port } = await takenPort();
  const warnings: string[] = [];
  const waiting = connections(1, () => {}, 0, warnings);
  const failures: Error[] = [];
  waiting.listen([{ host: '127.0.0.1', port }], (error) => failures.push(error));
  try {
    await until('a try failed', () => Promise.resolve(warnings.length > 0 || undefined));
    expect(warnings[0]).toMatch(
      /^The election port 127\.0\.0\.1:\d+ is not bound yet \(try 1\): .*EADDRINUSE/,
    );
    holder.close();
    await until('it is bound', async () => {
      const socket = connect(port, '127.0.0.1');
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => undefined,
      );
      socket.destroy();
      return isOpen;
    });
    expect(failures).toEqual([]);
  } finally {
    waiting.close();
  }
});

test('after as many tries as electionPortBindRetry says it is given up, with a sentence', async () => {
  const { holder, port } = await takenPort();
  const warnings: string[] = [];
  const waiting = connections(1, () => {}, 2, warnings);
  try {
    const error = await new Promise<Error>((resolve) =>
      waiting.listen([{ host: '127.0.0.1', port }], resolve),
    );
    expect(warnings).toHaveLength(1);
    expect(error.message).toMatch(
      /^The election port \S+ could not be bound in 2 tries, as many as electionPortBindRetry allows: .*EADDRINUSE/,
    );
  } finally {
    waiting.close();
    holder.close();
  }
});

test('with quorumListenOnAllIPs the port answers at other addresses of the machine too', async () => {
  const [port] = await freePorts(1);
  const heard: number[] = [];
  const everywhere = transportWith({}, [], null, { listensOnAllIps: true });
  const listening = everywhere.listen(
    [{ host: '127.0.0.1', port: port! }],
    (socket) => {
      heard.push(socket.localPort!);
      socket.destroy();
    },
    (error) => {
      throw error;
    },
  );
  try {
    await once(connect(port!, '127.0.0.7').resume(), 'close');
    expect(heard).toEqual([port]);
  } finally {
    listening.close();
  }
});
