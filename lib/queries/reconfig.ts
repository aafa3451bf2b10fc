import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReconfigDone, ReconfigRequest, ReconfigResponse } from '@/lib/api/reconfig';
import { request } from './fetcher';
import { apiPaths } from './paths';
import type { WithReason } from './znodes';

/** The members of the ensemble's configuration, read when their form is opened. */

export function useReconfig(cluster: string) {
  return useQuery({
    queryKey: ['reconfig', cluster],
    queryFn: ({ signal }) => request<ReconfigResponse>(apiPaths.of(cluster, 'reconfig'), { signal }),
    staleTime: 0,
    gcTime: 0,
    // What is being changed is changed over what was read.
    refetchOnWindowFocus: false,
  });
}

export function useChangeMembers(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, ...body }: ReconfigRequest & WithReason) =>
      request<ReconfigDone>(apiPaths.of(cluster, 'reconfig'), { method: 'POST', body, reason }),
    // The form is closed then, or shows what went wrong; opened again, it reads the members anew.
    onSettled: () =>
      Promise.all(
        ['changes', 'restart'].map((key) => client.invalidateQueries({ queryKey: [key, cluster] })),
      ),
  });
}
