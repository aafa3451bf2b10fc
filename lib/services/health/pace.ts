import type { Blame, PaceRow, PaceView } from '@/lib/api/ensemble';
import type { MemberRole } from '@/lib/api/overview';
import { numberOf } from '../four-letter/parse';

/**
 * Which member is slow, and whether its disk or the way to it: from mntr's summaries, the leader's per follower
 * (`ack_latency`, `learner_handler_qp_size`, each with the follower's number in its name) and each member's own
 * (`fsynctime`). Pure.
 */

/** mntr's values by key, without `zk_`. */
export type Monitor = ReadonlyMap<string, string>;

export interface Measured {
  readonly member: string;
  readonly serverId: string | null;
  readonly role: MemberRole;
  /** Null where it does not tell. */
  readonly monitor: Monitor | null;
  /** The reading before, to tell what happened between the two. */
  readonly before: Monitor | null;
  readonly behindMs: number | null;
}

/** Below these nobody is slow, whatever the others have. */
const fsyncSlowMs = 20;
const ackSlowMs = 20;
/** And slow is who needs this many times what the others need. */
const slowTimes = 3;
const behindSlowMs = 2_000;
const queueLong = 50;
const outstandingMany = 100;

/** The average between two readings, where anything was counted between them and nothing was reset. */
function recentAverage(key: string, now: Monitor, before: Monitor | null): number | null {
  if (before === null) return null;
  const grown = (name: string) => {
    const [from, to] = [numberOf(before.get(name)), numberOf(now.get(name))];
    return from === null || to === null ? null : to - from;
  };
  const [count, sum, uptime] = [grown(`cnt_${key}`), grown(`sum_${key}`), grown('uptime')];
  if (count === null || sum === null || count <= 0 || sum < 0 || (uptime ?? 1) < 0) return null;
  return sum / count;
}

/** Recent where that is known, else since counting began; null where nothing was counted yet. */
function averageOf(key: string, now: Monitor | null, before: Monitor | null): number | null {
  if (now === null) return null;
  if ((numberOf(now.get(`cnt_${key}`)) ?? 0) === 0) return null;
  return recentAverage(key, now, before) ?? numberOf(now.get(`avg_${key}`));
}

function rowOf(one: Measured, leader: Measured | undefined): PaceRow {
  const { member, role, monitor, before, behindMs, serverId } = one;
  const ofLeader = (key: string) =>
    serverId === null || leader === undefined || leader === one
      ? null
      : averageOf(`${serverId}_${key}`, leader.monitor, leader.before);
  const atLeader = (key: string) =>
    serverId === null || leader === undefined || leader === one ? null : numberOf(leader.monitor?.get(key));
  return {
    member,
    role,
    fsyncAvg: averageOf('fsynctime', monitor, before),
    fsyncMax: numberOf(monitor?.get('max_fsynctime')),
    ackAvg: ofLeader('ack_latency'),
    ackP99: atLeader(`p99_${serverId}_ack_latency`),
    queueAvg: ofLeader('learner_handler_qp_size'),
    queueMax: atLeader(`max_${serverId}_learner_handler_qp_size`),
    outstanding: numberOf(monitor?.get('outstanding_requests')),
    behindMs,
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What the others have, where this one's value stands out from it; null where it does not. */
function standsOut(
  rows: readonly PaceRow[],
  row: PaceRow,
  field: 'fsyncAvg' | 'ackAvg',
  slowMs: number,
): { readonly value: number; readonly others: number } | null {
  const value = row[field];
  if (value === null || value < slowMs) return null;
  const others = median(rows.filter((other) => other !== row).flatMap((other) => other[field] ?? []));
  return others !== null && value >= slowTimes * others ? { value, others } : null;
}

function blameOf(rows: readonly PaceRow[], row: PaceRow): Blame[] {
  const { member } = row;
  const blamed: Blame[] = [];
  const disk = standsOut(rows, row, 'fsyncAvg', fsyncSlowMs);
  if (disk !== null) blamed.push({ member, what: 'disk', ...disk });
  const ack = standsOut(rows, row, 'ackAvg', ackSlowMs);
  if (ack !== null && disk === null) blamed.push({ member, what: 'link', ...ack });
  const alone = (what: Blame['what'], value: number | null, limit: number) => {
    if (value !== null && value >= limit) blamed.push({ member, what, value, others: null });
  };
  alone('queue', row.queueAvg, queueLong);
  alone('behind', row.behindMs, behindSlowMs);
  alone('outstanding', row.outstanding, outstandingMany);
  return blamed;
}

/** Each member's figures, and who is to blame by them. */
export function paceView(members: readonly Measured[], windowMs: number | null): PaceView {
  const leader = members.find(({ role }) => role === 'leader');
  const rows = members.map((member) => rowOf(member, leader));
  return {
    rows,
    windowMs,
    blamed: rows.flatMap((row) => blameOf(rows, row)),
    judged: members.filter(({ monitor }) => monitor !== null).length >= 2,
  };
}
