import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { refreshEvery, type RefreshChoice } from '@/lib/base/refresh';
import type { OverviewResponse } from '@/lib/api/overview';
import type { SampleResponse } from '@/lib/api/znodes';
import { request } from './fetcher';
import { apiPaths } from './paths';

export const overviewPollMs = 5_000;

export function overviewQuery(cluster: string, refresh: RefreshChoice) {
  return queryOptions({
    queryKey: ['overview', cluster],
    queryFn: ({ signal }) => request<OverviewResponse>(apiPaths.overview(cluster), { signal }),
    refetchInterval: refreshEvery(refresh, overviewPollMs),
    refetchOnWindowFocus: refresh !== 'off',
  });
}

export function useOverview(cluster: string, refresh: RefreshChoice) {
  return useQuery(overviewQuery(cluster, refresh));
}

/** Loads the sample tree, or removes it; the whole cluster's data is read again after. */
export function useSampleTree(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: 'load' | 'remove') =>
      request<SampleResponse>(apiPaths.sample(cluster), {
        method: action === 'load' ? 'POST' : 'DELETE',
        reason: `sample tree: ${action}`,
      }),
    onSettled: () => client.invalidateQueries(),
  });
}
