'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useDeferredValue, useMemo } from 'react';
import { ApiError } from '@/lib/api/errors';
import { childrenKey, useChildLists, type ChildList } from '@/lib/queries/children';
import { countRows, reachable, visibleRows, type Folder, type TreeCounts, type TreeRow } from './tree-model';

/** Above this many children a filter is asked of the server too, so that it need not wait for the whole list. */
const bigFolder = 20_000;

export interface Tree {
  readonly rows: readonly TreeRow[];
  readonly counts: TreeCounts;
  readonly folders: ReadonlyMap<string, Folder>;
  /** Reads one node's list again; an oversize one only because a person asked. */
  readonly reload: (path: string) => void;
  readonly reloadAll: () => void;
}

/** The rows of the tree with what is expanded, loading each list when it is first needed. */
export function useTree(cluster: string, root: string, expanded: ReadonlySet<string>, filter: string): Tree {
  const client = useQueryClient();
  const deferredFilter = useDeferredValue(filter.trim());
  const open = useMemo(() => reachable({ root, expanded }), [root, expanded]);
  const whole = useChildLists(
    client,
    cluster,
    useMemo(() => open.map((path) => ({ path, filter: '' })), [open]),
  );
  const big = open.filter((_path, index) => (whole[index]?.data?.total ?? 0) > bigFolder).join('\0');
  const searched = useMemo(
    () =>
      deferredFilter === '' || big === ''
        ? []
        : big.split('\0').map((path) => ({ path, filter: deferredFilter })),
    [big, deferredFilter],
  );
  const found = useChildLists(client, cluster, searched);
  const folders = useFolders(open, whole, searched, found);
  const input = useMemo(
    () => ({ root, expanded, folders, filter: deferredFilter }),
    [root, expanded, folders, deferredFilter],
  );
  const rows = useMemo(() => visibleRows(input), [input]);
  const counts = useMemo(() => countRows(rows, input), [rows, input]);
  const reload = useCallback(
    (path: string) => void client.invalidateQueries({ queryKey: childrenKey(cluster, path) }),
    [client, cluster],
  );
  const reloadAll = useCallback(
    () => void client.invalidateQueries({ queryKey: ['children', cluster] }),
    [client, cluster],
  );
  return { rows, counts, folders, reload, reloadAll };
}

type Result = {
  readonly data: ChildList | undefined;
  readonly error: Error | null;
  readonly isFetching: boolean;
};

function useFolders(
  open: readonly string[],
  whole: readonly Result[],
  searched: readonly { readonly path: string; readonly filter: string }[],
  found: readonly Result[],
): ReadonlyMap<string, Folder> {
  // The results are new objects on every render; what they hold is not.
  const held = [...whole, ...found].flatMap(({ data, error, isFetching }) => [data, error, isFetching]);
  const signature = held.map(identity).join();
  return useMemo(() => {
    const folders = new Map(open.map((path, index) => [path, folderOf(whole[index], '')]));
    searched.forEach(({ path, filter }, index) => {
      const result = found[index];
      const own = folders.get(path);
      // Until the server's answer is there, what is loaded is filtered here.
      if (result?.data !== undefined && own !== undefined && own.names.length < (own.total ?? 0)) {
        folders.set(path, folderOf(result, filter));
      }
    });
    return folders;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the signature spells out what `whole` and `found` hold
  }, [open, searched, signature]);
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/** A text that is the same for the same object, as a dependency list of one length needs it. */
function identity(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  let known = identities.get(value);
  if (known === undefined) identities.set(value, (known = nextIdentity++));
  return String(known);
}

function folderOf(result: Result | undefined, serverFilter: string): Folder {
  const { data, error = null, isFetching = true } = result ?? {};
  return {
    names: data?.names ?? [],
    total: data?.total ?? null,
    matching: data?.matching ?? null,
    serverFilter,
    loading: isFetching,
    fault: error === null ? null : faultOf(error),
  };
}

function faultOf(error: Error): { code: string; message: string } {
  return { code: error instanceof ApiError ? error.code : 'INTERNAL', message: error.message };
}
