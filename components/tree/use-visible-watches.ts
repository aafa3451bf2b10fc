'use client';

import { useEffect, useMemo, useState } from 'react';
import type { WatchTarget } from '@/lib/api/live';
import type { RowStats } from '@/lib/queries/row-stats';
import { useWatches } from '@/lib/queries/live';
import type { TreeRow } from './tree-model';

/** Scrolling rests this long before its rows are read and watched. */
const settleMs = 80;
const watchedRowsMax = 80;
const watchedFoldersMax = 60;

/**
 * Reads what the rows on screen show, and watches them and the expanded nodes above them, so that the tree keeps itself
 * true. Rows that only fly by are neither read nor watched.
 */
export function useVisibleWatches(
  rows: readonly TreeRow[],
  first: number,
  last: number,
  stats: RowStats,
  revision: number,
): void {
  const [onScreen, setOnScreen] = useState<readonly string[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => {
      const paths = rows.slice(first, last + 1).flatMap((row) => (row.kind === 'node' ? [row.path] : []));
      setOnScreen((held) => (held.join('\0') === paths.join('\0') ? held : paths));
    }, settleMs);
    return () => clearTimeout(timer);
  }, [rows, first, last]);
  useEffect(() => void stats.want(onScreen), [stats, onScreen, revision]);

  const key = useMemo(() => {
    const folders = rows
      .flatMap((row) => (row.kind === 'node' && row.expanded ? [row.path] : []))
      .slice(0, watchedFoldersMax);
    return [...new Set([...folders, ...onScreen.slice(0, watchedRowsMax)])].join('\0');
  }, [rows, onScreen]);
  // The same paths are the same list, whatever render they come from.
  const targets = useMemo(
    (): readonly WatchTarget[] => key.split('\0').map((path) => ({ path, mode: 'node' })),
    [key],
  );
  useWatches(targets);
}
