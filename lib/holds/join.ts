import type { ConnectionFacts } from './connections';
import type { DumpFacts } from './dump';

/** One session as all that was read of it tells. */
export interface SessionFacts {
  /** Unsigned. */
  readonly id: bigint;
  /** Null where no member that answered has a connection of it: its client is gone, or on a member that did not answer. */
  readonly connection: ConnectionFacts | null;
  readonly member: string | null;
  readonly timeoutMs: number | null;
  readonly expiresAt: number | null;
  readonly local: boolean;
  /** How long ago it was answered, counted from the newest answer that its member gave to anyone; so at least this. */
  readonly idleMs: number | null;
}

/**
 * Whether its client was not heard of for longer than one that lives can be: those ping within a third of their timeout,
 * or half of it at the latest.
 */
export function isSilent({ idleMs, timeoutMs }: Pick<SessionFacts, 'idleMs' | 'timeoutMs'>): boolean {
  return idleMs !== null && timeoutMs !== null && idleMs > timeoutMs / 2;
}

export interface MemberConnections {
  readonly member: string;
  readonly connections: readonly ConnectionFacts[];
}

/** Joins the connections of all members with what one of them knows of all sessions. */
export function joinSessions(members: readonly MemberConnections[], dump: DumpFacts | null): SessionFacts[] {
  const found = new Map<bigint, SessionFacts>();
  for (const { member, connections } of members) {
    const newest = connections.reduce((most, { answeredMs }) => Math.max(most, answeredMs ?? 0), 0);
    for (const connection of connections) {
      const id = connection.sessionId;
      if (id === null) continue;
      const other = found.get(id)?.connection;
      // A session that moved may still have its old connection on the member it left.
      if (other !== undefined && other !== null && (other.connectedAt ?? 0) > (connection.connectedAt ?? 0))
        continue;
      const dumped = dump?.sessions.get(id);
      found.set(id, {
        id,
        connection,
        member,
        timeoutMs: connection.timeoutMs ?? dumped?.timeoutMs ?? null,
        expiresAt: dumped?.expiresAt ?? null,
        local: dumped?.local ?? false,
        idleMs: connection.answeredMs === null ? null : newest - connection.answeredMs,
      });
    }
  }
  const known = new Set([...(dump?.sessions.keys() ?? []), ...(dump?.ephemerals.keys() ?? [])]);
  for (const id of known) {
    if (found.has(id)) continue;
    const dumped = dump?.sessions.get(id);
    found.set(id, {
      id,
      connection: null,
      member: null,
      timeoutMs: dumped?.timeoutMs ?? null,
      expiresAt: dumped?.expiresAt ?? null,
      local: dumped?.local ?? false,
      idleMs: null,
    });
  }
  return [...found.values()];
}
