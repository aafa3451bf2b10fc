'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { useDisplay } from '@/components/ui/display';
import { sortRows, type Sort } from '@/components/ui/sort';
import { Duration, Num, Unknown } from '@/components/ui/values';
import { VirtualTable, type WideColumn } from '@/components/ui/virtual-table';
import type { SessionRow } from '@/lib/api/sessions';

export interface SessionTableProps {
  readonly rows: readonly SessionRow[];
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
  readonly openId: string | null;
  readonly onOpen: (id: string) => void;
}

/** One row a session. */
export function SessionTable({ rows, sort, onSort, openId, onOpen }: SessionTableProps) {
  const t = useTranslations('sessions');
  const { locale } = useDisplay();
  const columns = useColumns();
  const ordered = useMemo(() => {
    const column = columns.find(({ key }) => key === sort?.column);
    return sort === null || column?.sortKey === undefined
      ? rows
      : sortRows(rows, column.sortKey, sort.descending, locale);
  }, [rows, columns, sort, locale]);
  return (
    <VirtualTable
      label={t('title')}
      columns={columns}
      rows={ordered}
      rowKey={({ id }) => id}
      sort={sort}
      onSort={onSort}
      openKey={openId}
      onOpen={({ id }) => onOpen(id)}
      // The tracks, their gaps and the padding of a row: narrower, the last column would stand at the very edge.
      minWidthPx={1012}
      className="max-h-[max(320px,calc(100dvh-232px))]"
    />
  );
}

type SessionColumn = WideColumn<SessionRow>;
type CountKey = 'queued' | 'avgLatencyMs' | 'maxLatencyMs' | 'watches' | 'ephemerals';

function useColumns(): readonly SessionColumn[] {
  const t = useTranslations('sessions');
  return useMemo(() => {
    const count = (key: CountKey, head: string, width: string, hint?: string): SessionColumn => ({
      key,
      head: <span title={hint}>{head}</span>,
      width,
      numeric: true,
      sortKey: (row) => row[key],
      cell: (row) => <Num value={row[key]} measure={key === 'avgLatencyMs'} />,
    });
    return [
      ...identityColumns(t),
      count('queued', t('columns.queued'), '54px', t('columns.queuedHint')),
      count('avgLatencyMs', t('columns.avgLatency'), '54px'),
      count('maxLatencyMs', t('columns.maxLatency'), '54px'),
      count('watches', t('columns.watches'), '62px', t('columns.watchesHint')),
      count('ephemerals', t('columns.ephemerals'), '80px'),
      {
        key: 'idle',
        head: <span title={t('columns.idleHint')}>{t('columns.idle')}</span>,
        width: '56px',
        numeric: true,
        sortKey: (row) => row.idleMs,
        cell: (row) => (row.idleMs === null ? <Unknown /> : <Duration ms={row.idleMs} />),
      },
      {
        key: 'lastOp',
        head: t('columns.lastOp'),
        width: '60px',
        sortKey: (row) => row.lastOp,
        className: 'font-mono text-xs',
        cell: (row) => row.lastOp ?? <Unknown />,
      },
      {
        key: 'timeout',
        head: t('columns.timeout'),
        width: '58px',
        numeric: true,
        sortKey: (row) => row.timeoutMs,
        cell: (row) => (row.timeoutMs === null ? <Unknown /> : <Duration ms={row.timeoutMs} />),
      },
    ];
  }, [t]);
}

function identityColumns(t: ReturnType<typeof useTranslations<'sessions'>>): SessionColumn[] {
  return [
    {
      key: 'id',
      head: t('columns.id'),
      width: '190px',
      sortKey: ({ id }) => BigInt(id),
      cell: ({ id, own, local }) => (
        <span className="flex items-center gap-1.5">
          <span className="tnum font-mono text-xs">{id}</span>
          {own && <Badge tone="accent">{t('own')}</Badge>}
          {local && <Badge>{t('local')}</Badge>}
        </span>
      ),
    },
    {
      key: 'client',
      head: t('columns.client'),
      width: 'minmax(124px, 1fr)',
      sortKey: ({ address }) => address,
      className: 'font-mono text-xs',
      cell: ({ address }) =>
        address ?? (
          <Badge tone="warn" className="font-sans">
            {t('gone')}
          </Badge>
        ),
    },
    {
      key: 'member',
      head: t('columns.member'),
      width: 'minmax(116px, 0.8fr)',
      sortKey: ({ member }) => member,
      className: 'font-mono text-xs',
      cell: ({ member }) => member ?? <Unknown />,
    },
  ];
}
