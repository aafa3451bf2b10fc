'use client';

import { useState, type MouseEvent, type ReactNode } from 'react';
import { onDemand, useOnDemand } from '@/components/ui/on-demand';
import type { NodeRow, TreeRow } from './tree-model';
import type { Marking } from './use-marks';

const menus = onDemand(() => import('./row-menu'));

export interface TreeMenuActions {
  readonly open: (path: string) => void;
  readonly refresh: (path: string) => void;
  readonly watch: (path: string) => void;
  /** Null where the cluster is read-only. */
  readonly create: ((path: string) => void) | null;
  readonly remove: ((path: string) => void) | null;
}

export interface TreeMenuProps {
  readonly rows: readonly TreeRow[];
  readonly activeIndex: number;
  readonly actions: TreeMenuActions;
  readonly isLeaf: (row: NodeRow) => boolean;
  readonly onExpand: (paths: readonly string[]) => void;
  readonly onCollapse: (path: string) => void;
  readonly marking: Marking;
  readonly children: ReactNode;
}

/** Whose menu is open, and where on the screen it hangs. */
export interface MenuTarget {
  readonly row: NodeRow;
  readonly x: number;
  readonly y: number;
}

/** The menu of a row, by the pointer's other button or by the keyboard's menu key on the row in focus. */
export function TreeMenu({ children, ...props }: TreeMenuProps) {
  const { rows, activeIndex } = props;
  const [target, setTarget] = useState<MenuTarget | null>(null);
  const [open, setOpen] = useState(false);
  const impl = useOnDemand(menus, open);
  const onContextMenu = (event: MouseEvent<HTMLElement>): void => {
    event.preventDefault();
    const pointed = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    const index = pointed === null ? activeIndex : Number(pointed.dataset['index']);
    const row = rows[index];
    if (row?.kind !== 'node') return;
    setTarget({ row, ...placeOf(event, pointed, index) });
    setOpen(true);
  };
  return (
    <div className="h-full min-h-0" onContextMenu={onContextMenu}>
      {children}
      {impl !== null && target !== null && (
        <impl.RowMenu {...props} target={target} open={open} onOpenChange={setOpen} />
      )}
    </div>
  );
}

/** At the pointer; for the keyboard, whose event happens on the tree as a whole, at the row's name. */
function placeOf(
  event: MouseEvent<HTMLElement>,
  pointed: HTMLElement | null,
  index: number,
): { readonly x: number; readonly y: number } {
  const row = pointed ?? event.currentTarget.querySelector(`[data-index="${index}"]`);
  if (row === null || pointed !== null) return { x: event.clientX, y: event.clientY };
  const box = row.getBoundingClientRect();
  return { x: box.left + 40, y: box.bottom };
}
