import 'server-only';
import { memberName } from '@/lib/base/connection-string';
import { consoleHost, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { clusterProber, type Prober } from '../probes/prober';
import { consoleDatabase } from '../store/database';
import { EventStore } from '../store/events';
import { TermStore } from '../store/terms';
import { minuteMs, sampleOf } from './fields';
import { SampleStore } from './sample-store';

/** Samples every cluster, always, at even moments, whether anybody looks or not. */

const pruneEveryMs = 600_000;

const rounds = () => processSingleton('sampledAt', () => new Map<string, number>());

/** When the last round of a cluster ended, whether its members answered or not; null before the first. */
export function sampledAt(cluster: string): number | null {
  return rounds().get(cluster) ?? null;
}

export class Sampler {
  private timer: NodeJS.Timeout | null = null;
  private readonly busy = new Set<string>();
  private rolledAt = 0;
  private prunedAt = 0;
  private stopped = false;

  constructor(
    private readonly everyMs: number,
    private readonly clusters: readonly { readonly id: string; readonly prober: Prober }[],
    private readonly samples: SampleStore,
    private readonly pruned: readonly { prune(now: number): void }[],
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Begins at once, then at multiples of the interval. */
  start(): void {
    this.round(Date.now());
    this.schedule();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private schedule(): void {
    const now = Date.now();
    const due = (Math.floor(now / this.everyMs) + 1) * this.everyMs;
    this.timer = setTimeout(() => {
      this.round(due);
      if (!this.stopped) this.schedule();
    }, due - now).unref();
  }

  /** A round that some member holds up is not joined by a second one of the same cluster. */
  private round(due: number): void {
    for (const cluster of this.clusters) {
      if (this.busy.has(cluster.id)) continue;
      this.busy.add(cluster.id);
      this.sample(cluster, due)
        .catch(this.onFault)
        .finally(() => this.busy.delete(cluster.id));
    }
    try {
      this.housekeeping(due);
    } catch (error) {
      this.onFault(error);
    }
  }

  private async sample({ id, prober }: { id: string; prober: Prober }, due: number): Promise<void> {
    const readings = await prober.refresh(this.everyMs / 2);
    if (this.stopped) return;
    rounds().set(id, Date.now());
    const rows = [...readings].flatMap(([member, reading]) => {
      const sample = sampleOf(reading);
      return sample === null ? [] : [{ at: due, member, sample }];
    });
    this.samples.add(id, rows);
  }

  private housekeeping(now: number): void {
    if (now - this.rolledAt >= minuteMs) {
      this.rolledAt = now;
      // A round still under way may belong to the minute just over: the one before is surely complete.
      this.samples.rollUp(now - minuteMs / 2);
    }
    if (now - this.prunedAt < pruneEveryMs) return;
    this.prunedAt = now;
    this.samples.prune(now);
    for (const store of this.pruned) store.prune(now);
  }
}

/** Starts the sampling of all configured clusters; a second call changes nothing. */
export function startSampler(): void {
  processSingleton('sampler', () => {
    const { settings, log, onStop } = consoleHost();
    const db = consoleDatabase();
    let lastFault = '';
    const sampler = new Sampler(
      settings.sampleEveryMs,
      settings.clusters.map((cluster: ClusterSettings) => ({
        id: cluster.id,
        prober: clusterProber(cluster),
      })),
      new SampleStore(db),
      [new EventStore(db), new TermStore(db)],
      (error) => {
        // A full disk fails every round; its first line says what all would.
        const fault = String(error);
        if (fault !== lastFault)
          log.error({ event: 'samplingFailed', err: error }, 'metrics could not be sampled');
        lastFault = fault;
      },
    );
    const members = settings.clusters.flatMap((cluster) => cluster.members.map(memberName));
    log.info(
      { event: 'sampling', everyMs: settings.sampleEveryMs, members: members.length },
      'metrics are sampled',
    );
    sampler.start();
    onStop.push(() => sampler.stop());
    return sampler;
  });
}
