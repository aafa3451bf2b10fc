import { shortcutOf, type KeyPress } from '@/components/ui/shortcuts';
import type { NodeRow, TreeRow } from './tree-model';

/**
 * Keys of the WAI-ARIA treeview pattern as a decision: a key and the rows in, what to do out. The view performs it.
 */

/** `*` expands at most this many siblings: each costs a list upstream. */
export const expandSiblingsMax = 50;

export type TreeCommand =
  | { readonly kind: 'move'; readonly index: number }
  | { readonly kind: 'expand'; readonly paths: readonly string[] }
  | { readonly kind: 'collapse'; readonly path: string }
  | { readonly kind: 'select'; readonly path: string }
  | { readonly kind: 'mark'; readonly path: string }
  /** Marks from where marking began up to this row, which takes the focus. */
  | { readonly kind: 'markTo'; readonly index: number }
  | { readonly kind: 'markSiblings'; readonly path: string }
  | { readonly kind: 'unmark' };

export interface KeyContext {
  readonly rows: readonly TreeRow[];
  /** The row in focus. */
  readonly index: number;
  /** Rows per screen, at least 1. */
  readonly pageRows: number;
  /** Whether the row can have children, as far as known: a node known to have none neither opens nor closes. */
  readonly isLeaf: (row: NodeRow) => boolean;
  /** Whether anything is marked. */
  readonly marked: boolean;
}

/** What a key does, or null where the tree leaves it alone. */
export function commandFor(press: KeyPress, context: KeyContext): TreeCommand | null {
  const { rows, index, pageRows } = context;
  const row = rows[index];
  if (row === undefined) return null;
  const within = (to: number): number => Math.max(0, Math.min(rows.length - 1, to));
  const move = (to: number): TreeCommand => ({ kind: 'move', index: within(to) });
  const ofNode = (kind: 'select' | 'mark' | 'markSiblings'): TreeCommand | null =>
    row.kind === 'node' ? { kind, path: row.path } : null;
  switch (shortcutOf(press, 'tree')) {
    case 'treeNext':
      return move(index + 1);
    case 'treePrevious':
      return move(index - 1);
    case 'treePageDown':
      return move(index + pageRows);
    case 'treePageUp':
      return move(index - pageRows);
    case 'treeFirst':
      return move(0);
    case 'treeLast':
      return move(rows.length - 1);
    case 'treeOpen':
      return openOrEnter(context, row);
    case 'treeClose':
      return closeOrLeave(context, row);
    case 'treeShow':
      return ofNode('select');
    case 'treeSiblings':
      return expandSiblings(context, row);
    case 'treeMark':
      return ofNode('mark');
    case 'treeMarkNext':
      return { kind: 'markTo', index: within(index + 1) };
    case 'treeMarkPrevious':
      return { kind: 'markTo', index: within(index - 1) };
    case 'treeMarkAll':
      return ofNode('markSiblings');
    case 'treeUnmark':
      return context.marked ? { kind: 'unmark' } : null;
    // The browser asks for the menu by an event of its own, and typing is told by what is no other key.
    case 'treeMenu':
    case 'treeType':
    case null:
      return null;
  }
}

function openOrEnter(context: KeyContext, row: TreeRow): TreeCommand | null {
  if (row.kind === 'note') return null;
  if (!row.expanded) return context.isLeaf(row) ? null : { kind: 'expand', paths: [row.path] };
  const next = context.rows[context.index + 1];
  return next !== undefined && next.level > row.level ? { kind: 'move', index: context.index + 1 } : null;
}

function closeOrLeave(context: KeyContext, row: TreeRow): TreeCommand | null {
  if (row.kind === 'node' && row.expanded) return { kind: 'collapse', path: row.path };
  const parent = parentIndex(context.rows, context.index);
  return parent === null ? null : { kind: 'move', index: parent };
}

function expandSiblings(context: KeyContext, row: TreeRow): TreeCommand {
  const siblings: string[] = [];
  const visit = (step: 1 | -1): void => {
    for (let index = context.index + (step === 1 ? 0 : -1); ; index += step) {
      const other = context.rows[index];
      if (other === undefined || other.level < row.level || siblings.length >= expandSiblingsMax) return;
      if (other.kind !== 'node' || other.level !== row.level) continue;
      if (!other.expanded && !context.isLeaf(other)) siblings.push(other.path);
    }
  };
  visit(1);
  visit(-1);
  return { kind: 'expand', paths: siblings };
}

/** The row above that holds this one; null for the first level. */
export function parentIndex(rows: readonly TreeRow[], index: number): number | null {
  const level = rows[index]?.level ?? 1;
  for (let above = index - 1; above >= 0; above -= 1) if ((rows[above]?.level ?? 1) < level) return above;
  return null;
}

/**
 * The next node row whose name starts with what was typed, looking onward from the row in focus and round to it again. A
 * repeated single letter steps through the rows that start with it.
 */
export function typeAhead(rows: readonly TreeRow[], index: number, typed: string): number | null {
  const first = typed[0] ?? '';
  const stepping = typed.length > 1 && [...typed].every((letter) => letter === first);
  const wanted = (stepping ? first : typed).toLowerCase();
  const start = typed.length === 1 || stepping ? 1 : 0;
  for (let step = start; step < rows.length + start; step += 1) {
    const at = (index + step) % rows.length;
    const row = rows[at];
    if (row?.kind === 'node' && row.name.toLowerCase().startsWith(wanted)) return at;
  }
  return null;
}
