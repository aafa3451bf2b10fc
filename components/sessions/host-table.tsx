'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { sortRows, type Sort } from '@/components/ui/sort';
import { Num } from '@/components/ui/values';
import { VirtualTable, type WideColumn } from '@/components/ui/virtual-table';
import type { SessionRow } from '@/lib/api/sessions';
import { byHost, type HostRow } from './session-rows';

export interface HostTableProps {
  readonly rows: readonly SessionRow[];
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
  /** Null for the sessions that are connected nowhere. */
  readonly onOpen: (host: string | null) => void;
}

const counts = [
  ['sessions', '72px'],
  ['members', '72px'],
  ['queued', '64px'],
  ['maxLatencyMs', '72px'],
  ['watches', '76px'],
  ['ephemerals', '84px'],
  ['received', '92px'],
  ['sent', '92px'],
] as const satisfies readonly (readonly [keyof HostRow, string])[];

/** One row for each host that clients come from; opening one shows its sessions. */
export function HostTable({ rows, sort, onSort, onOpen }: HostTableProps) {
  const t = useTranslations('sessions');
  const { locale } = useDisplay();
  const hosts = useMemo(() => byHost(rows), [rows]);
  const columns = useMemo(
    (): readonly WideColumn<HostRow>[] => [
      {
        key: 'host',
        head: t('columns.host'),
        width: 'minmax(150px, 1fr)',
        sortKey: ({ host }) => host,
        className: 'font-mono text-xs',
        cell: ({ host }) => host ?? t('noHost'),
      },
      ...counts.map(([key, width]): WideColumn<HostRow> => ({
        key,
        head: t(`columns.${key === 'maxLatencyMs' ? 'maxLatency' : key}`),
        width,
        numeric: true,
        sortKey: (row) => row[key],
        cell: (row) => <Num value={row[key]} />,
      })),
    ],
    [t],
  );
  const shownSort = sort ?? { column: 'sessions', descending: true };
  const column = columns.find(({ key }) => key === shownSort.column) ?? columns[1];
  const ordered = sortRows(hosts, column!.sortKey!, shownSort.descending, locale);
  return (
    <VirtualTable
      label={t('views.hosts')}
      columns={columns}
      rows={ordered}
      rowKey={({ host }) => host ?? ''}
      sort={shownSort}
      onSort={onSort}
      onOpen={({ host }) => onOpen(host)}
      minWidthPx={860}
      className="max-h-[max(320px,calc(100dvh-232px))]"
    />
  );
}
