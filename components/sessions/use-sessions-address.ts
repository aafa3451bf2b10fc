'use client';

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { sortFromText, sortToText, type Sort } from '@/components/ui/sort';

export const sessionViews = ['clients', 'hosts', 'watches'] as const;
export type SessionView = (typeof sessionViews)[number];
export const watchSides = ['path', 'session'] as const;
export type WatchSide = (typeof watchSides)[number];

const typed = { history: 'replace', throttleMs: 200 } as const;

/** All that a link to the sessions page says. */
export function useSessionsAddress() {
  const [query, setQuery] = useQueryStates({
    view: parseAsStringLiteral(sessionViews).withDefault('clients'),
    q: parseAsString.withDefault(''),
    sort: parseAsString,
    id: parseAsString,
    by: parseAsStringLiteral(watchSides).withDefault('path'),
    watched: parseAsString,
  });
  return {
    view: query.view,
    q: query.q,
    sort: sortFromText(query.sort),
    /** The open session. */
    id: query.id,
    by: query.by,
    /** The open path among the watched ones. */
    watched: query.watched,
    setView: (view: SessionView) =>
      void setQuery({ view, sort: null, q: null, id: null, watched: null }, { history: 'push' }),
    setQ: (q: string) => void setQuery({ q: q === '' ? null : q }, typed),
    setSort: (sort: Sort | null) => void setQuery({ sort: sortToText(sort) }),
    setId: (id: string | null) => void setQuery({ id }, { history: 'push' }),
    setBy: (by: WatchSide) => void setQuery({ by, sort: null, watched: null, id: null }, { history: 'push' }),
    setWatched: (watched: string | null) => void setQuery({ watched }, { history: 'push' }),
    showHost: (host: string) =>
      void setQuery({ view: 'clients', q: host === '' ? null : host, sort: null }, { history: 'push' }),
  };
}

export type SessionsAddress = ReturnType<typeof useSessionsAddress>;
