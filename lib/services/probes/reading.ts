import type { BlindSpot, MemberRole, MemberView, ProbeSource } from '@/lib/api/overview';
import { numberOf, type SrvrAnswer } from '../four-letter/parse';

/**
 * One probe of one member, whatever it was read by. Pure: from the keys of mntr (which AdminServer's monitor shares) and
 * the lines of srvr to one record.
 */

type Measured = Pick<
  MemberView,
  | 'version'
  | 'product'
  | 'zxid'
  | 'latencyMs'
  | 'connections'
  | 'outstanding'
  | 'znodes'
  | 'watches'
  | 'ephemerals'
  | 'dataBytes'
  | 'packetsReceived'
  | 'packetsSent'
  | 'uptimeMs'
  | 'openFiles'
  | 'openFilesMax'
>;

/** Latencies that only mntr and AdminServer know, milliseconds. */
export interface Percentiles {
  readonly readP50: number | null;
  readonly readP95: number | null;
  readonly readP99: number | null;
  readonly updateP50: number | null;
  readonly updateP95: number | null;
  readonly updateP99: number | null;
  readonly fsyncAvg: number | null;
}

/** What mntr and AdminServer tell of the member's part in its ensemble; null where they do not. */
export interface EnsemblePart {
  /** Voters of the ensemble, as the member counts them. */
  readonly quorumSize: number | null;
  /** A leader's followers that are level with it, observers not counted. */
  readonly syncedFollowers: number | null;
  /** How long a leader has led, milliseconds. */
  readonly leaderUptimeMs: number | null;
  /** How often, and how long together, it was without a leader before it led. */
  readonly leaderlessCount: number | null;
  readonly leaderlessSumMs: number | null;
  /** Elections its process took part in. */
  readonly elections: number | null;
  /** How often its process was brought level as an observer. */
  readonly observerSyncs: number | null;
}

export interface Reading extends Measured, Percentiles, EnsemblePart {
  readonly at: number;
  readonly up: boolean;
  readonly role: MemberRole;
  readonly source: ProbeSource;
  readonly probeMs: number;
  readonly fault: string | null;
  readonly blindSpots: readonly BlindSpot[];
}

export const nothingMeasured: Measured & Percentiles & EnsemblePart = {
  version: null,
  product: null,
  zxid: null,
  latencyMs: null,
  connections: null,
  outstanding: null,
  znodes: null,
  watches: null,
  ephemerals: null,
  dataBytes: null,
  packetsReceived: null,
  packetsSent: null,
  uptimeMs: null,
  openFiles: null,
  openFilesMax: null,
  readP50: null,
  readP95: null,
  readP99: null,
  updateP50: null,
  updateP95: null,
  updateP99: null,
  fsyncAvg: null,
  quorumSize: null,
  syncedFollowers: null,
  leaderUptimeMs: null,
  leaderlessCount: null,
  leaderlessSumMs: null,
  elections: null,
  observerSyncs: null,
};

/** The role named by `server_state` or `Mode:`. */
export function roleOf(mode: string | null | undefined): MemberRole {
  switch (mode) {
    case 'leader':
    case 'follower':
    case 'observer':
    case 'standalone':
      return mode;
    case 'read-only':
      return 'readOnly';
    default:
      return 'unknown';
  }
}

/** Apache's version line begins `3.8.4-<commit>`; the bundled server's names itself behind that. */
export function productOf(version: string | null): Reading['product'] {
  if (version === null) return null;
  if (/zoodeck/i.test(version)) return 'zoodeck';
  return /^\d+\.\d+\.\d+-/.test(version) ? 'apache' : null;
}

/** `3.8.4` from `3.8.4-<commit>, built on …`; what a product adds that is no commit stays: `3.8.4-zoodeck-0.1.0`. */
export function shortVersion(version: string | null): string | null {
  const release = version?.split(',')[0]?.trim() ?? '';
  if (release === '') return null;
  return release.replace(/-([0-9a-f]{40}|\$\{[^}]*\}|)$/, '');
}

/** What mntr's keys (without `zk_`) tell. */
export function fromMonitor(values: ReadonlyMap<string, string>): typeof nothingMeasured {
  const number = (key: string) => numberOf(values.get(key));
  const [min, avg, max] = [number('min_latency'), number('avg_latency'), number('max_latency')];
  const version = values.get('version') ?? null;
  return {
    version: shortVersion(version),
    product: productOf(version),
    zxid: null,
    latencyMs: min === null || avg === null || max === null ? null : { min, avg, max },
    connections: number('num_alive_connections'),
    outstanding: number('outstanding_requests'),
    znodes: number('znode_count'),
    watches: number('watch_count'),
    ephemerals: number('ephemerals_count'),
    dataBytes: number('approximate_data_size'),
    packetsReceived: number('packets_received'),
    packetsSent: number('packets_sent'),
    uptimeMs: number('uptime'),
    openFiles: number('open_file_descriptor_count'),
    openFilesMax: number('max_file_descriptor_count'),
    readP50: number('p50_readlatency'),
    readP95: number('p95_readlatency'),
    readP99: number('p99_readlatency'),
    updateP50: number('p50_updatelatency'),
    updateP95: number('p95_updatelatency'),
    updateP99: number('p99_updatelatency'),
    fsyncAvg: number('avg_fsynctime'),
    quorumSize: number('quorum_size'),
    syncedFollowers: number('synced_followers'),
    leaderUptimeMs: number('leader_uptime'),
    leaderlessCount: number('cnt_leader_unavailable_time'),
    leaderlessSumMs: number('sum_leader_unavailable_time'),
    elections: number('cnt_election_time'),
    observerSyncs: number('cnt_observer_sync_time'),
  };
}

/** What srvr's lines tell. */
export function fromSrvr(answer: SrvrAnswer): typeof nothingMeasured {
  return {
    ...nothingMeasured,
    version: shortVersion(answer.version),
    product: productOf(answer.version),
    zxid: answer.zxid,
    latencyMs: answer.latencyMs,
    connections: answer.connections,
    outstanding: answer.outstanding,
    znodes: answer.nodeCount,
    packetsReceived: answer.received,
    packetsSent: answer.sent,
  };
}
