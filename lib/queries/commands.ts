import { useQuery } from '@tanstack/react-query';
import type { CommandRequest, CommandResponse } from '@/lib/api/commands';
import { request } from './fetcher';
import type { WithReason } from './znodes';
import { apiPaths } from './paths';

/**
 * The answer of one four-letter word on one member. It is kept as long as the tab and never read again by itself; with
 * `auto` it is run once when first looked at, otherwise only by `refetch`.
 */
export function useCommand(cluster: string, { reason, ...body }: CommandRequest & WithReason, auto: boolean) {
  return useQuery({
    queryKey: ['command', cluster, body.member, body.word],
    queryFn: ({ signal }) =>
      request<CommandResponse>(apiPaths.commands(cluster), { method: 'POST', body, signal, reason }),
    enabled: auto,
    retry: false,
    retryOnMount: false,
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}
