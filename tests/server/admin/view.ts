import type { ConnectionView, ServerView } from '@/server/admin/server-view';
import { parseConfig } from '@/server/config/parse';
import { ServerMetrics } from '@/server/metrics/registry';
import { ServerStats } from '@/server/metrics/server-stats';

/** A connection that has created znodes in session 0x100000000000001. */
export const connection: ConnectionView = {
  remoteAddress: '127.0.0.1',
  remotePort: 41812,
  interestOps: 1,
  outstandingRequests: 2,
  packetsReceived: 7,
  packetsSent: 5,
  sessionId: 0x100000000000001n,
  lastOperation: 'CREA',
  establishedMs: 1_795_300_000_123,
  sessionTimeoutMs: 10_000,
  lastCxid: 31,
  lastZxid: 0x1an,
  lastResponseTimeMs: 123_456,
  lastLatencyMs: 3,
  minLatencyMs: 0,
  avgLatencyMs: 1.7,
  maxLatencyMs: 9,
};

/** The connection on which a four-letter word itself arrived. */
export const wordConnection: ConnectionView = {
  ...connection,
  remotePort: 41914,
  interestOps: 0,
  outstandingRequests: 0,
  packetsReceived: 1,
  packetsSent: 0,
  sessionId: 0n,
  lastOperation: 'NA',
};

/** A server as the four-letter words see it, with a little of everything in it. */
export function sampleView(changes: Partial<ServerView> = {}, whitelist = '*'): ServerView {
  const settings = new Map([
    ['dataDir', '/no/such/data'],
    ['clientPort', '2181'],
    ['tickTime', '2000'],
    ['4lw.commands.whitelist', whitelist],
  ]);
  const { config } = parseConfig({ name: 'test', file: null, settings, properties: new Map() });
  let traceMask = 306n;
  return {
    config,
    stats: new ServerStats(),
    metrics: new ServerMetrics(),
    clientPort: () => config.clientPort,
    secureClientPort: () => -1,
    ensemble: () => null,
    isServing: () => true,
    uptimeMs: () => 3697.4,
    lastProcessedZxid: () => 0x1an,
    outstandingRequests: () => 2,
    nodeCount: () => 7,
    approximateDataSize: () => 144,
    ephemeralsCount: () => 2,
    watchCount: () => 4,
    sessionCount: () => 1,
    localSessionCount: () => 0,
    localSessionBuckets: () => null,
    connectionCount: () => 2,
    connectionDropShare: () => 0,
    quotas: () => [],
    handshakeCount: () => 0,
    connections: (port) => (port === 'plain' ? [connection, wordConnection] : []),
    sessions: () => [{ sessionId: 0x100000000000001n, timeoutMs: 10_000 }],
    lastSnapshot: () => ({ zxid: 0x1an, writtenMs: 1_795_300_000_900 }),
    sessionBuckets: () => [
      { expiresAtMs: 1_795_300_010_000, size: 1, members: () => [0x100000000000001n] },
      { expiresAtMs: 1_795_300_012_000, size: 2, members: () => [0x100000000000002n, -1n] },
    ],
    connectionBuckets: () => [{ expiresAtMs: 1_795_300_010_000, size: 1, members: () => [connection] }],
    ephemerals: () => [{ sessionId: 0x100000000000001n, paths: () => ['/e1', '/e2'] }],
    ephemeralSessionCount: () => 1,
    dataWatches: () => ({
      summary: () => ({ connections: 1, paths: 2, watches: 2 }),
      bySession: () => [{ sessionId: 0x100000000000001n, paths: () => ['/a', '/b'] }],
      byPath: () => [
        { path: '/a', sessionIds: () => [0x100000000000001n] },
        { path: '/b', sessionIds: () => [0x100000000000001n] },
      ],
    }),
    digestLog: () => [{ zxid: 128n, treeDigest: 1371985504n }],
    get traceMask() {
      return traceMask;
    },
    setTraceMask(mask) {
      traceMask = mask;
    },
    resetConnectionStats: () => {},
    ...changes,
  };
}
