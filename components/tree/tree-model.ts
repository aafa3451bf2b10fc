import { joinPath } from '@/lib/protocol/path';

/**
 * The tree as data: which rows stand on screen, given what is expanded and which children are loaded. Pure, so that the
 * hard parts (filtering, counting, half-loaded lists) are tested without a browser.
 *
 * A folder's list may be partial (`names.length < matching`): its rows show, and a note row says how much is missing.
 */

export interface FolderFault {
  readonly code: string;
  readonly message: string;
}

/** What is known of one node's children. `names` are those loaded so far, in the server's order. */
export interface Folder {
  readonly names: readonly string[];
  /** All children of the node; null before the first page. */
  readonly total: number | null;
  /** Those that match `serverFilter`; equals `total` where that is empty. */
  readonly matching: number | null;
  /** The filter the server already applied to `names`. */
  readonly serverFilter: string;
  readonly loading: boolean;
  readonly fault: FolderFault | null;
}

export interface NodeRow {
  readonly kind: 'node';
  readonly path: string;
  readonly name: string;
  /** 1 for the root, as aria-level counts. */
  readonly level: number;
  /** From 1. */
  readonly posInSet: number;
  readonly setSize: number;
  readonly expanded: boolean;
}

export type NoteKind = 'loading' | 'loadingMore' | 'empty' | 'noMatch' | 'fault';

/** A row that says something about its parent's list instead of showing a node. */
export interface NoteRow {
  readonly kind: 'note';
  readonly note: NoteKind;
  /** The parent's path. */
  readonly path: string;
  readonly level: number;
  readonly shown: number;
  readonly total: number | null;
  readonly fault: FolderFault | null;
}

export type TreeRow = NodeRow | NoteRow;

export interface TreeInput {
  readonly root: string;
  readonly expanded: ReadonlySet<string>;
  readonly folders: ReadonlyMap<string, Folder>;
  /** Case-insensitive substring of a name; empty shows everything. */
  readonly filter: string;
}

export interface TreeCounts {
  /** Node rows on the list, the root included. */
  readonly shown: number;
  /** Children known to exist below expanded nodes, the root included. */
  readonly known: number;
}

/** The rows in the order of the screen. */
export function visibleRows(input: TreeInput): TreeRow[] {
  const rows: TreeRow[] = [];
  const expanded = input.expanded.has(input.root);
  const name = input.root === '/' ? '/' : input.root.slice(input.root.lastIndexOf('/') + 1);
  rows.push({ kind: 'node', path: input.root, name, level: 1, posInSet: 1, setSize: 1, expanded });
  if (expanded) appendChildren(rows, input, input.root, 2, input.filter.toLowerCase());
  return rows;
}

/** Appends the rows below one expanded node and says how many node rows that were. */
function appendChildren(
  rows: TreeRow[],
  input: TreeInput,
  parent: string,
  level: number,
  filter: string,
): number {
  const folder = input.folders.get(parent);
  const note = (kind: NoteKind, shown: number): void => {
    rows.push({
      kind: 'note',
      note: kind,
      path: parent,
      level,
      shown,
      total: folder?.matching ?? folder?.total ?? null,
      fault: folder?.fault ?? null,
    });
  };
  if (folder === undefined || (folder.total === null && folder.fault === null)) {
    note('loading', 0);
    return 0;
  }
  if (folder.fault !== null && folder.names.length === 0) {
    note('fault', 0);
    return 0;
  }
  const shown = appendNames(rows, input, parent, folder, level, filter);
  if (shown === 0) note(folder.total === 0 ? 'empty' : folder.loading ? 'loading' : 'noMatch', 0);
  else if (folder.fault !== null) note('fault', shown);
  else if (folder.names.length < (folder.matching ?? 0)) note('loadingMore', folder.names.length);
  return shown;
}

function appendNames(
  rows: TreeRow[],
  input: TreeInput,
  parent: string,
  folder: Folder,
  level: number,
  filter: string,
): number {
  const kept = new Set<number>();
  const first = rows.length;
  for (const name of folder.names) {
    const path = joinPath(parent, name);
    const expanded = input.expanded.has(path);
    const matches = filter === '' || name.toLowerCase().includes(filter);
    if (!matches && !expanded) continue;
    const at = rows.length;
    rows.push({ kind: 'node', path, name, level, posInSet: 0, setSize: 0, expanded });
    const below = expanded ? appendChildren(rows, input, path, level + 1, filter) : 0;
    // A node that does not match stays only as the way to something below it that does.
    if (matches || below > 0) kept.add(at);
    else rows.length = at;
  }
  const partial = folder.names.length < (folder.matching ?? 0);
  const setSize = partial && filter === folder.serverFilter ? (folder.matching ?? 0) : kept.size;
  let position = 0;
  for (let index = first; index < rows.length; index += 1) {
    if (!kept.has(index)) continue;
    position += 1;
    const row = rows[index] as { posInSet: number; setSize: number };
    row.posInSet = position;
    row.setSize = setSize;
  }
  return kept.size;
}

/** How many nodes show and how many are known of: what the line under the tree says. */
export function countRows(rows: readonly TreeRow[], input: TreeInput): TreeCounts {
  const shown = rows.reduce((count, row) => (row.kind === 'node' ? count + 1 : count), 0);
  let known = 1;
  for (const path of reachable(input)) known += input.folders.get(path)?.total ?? 0;
  return { shown, known };
}

/** Expanded nodes whose ancestors are all expanded too, so that their children are part of the picture. */
export function reachable(input: Pick<TreeInput, 'root' | 'expanded'>): string[] {
  return [...input.expanded].filter((path) => {
    for (const above of ancestors(path)) if (!input.expanded.has(above)) return false;
    return path === input.root || path.startsWith(input.root === '/' ? '/' : `${input.root}/`);
  });
}

/** `/a/b/c` → `/`, `/a`, `/a/b`. */
export function ancestors(path: string): string[] {
  if (path === '/') return [];
  const above = ['/'];
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
    above.push(path.slice(0, slash));
  }
  return above;
}

export function withExpanded(expanded: ReadonlySet<string>, paths: readonly string[]): ReadonlySet<string> {
  if (paths.every((path) => expanded.has(path))) return expanded;
  return new Set([...expanded, ...paths]);
}

/** Collapsing forgets what was open below, so that expanding again does not load a forest. */
export function withoutSubtree(expanded: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const below = path === '/' ? '/' : `${path}/`;
  return new Set([...expanded].filter((other) => other !== path && !other.startsWith(below)));
}

/** The nearest ancestor row still on the list, for when the row in focus is gone. */
export function nearestRow(rows: readonly TreeRow[], path: string): number {
  const wanted = new Set([path, ...ancestors(path)]);
  let best = 0;
  let length = -1;
  rows.forEach((row, index) => {
    if (row.kind === 'node' && wanted.has(row.path) && row.path.length > length) {
      best = index;
      length = row.path.length;
    }
  });
  return best;
}
