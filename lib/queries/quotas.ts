import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { QuotaResponse, SetQuotaRequest, SetQuotaResponse } from '@/lib/api/quotas';
import { request } from './fetcher';
import { apiPaths } from './paths';
import type { WithReason } from './znodes';

/** The quota of one path, read when its form is opened. */

export function useQuota(cluster: string, path: string) {
  return useQuery({
    queryKey: ['quota', cluster, path],
    queryFn: ({ signal }) => request<QuotaResponse>(apiPaths.of(cluster, 'quota', { path }), { signal }),
    staleTime: 0,
    gcTime: 0,
    // What somebody typed is compared with what was read when the form opened.
    refetchOnWindowFocus: false,
  });
}

export function useSetQuota(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, ...body }: SetQuotaRequest & WithReason) =>
      request<SetQuotaResponse>(apiPaths.of(cluster, 'quota'), { method: 'PUT', body, reason }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['changes', cluster] }),
  });
}
