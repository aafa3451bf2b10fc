'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { cx } from './cx';
import { useDisplay } from './display';
import { nextSort, sortRows, type Sort, type SortKey } from './sort';

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  /** Numbers stand at the right, in tabular figures. */
  readonly numeric?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable. */
  readonly sortKey?: (row: Row) => SortKey;
  readonly className?: string;
}

export interface TableProps<Row> {
  /** Names the table for those who hear it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => string;
  readonly sort?: Sort | null;
  readonly onSort?: (sort: Sort | null) => void;
  readonly rowClassName?: (row: Row) => string | undefined;
  /** Height at which the body scrolls under its head. */
  readonly className?: string;
}

/** A dense table: sticky head, sortable columns, scrolling sideways (also by keyboard) rather than squeezing. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, sort = null, onSort, rowClassName, className } = props;
  const { locale } = useDisplay();
  const ordered = useMemo(() => {
    const column = columns.find(({ key }) => key === sort?.column);
    return sort === null || column?.sortKey === undefined
      ? rows
      : sortRows(rows, column.sortKey, sort.descending, locale);
  }, [columns, rows, sort, locale]);
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className={cx('relative overflow-auto focus-visible:-outline-offset-2', className)}
    >
      <table className="w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.map((row, index) => (
            <tr key={rowKey(row, index)} className={cx('group hover:bg-hover', rowClassName?.(row))}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={cx(
                    'h-8 border-b border-line px-1.5 py-1 align-middle leading-4 first:pl-3 last:pr-3 group-last:border-b-0',
                    column.numeric === true && 'tnum text-right whitespace-nowrap',
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeadCell<Row>(props: {
  readonly column: Column<Row>;
  readonly sort: Sort | null;
  readonly onSort: ((sort: Sort | null) => void) | undefined;
}) {
  const { column, sort, onSort } = props;
  const sortable = column.sortKey !== undefined && onSort !== undefined;
  const active = sort?.column === column.key ? sort : null;
  const Arrow = active?.descending === true ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={active === null ? undefined : active.descending ? 'descending' : 'ascending'}
      className={cx(
        'sticky top-0 z-10 h-8 border-b border-line bg-sunken px-1.5 text-left align-middle text-xs first:pl-3 last:pr-3 font-medium whitespace-nowrap text-ink-2',
        column.numeric === true && 'text-right',
      )}
    >
      {sortable ? (
        <button
          type="button"
          onClick={() => onSort(nextSort(sort, column.key))}
          className={cx('group/head relative align-middle font-medium hover:text-ink')}
        >
          {column.head}
          <Arrow
            aria-hidden
            size={12}
            className={cx(
              'absolute top-0.5',
              column.numeric === true ? '-left-3.5' : '-right-3.5',
              active === null ? 'opacity-0 group-hover/head:opacity-60' : 'text-accent-text',
            )}
          />
        </button>
      ) : (
        column.head
      )}
    </th>
  );
}
