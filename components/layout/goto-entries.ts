import type { PageName } from './pages';

/** What the "go to" box offers for a text: pure. */
export type GotoEntry =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'page'; readonly page: PageName; readonly title: string };

export interface GotoPage {
  readonly page: PageName;
  readonly title: string;
}

const entriesMax = 12;

/**
 * The typed path first (a missing leading slash is added, a trailing one dropped), then the paths known to start with
 * it, then pages whose name holds the text. An empty text offers the pages.
 */
export function gotoEntries(text: string, pages: readonly GotoPage[], known: readonly string[]): GotoEntry[] {
  const typed = text.trim();
  const matching = pages
    .filter(({ title }) => title.toLowerCase().includes(typed.toLowerCase()))
    .map(({ page, title }) => ({ kind: 'page' as const, page, title }));
  if (typed === '') return matching;
  const path = normalPath(typed);
  const paths = [path, ...known.filter((candidate) => candidate !== path)].map((item) => ({
    kind: 'path' as const,
    path: item,
  }));
  const entries = typed.startsWith('/') ? [...paths, ...matching] : [...matching, ...paths];
  return entries.slice(0, entriesMax);
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
