import { pathsBySession } from './dump';
import { countOf, listOf, recordOf, sessionIdOf, wholeLines } from './text';

/**
 * Who watches what on one member. Words and AdminServer tell data watches only (getData, exists): watches on a list of
 * children, and those that addWatch set, stand in no answer of a server.
 */
export type WatchedPaths = ReadonlyMap<string, readonly bigint[]>;

/** wchp: a path at the margin, the sessions that watch it below. */
export function parseWchp(text: string, truncated = false): WatchedPaths {
  const paths = new Map<string, bigint[]>();
  let sessions: bigint[] = [];
  for (const line of wholeLines(text, truncated)) {
    const sessionId = line.startsWith('\t') ? sessionIdOf(line.slice(1)) : null;
    if (sessionId !== null) sessions.push(sessionId);
    else if (line.startsWith('/')) paths.set(line, (sessions = []));
  }
  return paths;
}

/** wchc: a session at the margin, the paths it watches below. */
export function parseWchc(text: string, truncated = false): WatchedPaths {
  const bySession = new Map<bigint, string[]>();
  let paths: string[] = [];
  for (const line of wholeLines(text, truncated)) {
    if (line.startsWith('\t/')) {
      paths.push(line.slice(1));
      continue;
    }
    const sessionId = sessionIdOf(line);
    if (sessionId !== null) bySession.set(sessionId, (paths = []));
  }
  return turned(bySession);
}

/** AdminServer's `watches_by_path`. */
export function watchesByPathFromJson(reply: unknown): WatchedPaths {
  const fields = recordOf(recordOf(reply)['path_to_session_ids']);
  return new Map(
    Object.entries(fields).map(([path, ids]) => [
      path,
      listOf(ids).flatMap((id) => {
        const sessionId = sessionIdOf(id);
        return sessionId === null ? [] : [sessionId];
      }),
    ]),
  );
}

/** AdminServer's `watches`. */
export function watchesFromJson(reply: unknown): WatchedPaths {
  return turned(pathsBySession(recordOf(reply)['session_id_to_watched_paths']));
}

function turned(bySession: ReadonlyMap<bigint, readonly string[]>): WatchedPaths {
  const paths = new Map<string, bigint[]>();
  for (const [sessionId, watched] of bySession) {
    for (const path of watched) {
      const sessions = paths.get(path);
      if (sessions === undefined) paths.set(path, [sessionId]);
      else sessions.push(sessionId);
    }
  }
  return paths;
}

export interface WatchCount {
  /** Sessions that watch anything. */
  readonly sessions: number;
  readonly paths: number;
  readonly watches: number;
}

/** wchs: the numbers alone. */
export function parseWchs(text: string): WatchCount | null {
  const match = /^(\d+) connections watching (\d+) paths\s+Total watches:\s*(\d+)/.exec(text);
  if (match === null) return null;
  return { sessions: Number(match[1]), paths: Number(match[2]), watches: Number(match[3]) };
}

/** AdminServer's `watch_summary`. */
export function watchCountFromJson(reply: unknown): WatchCount | null {
  const fields = recordOf(reply);
  const sessions = countOf(fields['num_connections']);
  const paths = countOf(fields['num_paths']);
  const watches = countOf(fields['num_total_watches']);
  return sessions === null || paths === null || watches === null ? null : { sessions, paths, watches };
}
