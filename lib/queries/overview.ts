import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OverviewResponse } from '@/lib/api/overview';
import type { SampleResponse } from '@/lib/api/znodes';
import { request } from './fetcher';
import { apiPaths } from './paths';

const pollMs = 5_000;

export function overviewQuery(cluster: string) {
  return queryOptions({
    queryKey: ['overview', cluster],
    queryFn: ({ signal }) => request<OverviewResponse>(apiPaths.overview(cluster), { signal }),
    refetchInterval: pollMs,
  });
}

export function useOverview(cluster: string) {
  return useQuery(overviewQuery(cluster));
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
