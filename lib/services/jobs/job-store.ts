import 'server-only';
import type { AclEntry } from '@/lib/api/common';
import type { JobKind, JobOp, JobState, JobView } from '@/lib/api/jobs';
import type { Actor } from '../changes/actor';
import type { Db } from '../store/database';

/**
 * Jobs with their plans, in the journal's database: one that the console's end interrupted is there to be run on. An
 * item holds what identifies the znode it is about, so that one changed since the plan is recognised in its turn.
 */

export const jobMigration = `CREATE TABLE jobs (
     id TEXT PRIMARY KEY, cluster TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, state TEXT NOT NULL,
     at INTEGER NOT NULL, facts TEXT NOT NULL, actor TEXT, head INTEGER, error TEXT
   ) WITHOUT ROWID;
   CREATE TABLE jobItems (
     job TEXT NOT NULL, seq INTEGER NOT NULL, cluster TEXT NOT NULL, op TEXT NOT NULL, path TEXT NOT NULL,
     args TEXT NOT NULL, data BLOB, state INTEGER NOT NULL, code TEXT, message TEXT, PRIMARY KEY (job, seq)
   ) WITHOUT ROWID;
   CREATE INDEX jobItemsByState ON jobItems (job, state, seq);`;

/** Ended jobs kept, over all clusters; their items go with them. */
const jobsKeptMax = 30;
const countedMax = 100;
const pending = 0;
const succeeded = 1;
const faulty = 2;

/** What the plan says, besides its items. */
export type JobFacts = Omit<
  JobView,
  | 'id'
  | 'kind'
  | 'path'
  | 'state'
  | 'plannedAt'
  | 'by'
  | 'resumable'
  | 'items'
  | 'done'
  | 'faultCount'
  | 'faults'
  | 'error'
>;

export interface ItemArgs {
  /** Of the data, for set and delete; of the ACL for acl. */
  readonly version?: number;
  /** What identifies the znode meant, in hex. */
  readonly czxid?: string;
  readonly mzxid?: string;
  readonly acl?: readonly AclEntry[];
  /** Where a create's value is read from when its turn comes. */
  readonly source?: {
    readonly cluster: string;
    readonly path: string;
    readonly czxid: string;
    readonly mzxid: string;
  };
}

export interface NewItem {
  readonly cluster: string;
  readonly op: JobOp;
  readonly path: string;
  readonly args: ItemArgs;
  readonly data?: Buffer | null;
}

export interface JobItem extends NewItem {
  readonly seq: number;
}

export interface JobRecord {
  readonly id: string;
  readonly cluster: string;
  readonly kind: JobKind;
  readonly path: string;
  readonly state: JobState;
  readonly at: number;
  readonly facts: JobFacts;
  readonly actor: Actor | null;
  /** The journal's entry of the whole job. */
  readonly head: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ItemResult {
  readonly seq: number;
  readonly fault: { readonly code: string; readonly message: string } | null;
}

interface StoredItem {
  readonly seq: number;
  readonly cluster: string;
  readonly op: JobOp;
  readonly path: string;
  readonly args: string;
  readonly data: Buffer | null;
}

interface StoredJob {
  readonly id: string;
  readonly cluster: string;
  readonly kind: JobKind;
  readonly path: string;
  readonly state: JobState;
  readonly at: number;
  readonly facts: string;
  readonly actor: string | null;
  readonly head: number | null;
  readonly error: string | null;
}

interface Counts {
  readonly items: number;
  readonly done: number;
  readonly faults: number;
}

export class JobStore {
  /** Counting reads all items of a job, and lists are asked for again and again: kept until one changes. */
  private readonly counted = new Map<string, Counts>();

  constructor(private readonly db: Db) {
    // What ran when the console ended did not end itself; what was being planned is lost.
    db.exec(`UPDATE jobs SET state = 'interrupted' WHERE state = 'running';
             DELETE FROM jobItems WHERE job IN (SELECT id FROM jobs WHERE state = 'planning');
             DELETE FROM jobs WHERE state = 'planning';`);
  }

