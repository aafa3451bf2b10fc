import { useCallback } from 'react';
import {
  keepPreviousData,
  queryOptions,
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query';
import { isApiError } from '@/lib/api/errors';
import type {
  CreateModesResponse,
  CreateNodeRequest,
  CreateNodeResponse,
  MissingParentsResponse,
  NodeResponse,
  SetAclRequest,
  SetAclResponse,
  SetDataRequest,
  SetDataResponse,
} from '@/lib/api/znodes';
import { parentPath } from '@/lib/protocol/path';
import { childrenKey } from './children';
import { request } from './fetcher';
import { apiPaths } from './paths';

/** Why a change is made; the journal keeps it. */
export interface WithReason {
  readonly reason?: string;
}

/** Reading and changing one node. Children lists are in `children.ts`, what rows show in `row-stats.ts`. */

export function nodeKey(cluster: string, path: string) {
  return ['node', cluster, path] as const;
}

function readNode(
  cluster: string,
  path: string,
  how: { full?: boolean; sync?: boolean },
  signal?: AbortSignal,
) {
  const query = { path, full: how.full === true ? 1 : 0, sync: how.sync === true ? 1 : 0 };
  return request<NodeResponse>(apiPaths.of(cluster, 'node', query), { signal });
}

/** `full` also brings values that are too large to come unasked. */
export function nodeQuery(cluster: string, path: string, full = false, sync = false) {
  return queryOptions({
    queryKey: [...nodeKey(cluster, path), { full, sync }] as const,
    queryFn: ({ signal }) => readNode(cluster, path, { full, sync }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    // What is not readable or not there is an answer; live events ask again when it changes.
    retry: (failures, error) => failures < 2 && isApiError(error, 'TIMEOUT'),
  });
}

export function useNode(cluster: string, path: string, full: boolean, sync: boolean) {
  return useQuery(nodeQuery(cluster, path, full, sync));
}

/** A fresh reading after a `sync`, past every cache: what stands there now. */
export function readNodeNow(cluster: string, path: string): Promise<NodeResponse> {
  return readNode(cluster, path, { full: true, sync: true });
}

/** Marks everything that a change of this node can alter as old. */
export function invalidateNode(client: QueryClient, cluster: string, path: string): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: nodeKey(cluster, path) }),
    client.invalidateQueries({ queryKey: childrenKey(cluster, path) }),
  ]);
}

/** Has a node and its list read again. */
export function useInvalidateNode(cluster: string): (path: string) => void {
  const client = useQueryClient();
  return useCallback((path) => void invalidateNode(client, cluster, path), [client, cluster]);
}

export function useSetData(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, ...body }: SetDataRequest & WithReason) =>
      request<SetDataResponse>(apiPaths.of(cluster, 'data'), { method: 'PUT', body, reason }),
    onSettled: (_answer, _error, body) => client.invalidateQueries({ queryKey: nodeKey(cluster, body.path) }),
  });
}

export function useSetAcl(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, ...body }: SetAclRequest & WithReason) =>
      request<SetAclResponse>(apiPaths.of(cluster, 'acl'), { method: 'PUT', body, reason }),
    onSettled: (_answer, _error, body) => client.invalidateQueries({ queryKey: nodeKey(cluster, body.path) }),
  });
}

/** The id that the digest scheme stores for a user and password; neither is kept. */
export function useDigest(cluster: string) {
  return useMutation({
    mutationFn: (body: { user: string; password: string }) =>
      request<{ id: string }>(apiPaths.of(cluster, 'digest'), { method: 'POST', body }),
    gcTime: 0,
  });
}

export function useCreateModes(cluster: string, path: string, enabled: boolean) {
  return useQuery({
    queryKey: ['createModes', cluster, path],
    queryFn: ({ signal }) =>
      request<CreateModesResponse>(apiPaths.of(cluster, 'create-modes', { path }), { signal }),
    enabled,
    staleTime: 60_000,
  });
}

/** Which znodes above the path do not exist; nothing is asked where there is no path to ask for. */
export function useMissingParents(cluster: string, path: string | null) {
  return useQuery({
    queryKey: ['missingParents', cluster, path],
    queryFn:
      path === null
        ? skipToken
        : ({ signal }) =>
            request<MissingParentsResponse>(apiPaths.of(cluster, 'missing-parents', { path }), { signal }),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
}

export function useCreateNode(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason, ...body }: CreateNodeRequest & WithReason) =>
      request<CreateNodeResponse>(apiPaths.of(cluster, 'node'), { method: 'POST', body, reason }),
    onSettled: (_answer, _error, { path, parents }) => {
      // Made with its parents, the topmost of them is news to a znode further above.
      if (parents === true) return client.invalidateQueries({ queryKey: ['children', cluster] });
      return invalidateNode(client, cluster, parentPath(path));
    },
  });
}
