import type { SeriesName } from '@/lib/api/metrics';
import { listOf, recordOf } from '@/lib/holds/text';
import type { Grid } from './series';

/**
 * From the charts' series to what a Prometheus server is asked, and back. Names are those of ZooKeeper's metricsProvider,
 * which Apache's server and the bundled one share. It tells quantiles 0.5, 0.9 and 0.99: there is no p95. Pure.
 */

/** `[step]` stands for the window a point covers, `$` for the label matchers, without braces. */
const gauge = (name: string) => `${name}{$}`;
const peak = (name: string) => `max_over_time(${name}{$}[step])`;
const rate = (name: string) => `rate(${name}{$}[step])`;

export const queries = {
  latencyMin: gauge('min_latency'),
  latencyAvg: gauge('avg_latency'),
  latencyMax: peak('max_latency'),
  readP50: 'readlatency{$,quantile="0.5"}',
  readP99: 'max_over_time(readlatency{$,quantile="0.99"}[step])',
  updateP50: 'updatelatency{$,quantile="0.5"}',
  updateP99: 'max_over_time(updatelatency{$,quantile="0.99"}[step])',
  receivedPerSecond: rate('packets_received'),
  sentPerSecond: rate('packets_sent'),
  outstanding: peak('outstanding_requests'),
  connections: gauge('num_alive_connections'),
  watches: gauge('watch_count'),
  znodes: gauge('znode_count'),
  ephemerals: gauge('ephemerals_count'),
  dataBytes: gauge('approximate_data_size'),
  openFiles: gauge('open_file_descriptor_count'),
  fsyncAvg: `${rate('fsynctime_sum')} / ${rate('fsynctime_count')}`,
} as const satisfies Partial<Record<SeriesName, string>>;
export type QueriedSeries = keyof typeof queries;

/** A rate over less than this may lie between two scrapes. */
const windowMinMs = 300_000;

/** In a matcher's text within double quotes. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

const escapedPattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The query of one series over these instances. */
export function queryOf(
  series: QueriedSeries,
  instances: readonly string[],
  labels: Readonly<Record<string, string>>,
  stepMs: number,
): string {
  const pattern = quoted(instances.map(escapedPattern).join('|'));
  const fixed = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  const matchers = [`instance=~${pattern}`, ...fixed].join(',');
  const window = `[${Math.round(Math.max(stepMs, windowMinMs) / 1000)}s]`;
  return queries[series].replaceAll('[step]', window).replaceAll('$', () => matchers);
}

/** A reply's values on the grid, by instance; a point that it does not tell is null. Null where it is no matrix. */
export function valuesOf(reply: unknown, grid: Grid): Map<string, (number | null)[]> | null {
  const data = recordOf(recordOf(reply)['data']);
  if (data['resultType'] !== 'matrix') return null;
  const byInstance = new Map<string, (number | null)[]>();
  for (const item of listOf(data['result'])) {
    const { metric, values } = recordOf(item);
    const instance = recordOf(metric)['instance'];
    if (typeof instance !== 'string') continue;
    const points =
      byInstance.get(instance) ?? Array.from({ length: grid.count }, () => null as number | null);
    for (const pair of listOf(values)) {
      const [at, text] = listOf(pair);
      const index = Math.round((Number(at) * 1000 - grid.first) / grid.stepMs);
      const value = Number(text);
      if (index >= 0 && index < grid.count && Number.isFinite(value)) points[index] = value;
    }
    byInstance.set(instance, points);
  }
  return byInstance;
}
