import type { SessionRow } from '@/lib/api/sessions';
import { formatSessionId, parseSessionId } from '@/lib/protocol/session-id';

/** What the session explorer makes of its rows: pure. */

/**
 * Rows that a text means: a whole id, `0x…` or decimal as other programs log it, means that session alone; anything
 * else is looked for in ids, clients and members.
 */
export function matchingSessions(rows: readonly SessionRow[], text: string): readonly SessionRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return rows;
  const parsed = parseSessionId(wanted);
  const id = parsed === null ? null : formatSessionId(parsed);
  const exact = id === null ? [] : rows.filter((row) => row.id === id);
  if (exact.length > 0) return exact;
  return rows.filter(
    ({ id, address, member }) =>
      id.includes(wanted) ||
      address?.toLowerCase().includes(wanted) ||
      member?.toLowerCase().includes(wanted),
  );
}

export interface HostRow {
  /** Null for sessions that are connected nowhere. */
  readonly host: string | null;
  readonly sessions: number;
  /** Members its sessions are on. */
  readonly members: number;
  readonly queued: number;
  readonly received: number;
  readonly sent: number;
  readonly maxLatencyMs: number | null;
  readonly ephemerals: number | null;
  readonly watches: number | null;
}

/** One row for each host that clients come from. Counts add up; of latencies the worst stands. */
export function byHost(rows: readonly SessionRow[]): HostRow[] {
  const hosts = new Map<string | null, { row: HostRow; members: Set<string> }>();
  for (const session of rows) {
    const held = hosts.get(session.host);
    const members = held?.members ?? new Set<string>();
    if (session.member !== null) members.add(session.member);
    const before = held?.row;
    hosts.set(session.host, {
      members,
      row: {
        host: session.host,
        sessions: (before?.sessions ?? 0) + 1,
        members: members.size,
        queued: (before?.queued ?? 0) + (session.queued ?? 0),
        received: (before?.received ?? 0) + (session.received ?? 0),
        sent: (before?.sent ?? 0) + (session.sent ?? 0),
        maxLatencyMs: larger(before?.maxLatencyMs ?? null, session.maxLatencyMs),
        ephemerals: sum(before?.ephemerals ?? null, session.ephemerals),
        watches: sum(before?.watches ?? null, session.watches),
      },
    });
  }
  return [...hosts.values()].map(({ row }) => row);
}

function sum(left: number | null, right: number | null): number | null {
  return left === null && right === null ? null : (left ?? 0) + (right ?? 0);
}

function larger(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.max(left, right);
}
