import { countOf, listOf, recordOf, sessionIdOf, wholeLines } from './text';

/**
 * What one member knows of all sessions: the word `dump`, or AdminServer's. Ephemerals are part of the tree, so any member
 * tells them all; when a session expires is known to the leader alone, and a learner tells the timeout instead.
 */
export interface DumpFacts {
  readonly sessions: ReadonlyMap<bigint, DumpedSession>;
  /** Server-side paths by the session that owns them. */
  readonly ephemerals: ReadonlyMap<bigint, readonly string[]>;
}

export interface DumpedSession {
  readonly timeoutMs: number | null;
  /** Epoch milliseconds at which it expires unless it is heard of, by the member's clock and to its tick; else null. */
  readonly expiresAt: number | null;
  /** It lives on this member only and the ensemble does not know it. */
  readonly local: boolean;
}

type Section = 'sessions' | 'ephemerals' | 'other';

/** Java's `Sat Nov 28 23:42:19 UTC 2026`; null where its zone is an abbreviation that JavaScript does not know. */
function javaDate(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

export function parseDump(text: string, truncated = false): DumpFacts {
  const sessions = new Map<bigint, DumpedSession>();
  const ephemerals = new Map<bigint, string[]>();
  let section: Section = 'other';
  let local = false;
  let expiresAt: number | null = null;
  let owned: string[] = [];
  for (const line of wholeLines(text, truncated)) {
    if (line.endsWith(' dump:')) section = sectionOf(line);
    else if (section === 'sessions') {
      const heading = /^(Local |Global )?Session(?:s| Sets) ?\(/.exec(line);
      const expiry = /^\d+ expire at (.*):$/.exec(line);
      const member = /^\t?(0x[0-9a-f]{1,16})(?:\t(\d+)ms)?$/.exec(line);
      if (heading !== null) local = heading[1] === 'Local ';
      else if (expiry !== null) expiresAt = javaDate(expiry[1] ?? '');
      else if (member !== null) {
        const timeoutMs = countOf(member[2] ?? '');
        const known = { timeoutMs, expiresAt: timeoutMs === null ? expiresAt : null, local };
        sessions.set(BigInt(member[1]!), known);
      }
    } else if (section === 'ephemerals') {
      const owner = /^(0x[0-9a-f]{1,16}):$/.exec(line);
      if (owner !== null) ephemerals.set(BigInt(owner[1]!), (owned = []));
      else if (line.startsWith('\t/')) owned.push(line.slice(1));
    }
  }
  return { sessions, ephemerals };
}

function sectionOf(line: string): Section {
  if (line === 'SessionTracker dump:') return 'sessions';
  return line === 'ephemeral nodes dump:' ? 'ephemerals' : 'other';
}

/** AdminServer's times are on a clock of the server's own, so that it cannot be said when a session expires. */
export function dumpFromJson(reply: unknown): DumpFacts {
  const fields = recordOf(reply);
  const sessions = new Map<bigint, DumpedSession>();
  for (const ids of Object.values(recordOf(fields['expiry_time_to_session_ids']))) {
    for (const id of listOf(ids)) {
      const sessionId = sessionIdOf(id);
      if (sessionId !== null) sessions.set(sessionId, { timeoutMs: null, expiresAt: null, local: false });
    }
  }
  return { sessions, ephemerals: pathsBySession(fields['session_id_to_ephemeral_paths']) };
}

export function pathsBySession(value: unknown): Map<bigint, string[]> {
  const found = new Map<bigint, string[]>();
  for (const [id, paths] of Object.entries(recordOf(value))) {
    const sessionId = sessionIdOf(id);
    if (sessionId !== null) found.set(sessionId, listOf(paths).map(String));
  }
  return found;
}
