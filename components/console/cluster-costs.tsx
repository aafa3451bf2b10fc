'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatMeasure } from '@/components/ui/format';
import { Panel } from '@/components/ui/panel';
import { Table, type Column } from '@/components/ui/table';
import { Num, RelativeTime, Unknown } from '@/components/ui/values';
import type { ConsoleResponse } from '@/lib/api/console';

type Cost = ConsoleResponse['clusters'][number];

export interface ClusterCostsProps {
  readonly report: ConsoleResponse;
  /** The cluster whose pages these are. */
  readonly current: string;
}

/** What each cluster carries for the console, beside the most it may have to. */
export function ClusterCosts({ report, current }: ClusterCostsProps) {
  const t = useTranslations('console');
  const session = useTranslations('frame.session');
  const { limits } = report;
  const columns = useMemo((): readonly Column<Cost>[] => {
    const count = (key: string, value: (cost: Cost) => number, max?: number): Column<Cost> => ({
      key,
      numeric: true,
      head: t(`columns.${key}` as 'columns.watches'),
      cell: (cost) => (
        <>
          <Num value={value(cost)} />
          {max !== undefined && (
            <span className="text-ink-3">
              {' / '}
              <Num value={max} />
            </span>
          )}
        </>
      ),
    });
    return [
      { key: 'cluster', head: t('columns.cluster'), cell: ({ label }) => label },
      { key: 'session', head: t('columns.session'), cell: (cost) => session(cost.session) },
      count('sessions', (cost) => cost.sessions, 1),
      count('watches', (cost) => cost.watches, limits.watches),
      count('browsers', (cost) => cost.browsers),
      count('streams', (cost) => cost.streams, limits.streams),
      {
        key: 'perSecond',
        head: t('columns.perSecond'),
        numeric: true,
        cell: ({ requests }) => <Num measure value={requests.reduce((sum, one) => sum + one.perSecond, 0)} />,
      },
      {
        key: 'probe',
        head: t('columns.probe'),
        numeric: true,
        cell: ({ probeMs }) => (probeMs === null ? <Unknown /> : <Millis value={probeMs} />),
      },
      {
        key: 'sampled',
        head: t('columns.sampled'),
        numeric: true,
        cell: ({ sampledAt }) => (sampledAt === null ? <Unknown /> : <RelativeTime at={sampledAt} />),
      },
    ];
  }, [t, session, limits]);
  const ordered = [...report.clusters].sort((a, b) => Number(b.id === current) - Number(a.id === current));
  return (
    <Panel flush title={t('clusters')} note={t('clustersNote')}>
      <Table label={t('clusters')} columns={columns} rows={ordered} rowKey={({ id }) => id} />
    </Panel>
  );
}

function Millis({ value }: { readonly value: number }) {
  const t = useTranslations('console');
  const { locale } = useDisplay();
  return <span className="whitespace-nowrap">{t('millis', { value: formatMeasure(value, locale) })}</span>;
}
