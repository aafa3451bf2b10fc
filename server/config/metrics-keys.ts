import type { HostPort } from '@/server/quorum/contract';
import type { Faults } from './faults';
import { readersOf, type Read } from './readers';

/** Who is given the metrics besides mntr and the AdminServer: `metricsProvider.*`. */

export interface MetricsDraft {
  className: string;
  httpHost: string;
  httpPort: number;
}

const classes = 'org.apache.zookeeper.metrics';
const defaultProvider = `${classes}.impl.DefaultMetricsProvider`;
const prometheusProvider = `${classes}.prometheus.PrometheusMetricsProvider`;

export function metricsDefaults(): MetricsDraft {
  return { className: defaultProvider, httpHost: '0.0.0.0', httpPort: 7000 };
}

const { number } = readersOf<MetricsDraft>();

function readClassName(draft: MetricsDraft, key: string, value: string, faults: Faults): void {
  if (value === defaultProvider || value === prometheusProvider) draft.className = value;
  else faults.add(`${key}=${value}: must be ${defaultProvider} or ${prometheusProvider}.`);
}

export const metricsKeys: Record<string, Read<MetricsDraft>> = {
  'metricsProvider.className': readClassName,
  'metricsProvider.httpHost': (draft, _key, value) =>
    void (draft.httpHost = value.replace(/^\[(.*)\]$/, '$1')),
  'metricsProvider.httpPort': number('httpPort', 0, 65_535),
};

/** Where Prometheus comes to read; null where it does not. */
export function makePrometheus({ className, httpHost: host, httpPort: port }: MetricsDraft): HostPort | null {
  return className === prometheusProvider ? { host, port } : null;
}
