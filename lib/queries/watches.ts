import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { WatchersResponse, WatchListResponse } from '@/lib/api/watches';
import { request } from './fetcher';
import { apiPaths } from './paths';

/** The numbers of watches, and all of them as last read. */
export function useWatchReading(cluster: string, filter: string) {
  return useQuery({
    queryKey: ['watches', cluster, filter],
    queryFn: ({ signal }) =>
      request<WatchListResponse>(apiPaths.of(cluster, 'watches', { q: filter }), { signal }),
    placeholderData: keepPreviousData,
  });
}

/** Has all members tell their watches. */
export function useReadWatches(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      request<WatchListResponse>(apiPaths.of(cluster, 'watches'), { method: 'POST', body: {} }),
    onSettled: () =>
      Promise.all(
        ['watches', 'watchers', 'sessions', 'session', 'locks'].map((name) =>
          client.invalidateQueries({ queryKey: [name, cluster] }),
        ),
      ),
  });
}

export function useWatchers(cluster: string, path: string | null) {
  return useQuery({
    queryKey: ['watchers', cluster, path],
    queryFn: ({ signal }) =>
      request<WatchersResponse>(apiPaths.of(cluster, 'watchers', { path: path ?? '' }), { signal }),
    enabled: path !== null,
  });
}
