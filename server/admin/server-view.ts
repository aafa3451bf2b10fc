import type { EnsembleView } from './role-view';
import type { ServerConfig } from '@/server/config/server-config';
import type { PortKind } from '@/server/net/client-port';
import type { ServerMetrics } from '@/server/metrics/registry';
import type { ServerStats } from '@/server/metrics/server-stats';

/**
 * Everything the four-letter words and the AdminServer read from the running server, and the little they change. Lists are lazy: they
 * are walked once, between turns of the event loop, while the answer is being sent, so a walk must survive changes
 * made meanwhile (JavaScript's Map and Set iteration does) and may miss or repeat nothing that stayed.
 */
export interface ServerView {
  readonly config: ServerConfig;
  /** Where clients are taken in now: a reconfig may have moved it. −1 for nowhere, and so with the port for TLS. */
  clientPort(): number;
  secureClientPort(): number;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;

  /** The server's part in its ensemble; null where it stands alone. */
  ensemble(): EnsembleView | null;

  /** False before the database is loaded and while stopping: most words then say so instead of answering. */
  isServing(): boolean;
  uptimeMs(): number;
  lastProcessedZxid(): bigint;
  /** Requests taken in and not yet answered, over all connections. */
  outstandingRequests(): number;

  /** As Apache counts: the root is in its map twice, so an empty tree has 5. */
  nodeCount(): number;
  /** Characters of paths plus bytes of data; an empty tree has 44. */
  approximateDataSize(): number;
  ephemeralsCount(): number;
  /** Data and child watches. */
  watchCount(): number;
  /** Of the whole ensemble. */
  sessionCount(): number;
  /** Of this member alone; 0 where there are none. */
  localSessionCount(): number;
  connectionCount(): number;
  /** TLS handshakes of clients under way. */
  handshakeCount(): number;

  /** The share of handshakes dropped by chance, 0 to 1. */
  connectionDropShare(): number;
  /** The quotas in the tree; limits and usage are −1 where there is none. */
  quotas(): Iterable<QuotaView>;

  connections(port: PortKind): Iterable<ConnectionView>;
  sessions(): Iterable<{ readonly sessionId: bigint; readonly timeoutMs: number }>;
  /** Sessions by the moment they expire, soonest first; of use where sessions expire, not at learners. */
  sessionBuckets(): Iterable<ExpiryBucket<bigint>>;
  /** As `sessionBuckets`, of local sessions; null where sessions never are. */
  localSessionBuckets(): Iterable<ExpiryBucket<bigint>> | null;
  /** Connections by the moment an idle one is dropped, soonest first. */
  connectionBuckets(): Iterable<ExpiryBucket<ConnectionView>>;
  ephemerals(): Iterable<SessionPaths>;
  /** Sessions that own at least one ephemeral znode. */
  ephemeralSessionCount(): number;
  /** The data-watch table (exists, getData), the only one that wchs, wchc and wchp show. */
  dataWatches(): DataWatchView;
  /** Digests logged every 128 transactions, oldest first; empty when digests are off. */
  digestLog(): Iterable<{ readonly zxid: bigint; readonly treeDigest: bigint }>;

  /** The newest snapshot on disk: its zxid, and when it was written (wall clock, ms); null before the first. */
  lastSnapshot(): { readonly zxid: bigint; readonly writtenMs: number } | null;

  readonly traceMask: bigint;
  setTraceMask(mask: bigint): void;
  /** `crst`: the counters of every connection start again. */
  resetConnectionStats(): void;
}

export interface QuotaView {
  /** The path that is limited. */
  readonly owner: string;
  readonly limits: QuotaFigures & { readonly countHard: number; readonly bytesHard: number };
  readonly usage: QuotaFigures;
}

interface QuotaFigures {
  readonly count: number;
  readonly bytes: number;
}

export interface ConnectionView {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** 1 when reading, 4 when a reply waits for the socket, 5 for both, 0 for the connection of a four-letter word. */
  readonly interestOps: number;
  /** Requests of this connection not yet answered. */
  readonly outstandingRequests: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  /** 0 before the session is set up. */
  readonly sessionId: bigint;
  /** Apache's four letters for the last operation answered: NA, SESS, PING, CREA, GETD … */
  readonly lastOperation: string;
  /** Wall clock, ms since 1970. */
  readonly establishedMs: number;
  /** Negotiated session timeout. */
  readonly sessionTimeoutMs: number;
  /** −1 before the first request. */
  readonly lastCxid: number;
  /** −1 before the first reply. */
  readonly lastZxid: bigint;
  /** Monotonic clock. */
  readonly lastResponseTimeMs: number;
  readonly lastLatencyMs: number;
  readonly minLatencyMs: number;
  readonly avgLatencyMs: number;
  readonly maxLatencyMs: number;
}

export interface ExpiryBucket<Member> {
  /** Wall clock, ms since 1970. */
  readonly expiresAtMs: number;
  readonly size: number;
  members(): Iterable<Member>;
}

export interface SessionPaths {
  readonly sessionId: bigint;
  paths(): Iterable<string>;
}

export interface DataWatchView {
  /** Connections with at least one data watch, and the paths and watches in all. */
  summary(): { readonly connections: number; readonly paths: number; readonly watches: number };
  bySession(): Iterable<SessionPaths>;
  byPath(): Iterable<{ readonly path: string; sessionIds(): Iterable<bigint> }>;
}

/** Whether sessions expire elsewhere. */
export function isLearner(view: ServerView): boolean {
  const mode = view.ensemble()?.mode;
  return mode !== undefined && mode !== 'leader';
}

/** Whether it serves reads only, being cut off from its quorum. */
export function isReadOnly(view: ServerView): boolean {
  return view.ensemble()?.mode === 'read-only';
}
