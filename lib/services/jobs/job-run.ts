import 'server-only';
import type { JobState } from '@/lib/api/jobs';
import { isConnectionFault } from '@/lib/client/faults';
import type { ClusterSettings } from '@/lib/config/settings';
import { readParts } from '../changes/image';
import { lineageOf } from '../clusters/lineage';
import { requireWritable } from '../clusters/writable';
import { meter } from '../console/meter';
import { applyChunk, dependentFault, type Applied } from './apply';
import { JobJournal } from './job-journal';
import type { ItemResult, JobItem, JobRecord, JobStore } from './job-store';
import { pacesOf } from './paces';
import { persistently } from './walk';

/**
 * Carries a plan out, chunk by chunk. What a chunk is about to change is in the journal before it is sent, and what it did there
 * and in the plan before the next begins; when an answer was lost, or the console was, the chunk is looked at anew, and
 * what happened already counts as done.
 */

/** Znodes in one chunk, and the bytes of their own values: far below jute.maxbuffer, small beside other clients. */
const chunkItems: Record<JobItem['op'], number> = { delete: 200, create: 100, set: 100, acl: 16 };
const chunkBytes = 400_000;
/** Copies read their values when their turn comes; so many of any size at a time. */
const chunkCopies = 16;
/** After this many znodes could not be done something is wrong in general, and it stops. */
const faultsMax = 100;

export interface RunContext {
  readonly job: JobRecord;
  readonly store: JobStore;
  readonly clusterOf: (id: string) => ClusterSettings;
  readonly cancelled: () => boolean;
}

/** The beginning of the items that go together: one cluster, one operation, none below another one's fault. */
function chunkOf(items: readonly JobItem[]): JobItem[] {
  const [first] = items;
  if (first === undefined) return [];
  const limit = first.args.source === undefined ? chunkItems[first.op] : chunkCopies;
  const end = items.findIndex(
    (item, at) => at >= limit || item.op !== first.op || item.cluster !== first.cluster,
  );
  return end < 0 ? [...items] : items.slice(0, end);
}

export class JobRun {
  private faults = 0;
  /** Znodes that could not be done; what hangs on them is not tried. */
  private readonly faulty = new Map<JobItem['op'], string[]>();

  /** The member asked next may not have what an answer that was lost is about, in this run or an earlier one. */
  private mayBeBehind = true;
  private readonly journal: JobJournal;

  constructor(private readonly context: RunContext) {
    this.journal = new JobJournal(context.job);
  }

  async run(): Promise<JobState> {
    const { job, store, cancelled } = this.context;
    this.faults = store.counts(job.id).faults;
    for (;;) {
      if (cancelled()) return 'cancelled';
      const chunk = chunkOf(store.next(job.id, chunkItems.delete, chunkBytes));
      const [first] = chunk;
      if (first === undefined) return this.faults === 0 ? 'done' : 'failed';
      // A move deletes only once everything stands at the other place.
      if (job.kind === 'moveTree' && first.op === 'delete' && this.faults > 0) return 'failed';
      const cluster = this.context.clusterOf(first.cluster);
      // It may have become read-only since the run began.
      requireWritable(cluster);
      await pacesOf(cluster).writes.take(chunk.length);
      await this.perform(cluster, chunk);
      if (this.faults >= faultsMax) return 'failed';
    }
  }

  private async perform(cluster: ClusterSettings, chunk: readonly JobItem[]): Promise<void> {
    const hanging = chunk.filter((item) => this.hangsOn(item) !== null);
    const free = chunk.filter((item) => !hanging.includes(item));
    const results: Applied[] = hanging.map((item) => ({
      ...{
        item,
        fault: dependentFault(this.hangsOn(item) ?? ''),
        how: 'not' as const,
        before: null,
        after: null,
      },
    }));
    if (free.length > 0) results.push(...(await this.apply(cluster, free)));
    this.settle(cluster, results);
  }

  private apply(cluster: ClusterSettings, items: readonly JobItem[]): Promise<Applied[]> {
    const { job, cancelled, clusterOf } = this.context;
    return persistently(cluster, cancelled, async (client) => {
      if (this.mayBeBehind) await client.sync(items[0]!.path);
      this.mayBeBehind = false;
      // A session that is still to be opened may be the other cluster's: judged once it answers.
      await client.exists('/');
      await lineageOf(cluster.id).requireSameSince(job.at, 'The plan');
      try {
        return await applyChunk(
          client,
          items,
          (source) => persistently(clusterOf(source.cluster), cancelled, (at) => readParts(at, source.path)),
          (sending) => this.journal.begin(sending),
        );
      } catch (error) {
        this.mayBeBehind ||= isConnectionFault(error, 'outcomeUnknown');
        throw error;
      }
    });
  }

  private hangsOn(item: JobItem): string | null {
    if (item.op !== 'create' && item.op !== 'delete') return null;
    for (const path of this.faulty.get(item.op) ?? []) {
      const hangs =
        item.op === 'create' ? item.path.startsWith(`${path}/`) : path.startsWith(`${item.path}/`);
      if (hangs) return path;
    }
    return null;
  }

  private settle(cluster: ClusterSettings, results: readonly Applied[]): void {
    const { job, store } = this.context;
    this.journal.settle(results);
    for (const { item, fault } of results) {
      if (fault === null) continue;
      this.faults += 1;
      this.faulty.set(item.op, [...(this.faulty.get(item.op) ?? []), item.path]);
    }
    const failed = results.filter(({ fault }) => fault !== null).length;
    meter().jobItems(cluster.id, results.length - failed, failed);
    store.settle(
      job.id,
      results.map(({ item, fault }): ItemResult => ({ seq: item.seq, fault })),
    );
  }
}
