import type { LeaderTerm } from '@/lib/api/overview';
import { consoleHost } from '@/lib/config/host';
import type { Db } from './database';

/** Terms of leadership, kept for a while and at most so many a cluster. A database that fails costs the log alone. */

export const termsKeptMs = 90 * 86_400_000;
const termsKeptMax = 500;

interface TermRow {
  readonly leader: string;
  readonly epoch: number | null;
  readonly started: number;
  readonly startedExact: number;
  readonly ended: number | null;
  readonly seen: number;
  readonly gap: number | null;
  readonly gapExact: number;
}

/** A term with when its leader was last seen leading. */
export interface KeptTerm {
  readonly term: LeaderTerm;
  readonly seenAt: number;
}

export class TermStore {
  constructor(
    private readonly db: Db,
    private readonly onFault: (error: unknown) => void = logFault,
  ) {}

  /** Adds a term, or brings up to date the one of the same beginning. */
  put(cluster: string, { term, seenAt }: KeptTerm): void {
    try {
      this.db
        .prepare(
          `INSERT INTO terms (cluster, leader, epoch, started, startedExact, ended, seen, gap, gapExact)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (cluster, started, leader) DO UPDATE SET
             epoch = excluded.epoch, ended = excluded.ended, seen = excluded.seen`,
        )
        .run(
          ...[cluster, term.leader, term.epoch, term.from, Number(term.fromExact), term.to, seenAt],
          ...[term.withoutLeaderMs, Number(term.withoutExact)],
        );
    } catch (error) {
      this.onFault(error);
    }
  }

  /** Newest first; none where they cannot be read. */
  list(cluster: string, limit: number): KeptTerm[] {
    try {
      const rows = this.db
        .prepare(
          `SELECT leader, epoch, started, startedExact, ended, seen, gap, gapExact FROM terms
           WHERE cluster = ? ORDER BY started DESC LIMIT ?`,
        )
        .all(cluster, limit) as TermRow[];
      return rows.map(keptTerm);
    } catch (error) {
      this.onFault(error);
      return [];
    }
  }

  prune(now: number): void {
    this.db.prepare('DELETE FROM terms WHERE seen < ?').run(now - termsKeptMs);
    this.db
      .prepare(
        `DELETE FROM terms WHERE (SELECT count(*) FROM terms AS newer
           WHERE newer.cluster = terms.cluster AND newer.started > terms.started) >= ?`,
      )
      .run(termsKeptMax);
  }
}

function keptTerm({ leader, epoch, started, startedExact, ended, seen, gap, gapExact }: TermRow): KeptTerm {
  const term: LeaderTerm = {
    ...{ leader, epoch, from: started, fromExact: startedExact === 1, to: ended },
    ...{ withoutLeaderMs: gap, withoutExact: gapExact === 1 },
  };
  return { term, seenAt: seen };
}

function logFault(error: unknown): void {
  consoleHost().log.error({ event: 'termsFailed', err: error }, 'who led could not be kept');
}
