'use client';

import { ListFilter } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { sortFromText, sortRows, sortToText } from '@/components/ui/sort';
import { EmptyState } from '@/components/ui/states';
import { Table, type Column } from '@/components/ui/table';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { cellKey, isNumeric, rowsShownMax, type AnswerTable as Answer } from './answer';

export interface AnswerTableProps {
  readonly table: Answer;
  /** Those that match the filter. */
  readonly rows: Answer['rows'];
  readonly filter: string;
  readonly onClear: () => void;
}

export function AnswerTable({ table, rows, filter, onClear }: AnswerTableProps) {
  const t = useTranslations('commands');
  const { locale } = useDisplay();
  const [sortText, setSort] = useQueryState('sort', parseAsString);
  const sort = sortFromText(sortText);
  const columns = useAnswerColumns(table);
  const column = columns.find(({ key }) => key === sort?.column);
  const ordered =
    sort === null || column?.sortKey === undefined
      ? rows
      : sortRows(rows, column.sortKey, sort.descending, locale);
  const shown = ordered.slice(0, rowsShownMax);
  const counts = { shown: formatNumber(shown.length, locale), total: formatNumber(rows.length, locale) };
  if (rows.length === 0) {
    return filter === '' ? (
      <EmptyState title={t('empty')} />
    ) : (
      <EmptyState
        icon={ListFilter}
        title={t('noMatch', { filter })}
        actions={<Button onClick={onClear}>{t('clearFilter')}</Button>}
      >
        {t('noMatchNext', { total: table.rows.length })}
      </EmptyState>
    );
  }
  return (
    <>
      <Table
        label={t('parsed')}
        columns={columns}
        rows={shown}
        rowKey={(_, index) => String(index)}
        sort={sort}
        onSort={(next) => void setSort(sortToText(next))}
        className="max-h-[calc(100dvh-240px)] min-h-40"
      />
      <p role="status" className="tnum border-t border-line px-3 py-1.5 text-xs text-ink-3">
        {rows.length > shown.length
          ? t('rowsCut', counts)
          : t('rows', { shown: counts.shown, total: formatNumber(table.rows.length, locale) })}
      </p>
    </>
  );
}

/** Columns that the console made, and named; others are fields of the server's. */
const ownColumns = ['name', 'value', 'kind', 'detail', 'session', 'path', 'address', 'digest'] as const;

function useAnswerColumns(table: Answer): readonly Column<string[]>[] {
  const t = useTranslations('commands.columns');
  return useMemo(
    () =>
      table.columns.map((name, index) => {
        const own = ownColumns.find((column) => column === name);
        const numeric = isNumeric(table.rows, index);
        return {
          key: name,
          head: own === undefined ? <span className="font-mono">{name}</span> : t(own),
          numeric,
          // Two columns stand beside each other on a phone, too; more of them scroll.
          className: cx(
            'text-xs',
            index === 0 && 'font-mono',
            table.columns.length === 2 ? 'min-w-28 wrap-anywhere' : index > 0 && 'break-words',
          ),
          sortKey: (row) => cellKey(row[index] ?? '', numeric),
          cell: (row) => <span className="font-mono">{row[index]}</span>,
        };
      }),
    [t, table],
  );
}
