import { useQuery } from '@tanstack/react-query';
import { refreshEvery, type RefreshChoice } from '@/lib/base/refresh';
import type { ConsoleResponse } from '@/lib/api/console';
import { request } from './fetcher';
import { apiPaths } from './paths';

export const consolePollMs = 5_000;

/** What the console costs the clusters and itself. */
export function useConsoleReport(refresh: RefreshChoice) {
  return useQuery({
    queryKey: ['console'],
    queryFn: ({ signal }) => request<ConsoleResponse>(apiPaths.console(), { signal }),
    refetchInterval: refreshEvery(refresh, consolePollMs),
    refetchOnWindowFocus: refresh !== 'off',
  });
}
