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
import { between, siblings, type Marks } from './marks';
import { commandFor, typeAhead, type KeyContext, type TreeCommand } from './tree-keys';
import { TreeMenu, type TreeMenuActions } from './tree-menu';
import { nearestRow, type Folder, type NodeRow, type TreeRow } from './tree-model';
import { TreeNodeRow, TreeNoteRow, rowHeightPx } from './tree-row';
import type { Marking } from './use-marks';
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
  readonly marking: Marking;
  readonly menu: TreeMenuActions;
}

/**
 * The tree on screen: only the rows in sight exist. Focus stays on the tree itself and `aria-activedescendant` names the
 * row, so that a row may leave the screen without taking the focus along.
 */
export function TreeView(props: TreeViewProps) {
  const { rows, folders, selected, marking } = props;
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
  useReveal(selected, rows, setActive, scroller, virtualizer.scrollToIndex);
  const isLeaf = useCallback(
    (row: NodeRow) => !row.expanded && stats.get(row.path)?.stat?.numChildren === 0,
    [stats],
  );
  const { perform, toggle, onClick } = useTreeCommands(props, active, setActive, virtualizer.scrollToIndex);
  const marked = marking.marks.size > 0;
  const keys = useTreeKeys({ rows, index: activeIndex, isLeaf, marked }, perform, props.onReload, scroller);
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
      marking={marking}
    >
      <div ref={scroller} className="h-full overflow-y-auto overscroll-contain" tabIndex={-1}>
        <div
          role="tree"
          aria-label={t('label')}
          aria-multiselectable
          tabIndex={0}
          aria-activedescendant={`${base}-${activeIndex}`}
          onKeyDown={keys}
          onClick={onClick}
          onDoubleClick={onDoubleClick}
          style={{ height: virtualizer.getTotalSize() }}
          className="group/tree relative min-h-full w-full outline-none select-none"
        >
          <Rows
            base={base}
            items={items}
            rows={rows}
            folders={folders}
            stats={stats}
            activeIndex={activeIndex}
            selected={selected}
            marks={marking.marks}
            isLeaf={isLeaf}
          />
        </div>
      </div>
    </TreeMenu>
  );
}

/** What keys and clicks have the tree do. */
function useTreeCommands(
  props: TreeViewProps,
  active: string,
  setActive: (active: string) => void,
  scrollToIndex: (index: number) => void,
) {
  const { rows, marking } = props;
  // A range of marks begins at the row that had the focus when the first key or click of it came.
  const range = useRef({ from: active, to: active });
  const focusRow = (index: number): void => {
    const row = rows[index];
    if (row !== undefined) setActive(activeKey(row));
    scrollToIndex(index);
  };
  const markTo = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    const from = range.current.to === active ? range.current.from : active;
    range.current = { from, to: activeKey(row) };
    marking.set(between(rows, indexOf(rows, from), index));
    focusRow(index);
  };
  const perform = (command: TreeCommand): void => {
    switch (command.kind) {
      case 'expand':
        return props.onExpand(command.paths);
      case 'collapse':
        setActive(command.path);
        return props.onCollapse(command.path);
      case 'select':
        return props.onSelect(command.path);
      case 'mark':
        return marking.toggle(command.path);
      case 'markTo':
        return markTo(command.index);
      case 'markSiblings':
        return marking.set(siblings(rows, command.path));
      case 'unmark':
        return marking.clear();
      case 'move':
        return focusRow(command.index);
    }
  };
  const toggle = (row: NodeRow): void =>
    perform(row.expanded ? { kind: 'collapse', path: row.path } : { kind: 'expand', paths: [row.path] });
  const onClick = (event: MouseEvent): void => {
    const { row, index, on } = rowOf(rows, event);
    if (row === undefined) return;
    if (row.kind === 'node' && event.shiftKey) return markTo(index);
    setActive(activeKey(row));
    if (row.kind === 'note') return on('retry') ? props.onReload(row.path) : undefined;
    if (event.ctrlKey || event.metaKey) return marking.toggle(row.path);
    return on('chevron') ? toggle(row) : props.onSelect(row.path);
  };
  return { perform, toggle, onClick };
}

/** The row under the pointer, and whether the pointer is on a marked part of it. */
function rowOf(
  rows: readonly TreeRow[],
  event: MouseEvent,
): {
  readonly row: TreeRow | undefined;
  readonly index: number;
  readonly on: (part: 'chevron' | 'retry') => boolean;
} {
  const target = event.target as HTMLElement;
  const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? -1);
  return {
    row: rows[index],
    index,
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
  readonly marks: Marks;
  readonly isLeaf: (row: NodeRow) => boolean;
}

/** The rows in sight. */
function Rows({ base, items, rows, folders, stats, activeIndex, selected, marks, isLeaf }: RowsProps) {
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
        shown={row.path === selected}
        // What is shown is what is selected, until rows are marked.
        selected={marks.size === 0 ? row.path === selected : marks.has(row.path)}
        marked={marks.has(row.path)}
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
  scroller: { readonly current: HTMLDivElement | null },
  scrollToIndex: (index: number, options?: { align?: 'center' }) => void,
): void {
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    if (revealed.current === selected) return;
    const index = rows.findIndex((row) => row.kind === 'node' && row.path === selected);
    if (index < 0) return;
    revealed.current = selected;
    setActive(selected);
    // Where it is out of sight it comes with what stands around it.
    if (!isInSight(scroller.current, index)) scrollToIndex(index, { align: 'center' });
  }, [selected, rows, setActive, scroller, scrollToIndex]);
}

function isInSight(scroller: HTMLDivElement | null, index: number): boolean {
  if (scroller === null) return false;
  const top = index * rowHeightPx - scroller.scrollTop;
  return top >= 0 && top + rowHeightPx <= scroller.clientHeight;
}

function useTreeKeys(
  context: Omit<KeyContext, 'pageRows'>,
  perform: (command: TreeCommand) => void,
  reload: (path: string) => void,
  scroller: { readonly current: HTMLDivElement | null },
): (event: KeyboardEvent) => void {
  const { rows, index } = context;
  const typed = useRef({ text: '', at: 0 });
  return (event) => {
    const row = rows[index];
    if (row?.kind === 'note' && row.note === 'fault' && event.key === 'Enter') {
      event.preventDefault();
      return reload(row.path);
    }
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 1);
    // A space continues what is being typed; only otherwise does it mark.
    const typing = performance.now() - typed.current.at < typedRestMs && typed.current.text !== '';
    const command = typing && event.key === ' ' ? null : commandFor(event, { ...context, pageRows });
    if (command !== null) {
      event.preventDefault();
      return perform(command);
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length !== 1 || event.key === '?') return;
    const text = typing ? typed.current.text + event.key : event.key;
    typed.current = { text, at: performance.now() };
    const found = typeAhead(rows, index, text);
    event.preventDefault();
    event.stopPropagation();
    if (found !== null) perform({ kind: 'move', index: found });
  };
}
