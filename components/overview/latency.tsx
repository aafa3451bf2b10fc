'use client';

import { useTranslations } from 'use-intl';
import { Sparkline } from '@/components/ui/sparkline';
import { Num, Unknown } from '@/components/ui/values';
import type { MemberView } from '@/lib/api/overview';
import { useMetrics } from '@/lib/queries/metrics';
import { useRefreshChoice } from '@/lib/queries/refresh';

const trendPointsMax = 60;

/** Each member's average latency over the last 15 minutes, thinned to what a sparkline can show. */
export function useLatencyTrend(cluster: string): ReadonlyMap<string, readonly (number | null)[]> {
  const { data } = useMetrics(cluster, { range: '15m', to: null, refresh: useRefreshChoice() });
  return new Map(
    data?.members.map(({ name, series }) => [name, thin(series.latencyAvg ?? [], trendPointsMax)]),
  );
}

/** Keeps the largest of each bucket, so that a spike stays a spike; a bucket of gaps stays a gap. */
export function thin(values: readonly (number | null)[], pointsMax: number): (number | null)[] {
  if (values.length <= pointsMax) return [...values];
  const size = values.length / pointsMax;
  return Array.from({ length: pointsMax }, (_, index) => {
    const bucket = values.slice(Math.floor(index * size), Math.floor((index + 1) * size));
    const known = bucket.filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
}

export interface LatencyProps {
  readonly latency: MemberView['latencyMs'];
  readonly trend: readonly (number | null)[] | undefined;
}

export function Latency({ latency, trend }: LatencyProps) {
  const t = useTranslations('overview.members');
  if (latency === null) return <Unknown />;
  return (
    <span
      className="inline-flex items-center justify-end gap-2 align-middle"
      title={t('latencyHint', { min: String(latency.min), max: String(latency.max) })}
    >
      {trend !== undefined && trend.length > 1 && (
        <Sparkline values={trend} width={36} label={t('latencyTrend')} />
      )}
      <span className="min-w-6">
        <Num value={latency.avg} measure />
      </span>
    </span>
  );
}
