import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SessionResponse, SessionsResponse } from '@/lib/api/sessions';
import { request } from './fetcher';
import { apiPaths } from './paths';

/** Sessions as members were last asked about them. Nothing here asks a member but `useReadSessions`. */

const sessionsQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['sessions', cluster],
    queryFn: ({ signal }) => request<SessionsResponse>(apiPaths.of(cluster, 'sessions'), { signal }),
  });

export function useSessions(cluster: string) {
  return useQuery(sessionsQuery(cluster));
}

export function useSession(cluster: string, id: string | null) {
  return useQuery({
    queryKey: ['session', cluster, id],
    queryFn: ({ signal }) =>
      request<SessionResponse>(apiPaths.of(cluster, `sessions/${encodeURIComponent(id ?? '')}`), { signal }),
    enabled: id !== null,
  });
}

/** Has the members asked; what is shown of single sessions, locks and watches is then told anew from it. */
export function useReadSessions(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      request<SessionsResponse>(apiPaths.of(cluster, 'sessions'), { method: 'POST', body: {} }),
    onSuccess: (response) => client.setQueryData(sessionsQuery(cluster).queryKey, response),
    onSettled: () =>
      Promise.all(
        ['session', 'watches', 'watchers', 'locks'].map((name) =>
          client.invalidateQueries({ queryKey: [name, cluster] }),
        ),
      ),
  });
}
