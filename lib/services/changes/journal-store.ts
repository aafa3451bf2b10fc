import 'server-only';
import {
  keptBytesMax,
  keptEntriesMax,
  type ChangeKind,
  type ChangeOutcome,
  type ChangeRow,
  type ChangesQuery,
  type NodeImage,
} from '@/lib/api/changes';
import { lineageMigration } from '../clusters/lineage-schema';
import { jobMigration } from '../jobs/job-store';
import type { Db } from '../store/database';
import type { Actor } from './actor';

/**
 * The journal's rows. An entry is written before its change is sent, as of unknown outcome, and settled when the answer
 * is there: a console that dies in between leaves an entry that says just that.
 */

/** Each entry brings the schema one version up. Entries are only added. */
export const journalMigrations: readonly string[] = [
  `CREATE TABLE changes (
     id INTEGER PRIMARY KEY AUTOINCREMENT, cluster TEXT NOT NULL, at INTEGER NOT NULL, path TEXT NOT NULL,
     kind TEXT NOT NULL, head INTEGER NOT NULL, address TEXT, name TEXT, reason TEXT, outcome TEXT NOT NULL,
     code TEXT, message TEXT, job TEXT, items INTEGER, undoes INTEGER, before TEXT, after TEXT, bytes INTEGER NOT NULL
   );
   CREATE INDEX changesByCluster ON changes (cluster, head, id);
   CREATE INDEX changesByPath ON changes (cluster, path, id);
   CREATE INDEX changesByJob ON changes (job, id);
   CREATE INDEX changesUndone ON changes (undoes) WHERE undoes IS NOT NULL;
   CREATE TABLE journal (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   INSERT INTO journal VALUES ('dropped', 0);`,
  jobMigration,
  lineageMigration,
];

export interface NewChange {
  readonly cluster: string;
  readonly at: number;
  readonly path: string;
  readonly kind: ChangeKind;
  readonly actor: Actor;
  readonly job?: string | null;
  /** The one row of a job that lists show. */
  readonly isJobHead?: boolean;
  readonly items?: number | null;
  readonly undoes?: number | null;
  readonly before: NodeImage | null;
  readonly after: NodeImage | null;
  readonly outcome?: ChangeOutcome;
  readonly code?: string | null;
  readonly message?: string | null;
}

export interface Settlement {
  readonly outcome: ChangeOutcome;
  readonly code?: string | null;
  readonly message?: string | null;
  readonly path?: string;
  readonly after?: NodeImage | null;
  readonly items?: number | null;
}

/** What became of the entry of this id. */
export interface Settled extends Settlement {
  readonly id: number;
}

/** An entry of a job whose outcome nobody wrote down. */
export type OpenItem = Pick<ChangeRow, 'id' | 'kind' | 'path'> & { readonly cluster: string };

export interface KeptChange {
  readonly cluster: string;
  readonly row: ChangeRow;
  readonly before: NodeImage | null;
  readonly after: NodeImage | null;
}

interface StoredRow extends Omit<ChangeRow, 'undoneBy'> {
  readonly cluster: string;
  readonly undoneBy: number | null;
}

export interface JournalBounds {
  readonly bytes: number;
  readonly entries: number;
}

/** What a row costs besides its texts, roughly, its indexes included. */
const rowBytes = 300;
/** Dropping goes down to this share, so that not every new entry drops one. */
const pruneTo = 0.95;

const columns = `c.id, c.cluster, c.at, c.path, c.kind, c.address, c.name, c.reason, c.outcome, c.code, c.message, c.job,
  c.items, c.undoes, (SELECT max(u.id) FROM changes u WHERE u.undoes = c.id AND u.outcome = 'done') AS undoneBy`;

export class JournalStore {
  private bytes: number;
  private entries: number;
  private dropped: number;

  constructor(
    private readonly db: Db,
    private readonly bounds: JournalBounds = { bytes: keptBytesMax, entries: keptEntriesMax },
  ) {
    const held = db
      .prepare('SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM changes')
      .get() as {
      entries: number;
      bytes: number;
    };
    this.bytes = held.bytes;
    this.entries = held.entries;
    this.dropped = (
      db.prepare(`SELECT value FROM journal WHERE name = 'dropped'`).get() as { value: number }
    ).value;
  }

  add(change: NewChange): number {
    return this.addAll([change])[0] as number;
  }

