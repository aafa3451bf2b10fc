'use client';

import { useEffect, useMemo } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  useActiveTooltipLabel,
} from 'recharts';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatClock, zoneOffsetMs } from '@/components/ui/format';
import type { MetricsResponse } from '@/lib/api/metrics';
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
      <ResponsiveContainer width="100%" height={heightPx}>
        <ComposedChart
          data={rows}
          syncId="metrics"
          syncMethod="value"
          margin={{ top: 4, right: 12, bottom: 0, left: 0 }}
          title={title}
          onClick={({ activeLabel }) => activeLabel !== undefined && onHold(Number(activeLabel))}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="t"
            type="number"
            scale="time"
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
          {markTimes(marks, from, to).map((at) => (
            <ReferenceLine key={at} x={at} stroke="var(--warn)" strokeDasharray="3 3" ifOverflow="hidden" />
          ))}
          {held !== null && <ReferenceLine x={held} stroke="var(--accent-text)" ifOverflow="hidden" />}
          {/* The values under the cursor stand in the headings; here is only its line. */}
          <Tooltip content={() => null} cursor={{ stroke: 'var(--ink-3)' }} isAnimationActive={false} />
          <CursorReport cursor={cursor} />
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
                activeDot={{ r: 2.5, strokeWidth: 0 }}
                connectNulls={false}
                isAnimationActive={false}
              />
            )),
          )}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

/** Tells the headings where the cursor stands, whether pointer, touch, keyboard or another chart put it there. */
function CursorReport({ cursor }: { readonly cursor: CursorStore }) {
  const label = useActiveTooltipLabel();
  useEffect(() => cursor.set(label === undefined ? null : Number(label)), [cursor, label]);
  return null;
}
