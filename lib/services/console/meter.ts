import 'server-only';
import { AsyncLocalStorage } from 'node:async_hooks';
import { purposes, type Purpose } from '@/lib/api/console';
import { processSingleton } from '@/lib/config/host';

/**
 * What the console asks of each cluster and why: requests of its session, four-letter words and AdminServer's commands.
 * The purpose travels with the work in an AsyncLocalStorage, so that the one door each goes through can count it.
 */

const windowSeconds = 60;

/** A count since the start, and the rate over the last minute. */
class Rate {
  total = 0;
  private readonly seconds = new Uint32Array(windowSeconds);
  private second = 0;

  add(now: number): void {
    this.total += 1;
    this.advance(now);
    const at = this.second % windowSeconds;
    this.seconds[at] = this.seconds[at]! + 1;
  }

  perSecond(now: number): number {
    this.advance(now);
    return this.seconds.reduce((sum, count) => sum + count, 0) / windowSeconds;
  }

  private advance(now: number): void {
    const second = Math.floor(now / 1000);
    const from = Math.max(this.second + 1, second - windowSeconds + 1);
    for (let at = from; at <= second; at += 1) this.seconds[at % windowSeconds] = 0;
    this.second = Math.max(this.second, second);
  }
}

/** Upper bounds in seconds. */
export const probeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const;

/** Counts of durations at or below each bound of `probeBuckets`, then of all. */
export interface Durations {
  readonly counts: number[];
  count: number;
  sumSeconds: number;
}

/** What is counted of one process; labels are configured names and fixed words, so their number is bounded. */
export class Meter {
  private readonly requests = new Map<string, Map<Purpose, Rate>>();
  private readonly probed = new Map<string, Map<string, Durations>>();
  private readonly jobs = new Map<string, { done: number; failed: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  request(cluster: string, purpose: Purpose): void {
    this.ratesOf(cluster).get(purpose)!.add(this.now());
  }

  /** Every purpose, also those that nothing was asked for yet. */
  requestsOf(cluster: string): { purpose: Purpose; total: number; perSecond: number }[] {
    const now = this.now();
    return [...this.ratesOf(cluster)].map(([purpose, rate]) => ({
      purpose,
      total: rate.total,
      perSecond: rate.perSecond(now),
    }));
  }

  private ratesOf(cluster: string): Map<Purpose, Rate> {
    let rates = this.requests.get(cluster);
    if (rates === undefined) {
      rates = new Map(purposes.map((purpose) => [purpose, new Rate()]));
      this.requests.set(cluster, rates);
    }
    return rates;
  }

  probe(cluster: string, member: string, seconds: number): void {
    const members = this.probed.get(cluster) ?? new Map<string, Durations>();
    this.probed.set(cluster, members);
    const durations = members.get(member) ?? {
      counts: probeBuckets.map(() => 0),
      count: 0,
      sumSeconds: 0,
    };
    members.set(member, durations);
    probeBuckets.forEach((bound, index) => {
      if (seconds <= bound) durations.counts[index]! += 1;
    });
    durations.count += 1;
    durations.sumSeconds += seconds;
  }

  probesOf(cluster: string): ReadonlyMap<string, Durations> {
    return this.probed.get(cluster) ?? new Map<string, Durations>();
  }

  jobItems(cluster: string, done: number, failed: number): void {
    const before = this.jobItemsOf(cluster);
    this.jobs.set(cluster, { done: before.done + done, failed: before.failed + failed });
  }

  jobItemsOf(cluster: string): { readonly done: number; readonly failed: number } {
    return this.jobs.get(cluster) ?? { done: 0, failed: 0 };
  }
}

export const meter = (): Meter => processSingleton('meter', () => new Meter());

interface Work {
  readonly cluster: string;
  readonly purpose: Purpose;
}

const current = () => processSingleton('purpose', () => new AsyncLocalStorage<Work>());

/** Runs work for a purpose; all that it asks of members, also later and in the background, is counted as that. */
export function asPurpose<T>(cluster: string, purpose: Purpose, work: () => T): T {
  return current().run({ cluster, purpose }, work);
}

/** One request of the session to a cluster. */
export function countRequest(cluster: string): void {
  meter().request(cluster, current().getStore()?.purpose ?? 'browse');
}

/** One four-letter word or AdminServer command; outside of any work (a test) there is no cluster to count it for. */
export function countWord(): void {
  const work = current().getStore();
  if (work !== undefined) meter().request(work.cluster, work.purpose);
}

const resources: Readonly<Record<string, Purpose>> = {
  jobs: 'job',
  export: 'job',
  searches: 'search',
  'lock-scans': 'search',
  locks: 'holds',
  sessions: 'holds',
  watches: 'holds',
  watchers: 'holds',
  commands: 'command',
  events: 'live',
};

/** By the resource below `/api/clusters/[cluster]`; else a change is an edit, and the rest browsing. */
export function purposeOf(pathname: string, mutates: boolean): Purpose {
  const resource = /\/api\/clusters\/[^/]+\/([^/]+)/.exec(pathname)?.[1] ?? '';
  return resources[resource] ?? (mutates ? 'edit' : 'browse');
}
