'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { cx } from './cx';
import { nextSort, type Sort } from './sort';
import type { Column } from './table';

const rowHeightPx = 30;
const pageRows = 15;

export interface WideColumn<Row> extends Column<Row> {
  /** One track of a CSS grid: `88px`, `minmax(150px, 1fr)`. */
  readonly width: string;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly WideColumn<Row>[];
  /** In the order they are shown. */
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
  /** A click on a row, or Enter on the one the arrow keys have come to. */
  readonly onOpen: (row: Row) => void;
  /** The open row. */
  readonly openKey?: string | null;
  readonly minWidthPx: number;
  readonly className?: string;
}

/**
 * A table of any length: only rows in sight are in the page. It is one stop for the Tab key; arrows, Page Up and Down,
 * Home and End move through the rows, Enter opens one.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, rowKey, onOpen, openKey = null } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [active, setActive] = useState<number | null>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called in this render only
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    scrollPaddingStart: rowHeightPx,
  });
  const items = virtualizer.getVirtualItems();
  const current = active === null ? null : Math.min(active, rows.length - 1);
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = current === null ? undefined : rows[current];
    if (event.key === 'Enter' && row !== undefined) return onOpen(row);
    const to = rowAfter(event.key, current, rows.length);
    if (to === null) return;
    event.preventDefault();
    setActive(to);
    virtualizer.scrollToIndex(to);
  };
  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={
        items.some(({ index }) => index === current) ? `${id}-${String(current)}` : undefined
      }
      tabIndex={0}
      onKeyDown={onKey}
      className={cx('group/grid relative overflow-auto', focusLook(current), props.className)}
    >
      <div style={{ minWidth: props.minWidthPx }}>
        <Head {...props} grid={grid} />
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index] as Row;
            const key = rowKey(row);
            return (
              // The grid itself takes the keys; this click is the pointer's way to do what Enter does.
              <div
                key={key}
                id={`${id}-${String(index)}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={key === openKey}
                onClick={() => {
                  setActive(index);
                  onOpen(row);
                }}
                style={{ ...grid, height: rowHeightPx, transform: `translateY(${String(start)}px)` }}
                className={cx(
                  'absolute top-0 left-0 grid w-full cursor-pointer items-center gap-x-2 border-b border-line px-3 text-sm hover:bg-hover',
                  key === openKey && '!bg-selected',
                  index === current &&
                    'group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent-text',
                )}
              >
                {columns.map((column) => (
                  <span
                    key={column.key}
                    role="gridcell"
                    className={cx(
                      'min-w-0 truncate',
                      column.numeric === true && 'tnum text-right',
                      column.className,
                    )}
                  >
                    {column.cell(row)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The row that keys act on shows the focus; without one, the grid does. */
function focusLook(current: number | null): string {
  return current === null ? 'focus-visible:-outline-offset-2' : 'focus-visible:outline-none';
}

/** Where a key leads from a row; null for a key that leads nowhere. */
function rowAfter(key: string, from: number | null, count: number): number | null {
  if (count === 0) return null;
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: pageRows, PageUp: -pageRows };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  return from === null ? 0 : Math.max(0, Math.min(count - 1, from + step));
}

function Head<Row>(
  props: VirtualTableProps<Row> & { readonly grid: { readonly gridTemplateColumns: string } },
) {
  const { columns, sort, onSort, grid } = props;
  return (
    <div role="rowgroup" className="sticky top-0 z-10">
      <div
        role="row"
        aria-rowindex={1}
        style={grid}
        className="grid h-8 items-center gap-x-2 border-b border-line bg-sunken px-3 text-xs font-medium text-ink-2"
      >
        {columns.map((column) => {
          const active = sort?.column === column.key ? sort : null;
          const Arrow = active?.descending === true ? ArrowDown : ArrowUp;
          return (
            <span
              key={column.key}
              role="columnheader"
              aria-sort={active === null ? undefined : active.descending ? 'descending' : 'ascending'}
              className={cx('min-w-0 whitespace-nowrap', column.numeric === true && 'text-right')}
            >
              {column.sortKey === undefined ? (
                column.head
              ) : (
                <button
                  type="button"
                  onClick={() => onSort(nextSort(sort, column.key))}
                  className={cx(
                    'inline-flex max-w-full items-center gap-0.5 font-medium hover:text-ink',
                    column.numeric === true && 'flex-row-reverse',
                  )}
                >
                  <span className="truncate">{column.head}</span>
                  {active !== null && <Arrow aria-hidden size={12} className="shrink-0 text-accent-text" />}
                </button>
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}