  put(job: JobRecord): void {
    const text = (value: unknown) => (value === null ? null : JSON.stringify(value));
    this.db
      .prepare(
        `INSERT OR REPLACE INTO jobs (id, cluster, kind, path, state, at, facts, actor, head, error)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[job.id, job.cluster, job.kind, job.path, job.state, job.at, JSON.stringify(job.facts)],
        ...[text(job.actor), job.head, text(job.error)],
      );
    this.prune();
  }

  get(id: string): JobRecord | null {
    const row = this.db.prepare('SELECT * FROM jobs WHERE id = ?').get(id) as StoredJob | undefined;
    return row === undefined ? null : jobOf(row);
  }

  /** Newest first, without those that were given up before they ran. */
  list(cluster: string, limit: number): JobRecord[] {
    const rows = this.db
      .prepare(
        `SELECT * FROM jobs WHERE cluster = ? AND (state <> 'cancelled' OR head IS NOT NULL)
         ORDER BY at DESC LIMIT ?`,
      )
      .all(cluster, limit) as StoredJob[];
    return rows.map(jobOf);
  }

  underWay(cluster: string): { running: number; interrupted: number } {
    return this.db
      .prepare(
        `SELECT coalesce(sum(state = 'running'), 0) AS running, coalesce(sum(state = 'interrupted'), 0) AS interrupted
         FROM jobs WHERE cluster = ?`,
      )
      .get(cluster) as { running: number; interrupted: number };
  }

  addItems(job: string, first: number, items: readonly NewItem[]): void {
    this.counted.delete(job);
    const insert = this.db.prepare(
      `INSERT INTO jobItems (job, seq, cluster, op, path, args, data, state) VALUES (?, ?, ?, ?, ?, ?, ?, ${pending})`,
    );
    this.db.transaction(() => {
      items.forEach((item, index) =>
        insert.run(
          ...[job, first + index, item.cluster, item.op, item.path],
          ...[JSON.stringify(item.args), item.data ?? null],
        ),
      );
    })();
  }

  /** The next items in order; `bytes` bounds what their own data adds up to, though one always comes. */
  next(job: string, limit: number, bytes: number): JobItem[] {
    const rows = this.db
      .prepare(
        `SELECT seq, cluster, op, path, args, data FROM jobItems WHERE job = ? AND state = ${pending}
         ORDER BY seq LIMIT ?`,
      )
      .iterate(job, limit) as Iterable<StoredItem>;
    const items: JobItem[] = [];
    let held = 0;
    for (const { args, data, ...row } of rows) {
      held += data?.byteLength ?? 0;
      if (items.length > 0 && held > bytes) break;
      items.push({
        ...row,
        args: JSON.parse(args) as ItemArgs,
        data: data === null ? null : Buffer.from(data),
      });
    }
    return items;
  }

  settle(job: string, results: readonly ItemResult[]): void {
    this.counted.delete(job);
    const update = this.db.prepare(
      'UPDATE jobItems SET state = ?, code = ?, message = ?, data = NULL WHERE job = ? AND seq = ?',
    );
    this.db.transaction(() => {
      for (const { seq, fault } of results) {
        update.run(
          fault === null ? succeeded : faulty,
          fault?.code ?? null,
          fault?.message ?? null,
          job,
          seq,
        );
      }
    })();
  }

  counts(job: string): Counts {
    const held = this.counted.get(job);
    if (held !== undefined) return held;
    const counts = this.db
      .prepare(
        `SELECT count(*) AS items, coalesce(sum(state = ${succeeded}), 0) AS done,
           coalesce(sum(state = ${faulty}), 0) AS faults FROM jobItems WHERE job = ?`,
      )
      .get(job) as Counts;
    if (this.counted.size >= countedMax) this.counted.clear();
    this.counted.set(job, counts);
    return counts;
  }

  /** Where items that are still to be done create, set or delete; ACLs are not noticed by watches. */
  pendingPaths(job: string): { cluster: string; path: string }[] {
    return this.db
      .prepare(`SELECT cluster, path FROM jobItems WHERE job = ? AND state = ${pending} AND op <> 'acl'`)
      .all(job) as { cluster: string; path: string }[];
  }

  /** The clusters that the items are about. */
  clustersOf(job: string): string[] {
    const rows = this.db.prepare('SELECT DISTINCT cluster FROM jobItems WHERE job = ?').all(job);
    return (rows as { cluster: string }[]).map(({ cluster }) => cluster);
  }

  faults(job: string, limit: number): { path: string; code: string; message: string }[] {
    return this.db
      .prepare(
        `SELECT path, code, message FROM jobItems WHERE job = ? AND state = ${faulty} ORDER BY seq LIMIT ?`,
      )
      .all(job, limit) as { path: string; code: string; message: string }[];
  }

  sample(job: string, limit: number): { op: JobOp; path: string }[] {
    return this.db
      .prepare('SELECT op, path FROM jobItems WHERE job = ? ORDER BY seq LIMIT ?')
      .all(job, limit) as { op: JobOp; path: string }[];
  }

  /** Each item with what became of it, for the report. */
  *report(job: string): Generator<{ op: JobOp; path: string; state: string; code: string; message: string }> {
    const rows = this.db
      .prepare(
        `SELECT op, path, CASE state WHEN ${pending} THEN 'pending' WHEN ${succeeded} THEN 'done' ELSE 'failed' END
           AS state, coalesce(code, '') AS code, coalesce(message, '') AS message
         FROM jobItems WHERE job = ? ORDER BY seq`,
      )
      .all(job) as { op: JobOp; path: string; state: string; code: string; message: string }[];
    yield* rows;
  }

  private prune(): void {
    this.db.exec(
      `DELETE FROM jobs WHERE state NOT IN ('running', 'planning', 'interrupted') AND id NOT IN
         (SELECT id FROM jobs ORDER BY at DESC LIMIT ${jobsKeptMax});
       DELETE FROM jobItems WHERE job NOT IN (SELECT id FROM jobs);`,
    );
  }
}

function jobOf({ facts, actor, error, ...row }: StoredJob): JobRecord {
  const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return {
    ...row,
    facts: JSON.parse(facts) as JobFacts,
    actor: parsed(actor) as Actor | null,
    error: parsed(error) as JobRecord['error'],
  };
}
