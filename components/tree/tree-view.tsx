'use client';

import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { useTranslations } from 'use-intl';
import { useRowStats } from '@/lib/queries/live';
import type { RowStats } from '@/lib/queries/row-stats';
import { commandFor, typeAhead, type TreeCommand } from './tree-keys';
import { TreeMenu, type TreeMenuActions } from './tree-menu';
import { nearestRow, type Folder, type NodeRow, type TreeRow } from './tree-model';
import { TreeNodeRow, TreeNoteRow, rowHeightPx } from './tree-row';
import { useVisibleWatches } from './use-visible-watches';

const overscanRows = 24;
const typedRestMs = 700;

export interface TreeViewProps {
  readonly rows: readonly TreeRow[];
  readonly folders: ReadonlyMap<string, Folder>;
  readonly selected: string;
  readonly onSelect: (path: string) => void;
  readonly onExpand: (paths: readonly string[]) => void;
  readonly onCollapse: (path: string) => void;
  readonly onReload: (path: string) => void;
  readonly menu: TreeMenuActions;
}

/**
 * The tree on screen: only the rows in sight exist. Focus stays on the tree itself and `aria-activedescendant` names the
 * row, so that a row may leave the screen without taking the focus along.
 */
export function TreeView(props: TreeViewProps) {
  const { rows, folders, selected, onSelect } = props;
  const t = useTranslations('tree');
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { rows: stats, revision } = useRowStats();
  const [active, setActive] = useState(selected);
  const activeIndex = useMemo(() => indexOf(rows, active), [rows, active]);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called in this render only
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: overscanRows,
    getItemKey: (index) => keyOf(rows[index], index),
  });
  const items = virtualizer.getVirtualItems();
  const range = virtualizer.range;
  useVisibleWatches(rows, range?.startIndex ?? 0, range?.endIndex ?? 0, stats, revision);
  useReveal(selected, rows, setActive, virtualizer.scrollToIndex);
  const isLeaf = useCallback(
    (row: NodeRow) => !row.expanded && stats.get(row.path)?.stat?.numChildren === 0,
    [stats],
  );
  const perform = (command: TreeCommand): void => {
    if (command.kind === 'expand') return props.onExpand(command.paths);
    if (command.kind === 'collapse') {
      setActive(command.path);
      return props.onCollapse(command.path);
    }
    if (command.kind === 'select') return onSelect(command.path);
    const row = rows[command.index];
    if (row !== undefined) setActive(activeKey(row));
    virtualizer.scrollToIndex(command.index);
  };
  const keys = useTreeKeys(rows, activeIndex, isLeaf, perform, props.onReload, scroller);
  const toggle = (row: NodeRow): void =>
    perform(row.expanded ? { kind: 'collapse', path: row.path } : { kind: 'expand', paths: [row.path] });
  const onClick = (event: MouseEvent): void => {
    const { row, on } = rowOf(rows, event);
    if (row === undefined) return;
    setActive(activeKey(row));
    if (row.kind === 'note') return on('retry') ? props.onReload(row.path) : undefined;
    return on('chevron') ? toggle(row) : onSelect(row.path);
  };
  const onDoubleClick = (event: MouseEvent): void => {
    const { row, on } = rowOf(rows, event);
    if (row?.kind === 'node' && !isLeaf(row) && !on('chevron')) toggle(row);
  };
  return (
    <TreeMenu
      rows={rows}
      activeIndex={activeIndex}
      actions={props.menu}
      isLeaf={isLeaf}
      onExpand={props.onExpand}
      onCollapse={props.onCollapse}
    >
      <div ref={scroller} className="h-full overflow-y-auto overscroll-contain" tabIndex={-1}>
        <div
          role="tree"
          aria-label={t('label')}
          tabIndex={0}
          aria-activedescendant={`${base}-${activeIndex}`}
          onKeyDown={keys}
          onClick={onClick}
          onDoubleClick={onDoubleClick}
          style={{ height: virtualizer.getTotalSize() }}
          className="tree relative min-h-full w-full outline-none select-none"
        >
          <Rows
            base={base}
            items={items}
            rows={rows}
            folders={folders}
            stats={stats}
            activeIndex={activeIndex}
            selected={selected}
            isLeaf={isLeaf}
          />
        </div>
      </div>
    </TreeMenu>
  );
}