  /** All or none; the ids in the same order. */
  addAll(changes: readonly NewChange[]): number[] {
    const insert = this.db.prepare(
      `INSERT INTO changes (cluster, at, path, kind, head, address, name, reason, outcome, code, message, job, items,
         undoes, before, after, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    let added = 0;
    const ids = this.db.transaction(() =>
      changes.map((change) => {
        const before = imageText(change.before);
        const after = imageText(change.after);
        const bytes = rowBytes + change.path.length + (before?.length ?? 0) + (after?.length ?? 0);
        added += bytes;
        const head = (change.job ?? null) === null || change.isJobHead === true ? 1 : 0;
        const { address, name, reason } = change.actor;
        const result = insert.run(
          ...[change.cluster, change.at, change.path, change.kind, head, address, name, reason],
          ...[change.outcome ?? 'unknown', change.code ?? null, change.message ?? null, change.job ?? null],
          ...[change.items ?? null, change.undoes ?? null, before, after, bytes],
        );
        return Number(result.lastInsertRowid);
      }),
    )() as number[];
    this.bytes += added;
    this.entries += ids.length;
    this.prune();
    return ids;
  }

  settle(id: number, settlement: Settlement): void {
    const { outcome, code = null, message = null, path, items } = settlement;
    const after = settlement.after === undefined ? null : imageText(settlement.after);
    this.db
      .prepare(
        `UPDATE changes SET outcome = ?, code = ?, message = ?, path = coalesce(?, path),
           after = coalesce(?, after), items = coalesce(?, items), bytes = bytes + ? WHERE id = ?`,
      )
      .run(outcome, code, message, path ?? null, after, items ?? null, after?.length ?? 0, id);
    this.bytes += after?.length ?? 0;
  }

  /** All or none. */
  settleAll(settled: readonly Settled[]): void {
    this.db.transaction(() => {
      for (const { id, ...settlement } of settled) this.settle(id, settlement);
    })();
  }

  /** Removes entries of what turned out not to have been a change. */
  drop(ids: readonly number[]): void {
    const remove = this.db.prepare('DELETE FROM changes WHERE id = ? RETURNING bytes');
    this.db.transaction(() => {
      for (const id of ids) {
        const row = remove.get(id) as { bytes: number } | undefined;
        if (row === undefined) continue;
        this.bytes -= row.bytes;
        this.entries -= 1;
      }
    })();
  }

  get(cluster: string, id: number): KeptChange | null {
    const row = this.db
      .prepare(`SELECT ${columns}, c.before, c.after FROM changes c WHERE c.id = ? AND c.cluster = ?`)
      .get(id, cluster) as (StoredRow & { before: string | null; after: string | null }) | undefined;
    return row === undefined ? null : keptOf(row);
  }

  /** Newest first; one more than asked for is the sign of a next page. */
  list(cluster: string, query: ChangesQuery): { changes: ChangeRow[]; more: boolean } {
    const where = ['c.cluster = ?'];
    const values: (string | number)[] = [cluster];
    if (query.job !== undefined) {
      where.push('c.job = ? AND c.head = 0');
      values.push(query.job);
    } else if (query.path === undefined || query.below === '1') where.push('c.head = 1');
    if (query.path !== undefined && query.below === '0') {
      where.push('c.path = ?');
      values.push(query.path);
    } else if (query.path !== undefined && query.path !== '/') {
      // A range instead of LIKE: no character of a path is a wildcard, and the index serves it.
      where.push('(c.path = ? OR (c.path >= ? AND c.path < ?))');
      values.push(query.path, `${query.path}/`, `${query.path}0`);
    }
    if (query.before !== undefined) {
      where.push('c.id < ?');
      values.push(query.before);
    }
    const rows = this.db
      .prepare(`SELECT ${columns} FROM changes c WHERE ${where.join(' AND ')} ORDER BY c.id DESC LIMIT ?`)
      .all(...values, query.limit + 1) as StoredRow[];
    return { changes: rows.slice(0, query.limit).map(rowOf), more: rows.length > query.limit };
  }

  /** The entry of a job as a whole. */
  head(job: string): KeptChange | null {
    const row = this.db
      .prepare(`SELECT ${columns}, c.before, c.after FROM changes c WHERE c.job = ? AND c.head = 1`)
      .get(job) as (StoredRow & { before: string | null; after: string | null }) | undefined;
    return row === undefined ? null : keptOf(row);
  }

  /** The znodes a job changed, the last first, from before `id` on. */
  jobItems(job: string, before: number, limit: number): KeptChange[] {
    const rows = this.db
      .prepare(
        `SELECT ${columns}, c.before, c.after FROM changes c
         WHERE c.job = ? AND c.head = 0 AND c.id < ? ORDER BY c.id DESC LIMIT ?`,
      )
      .all(job, before, limit) as (StoredRow & { before: string | null; after: string | null })[];
    return rows.map(keptOf);
  }

  /** The entries of a job that were opened and never settled: its run was cut short there. */
  openItems(job: string): OpenItem[] {
    return this.db
      .prepare(
        `SELECT id, cluster, kind, path FROM changes WHERE job = ? AND head = 0 AND outcome = 'unknown' ORDER BY id`,
      )
      .all(job) as OpenItem[];
  }

  kept(): { entries: number; bytes: number; bytesMax: number; dropped: number } {
    return { entries: this.entries, bytes: this.bytes, bytesMax: this.bounds.bytes, dropped: this.dropped };
  }

  /** Oldest first, until both bounds hold again. */
  private prune(): void {
    if (this.bytes <= this.bounds.bytes && this.entries <= this.bounds.entries) return;
    const { bytes, entries } = this.bounds;
    const rows = this.db.prepare('SELECT id, bytes FROM changes ORDER BY id').all() as {
      id: number;
      bytes: number;
    }[];
    let last = 0;
    let count = 0;
    let freed = 0;
    for (const row of rows) {
      const fits = this.bytes - freed <= bytes * pruneTo && this.entries - count <= entries * pruneTo;
      // The newest stays whatever its size: it is the one being made.
      if (fits || count === rows.length - 1) break;
      last = row.id;
      count += 1;
      freed += row.bytes;
    }
    this.db.transaction(() => {
      this.db.prepare('DELETE FROM changes WHERE id <= ?').run(last);
      this.db.prepare(`UPDATE journal SET value = value + ? WHERE name = 'dropped'`).run(count);
    })();
    this.bytes -= freed;
    this.entries -= count;
    this.dropped += count;
  }
}

function imageText(image: NodeImage | null): string | null {
  return image === null ? null : JSON.stringify(image);
}

function rowOf({ cluster: _cluster, ...row }: StoredRow): ChangeRow {
  return row;
}

function keptOf({
  before,
  after,
  ...row
}: StoredRow & { before: string | null; after: string | null }): KeptChange {
  const image = (text: string | null) => (text === null ? null : (JSON.parse(text) as NodeImage));
  return { cluster: row.cluster, row: rowOf(row), before: image(before), after: image(after) };
}
