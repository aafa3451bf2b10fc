import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChangeResponse, ChangesResponse, UndoResponse } from '@/lib/api/changes';
import { request } from './fetcher';
import { apiPaths } from './paths';
import { invalidateNode, type WithReason } from './znodes';
import { parentPath } from '@/lib/protocol/path';

/** The journal of changes made through the console, a page at a time. */

const pageRows = 50;

export interface ChangesFilter {
  readonly path?: string;
  /** Also everything below the path. */
  readonly below?: boolean;
  /** The znodes of one job. */
  readonly job?: string;
}

export function useChanges(cluster: string, filter: ChangesFilter) {
  return useInfiniteQuery({
    queryKey: ['changes', cluster, filter],
    queryFn: ({ pageParam, signal }) =>
      request<ChangesResponse>(
        apiPaths.of(cluster, 'changes', {
          path: filter.path,
          below: filter.below === true ? 1 : undefined,
          job: filter.job,
          before: pageParam,
          limit: pageRows,
        }),
        { signal },
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.more ? page.changes.at(-1)?.id : undefined),
    staleTime: 0,
  });
}

export function useChange(cluster: string, id: number) {
  return useQuery({
    queryKey: ['change', cluster, id],
    queryFn: ({ signal }) => request<ChangeResponse>(apiPaths.of(cluster, `changes/${id}`), { signal }),
    staleTime: 0,
  });
}

/** Takes a change back; what the console shows of the znode and of the journal is read again. */
export function useUndo(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { id: number; path: string } & WithReason) =>
      request<UndoResponse>(apiPaths.of(cluster, `changes/${id}/undo`), { method: 'POST', reason }),
    onSettled: (_answer, _error, { id, path }) =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['changes', cluster] }),
        client.invalidateQueries({ queryKey: ['change', cluster, id] }),
        invalidateNode(client, cluster, path),
        invalidateNode(client, cluster, parentPath(path)),
      ]),
  });
}
