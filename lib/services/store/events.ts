import 'server-only';
import type { ClusterEvent } from '@/lib/api/overview';
import { consoleHost } from '@/lib/config/host';
import type { Db } from './database';

/**
 * What happened to members and sessions, kept for a while. Writers and readers are in the middle of something that
 * matters more than this memory, so a database that fails (a full disk) costs the event and nothing else.
 */

export const eventsKeptMs = 30 * 86_400_000;

interface EventRow {
  readonly at: number;
  readonly kind: ClusterEvent['kind'];
  readonly member: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

export interface EventRange {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export class EventStore {
  constructor(
    private readonly db: Db,
    private readonly onFault: (error: unknown) => void = logFault,
  ) {}

  add(cluster: string, event: ClusterEvent): void {
    try {
      this.db
        .prepare('INSERT INTO events (cluster, at, kind, member, before, after) VALUES (?, ?, ?, ?, ?, ?)')
        .run(cluster, event.at, event.kind, event.member, event.from, event.to);
    } catch (error) {
      this.onFault(error);
    }
  }

  /** Newest first; none where they cannot be read. */
  list(cluster: string, range: EventRange): ClusterEvent[] {
    try {
      const rows = this.db
        .prepare(
          `SELECT at, kind, member, before, after FROM events
           WHERE cluster = ? AND at >= ? AND at <= ? ORDER BY at DESC, rowid DESC LIMIT ?`,
        )
        .all(cluster, range.from, range.to, range.limit) as EventRow[];
      return rows.map(({ before, after, ...row }) => ({ ...row, from: before, to: after }));
    } catch (error) {
      this.onFault(error);
      return [];
    }
  }

  prune(now: number): void {
    this.db.prepare('DELETE FROM events WHERE at < ?').run(now - eventsKeptMs);
  }
}

function logFault(error: unknown): void {
  consoleHost().log.error(
    { event: 'eventsFailed', err: error },
    'what happened to a member could not be kept',
  );
}
