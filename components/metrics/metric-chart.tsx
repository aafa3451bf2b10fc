'use client';

import { useEffect, useMemo } from 'react';
import { Area, ComposedChart, Line, XAxis, YAxis, useActiveTooltipLabel } from 'recharts';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatClock, zoneOffsetMs } from '@/components/ui/format';
import type { MetricsResponse } from '@/lib/api/metrics';
import { ChartBackdrop, ChartCursor } from './chart-overlay';
import type { CursorStore } from './cursor';
import {
  bandKey,
  lineKey,
  markTimes,
  timeTicks,
  type ChartRow,
  type ChartSpec,
  type MemberLook,
} from './shape';
import { useValueWords } from './use-value-words';

export interface MetricChartProps {
  readonly spec: ChartSpec;
  readonly rows: ChartRow[];
  readonly from: number;
  readonly to: number;
  readonly marks: MetricsResponse['marks'];
  readonly looks: readonly MemberLook[];
  readonly cursor: CursorStore;
  readonly held: number | null;
  readonly onHold: (at: number) => void;
}

const heightPx = 132;
const ticksMax = 6;
const tick = { fontSize: 11, fill: 'var(--ink-3)' };
const dayMs = 86_400_000;

export function MetricChart(props: MetricChartProps) {
  const { spec, rows, from, to, marks, looks, cursor, held, onHold } = props;
  const t = useTranslations('metrics');
  const { locale, zone } = useDisplay();
  const words = useValueWords();
  const ticks = useMemo(() => timeTicks(from, to, ticksMax, zoneOffsetMs(to, zone)), [from, to, zone]);
  const title = t('chartLabel', { title: t(`charts.${spec.id}`) });
  return (
    <div onMouseLeave={() => cursor.set(null)} onBlur={() => cursor.set(null)}>
      <ComposedChart
        responsive
        style={{ width: '100%', height: heightPx }}
        data={rows}
        margin={{ top: 4, right: 12, bottom: 0, left: 0 }}
        title={title}
        onClick={({ activeLabel }) => activeLabel !== undefined && onHold(Number(activeLabel))}
      >
        <ChartBackdrop marks={markTimes(marks, from, to)} held={held} />
        <XAxis
          dataKey="t"
          type="number"
          domain={[from, to]}
          ticks={ticks}
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: 'var(--line-strong)' }}
          tickFormatter={(at: number) =>
            formatClock(at, locale, zone, to - from > dayMs ? 'days' : 'minutes')
          }
          minTickGap={16}
        />
        <YAxis
          width={52}
          domain={[0, 'auto']}
          tickCount={4}
          allowDecimals={spec.unit === 'ms' || spec.unit === 'perSecond'}
          tick={tick}
          tickLine={false}
          axisLine={false}
          tickFormatter={(value: number) => words(value, spec.unit, 'axis')}
        />
        {spec.band !== undefined &&
          looks.map((look, index) => (
            <Area
              key={`band ${look.name}`}
              dataKey={bandKey(index)}
              type="linear"
              stroke="none"
              fill={look.color}
              fillOpacity={0.16}
              connectNulls={false}
              isAnimationActive={false}
              activeDot={false}
            />
          ))}
        {looks.flatMap((look, index) =>
          spec.lines.map((series, order) => (
            <Line
              key={`${series} ${look.name}`}
              name={look.name}
              dataKey={lineKey(order, index)}
              type="linear"
              stroke={look.color}
              strokeWidth={1.5}
              strokeDasharray={order > 0 ? '1 3' : look.dash}
              dot={false}
              activeDot={false}
              connectNulls={false}
              isAnimationActive={false}
            />
          )),
        )}
        <ChartCursor cursor={cursor} rows={rows} lines={spec.lines.length} looks={looks} />
        <CursorReport cursor={cursor} />
      </ComposedChart>
    </div>
  );
}

/** Tells the headings where the cursor stands, whether pointer, touch, keyboard or another chart put it there. */
function CursorReport({ cursor }: { readonly cursor: CursorStore }) {
  const label = useActiveTooltipLabel();
  useEffect(() => cursor.set(label === undefined ? null : Number(label)), [cursor, label]);
  return null;
}
