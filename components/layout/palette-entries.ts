import type { Action, Offer } from '@/components/ui/actions';
import type { Places } from '@/lib/base/places';
import { formatSessionId, parseSessionId } from '@/lib/protocol/session-id';
import type { PageName } from './pages';

/** What the palette offers for a text: pure. */
export type PaletteEntry =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bookmark'; readonly path: string; readonly name: string }
  | { readonly kind: 'recent'; readonly path: string }
  | { readonly kind: 'page'; readonly page: PageName; readonly title: string }
  | { readonly kind: 'action'; readonly action: Action; readonly subject: string }
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'memberCommands' | 'memberMetrics'; readonly member: string }
  | { readonly kind: 'cluster'; readonly id: string; readonly title: string };

/** What there is to go to and to do, beside paths and sessions. */
export interface PalettePlaces {
  readonly pages: readonly { readonly page: PageName; readonly title: string }[];
  /** What the page does with what is selected in it. */
  readonly offers: readonly Offer[];
  /** Bookmarks and recent paths of the cluster. */
  readonly kept: Places;
  /** What can be done on every page. */
  readonly everywhere: Offer;
  /** Names of the cluster's members, `host:port`. */
  readonly members: readonly string[];
  /** The other clusters. */
  readonly clusters: readonly { readonly id: string; readonly title: string }[];
}

const entriesMax = 40;
/** Bookmarks, and recent paths, that an empty text offers. */
const keptMax = 5;

/**
 * Text that begins with a slash is a path: itself first (a trailing slash dropped), without blanks at its end where it has
 * such, then bookmarks and recent paths that hold it, and the paths known to start with it. Else actions, bookmarks, recent
 * paths, pages, members and clusters whose name holds the text, those that begin with it first, then the session of that id
 * in hex or decimal, and last the path it makes with a leading slash. An empty text offers all that can be done, the first
 * of what is kept, the pages and the other clusters.
 */
export function paletteEntries(
  text: string,
  places: PalettePlaces,
  known: readonly string[],
): PaletteEntry[] {
  // A znode's name may end in a blank; before the first slash there is nothing to mean.
  const isPath = text.trimStart().startsWith('/');
  const typed = isPath ? text.trimStart() : text.trim();
  const path = { kind: 'path' as const, path: normalPath(typed) };
  const kept = keptEntries(places.kept);
  if (isPath) {
    const trimmed = normalPath(typed.trimEnd());
    const beside = kept.filter((entry) => entry.path !== path.path && entry.path.includes(path.path));
    const taken = new Set([path.path, trimmed, ...beside.map((entry) => entry.path)]);
    const completed = known
      .filter((candidate) => !taken.has(candidate))
      .map((candidate) => ({ kind: 'path' as const, path: candidate }));
    const meant = trimmed === path.path ? [path] : [path, { ...path, path: trimmed }];
    return [...meant, ...beside.slice(0, keptMax), ...completed].slice(0, entriesMax);
  }
  const named = [
    ...places.offers.flatMap(actionsOf),
    ...(typed === '' ? firstOfEach(kept) : kept),
    ...places.pages.map((page) => ({ kind: 'page' as const, ...page })),
    ...actionsOf(places.everywhere),
    ...(typed === '' ? [] : places.members.flatMap(pagesOfMember)),
    ...places.clusters.map((cluster) => ({ kind: 'cluster' as const, ...cluster })),
  ];
  if (typed === '') return named;
  const session = parseSessionId(typed);
  const last: PaletteEntry[] = [
    ...(session === null ? [] : [{ kind: 'session' as const, id: formatSessionId(session) }]),
    path,
  ];
  // However many names match, the session and the path stay in reach.
  return [...matching(named, typed).slice(0, entriesMax - last.length), ...last];
}

type Kept = Extract<PaletteEntry, { readonly kind: 'bookmark' | 'recent' }>;

/** Each path once: as a bookmark rather than as a recent one. */
function keptEntries({ bookmarks, recent }: Places): Kept[] {
  const marked = new Set(bookmarks.map(({ path }) => path));
  return [
    ...bookmarks.map((bookmark) => ({ kind: 'bookmark' as const, ...bookmark })),
    ...recent.filter((path) => !marked.has(path)).map((path) => ({ kind: 'recent' as const, path })),
  ];
}

function firstOfEach(kept: readonly Kept[]): Kept[] {
  return (['bookmark', 'recent'] as const).flatMap((kind) =>
    kept.filter((entry) => entry.kind === kind).slice(0, keptMax),
  );
}

function actionsOf({ subject, actions }: Offer): PaletteEntry[] {
  return actions.map((action) => ({ kind: 'action', action, subject }));
}

function pagesOfMember(member: string): PaletteEntry[] {
  return [
    { kind: 'memberCommands', member },
    { kind: 'memberMetrics', member },
  ];
}

function matching(entries: readonly PaletteEntry[], typed: string): PaletteEntry[] {
  const wanted = typed.toLowerCase();
  const found = entries.filter((entry) => namesOf(entry).some((name) => name.includes(wanted)));
  const begins = (entry: PaletteEntry): boolean => namesOf(entry).some((name) => name.startsWith(wanted));
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
}

function namesOf(entry: PaletteEntry): string[] {
  const names =
    entry.kind === 'cluster'
      ? [entry.id, entry.title]
      : entry.kind === 'bookmark'
        ? [entry.name, entry.path]
        : [nameOf(entry)];
  return names.map((name) => name.toLowerCase());
}

/** What an entry is called on screen. */
export function nameOf(entry: PaletteEntry): string {
  switch (entry.kind) {
    case 'action':
      return entry.action.label;
    case 'bookmark':
      return entry.name || entry.path;
    case 'path':
    case 'recent':
      return entry.path;
    case 'session':
      return entry.id;
    case 'memberCommands':
    case 'memberMetrics':
      return entry.member;
    case 'page':
    case 'cluster':
      return entry.title;
  }
}

export function normalPath(text: string): string {
  const rooted = text.startsWith('/') ? text : `/${text}`;
  return rooted.length > 1 ? rooted.replace(/\/+$/, '') || '/' : rooted;
}

/** Where to look for completions: the parent whose children are listed and the beginning of the name. */
export function completionOf(typed: string): { readonly parent: string; readonly prefix: string } | null {
  const text = typed.trimStart();
  if (!text.startsWith('/')) return null;
  const slash = text.lastIndexOf('/');
  return { parent: slash <= 0 ? '/' : text.slice(0, slash), prefix: text.slice(slash + 1) };
}
