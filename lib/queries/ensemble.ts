import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EnsembleResponse, RestartResponse } from '@/lib/api/ensemble';
import { request } from './fetcher';
import { apiPaths } from './paths';

/** Members side by side as they were last asked. Nothing here asks a member but `useReadEnsemble`. */

const ensembleQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['ensemble', cluster],
    queryFn: ({ signal }) => request<EnsembleResponse>(apiPaths.of(cluster, 'ensemble'), { signal }),
  });

export function useEnsemble(cluster: string) {
  return useQuery(ensembleQuery(cluster));
}

export function useReadEnsemble(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      request<EnsembleResponse>(apiPaths.of(cluster, 'ensemble'), { method: 'POST', body: {} }),
    onSuccess: (response) => client.setQueryData(ensembleQuery(cluster).queryKey, response),
  });
}

const restartPollMs = 3_000;

/** The order to restart in, judged anew as the probes go; `since` is when the person began. */
export function useRestartOrder(cluster: string, since: number | null) {
  return useQuery({
    queryKey: ['restart', cluster, since],
    queryFn: ({ signal }) =>
      request<RestartResponse>(apiPaths.of(cluster, 'ensemble/restart', { since: since ?? undefined }), {
        signal,
      }),
    refetchInterval: restartPollMs,
    placeholderData: keepPreviousData,
  });
}
