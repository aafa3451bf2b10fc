'use client';

import { memo, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { MetricsResponse } from '@/lib/api/metrics';
import { ChartValues } from './chart-values';
import type { CursorStore } from './cursor';
import { MetricChart } from './metric-chart';
import { chartRows, type ChartSpec, type MemberLook } from './shape';

export interface ChartPanelProps {
  readonly spec: ChartSpec;
  readonly metrics: MetricsResponse;
  readonly looks: readonly MemberLook[];
  readonly cursor: CursorStore;
  readonly held: number | null;
  readonly onHold: (at: number) => void;
}

/** One chart with its name, its unit and the values under the cursor, or the latest. */
export const ChartPanel = memo(function ChartPanel(props: ChartPanelProps) {
  const { spec, metrics, looks, cursor, held, onHold } = props;
  const t = useTranslations('metrics');
  const rows = useMemo(() => chartRows(metrics.times, metrics.members, spec), [metrics, spec]);
  const note = spec.note === undefined ? t(`units.${spec.unit}`) : t(`notes.${spec.note}`);
  return (
    <section className="min-w-0 rounded-base border border-line bg-surface pt-2 pb-1">
      <header className="px-3">
        <div className="flex items-baseline gap-2">
          <h2 className="truncate text-sm">{t(`charts.${spec.id}`)}</h2>
          <span className="truncate text-xs text-ink-3">{note}</span>
        </div>
        <ChartValues spec={spec} metrics={metrics} looks={looks} cursor={cursor} />
      </header>
      <MetricChart
        spec={spec}
        rows={rows}
        from={metrics.from}
        to={metrics.to}
        marks={metrics.marks}
        looks={looks}
        cursor={cursor}
        held={held}
        onHold={onHold}
      />
    </section>
  );
});
