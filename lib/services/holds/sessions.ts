import 'server-only';
import { ApiError } from '@/lib/api/errors';
import {
  type SessionResponse,
  type SessionRow,
  sessionPathsMax,
  type SessionsReading,
  sessionsShownMax,
  type SomePaths,
} from '@/lib/api/sessions';
import type { ClusterSettings } from '@/lib/config/settings';
import { hostOf } from '@/lib/holds/connections';
import { isSilent, type SessionFacts } from '@/lib/holds/join';
import { formatSessionId, parseSessionId } from '@/lib/protocol/session-id';
import { clusterSession } from '../clusters/sessions';
import { belowChroot } from './chroot';
import { clusterSessions, type SessionReading } from './session-reading';
import { clusterWatches, type WatchReading } from './watch-reading';

/** The sessions last read in the shapes of the HTTP contract. */

function rowOf(
  facts: SessionFacts,
  reading: SessionReading,
  watches: WatchReading | null,
  own: string | null,
): SessionRow {
  const { connection } = facts;
  const id = formatSessionId(facts.id);
  return {
    id,
    address: connection?.address ?? null,
    host: connection === null ? null : hostOf(connection.address),
    member: facts.member,
    timeoutMs: facts.timeoutMs,
    queued: connection?.queued ?? null,
    received: connection?.received ?? null,
    sent: connection?.sent ?? null,
    lastOp: connection?.lastOp ?? null,
    connectedAt: connection?.connectedAt ?? null,
    avgLatencyMs: connection?.latencyMs?.avg ?? null,
    maxLatencyMs: connection?.latencyMs?.max ?? null,
    idleMs: facts.idleMs,
    silent: isSilent(facts),
    expiresAt: facts.expiresAt,
    ephemerals: reading.ephemerals === null ? null : (reading.ephemerals.get(facts.id)?.length ?? 0),
    watches: watches === null ? null : (watches.bySession.get(facts.id)?.length ?? 0),
    local: facts.local,
    secure: connection?.secure ?? false,
    own: id === own,
  };
}

function readingView(cluster: ClusterSettings, reading: SessionReading): SessionsReading {
  const watches = clusterWatches(cluster).current();
  const own = clusterSession(cluster).view().sessionId;
  const shown = [...reading.sessions.values()].slice(0, sessionsShownMax);
  return {
    at: reading.at,
    sources: [...reading.sources],
    sessions: shown.map((facts) => rowOf(facts, reading, watches, own)),
    total: reading.sessions.size,
    watchesAt: watches?.at ?? null,
  };
}

/** The last reading; asks no member. */
export function lastSessions(cluster: ClusterSettings): SessionsReading | null {
  const reading = clusterSessions(cluster).current();
  return reading === null ? null : readingView(cluster, reading);
}

export async function takeSessions(cluster: ClusterSettings): Promise<SessionsReading> {
  return readingView(cluster, await clusterSessions(cluster).take(Date.now()));
}

function somePaths(cluster: ClusterSettings, all: readonly string[]): SomePaths {
  const inside = all.map((path) => belowChroot(cluster, path)).filter((path) => path !== null);
  return {
    total: all.length,
    outside: all.length - inside.length,
    paths: inside.sort().slice(0, sessionPathsMax),
  };
}

/** One session as last read; asks no member. */
export function readSession(cluster: ClusterSettings, text: string): SessionResponse {
  const parsed = parseSessionId(text);
  if (parsed === null) {
    throw new ApiError(
      'BAD_REQUEST',
      `"${text.slice(0, 100)}" is no session id: those are 0x… or a decimal number.`,
    );
  }
  const key = BigInt.asUintN(64, parsed);
  const id = formatSessionId(parsed);
  const reading = clusterSessions(cluster).current();
  const watches = clusterWatches(cluster).current();
  const own = clusterSession(cluster).view().sessionId;
  const facts = reading?.sessions.get(key);
  return {
    id,
    decimal: parsed.toString(),
    own: id === own,
    head: reading === null ? null : { at: reading.at, sources: [...reading.sources] },
    session: reading === null || facts === undefined ? null : rowOf(facts, reading, watches, own),
    ephemerals: reading?.ephemerals ? somePaths(cluster, reading.ephemerals.get(key) ?? []) : null,
    watches: watches === null ? null : somePaths(cluster, watches.bySession.get(key) ?? []),
    watchesAt: watches?.at ?? null,
  };
}
