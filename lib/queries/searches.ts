import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SearchRequest, SearchView } from '@/lib/api/searches';
import { request } from './fetcher';
import { soonThenEvery } from './follow';
import { apiPaths } from './paths';

/** A search on the server: begun, followed, stopped. */

const pollMaxMs = 500;

export function useStartSearch(cluster: string) {
  return useMutation({
    mutationFn: (body: SearchRequest) =>
      request<SearchView>(apiPaths.of(cluster, 'searches'), { method: 'POST', body }),
  });
}

export function useSearch(cluster: string, id: string | undefined) {
  return useQuery({
    queryKey: ['search', cluster, id],
    queryFn: ({ signal }) => request<SearchView>(apiPaths.of(cluster, `searches/${id ?? ''}`), { signal }),
    enabled: id !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => state.data?.state === 'running' && soonThenEvery(pollMaxMs, state),
  });
}

export function useStopSearch(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      request<SearchView>(apiPaths.of(cluster, `searches/${id}`), { method: 'DELETE' }),
    onSuccess: (view) => client.invalidateQueries({ queryKey: ['search', cluster, view.id] }),
  });
}