/** The row under the pointer, and whether the pointer is on a marked part of it. */
function rowOf(
  rows: readonly TreeRow[],
  event: MouseEvent,
): { readonly row: TreeRow | undefined; readonly on: (part: 'chevron' | 'retry') => boolean } {
  const target = event.target as HTMLElement;
  const index = target.closest<HTMLElement>('[data-index]')?.dataset['index'];
  return {
    row: index === undefined ? undefined : rows[Number(index)],
    on: (part) => target.closest(`[data-${part}]`) !== null,
  };
}

interface RowsProps {
  readonly base: string;
  readonly items: readonly VirtualItem[];
  readonly rows: readonly TreeRow[];
  readonly folders: ReadonlyMap<string, Folder>;
  readonly stats: RowStats;
  readonly activeIndex: number;
  readonly selected: string;
  readonly isLeaf: (row: NodeRow) => boolean;
}

/** The rows in sight. */
function Rows({ base, items, rows, folders, stats, activeIndex, selected, isLeaf }: RowsProps) {
  return items.map((item) => {
    const row = rows[item.index];
    if (row === undefined) return null;
    const shared = {
      id: `${base}-${item.index}`,
      index: item.index,
      active: item.index === activeIndex,
      top: item.start,
    };
    if (row.kind === 'note') return <TreeNoteRow key={item.key} row={row} {...shared} />;
    const folder = folders.get(row.path);
    return (
      <TreeNodeRow
        key={item.key}
        row={row}
        stat={stats.get(row.path)}
        leaf={isLeaf(row)}
        loading={row.expanded && folder?.total === null && folder.fault === null}
        selected={row.path === selected}
        {...shared}
      />
    );
  });
}

function keyOf(row: TreeRow | undefined, index: number): string | number {
  if (row === undefined) return index;
  return row.kind === 'node' ? row.path : `${row.path}\0${row.note}`;
}

/** Notes can hold the focus too; the zero byte keeps their key apart from any path. */
function activeKey(row: TreeRow): string {
  return row.kind === 'node' ? row.path : `${row.path}\0note`;
}

function indexOf(rows: readonly TreeRow[], active: string): number {
  const index = rows.findIndex((row) => activeKey(row) === active);
  return index >= 0 ? index : nearestRow(rows, active.split('\0')[0] ?? '/');
}

/** Brings the selected row into sight once when the selection is new; later changes of the list leave the scroll be. */
function useReveal(
  selected: string,
  rows: readonly TreeRow[],
  setActive: (path: string) => void,
  scrollToIndex: (index: number, options?: { align?: 'auto' }) => void,
): void {
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    if (revealed.current === selected) return;
    const index = rows.findIndex((row) => row.kind === 'node' && row.path === selected);
    if (index < 0) return;
    revealed.current = selected;
    setActive(selected);
    scrollToIndex(index, { align: 'auto' });
  }, [selected, rows, setActive, scrollToIndex]);
}

function useTreeKeys(
  rows: readonly TreeRow[],
  index: number,
  isLeaf: (row: NodeRow) => boolean,
  perform: (command: TreeCommand) => void,
  reload: (path: string) => void,
  scroller: { readonly current: HTMLDivElement | null },
): (event: KeyboardEvent) => void {
  const typed = useRef({ text: '', at: 0 });
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[index];
    if (row?.kind === 'note' && row.note === 'fault' && event.key === 'Enter') {
      event.preventDefault();
      return reload(row.path);
    }
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 1);
    // A space continues what is being typed; only otherwise does it choose.
    const typing = performance.now() - typed.current.at < typedRestMs && typed.current.text !== '';
    const command =
      typing && event.key === ' ' ? null : commandFor(event.key, { rows, index, pageRows, isLeaf });
    if (command !== null) {
      event.preventDefault();
      return perform(command);
    }
    if (event.key.length !== 1 || event.key === '?') return;
    const text = typing ? typed.current.text + event.key : event.key;
    typed.current = { text, at: performance.now() };
    const found = typeAhead(rows, index, text);
    event.preventDefault();
    event.stopPropagation();
    if (found !== null) perform({ kind: 'move', index: found });
  };
}
