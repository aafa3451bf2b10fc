import type { ConnectionView, DataWatchView, ExpiryBucket, ServerView } from '@/server/admin/server-view';
import type { EnsembleView } from '@/server/admin/role-view';
import type { ServerConfig } from '@/server/config/server-config';
import type { ServerMetrics } from '@/server/metrics/registry';
import type { ServerStats } from '@/server/metrics/server-stats';
import type { ClientConnection } from '@/server/net/client-connection';
import type { ClientListener } from '@/server/net/client-listener';
import { Client } from '@/server/processors/client';
import type { Database } from '@/server/processors/database';
import type { Pipeline } from '@/server/processors/pipeline';
import type { Clock } from '@/server/runtime/clock';
import type { SessionTracker } from '@/server/session/session-tracker';
import type { Watcher } from '@/server/tree/watch-manager';

/** The running server as the four-letter words and the AdminServer see it (server/admin/server-view). */
export interface ViewParts {
  readonly config: ServerConfig;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  readonly database: Database;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly startedMs: number;
  listener(): ClientListener;
  isServing(): boolean;
  /** TLS handshakes of clients under way. */
  handshakes(): number;
  lastSnapshot: ServerView['lastSnapshot'];
  /** Null on a server that stands alone. */
  ensemble(): EnsembleView | null;
}

/** Apache's default trace mask: client, session and warnings of requests. */
const traceMaskDefault = 0x132n;

export function createView(parts: ViewParts): ServerView {
  const { config, stats, metrics, database, pipeline, clock } = parts;
  const { tree, sessions } = database;
  let traceMask = traceMaskDefault;
  return {
    config,
    clientPort: () => parts.listener().port,
    secureClientPort: () => parts.listener().securePort,
    stats,
    metrics,
    isServing: parts.isServing,
    ensemble: parts.ensemble,
    uptimeMs: () => Math.floor(clock.monotonicMs() - parts.startedMs),
    lastProcessedZxid: () => lastProcessed(tree.lastZxid, parts.ensemble()),
    outstandingRequests: () => pipeline.outstanding,
    nodeCount: () => tree.nodes.size,
    approximateDataSize: () => tree.nodes.approximateBytes,
    ephemeralsCount: () => tree.ephemeralsCount,
    watchCount: () => tree.dataWatches.size + tree.childWatches.size,
    sessionCount: () => sessions.size,
    localSessionCount: () => pipeline.locals?.size ?? 0,
    handshakeCount: parts.handshakes,
    connectionCount: () => parts.listener().size,
    connectionDropShare: () => pipeline.dropShare,
    quotas: () => tree.quotas.all(),
    *connections(port) {
      for (const connection of parts.listener().all())
        if (connection.port === port) yield connectionView(connection);
    },
    sessions: () => sessions.all(),
    sessionBuckets: () => sessionBuckets(clock, sessions),
    localSessionBuckets: () => (pipeline.locals === null ? null : sessionBuckets(clock, pipeline.locals)),
    *connectionBuckets() {
      yield* connectionBuckets(parts);
    },
    *ephemerals() {
      for (const [sessionId, paths] of tree.ephemeralOwners()) yield { sessionId, paths: () => paths };
    },
    ephemeralSessionCount: () => tree.ephemeralOwners().size,
    dataWatches: () => dataWatchView(database),
    lastSnapshot: parts.lastSnapshot,
    digestLog: () => database.digestLog,
    get traceMask() {
      return traceMask;
    },
    setTraceMask(mask) {
      traceMask = mask;
    },
    resetConnectionStats() {
      for (const connection of parts.listener().all()) connection.client.stats.reset();
    },
  };
}

/** Apache's leaders count as having processed the beginning of their epoch. */
function lastProcessed(lastZxid: bigint, ensemble: EnsembleView | null): bigint {
  const epochStart = (ensemble?.leader?.lastProposed ?? 0n) & ~0xffff_ffffn;
  return epochStart > lastZxid ? epochStart : lastZxid;
}

function connectionView(connection: ClientConnection): ConnectionView {
  const { client } = connection;
  const { stats } = client;
  return {
    remoteAddress: connection.remoteAddress,
    remotePort: connection.remotePort,
    interestOps: connection.answering ? 0 : connection.interestOps,
    outstandingRequests: client.outstanding,
    packetsReceived: stats.packetsReceived,
    packetsSent: stats.packetsSent,
    sessionId: client.session?.sessionId ?? 0n,
    lastOperation: stats.lastOperation,
    establishedMs: connection.establishedMs,
    sessionTimeoutMs: client.sessionTimeoutMs,
    lastCxid: stats.lastCxid,
    lastZxid: stats.lastZxid,
    lastResponseTimeMs: stats.lastResponseTimeMs,
    lastLatencyMs: stats.lastLatencyMs,
    minLatencyMs: stats.minLatencyMs,
    avgLatencyMs: stats.avgLatencyMs,
    maxLatencyMs: stats.maxLatencyMs,
  };
}

function* sessionBuckets(
  clock: Clock,
  sessions: Pick<SessionTracker, 'byExpiry'>,
): Iterable<ExpiryBucket<bigint>> {
  for (const [expiresAtMs, members] of sessions.byExpiry()) {
    const ids = members.map((session) => session.sessionId);
    yield bucket(wallOf(clock, expiresAtMs), ids);
  }
}

function bucket<Member>(expiresAtMs: number, members: readonly Member[]): ExpiryBucket<Member> {
  return { expiresAtMs, size: members.length, members: () => members };
}

/** The wall-clock moment of a monotonic one. */
function wallOf(clock: Clock, monotonicMs: number): number {
  return Math.round(clock.wallMs() + monotonicMs - clock.monotonicMs());
}

/** A connection goes when its session expires, or at the end of the time it has to ask for one. */
function connectionBuckets(parts: ViewParts): ExpiryBucket<ConnectionView>[] {
  const byTime = new Map<number, ConnectionView[]>();
  for (const connection of parts.listener().all()) {
    const { session } = connection.client;
    const tick = parts.config.tickTimeMs;
    const sessionless = connection.acceptedMs + parts.config.sessionlessTimeoutMs;
    const expiresAtMs = session?.expiresAtMs ?? (Math.floor(sessionless / tick) + 1) * tick;
    const there = byTime.get(expiresAtMs);
    if (there === undefined) byTime.set(expiresAtMs, [connectionView(connection)]);
    else there.push(connectionView(connection));
  }
  return [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([at, members]) => bucket(wallOf(parts.clock, at), members));
}

const sessionIdOf = (watcher: Watcher): bigint =>
  watcher instanceof Client ? (watcher.session?.sessionId ?? 0n) : 0n;

function dataWatchView({ tree }: Database): DataWatchView {
  const table = tree.dataWatches;
  return {
    summary: () => ({ connections: table.watcherCount, paths: table.pathCount, watches: table.size }),
    *bySession() {
      for (const [watcher, paths] of table.watchers()) {
        yield { sessionId: sessionIdOf(watcher), paths: () => paths };
      }
    },
    *byPath() {
      for (const [path, watchers] of table.paths()) {
        yield {
          path,
          *sessionIds() {
            for (const watcher of watchers) yield sessionIdOf(watcher);
          },
        };
      }
    },
  };
}
