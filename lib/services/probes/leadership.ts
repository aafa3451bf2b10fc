import type { LeaderTerm } from '@/lib/api/overview';
import type { Reading } from './reading';

/**
 * Who led from when to when, told from readings. A leader that allows mntr says since when it leads and how long it was
 * without one before; of any other only what the probes saw is known, and marked as that. Pure.
 */

/** A gap between sightings longer than this is the console's own absence, not the ensemble's. */
const gapToldMaxMs = 300_000;
/** How far apart two tellings of one term's beginning may lie: clocks, and the time a probe takes. */
const sameTermMs = 3_000;

export interface LeadershipState {
  /** The newest term; its `to` is null while its leader is seen leading. */
  readonly term: LeaderTerm | null;
  /** When its leader was last seen leading. */
  readonly seenAt: number;
}

export const noLeadership: LeadershipState = { term: null, seenAt: 0 };

function epochOf(zxid: string | null): number | null {
  // not wide: the epoch is the upper 32 bits.
  return zxid === null ? null : Number(BigInt(zxid) >> 32n);
}

/**
 * Takes in one reading. `leaderlessMs` is how long the member says it was without a leader before it led, or null.
 * `closed` is the term before, ended, where this reading begins another.
 */
export function observe(
  state: LeadershipState,
  member: string,
  reading: Reading,
  leaderlessMs: number | null,
): { readonly state: LeadershipState; readonly closed: LeaderTerm | null } {
  const { term } = state;
  if (!reading.up || reading.role !== 'leader') {
    if (term === null || term.leader !== member || term.to !== null) return { state, closed: null };
    return { state: { ...state, term: { ...term, to: state.seenAt } }, closed: null };
  }
  const epoch = epochOf(reading.zxid);
  // One that was cut off and does not know it yet.
  if (term !== null && epoch !== null && term.epoch !== null && epoch < term.epoch)
    return { state, closed: null };
  if (term !== null && isSame(term, member, epoch, reading)) {
    return {
      state: { term: { ...term, epoch: epoch ?? term.epoch, to: null }, seenAt: reading.at },
      closed: null,
    };
  }
  return begin(state, member, epoch, reading, leaderlessMs);
}

function isSame(term: LeaderTerm, member: string, epoch: number | null, reading: Reading): boolean {
  if (term.leader !== member) return false;
  if (term.epoch !== null && epoch !== null) return term.epoch === epoch;
  if (reading.leaderUptimeMs === null || !term.fromExact) return true;
  return Math.abs(reading.at - reading.leaderUptimeMs - term.from) < sameTermMs;
}

function begin(
  { term: last, seenAt }: LeadershipState,
  leader: string,
  epoch: number | null,
  reading: Reading,
  measured: number | null,
): { readonly state: LeadershipState; readonly closed: LeaderTerm | null } {
  const fromExact = reading.leaderUptimeMs !== null;
  const from = reading.at - (reading.leaderUptimeMs ?? 0);
  // Terms between may have been missed: then nothing is known of the time before this one.
  const follows = last !== null && (epoch === null || last.epoch === null || epoch === last.epoch + 1);
  const seenGap = follows && from - seenAt <= gapToldMaxMs ? Math.max(0, from - seenAt) : null;
  const withoutLeaderMs = follows && measured !== null ? measured : seenGap;
  const term: LeaderTerm = {
    ...{ leader, epoch, from, fromExact, to: null },
    withoutLeaderMs,
    withoutExact: withoutLeaderMs !== null && withoutLeaderMs === measured,
  };
  const state = { term, seenAt: reading.at };
  if (last === null) return { state, closed: null };
  const exactEnd = term.withoutExact && fromExact ? from - withoutLeaderMs! : null;
  return { state, closed: { ...last, to: exactEnd ?? last.to ?? seenAt } };
}
