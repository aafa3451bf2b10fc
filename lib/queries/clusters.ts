import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';
import type { ClustersResponse, ClusterView, SessionView } from '@/lib/api/clusters';
import { request } from './fetcher';
import { apiPaths } from './paths';

const pollMs = 5_000;

export const clustersQuery = queryOptions({
  queryKey: ['clusters'],
  queryFn: ({ signal }) => request<ClustersResponse>(apiPaths.clusters(), { signal }),
  refetchInterval: pollMs,
});

/** The configured clusters with the console's session to each. */
export function useClusters() {
  return useQuery(clustersQuery);
}

/** One cluster; undefined while it loads or where no such cluster is configured. */
export function useCluster(cluster: string): ClusterView | undefined {
  return useQuery({ ...clustersQuery, select: ({ clusters }) => clusters.find(({ id }) => id === cluster) })
    .data;
}

/** Whether the cluster takes changes only with a reason. */
export function useReasonRequired(cluster: string): boolean {
  return useCluster(cluster)?.requireReason ?? false;
}

/** A zxid that arrived with an event is the newest seen until a newer one comes; none moves it back. */
export function writeZxid(client: QueryClient, cluster: string, zxid: string): void {
  const held = client.getQueryData(clustersQuery.queryKey)?.clusters.find(({ id }) => id === cluster);
  if (held === undefined || BigInt(held.session.zxid) >= BigInt(zxid)) return;
  writeSession(client, cluster, { ...held.session, zxid });
}

/** Puts a session state that arrived live where every reader of the clusters sees it. */
export function writeSession(client: QueryClient, cluster: string, session: SessionView): void {
  client.setQueryData(clustersQuery.queryKey, (previous) =>
    previous === undefined
      ? undefined
      : {
          ...previous,
          clusters: previous.clusters.map((view) => (view.id === cluster ? { ...view, session } : view)),
        },
  );
}
