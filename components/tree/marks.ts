import { parentPath } from '@/lib/protocol/path';
import type { Folder, TreeRow } from './tree-model';

/** Which znodes of the tree are selected, for doing one thing with all of them: pure. */

export type Marks = ReadonlySet<string>;

/** As many roots as one job takes (`jobRootsMax`); written again here, where the contract would bring its parser along. */
export const marksMax = 500;

export const noMarks: Marks = new Set();

/** The first ones up to the bound; the root never, since nothing is done to it together with others. */
export function marksOf(paths: Iterable<string>): Marks {
  return new Set([...paths].filter((path) => path !== '/').slice(0, marksMax));
}

export function toggled(marks: Marks, path: string): Marks {
  if (!marks.has(path)) return marksOf([...marks, path]);
  return new Set([...marks].filter((other) => other !== path));
}

/** The znodes from one row to another, both included, in the order of the screen from `from` on. */
export function between(rows: readonly TreeRow[], from: number, to: number): string[] {
  const part = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
  const paths = part.flatMap((row) => (row.kind === 'node' ? [row.path] : []));
  return from <= to ? paths : paths.reverse();
}

/** The row and its siblings on the list. */
export function siblings(rows: readonly TreeRow[], path: string): string[] {
  const parent = parentPath(path);
  return rows.flatMap((row) =>
    row.kind === 'node' && row.path !== '/' && parentPath(row.path) === parent ? [row.path] : [],
  );
}

/** Without those that a whole list of their parent's children does not have; the same set where none is gone. */
export function stillThere(marks: Marks, folders: ReadonlyMap<string, Folder>): Marks {
  const gone = new Set<string>();
  const names = new Map<Folder, ReadonlySet<string>>();
  for (const path of marks) {
    const parent = parentPath(path);
    const folder = folders.get(parent);
    if (folder === undefined || folder.fault !== null || folder.names.length !== folder.total) continue;
    let known = names.get(folder);
    if (known === undefined) names.set(folder, (known = new Set(folder.names)));
    if (!known.has(path.slice(parent === '/' ? 1 : parent.length + 1))) gone.add(path);
  }
  return gone.size === 0 ? marks : new Set([...marks].filter((path) => !gone.has(path)));
}
