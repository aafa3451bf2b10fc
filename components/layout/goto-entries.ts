import { formatSessionId, parseSessionId } from '@/lib/protocol/session-id';
import type { PageName } from './pages';

/** What the palette offers for a text: pure. */
export type GotoEntry =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'page'; readonly page: PageName; readonly title: string }
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'memberCommands' | 'memberMetrics'; readonly member: string }
  | { readonly kind: 'cluster'; readonly id: string; readonly title: string };

/** What there is to go to, beside paths and sessions. */
export interface GotoPlaces {
  readonly pages: readonly { readonly page: PageName; readonly title: string }[];
  /** Names of the cluster's members, `host:port`. */
  readonly members: readonly string[];
  /** The other clusters. */
  readonly clusters: readonly { readonly id: string; readonly title: string }[];
}

const entriesMax = 12;

/**
 * Text that begins with a slash is a path: itself first (a trailing slash dropped), then the paths known to start with
 * it. Else pages, members and clusters whose name holds the text, the session of that id in hex or decimal, and last
 * the path it makes with a leading slash. An empty text offers the pages and the other clusters.
 */
export function gotoEntries(text: string, places: GotoPlaces, known: readonly string[]): GotoEntry[] {
  const typed = text.trim();
  const holds = (name: string): boolean => name.toLowerCase().includes(typed.toLowerCase());
  const pages = places.pages
    .filter(({ title }) => holds(title))
    .map((page) => ({ kind: 'page' as const, ...page }));
  const clusters = places.clusters
    .filter(({ id, title }) => holds(id) || holds(title))
    .map((cluster) => ({ kind: 'cluster' as const, ...cluster }));
  if (typed === '') return [...pages, ...clusters];
  const path = { kind: 'path' as const, path: normalPath(typed) };
  if (typed.startsWith('/')) {
    const completed = known
      .filter((candidate) => candidate !== path.path)
      .map((candidate) => ({ kind: 'path' as const, path: candidate }));
    return [path, ...completed, ...pages].slice(0, entriesMax);
  }
  const members = places.members.filter(holds).flatMap((member): GotoEntry[] => [
    { kind: 'memberCommands', member },
    { kind: 'memberMetrics', member },
  ]);
  const session = parseSessionId(typed);
  const last: GotoEntry[] = [
    ...(session === null ? [] : [{ kind: 'session' as const, id: formatSessionId(session) }]),
    path,
  ];
  // However many names match, the session and the path stay in reach.
  return [...[...pages, ...members, ...clusters].slice(0, entriesMax - last.length), ...last];
}

export function normalPath(text: string): string {
  const rooted = text.startsWith('/') ? text : `/${text}`;
  return rooted.length > 1 ? rooted.replace(/\/+$/, '') || '/' : rooted;
}

/** Where to look for completions: the parent whose children are listed and the beginning of the name. */
export function completionOf(text: string): { readonly parent: string; readonly prefix: string } | null {
  if (!text.startsWith('/')) return null;
  const slash = text.lastIndexOf('/');
  return { parent: slash <= 0 ? '/' : text.slice(0, slash), prefix: text.slice(slash + 1) };
}
