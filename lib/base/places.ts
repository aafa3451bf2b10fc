/** Paths a person comes back to, in one cluster: those looked at last, and those marked to be kept. Pure. */

export const recentMax = 20;
export const bookmarksMax = 200;
/** Characters of a bookmark's name. */
export const bookmarkNameMax = 100;

export interface Bookmark {
  readonly path: string;
  /** Empty where nobody gave it one. */
  readonly name: string;
}

export interface Places {
  /** Newest first. */
  readonly recent: readonly string[];
  /** In the order of their making. */
  readonly bookmarks: readonly Bookmark[];
}

export const noPlaces: Places = { recent: [], bookmarks: [] };

export function visited(places: Places, path: string): Places {
  if (places.recent[0] === path) return places;
  const recent = [path, ...places.recent.filter((other) => other !== path)].slice(0, recentMax);
  return { ...places, recent };
}

export function isBookmarked(places: Places, path: string): boolean {
  return places.bookmarks.some((bookmark) => bookmark.path === path);
}

/** Null where there are as many as are kept. */
export function bookmarked(places: Places, path: string): Places | null {
  if (isBookmarked(places, path)) return places;
  if (places.bookmarks.length >= bookmarksMax) return null;
  return { ...places, bookmarks: [...places.bookmarks, { path, name: '' }] };
}

export function unbookmarked(places: Places, path: string): Places {
  return { ...places, bookmarks: places.bookmarks.filter((bookmark) => bookmark.path !== path) };
}

export function renamed(places: Places, path: string, name: string): Places {
  const bookmarks = places.bookmarks.map((bookmark) =>
    bookmark.path === path ? { path, name: name.trim().slice(0, bookmarkNameMax) } : bookmark,
  );
  return { ...places, bookmarks };
}

/** What was kept as text; whatever else may stand there counts as nothing. */
export function parsePlaces(text: string | null): Places {
  try {
    const kept = JSON.parse(text ?? '{}') as { recent?: unknown; bookmarks?: unknown } | null;
    const recent = listOf(kept?.recent).filter((path) => isPath(path));
    const bookmarks = listOf(kept?.bookmarks).flatMap((one) => {
      const { path, name } = (one ?? {}) as { path?: unknown; name?: unknown };
      return isPath(path)
        ? [{ path, name: typeof name === 'string' ? name.slice(0, bookmarkNameMax) : '' }]
        : [];
    });
    return { recent: recent.slice(0, recentMax), bookmarks: bookmarks.slice(0, bookmarksMax) };
  } catch {
    return noPlaces;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('/');
}
