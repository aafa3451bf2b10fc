'use client';

import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ancestors, withExpanded, withoutSubtree } from './tree-model';

/** Beyond this many, the address keeps only the first: it has a length to mind. */
const inAddressMax = 24;

export interface Expansion {
  readonly expanded: ReadonlySet<string>;
  readonly expand: (paths: readonly string[]) => void;
  readonly collapse: (path: string) => void;
  readonly collapseAll: () => void;
}

/** What is expanded: kept in the address, with the way to the selected path always open when that path is new. */
export function useExpanded(path: string): Expansion {
  const [inAddress, setInAddress] = useQueryState(
    'open',
    parseAsArrayOf(parseAsString, ',').withDefault([]).withOptions({ history: 'replace', throttleMs: 300 }),
  );
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(
    () => new Set(['/', ...inAddress, ...ancestors(path)]),
  );
  const [shownPath, setShownPath] = useState(path);
  if (path !== shownPath) {
    setShownPath(path);
    setExpanded(withExpanded(expanded, ['/', ...ancestors(path)]));
  }
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const onTheWay = new Set(['/', ...ancestors(path)]);
    const rest = [...expanded].filter((other) => !onTheWay.has(other)).slice(0, inAddressMax);
    void setInAddress(rest.length === 0 ? null : rest);
  }, [expanded, path, setInAddress]);
  const expand = useCallback(
    (paths: readonly string[]) => setExpanded((now) => withExpanded(now, paths)),
    [],
  );
  const collapse = useCallback((at: string) => setExpanded((now) => withoutSubtree(now, at)), []);
  const collapseAll = useCallback(() => setExpanded(new Set(['/'])), []);
  return { expanded, expand, collapse, collapseAll };
}
