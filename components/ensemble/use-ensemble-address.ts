'use client';

import { parseAsBoolean, parseAsInteger, useQueryStates } from 'nuqs';

/** All that a link to the ensemble page says. */
export function useEnsembleAddress() {
  const [query, setQuery] = useQueryStates({
    all: parseAsBoolean.withDefault(false),
    since: parseAsInteger,
    members: parseAsBoolean.withDefault(false),
  });
  return {
    /** Settings on which members agree are shown too. */
    all: query.all,
    setAll: (all: boolean) => void setQuery({ all }),
    /** Whether the form of the ensemble's members is open. */
    members: query.members,
    setMembers: (members: boolean) => void setQuery({ members }, { history: 'push' }),
    /** When a restart of all members was begun, epoch ms. */
    since: query.since,
    setSince: (since: number | null) => void setQuery({ since }, { history: 'push' }),
  };
}
