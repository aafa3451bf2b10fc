import 'server-only';
import { jobListedMax, type JobEffects } from '@/lib/api/jobs';
import type { ReadingSource } from '@/lib/api/reading';
import type { ClusterSettings } from '@/lib/config/settings';
import { findCluster } from '../clusters/find';
import { fromChroot } from '../holds/chroot';
import { clusterSessions } from '../holds/session-reading';
import { clusterWatches } from '../holds/watch-reading';
import { plannedOf } from './jobs';

/**
 * Whom a plan reaches besides the tree: sessions whose watches it would fire, and the clients whose ephemerals it deletes.
 * Read from the members only when somebody asks, by the same shared readings as the pages of sessions and watches.
 */

/** Changes of an ACL fire nothing. Only watches of data are told by members, not those of lists of children. */
function watchedOf(
  cluster: ClusterSettings,
  paths: ReadonlySet<string>,
  byPath: ReadonlyMap<string, readonly bigint[]>,
): Map<string, readonly bigint[]> {
  const watched = new Map<string, readonly bigint[]>();
  for (const path of paths) {
    const watchers = byPath.get(fromChroot(cluster, path));
    if (watchers !== undefined) watched.set(path, watchers);
  }
  return watched;
}

export async function readEffects(cluster: ClusterSettings, id: string): Promise<JobEffects> {
  const { changed, ephemerals } = plannedOf(cluster, id);
  const now = Date.now();
  const sources: ReadingSource[] = [];
  const watched: { path: string; watchers: number }[] = [];
  const watchers = new Set<bigint>();
  const clients = new Map<string, { address: string | null; member: string | null }>();
  for (const [of, paths] of changed) {
    const about = findCluster(of);
    const [watches, sessions] = await Promise.all([
      clusterWatches(about).take(now),
      clusterSessions(about).take(now),
    ]);
    sources.push(...watches.sources, ...sessions.sources);
    for (const [path, ids] of watchedOf(about, paths, watches.byPath)) {
      watched.push({ path, watchers: ids.length });
      for (const one of ids) watchers.add(one);
    }
    for (const { owner } of ephemerals) {
      const facts = sessions.sessions.get(BigInt(owner));
      if (facts === undefined) continue;
      clients.set(owner, { address: facts.connection?.address ?? null, member: facts.member });
    }
  }
  const owners = [...new Set(ephemerals.map(({ owner }) => owner))];
  return {
    ...{ at: now, sources },
    watches: watched.reduce((sum, one) => sum + one.watchers, 0),
    watchedPaths: watched.length,
    sessions: watchers.size,
    paths: watched.sort((left, right) => right.watchers - left.watchers).slice(0, jobListedMax),
    owners: owners.map((owner) => ({
      ...{ id: owner, ephemerals: ephemerals.filter((one) => one.owner === owner).length },
      ...(clients.get(owner) ?? { address: null, member: null }),
    })),
  };
}
