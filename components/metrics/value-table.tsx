'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatAbsolute } from '@/components/ui/format';
import { Panel } from '@/components/ui/panel';
import { Table, type Column } from '@/components/ui/table';
import { Unknown } from '@/components/ui/values';
import type { MetricsResponse, SeriesName } from '@/lib/api/metrics';
import { latestValue, seriesUnits, valueAt, type MemberLook } from './shape';
import { Swatch } from './swatch';
import { useValueWords } from './use-value-words';

export interface ValueTableProps {
  readonly metrics: MetricsResponse;
  readonly looks: readonly MemberLook[];
  /** The moment held; null shows the latest. */
  readonly at: number | null;
  readonly onRelease: () => void;
}

const allSeries = Object.keys(seriesUnits) as SeriesName[];

/** The charts as a table: a row a metric, a column a member. */
export function ValueTable({ metrics, looks, at, onRelease }: ValueTableProps) {
  const t = useTranslations('metrics');
  const { locale, zone } = useDisplay();
  const words = useValueWords();
  const rows = allSeries.filter((series) =>
    metrics.members.some((member) => member.series[series] !== undefined),
  );
  const columns = useMemo<readonly Column<SeriesName>[]>(
    () => [
      { key: 'metric', head: t('table.metric'), cell: (series) => t(`series.${series}`) },
      ...metrics.members.map((member, index) => ({
        key: member.name,
        numeric: true,
        head: (
          <span className="inline-flex items-center gap-1.5 font-mono">
            {looks[index] !== undefined && <Swatch look={looks[index]} />}
            {member.name}
          </span>
        ),
        cell: (series: SeriesName) => {
          const values = member.series[series];
          const value = at === null ? latestValue(values) : valueAt(metrics.times, values, at);
          return value === null ? <Unknown /> : words(value, seriesUnits[series]);
        },
      })),
    ],
    [metrics, looks, at, t, words],
  );
  const title = at === null ? t('table.latest') : t('table.at', { time: formatAbsolute(at, locale, zone) });
  return (
    <Panel
      flush
      title={title}
      note={at === null ? t('table.hint') : undefined}
      actions={at !== null && <Button onClick={onRelease}>{t('table.release')}</Button>}
    >
      <Table label={title} columns={columns} rows={rows} rowKey={(series) => series} />
    </Panel>
  );
}
