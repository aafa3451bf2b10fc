'use client';

import { parseAsString, useQueryStates } from 'nuqs';

/** All that a link to the page says: the parent on show, and a search under way or done. */
export function useLocksAddress() {
  const [query, setQuery] = useQueryStates({ path: parseAsString, scan: parseAsString });
  return {
    ...query,
    setPath: (path: string) => void setQuery({ path }, { history: 'push' }),
    setScan: (scan: string | null) => void setQuery({ scan }, { history: 'push' }),
  };
}
