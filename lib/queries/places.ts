import { useCallback, useMemo, useSyncExternalStore } from 'react';
import {
  bookmarked,
  isBookmarked,
  noPlaces,
  parsePlaces,
  renamed,
  unbookmarked,
  visited,
  type Places,
} from '@/lib/base/places';
import { basePath } from './paths';

/**
 * Recent paths and bookmarks of a cluster, in this browser's storage: they survive a reload, other tabs see them at
 * once, and where the browser keeps nothing they live as long as the page.
 */

const listeners = new Set<() => void>();
const held = new Map<string, { readonly text: string | null; readonly places: Places }>();

function keyOf(cluster: string): string {
  return `zoodeck.places${basePath}:${cluster}`;
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return held.get(key)?.text ?? null;
  }
}

/** The same object for the same text, as rendering needs it. */
function read(cluster: string): Places {
  const key = keyOf(cluster);
  const text = stored(key);
  const known = held.get(key);
  if (known?.text === text) return known.places;
  const places = parsePlaces(text);
  held.set(key, { text, places });
  return places;
}

function write(cluster: string, places: Places): void {
  const key = keyOf(cluster);
  const text = JSON.stringify(places);
  try {
    localStorage.setItem(key, text);
  } catch {
    held.set(key, { text, places });
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

export interface PlacesStore {
  readonly places: Places;
  readonly visit: (path: string) => void;
  readonly forget: () => void;
  readonly has: (path: string) => boolean;
  /** Bookmarks the path, or takes the bookmark off; false where there are as many as are kept. */
  readonly toggle: (path: string) => boolean;
  readonly rename: (path: string, name: string) => void;
}

export function usePlaces(cluster: string): PlacesStore {
  const places = useSyncExternalStore(
    subscribe,
    useCallback(() => read(cluster), [cluster]),
    () => noPlaces,
  );
  return useMemo(
    () => ({
      places,
      visit: (path) => {
        const next = visited(read(cluster), path);
        if (next !== read(cluster)) write(cluster, next);
      },
      forget: () => write(cluster, { ...read(cluster), recent: [] }),
      has: (path) => isBookmarked(places, path),
      toggle: (path) => {
        const now = read(cluster);
        const next = isBookmarked(now, path) ? unbookmarked(now, path) : bookmarked(now, path);
        if (next !== null) write(cluster, next);
        return next !== null;
      },
      rename: (path, name) => write(cluster, renamed(read(cluster), path, name)),
    }),
    [cluster, places],
  );
}
