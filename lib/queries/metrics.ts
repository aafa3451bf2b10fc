import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { refreshEvery, type RefreshChoice } from '@/lib/base/refresh';
import type { MetricRange, MetricsResponse } from '@/lib/api/metrics';
import { request } from './fetcher';
import { apiPaths } from './paths';

export interface MetricsOptions {
  readonly range: MetricRange;
  /** End of the range; null follows the clock. */
  readonly to: number | null;
  readonly refresh: RefreshChoice;
}

/** A longer range moves slower, so it is read less often. */
export const metricsPollMs: Readonly<Record<MetricRange, number>> = {
  '5m': 5_000,
  '15m': 7_500,
  '1h': 30_000,
  '6h': 60_000,
  '24h': 60_000,
  '7d': 300_000,
  '30d': 300_000,
};

export function metricsQuery(cluster: string, { range, to, refresh }: MetricsOptions) {
  return queryOptions({
    queryKey: ['metrics', cluster, range, to],
    queryFn: ({ signal }) =>
      request<MetricsResponse>(apiPaths.metrics(cluster, range, to ?? undefined), { signal }),
    refetchInterval: to === null && refreshEvery(refresh, metricsPollMs[range]),
    refetchOnWindowFocus: refresh !== 'off',
    placeholderData: keepPreviousData,
  });
}

export function useMetrics(cluster: string, options: MetricsOptions) {
  return useQuery(metricsQuery(cluster, options));
}
