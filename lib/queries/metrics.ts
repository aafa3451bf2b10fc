import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { MetricRange, MetricsResponse } from '@/lib/api/metrics';
import { request } from './fetcher';
import { apiPaths } from './paths';

export interface MetricsOptions {
  readonly range: MetricRange;
  /** End of the range; null follows the clock. */
  readonly to: number | null;
  readonly paused?: boolean;
}

/** A longer range moves slower, so it is read less often. */
const pollMs: Readonly<Record<MetricRange, number>> = {
  '5m': 5_000,
  '15m': 7_500,
  '1h': 30_000,
  '6h': 60_000,
  '24h': 60_000,
  '7d': 300_000,
  '30d': 300_000,
};

export function metricsQuery(cluster: string, { range, to, paused = false }: MetricsOptions) {
  return queryOptions({
    queryKey: ['metrics', cluster, range, to],
    queryFn: ({ signal }) =>
      request<MetricsResponse>(apiPaths.metrics(cluster, range, to ?? undefined), { signal }),
    refetchInterval: paused || to !== null ? false : pollMs[range],
    placeholderData: keepPreviousData,
  });
}

export function useMetrics(cluster: string, options: MetricsOptions) {
  return useQuery(metricsQuery(cluster, options));
}
