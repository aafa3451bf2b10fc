import 'server-only';
import type { Db } from '../store/database';
import { groupBy, mergeMinutes, minuteMs, type Sample, type SampleRow } from './fields';

/**
 * Samples as read for a day, and one row a minute for a week. Rows are written once a round; minutes are made from
 * the rows when they are over, so that a restart in between loses nothing.
 */

export const samplesKeptMs = 24 * 3_600_000;
export const minutesKeptMs = 7 * 86_400_000;

interface StoredRow {
  readonly cluster: string;
  readonly member: string;
  readonly at: number;
  readonly fields: string;
}

function rowOf(stored: StoredRow): SampleRow {
  return { at: stored.at, member: stored.member, sample: JSON.parse(stored.fields) as Sample };
}

export class SampleStore {
  constructor(private readonly db: Db) {}

  add(cluster: string, rows: readonly SampleRow[]): void {
    if (rows.length > 0) this.insert('samples', cluster, rows);
  }

  private insert(table: 'samples' | 'minutes', cluster: string, rows: readonly SampleRow[]): void {
    const statement = this.db.prepare(
      `INSERT OR REPLACE INTO ${table} (cluster, member, at, fields) VALUES (?, ?, ?, ?)`,
    );
    this.db.transaction(() => {
      for (const { member, at, sample } of rows) statement.run(cluster, member, at, JSON.stringify(sample));
    })();
  }

  /** Rows as sampled, in order of time. */
  samples(cluster: string, from: number, to: number): SampleRow[] {
    return this.select('samples', cluster, from, to);
  }

  /** Rows a minute, in order of time; minutes not rolled up yet are made from their samples. */
  minutes(cluster: string, from: number, to: number): SampleRow[] {
    const unrolledFrom = this.rolledUpTo();
    const rolled = this.select('minutes', cluster, from, to);
    return [...rolled, ...mergeMinutes(this.samples(cluster, Math.max(from, unrolledFrom), to))];
  }

  private select(table: 'samples' | 'minutes', cluster: string, from: number, to: number): SampleRow[] {
    const rows = this.db
      .prepare(
        `SELECT cluster, member, at, fields FROM ${table} WHERE cluster = ? AND at >= ? AND at <= ? ORDER BY at, member`,
      )
      .all(cluster, from, to) as StoredRow[];
    return rows.map(rowOf);
  }

  /** Samples before this time stand in `minutes`. */
  private rolledUpTo(): number {
    const row = this.db.prepare('SELECT MAX(at) AS at FROM minutes').get() as { at: number | null };
    return row.at === null ? 0 : row.at + minuteMs;
  }

  /** Makes the rows of all minutes that are over. */
  rollUp(now: number): void {
    const until = Math.floor(now / minuteMs) * minuteMs;
    const rows = this.db
      .prepare('SELECT cluster, member, at, fields FROM samples WHERE at >= ? AND at < ? ORDER BY at')
      .all(this.rolledUpTo(), until) as StoredRow[];
    for (const [cluster, group] of groupBy(rows, (row) => row.cluster)) {
      this.insert('minutes', cluster, mergeMinutes(group.map(rowOf)));
    }
  }

  /** Drops what is past its time. */
  prune(now: number): void {
    this.db.prepare('DELETE FROM samples WHERE at < ?').run(now - samplesKeptMs);
    this.db.prepare('DELETE FROM minutes WHERE at < ?').run(now - minutesKeptMs);
  }

  /** When the oldest row kept for a cluster was sampled. */
  oldest(cluster: string): number | null {
    const first = (table: 'samples' | 'minutes') =>
      (
        this.db.prepare(`SELECT MIN(at) AS at FROM ${table} WHERE cluster = ?`).get(cluster) as {
          at: number | null;
        }
      ).at;
    const times = [first('samples'), first('minutes')].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }
}
