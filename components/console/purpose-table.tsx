'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Panel } from '@/components/ui/panel';
import { Table, type Column } from '@/components/ui/table';
import { Num } from '@/components/ui/values';
import type { ConsoleResponse, Purpose } from '@/lib/api/console';

interface PurposeRow {
  readonly purpose: Purpose;
  /** One for each cluster, in the report's order. */
  readonly costs: readonly { readonly perSecond: number; readonly total: number }[];
}

/** Requests a second over the last minute, and in all, by what they were made for. */
export function PurposeTable({ report }: { readonly report: ConsoleResponse }) {
  const t = useTranslations('console');
  const { clusters } = report;
  const isOne = clusters.length === 1;
  const rows = useMemo(
    (): readonly PurposeRow[] =>
      (clusters[0]?.requests ?? []).map(({ purpose }, index) => ({
        purpose,
        costs: clusters.map(({ requests }) => requests[index]!),
      })),
    [clusters],
  );
  const columns = useMemo(
    (): readonly Column<PurposeRow>[] => [
      {
        key: 'purpose',
        head: t('columns.purpose'),
        cell: ({ purpose }) => (
          <span className="flex min-w-36 flex-wrap items-baseline gap-x-2 sm:min-w-48">
            <span className="font-medium">{t(`purposes.${purpose}`)}</span>
            <span className="text-xs text-ink-3">{t(`purposeHints.${purpose}`)}</span>
          </span>
        ),
      },
      ...(isOne ? columnsOfOne(t) : clusters.map(columnOfMany)),
    ],
    [t, clusters, isOne],
  );
  return (
    <Panel flush title={t('requests')} note={t(isOne ? 'requestsNote' : 'requestsNoteMany')}>
      <Table label={t('requests')} columns={columns} rows={rows} rowKey={({ purpose }) => purpose} />
    </Panel>
  );
}

type Words = ReturnType<typeof useTranslations<'console'>>;

function columnsOfOne(t: Words): Column<PurposeRow>[] {
  return [
    {
      key: 'rate',
      numeric: true,
      head: t('columns.perSecond'),
      cell: ({ costs }) => <Num measure value={costs[0]!.perSecond} />,
    },
    {
      key: 'total',
      numeric: true,
      head: t('columns.total'),
      cell: ({ costs }) => <Num value={costs[0]!.total} />,
    },
  ];
}

/** One of several clusters has one column, so that they stand beside each other. */
function columnOfMany({ id, label }: ConsoleResponse['clusters'][number], index: number): Column<PurposeRow> {
  return {
    key: id,
    numeric: true,
    head: (
      <span title={label} className="inline-block max-w-32 truncate align-middle">
        {label}
      </span>
    ),
    cell: ({ costs }) => (
      <>
        <Num measure value={costs[index]!.perSecond} />
        <span className="text-ink-3">
          {' / '}
          <Num value={costs[index]!.total} />
        </span>
      </>
    ),
  };
}
