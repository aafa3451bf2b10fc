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
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{t(`purposes.${purpose}`)}</span>
            <span className="text-xs text-ink-3">{t(`purposeHints.${purpose}`)}</span>
          </span>
        ),
      },
      ...clusters.flatMap(({ id, label }, index): Column<PurposeRow>[] => [
        {
          key: `${id} rate`,
          numeric: true,
          head: clusters.length === 1 ? t('columns.perSecond') : t('columns.perSecondOf', { cluster: label }),
          cell: ({ costs }) => <Num measure value={costs[index]!.perSecond} />,
        },
        {
          key: `${id} total`,
          numeric: true,
          head: t('columns.total'),
          cell: ({ costs }) => <Num value={costs[index]!.total} />,
        },
      ]),
    ],
    [t, clusters],
  );
  return (
    <Panel flush title={t('requests')} note={t('requestsNote')}>
      <Table label={t('requests')} columns={columns} rows={rows} rowKey={({ purpose }) => purpose} />
    </Panel>
  );
}
