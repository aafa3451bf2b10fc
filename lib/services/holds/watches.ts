import 'server-only';
import {
  watchRowsMax,
  type WatchersResponse,
  type WatchesReading,
  type WatchListResponse,
} from '@/lib/api/watches';
import type { ClusterSettings } from '@/lib/config/settings';
import { formatSessionId } from '@/lib/protocol/session-id';
import { belowChroot, fromChroot } from './chroot';
import { clusterSessions } from './session-reading';
import { clusterWatchCounts, clusterWatches, type WatchReading } from './watch-reading';

/** The watches last read in the shapes of the HTTP contract. */

/** Where a session is, as far as the last reading of sessions tells. */
function placeOf(
  cluster: ClusterSettings,
): (id: bigint) => { address: string | null; member: string | null } {
  const sessions = clusterSessions(cluster).current()?.sessions;
  return (id) => {
    const facts = sessions?.get(id);
    return { address: facts?.connection?.address ?? null, member: facts?.member ?? null };
  };
}

function readingView(cluster: ClusterSettings, reading: WatchReading, filter: string): WatchesReading {
  const wanted = filter.trim().toLowerCase();
  const place = placeOf(cluster);
  let outside = 0;
  const paths: { path: string; watchers: number }[] = [];
  for (const [serverPath, sessions] of reading.byPath) {
    const path = belowChroot(cluster, serverPath);
    if (path === null) outside += 1;
    else if (path.toLowerCase().includes(wanted)) paths.push({ path, watchers: sessions.length });
  }
  const sessions: WatchesReading['bySession'] = [];
  for (const [key, watched] of reading.bySession) {
    const id = formatSessionId(key);
    const { address, member } = place(key);
    if (!`${id} ${address ?? ''}`.includes(wanted)) continue;
    sessions.push({ id, address, member, watches: watched.length });
  }
  return {
    at: reading.at,
    sources: [...reading.sources],
    watches: reading.watches,
    paths: reading.byPath.size,
    sessions: reading.bySession.size,
    outside,
    byPath: paths
      .sort((a, b) => b.watchers - a.watchers || (a.path < b.path ? -1 : 1))
      .slice(0, watchRowsMax),
    pathsMatching: paths.length,
    bySession: sessions
      .sort((a, b) => b.watches - a.watches || (a.id < b.id ? -1 : 1))
      .slice(0, watchRowsMax),
    sessionsMatching: sessions.length,
  };
}

/** The numbers, counted now or lately, and the last full reading. */
export async function lastWatches(cluster: ClusterSettings, filter: string): Promise<WatchListResponse> {
  const counts = await clusterWatchCounts(cluster).take(Date.now());
  const reading = clusterWatches(cluster).current();
  return { counts, reading: reading === null ? null : readingView(cluster, reading, filter) };
}

export async function takeWatches(cluster: ClusterSettings, filter: string): Promise<WatchListResponse> {
  await clusterWatches(cluster).take(Date.now());
  return lastWatches(cluster, filter);
}

const watchersMax = 500;

/** Who watches one path, as last read; asks no member. */
export function watchersOf(cluster: ClusterSettings, path: string): WatchersResponse {
  const reading = clusterWatches(cluster).current();
  const place = placeOf(cluster);
  const ids = reading?.byPath.get(fromChroot(cluster, path)) ?? [];
  const watchers = ids.slice(0, watchersMax).map((id) => ({ id: formatSessionId(id), ...place(id) }));
  return { path, at: reading?.at ?? null, total: ids.length, watchers };
}
