import type { LeaderTerm } from '@/lib/api/overview';
import type { TermStore } from '../store/terms';
import { type LeadershipState, noLeadership, observe } from './leadership';
import type { Reading } from './reading';
import { type TimeLag, ZxidClock } from './zxid-clock';

/** What one cluster's readings tell over time: its leaders, kept over restarts of the console, and who is behind. */

/** How often the sighting of a leader that goes on leading is written. */
const keepEveryMs = 30_000;

export class EnsembleHistory {
  private readonly clock = new ZxidClock();
  private state: LeadershipState;
  private keptAt = 0;
  /** What each member counted of its times without a leader, when it was last read. */
  private readonly leaderless = new Map<string, { readonly count: number; readonly sumMs: number }>();

  constructor(
    private readonly cluster: string,
    private readonly store: TermStore,
  ) {
    const [last] = store.list(cluster, 1);
    this.state = last ?? noLeadership;
  }

  take(member: string, reading: Reading): void {
    if (reading.zxid !== null) this.clock.see(BigInt(reading.zxid), reading.at);
    const before = this.state;
    const { state, closed } = observe(before, member, reading, this.newlyLeaderless(member, reading));
    this.state = state;
    if (closed !== null) this.store.put(this.cluster, { term: closed, seenAt: before.seenAt });
    const { term } = state;
    if (term === null || term === before.term) return;
    const changed =
      before.term === null ||
      (['leader', 'from', 'epoch', 'to'] as const).some((field) => term[field] !== before.term![field]);
    if (!changed && reading.at - this.keptAt < keepEveryMs) return;
    this.keptAt = reading.at;
    this.store.put(this.cluster, { term, seenAt: state.seenAt });
  }

  /** The time without a leader that a member added since it was last read; null where it added none, or several. */
  private newlyLeaderless(
    member: string,
    { leaderlessCount, leaderlessSumMs, elections }: Reading,
  ): number | null {
    if (leaderlessCount === null || leaderlessSumMs === null) return null;
    const before = this.leaderless.get(member) ?? { count: 0, sumMs: 0 };
    this.leaderless.set(member, { count: leaderlessCount, sumMs: leaderlessSumMs });
    // The first time of a process that took part in one election only is the time its own start took.
    if (leaderlessCount === 1 && (elections ?? 0) < 2) return null;
    return leaderlessCount === before.count + 1 ? leaderlessSumMs - before.sumMs : null;
  }

  /** How long behind a reading was; null where it was not, or cannot be known. */
  lag({ zxid, at }: Pick<Reading, 'zxid' | 'at'>): TimeLag | null {
    return zxid === null ? null : this.clock.lag(BigInt(zxid), at);
  }

  /** Newest first. */
  terms(limit: number): LeaderTerm[] {
    return this.store.list(this.cluster, limit).map(({ term }) => term);
  }
}
