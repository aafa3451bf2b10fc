import 'server-only';
import { journalSafely } from '../changes/journal';
import type { JournalStore, NewChange, Settled } from '../changes/journal-store';
import type { Applied, Sending } from './apply';
import type { JobItem, JobRecord } from './job-store';

/**
 * The journal's entries of one job's znodes. Each is opened with the znode as it stands before a chunk is sent, and
 * settled by its answer; where the answer was lost, or the console was, the next look at the znode settles it, so that
 * what was there before is kept whatever happened in between.
 */

type Place = Pick<JobItem, 'cluster' | 'op' | 'path'>;

const keyOf = ({ cluster, op, path }: Place) => `${cluster}\n${op}\n${path}`;

export class JobJournal {
  /** Entries of unknown outcome, by the item they are about. */
  private readonly open = new Map<string, number>();
  /** Items whose entry the last `begin` opened. */
  private sent = new Set<string>();

  constructor(private readonly job: JobRecord) {
    const held = journalSafely((journal) => journal.openItems(job.id)) ?? [];
    for (const { id, cluster, kind, path } of held)
      this.open.set(keyOf({ cluster, op: kind as JobItem['op'], path }), id);
  }

  /** What still has to be sent was not done by an earlier attempt, whose entries this one's replace. */
  begin(sending: readonly Sending[]): void {
    const keys = sending.map(({ item }) => keyOf(item));
    const stale = keys.map((key) => this.open.get(key)).filter((id) => id !== undefined);
    for (const key of keys) this.open.delete(key);
    this.sent = new Set(keys);
    const entries = sending.map(({ item, before }) => this.entryOf(item, { before }));
    const ids = journalSafely((journal) => {
      journal.drop(stale);
      return journal.addAll(entries);
    });
    ids?.forEach((id, index) => this.open.set(keys[index]!, id));
  }

  settle(results: readonly Applied[]): void {
    const settled: Settled[] = [];
    const dropped: number[] = [];
    const added: NewChange[] = [];
    for (const result of results) {
      const key = keyOf(result.item);
      const id = this.open.get(key);
      this.open.delete(key);
      if (id !== undefined && result.how === 'gone') dropped.push(id);
      else if (id !== undefined) settled.push({ id, ...this.outcomeOf(result, this.sent.has(key)) });
      else if (result.fault !== null || result.how === 'sent')
        added.push(this.entryOf(result.item, { ...result, ...this.outcomeOf(result, true) }));
    }
    this.sent.clear();
    journalSafely((journal: JournalStore) => {
      journal.settleAll(settled);
      journal.drop(dropped);
      journal.addAll(added);
    });
  }

  /** A fault found on looking again says nothing of an attempt whose answer was lost. */
  private outcomeOf({ fault, after }: Applied, answered: boolean): Omit<Settled, 'id'> {
    if (fault === null) return { outcome: 'done', after };
    return { outcome: answered ? 'failed' : 'unknown', code: fault.code, message: fault.message };
  }

  private entryOf(
    item: JobItem,
    more: Pick<NewChange, 'before'> & Partial<Pick<NewChange, 'after' | 'outcome' | 'code' | 'message'>>,
  ): NewChange {
    const { before, after = null, outcome, code, message } = more;
    return {
      ...{ cluster: item.cluster, at: Date.now(), path: item.path, kind: item.op, job: this.job.id },
      ...{ actor: this.job.actor ?? { address: null, name: null, reason: null } },
      ...{ before, after, outcome, code, message },
    };
  }
}
