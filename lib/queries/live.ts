'use client';

import { consoleTime } from '@/lib/base/console-clock';
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import type { WatchTarget, WatchesResponse } from '@/lib/api/live';
import { writeSession } from './clusters';
import { request } from './fetcher';
import { LiveClient, liveStart, type LiveMessage, type LiveState } from './live-client';
import { FeedStore, coveredBy } from './live-feed';
import { LiveUpdates } from './live-updates';
import { apiPaths } from './paths';
import { RowStats } from './row-stats';

/** The live stream of a cluster for everything below `LiveProvider`. */
interface Live {
  readonly client: LiveClient;
  readonly rows: RowStats;
  /** The Live page's feed and what it watches: they outlive the page, so a look at the tree loses nothing. */
  readonly feed: FeedStore;
  watched: readonly WatchTarget[];
  readonly setWatched: (targets: readonly WatchTarget[]) => void;
}

const LiveContext = createContext<Live | null>(null);

/** Opens the cluster's stream for as long as it stands, and keeps queries, rows and the session on screen true. */
export function LiveProvider({
  cluster,
  children,
}: {
  readonly cluster: string;
  readonly children?: ReactNode;
}) {
  const queryClient = useQueryClient();
  const [{ live, updates }] = useState(() => {
    const updates: LiveUpdates = new LiveUpdates(queryClient, cluster, () => rows);
    const rows = new RowStats(cluster, updates.reconcile);
    return { live: newLive(cluster, rows), updates };
  });
  useEffect(() => {
    const { client, feed } = live;
    const unsubscribe = client.subscribe((message) => {
      updates.take(message);
      if (message.kind === 'session') writeSession(queryClient, cluster, message.session);
      feedFrom(feed, message, live.watched);
    });
    const onVisibility = (): void => client.visible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', onVisibility);
    client.start();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      unsubscribe();
      client.stop();
    };
  }, [live, updates, queryClient, cluster]);
  return createElement(LiveContext.Provider, { value: live }, children);
}

function newLive(cluster: string, rows: RowStats): Live {
  const client = new LiveClient({
    eventsUrl: (lastEventId) =>
      apiPaths.of(cluster, 'events', { lastEventId: lastEventId === null ? undefined : lastEventId }),
    setWatches: (stream, watches) =>
      request<WatchesResponse>(apiPaths.of(cluster, `events/${encodeURIComponent(stream)}`), {
        method: 'PUT',
        body: { watches },
      }),
    open: (url) => new EventSource(url),
  });
  let release: (() => void) | undefined;
  const live: Live = {
    client,
    rows,
    feed: new FeedStore(),
    watched: [],
    setWatched: (targets) => {
      live.watched = targets;
      const before = release;
      release = targets.length === 0 ? undefined : client.watch(targets);
      before?.();
    },
  };
  return live;
}

/** Puts what a feed covers into it; gaps go to every feed. */
function feedFrom(feed: FeedStore, message: LiveMessage, targets: readonly WatchTarget[]): void {
  if (message.kind === 'znode' && coveredBy(targets, message.event.path)) {
    feed.dispatch({ kind: 'event', event: message.event });
  }
  if (message.kind === 'dropped' && targets.length > 0) {
    feed.dispatch({ kind: 'gap', gap: message.event, at: consoleTime(Date.now()) });
  }
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive stands outside LiveProvider.');
  return live;
}

/** How the stream stands; usable by the frame. */
export function useLiveState(): LiveState {
  const { client } = useLive();
  return useSyncExternalStore(client.onState, client.getState, () => liveStart);
}

/** Watches these for as long as the caller stands. Pass a stable list. */
export function useWatches(targets: readonly WatchTarget[]): void {
  const { client } = useLive();
  useEffect(() => (targets.length === 0 ? undefined : client.watch(targets)), [client, targets]);
}

/** A feed of its own for the given targets, emptied when they change; it does not itself set watches. */
export function useFeed(targets: readonly WatchTarget[], rowsMax: number): FeedStore {
  const { client } = useLive();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a new list of targets is a new feed
  const feed = useMemo(() => new FeedStore(rowsMax), [targets, rowsMax]);
  useEffect(() => client.subscribe((message) => feedFrom(feed, message, targets)), [client, feed, targets]);
  return feed;
}

export function useFeedState(feed: FeedStore) {
  return useSyncExternalStore(feed.subscribe, feed.get, feed.get);
}

/** The rows' store, and a number that moves whenever one of them does. */
export function useRowStats(): { rows: RowStats; revision: number } {
  const { rows } = useLive();
  return { rows, revision: useSyncExternalStore(rows.subscribe, rows.getRevision, () => 0) };
}
