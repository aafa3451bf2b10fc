'use client';

import { parseAsBoolean, parseAsInteger, useQueryStates } from 'nuqs';

/** All that a link to the ensemble page says. */
export function useEnsembleAddress() {
  const [query, setQuery] = useQueryStates({
    all: parseAsBoolean.withDefault(false),
    since: parseAsInteger,
  });
  return {
    /** Settings on which members agree are shown too. */
    all: query.all,
    setAll: (all: boolean) => void setQuery({ all }),
    /** When a restart of all members was begun, epoch ms. */
    since: query.since,
    setSince: (since: number | null) => void setQuery({ since }, { history: 'push' }),
  };
}
