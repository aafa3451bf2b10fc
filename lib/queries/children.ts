import { queryOptions, useQueries, useQuery, type QueryClient } from '@tanstack/react-query';
import type { StatView } from '@/lib/api/common';
import type { ChildrenResponse } from '@/lib/api/znodes';
import { request } from './fetcher';
import { apiPaths } from './paths';

/**
 * Lists of children, whole. The first page shows as soon as it is there; the further pages follow in the background and
 * are put behind it. A list that is read again replaces the old one only when it is complete, so nothing jumps.
 */

/** Names per request, as the server bounds them. Not imported: the contract's module would bring its parser along. */
const pageNames = 20_000;
/** A list that changes while its pages are read is read anew this often; then live events bring the rest. */
const restartsMax = 2;

export interface ChildList {
  readonly names: readonly string[];
  readonly total: number;
  readonly matching: number;
  /** The parent's Stat with the first page. */
  readonly stat: StatView;
}

/** Key of one list; the filter comes last so that a prefix addresses all lists of a node. */
export function childrenKey(cluster: string, path: string, filter?: string) {
  return filter === undefined
    ? (['children', cluster, path] as const)
    : (['children', cluster, path, filter] as const);
}

function readPage(cluster: string, path: string, filter: string, offset: number, signal: AbortSignal) {
  const query = { path, offset, limit: pageNames, filter: filter === '' ? undefined : filter };
  return request<ChildrenResponse>(apiPaths.of(cluster, 'children', query), { signal, timeoutMs: 60_000 });
}

export function childrenQuery(client: QueryClient, cluster: string, path: string, filter = '') {
  const queryKey = childrenKey(cluster, path, filter);
  return queryOptions({
    queryKey: queryKey as readonly unknown[],
    queryFn: async ({ signal }): Promise<ChildList> => {
      const show = (list: ChildList): void => {
        const held = client.getQueryData<ChildList>(queryKey);
        // Only a list that is itself still growing may be replaced by a longer start of the same list.
        const growing = held === undefined || held.names.length < held.matching;
        if (growing && !signal.aborted) client.setQueryData(queryKey, list);
      };
      for (let attempt = 0; ; attempt += 1) {
        const list = await readWhole(cluster, path, filter, signal, attempt >= restartsMax, show);
        if (list !== null) return list;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    // An oversize list must never be asked for again by itself: that has brought servers down.
    retry: false,
    retryOnMount: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    structuralSharing: false,
  });
}

/** Null where the list changed under the reading and may be read anew. */
async function readWhole(
  cluster: string,
  path: string,
  filter: string,
  signal: AbortSignal,
  acceptTorn: boolean,
  show: (list: ChildList) => void,
): Promise<ChildList | null> {
  const first = await readPage(cluster, path, filter, 0, signal);
  let names: readonly string[] = first.names;
  const listOf = (): ChildList => ({ names, total: first.total, matching: first.matching, stat: first.stat });
  while (names.length < first.matching) {
    show(listOf());
    const page = await readPage(cluster, path, filter, names.length, signal);
    const torn = page.stat.pzxid !== first.stat.pzxid || page.stat.cversion !== first.stat.cversion;
    if (torn && !acceptTorn) return null;
    names = torn ? [...new Set([...names, ...page.names])] : [...names, ...page.names];
    if (page.names.length === 0) break;
  }
  return { ...listOf(), matching: names.length < first.matching ? names.length : first.matching };
}

export function useChildren(client: QueryClient, cluster: string, path: string, filter: string) {
  return useQuery(childrenQuery(client, cluster, path, filter));
}

/** The lists of several nodes at once: what a tree with these expanded needs. */
export function useChildLists(
  client: QueryClient,
  cluster: string,
  wanted: readonly { readonly path: string; readonly filter: string }[],
) {
  return useQueries({
    queries: wanted.map(({ path, filter }) => childrenQuery(client, cluster, path, filter)),
  });
}
