import type { HostPort } from '@/server/quorum/contract';
import { fileDescriptorLimit, fileDescriptorsOpen } from '@/server/runtime/file-descriptors';
import type { Log } from '@/server/runtime/log';
import { HttpListener, refuse, sendText } from './http-listener';
import { prometheusText } from './prometheus-text';
import type { ServerView } from './server-view';

const idleTimeoutMs = 30_000;
const path = '/metrics';

/** What Apache's provider tells of its process (exportJvmInfo), as far as Node has it, under Prometheus's usual names. */
function* processMetrics(): Iterable<string> {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const startedSeconds = Date.now() / 1000 - process.uptime();
  const sample = (name: string, type: string, value: number): string =>
    `# HELP ${name} ${name}\n# TYPE ${name} ${type}\n${name} ${value}\n`;
  yield sample('process_cpu_seconds_total', 'counter', (user + system) / 1e6);
  yield sample('process_start_time_seconds', 'gauge', startedSeconds);
  yield sample('process_resident_memory_bytes', 'gauge', rss);
  yield sample('nodejs_heap_size_used_bytes', 'gauge', heapUsed);
  yield sample('nodejs_heap_size_total_bytes', 'gauge', heapTotal);
  yield sample('nodejs_external_memory_bytes', 'gauge', external);
  const descriptors = fileDescriptorsOpen();
  if (descriptors !== null) yield sample('process_open_fds', 'gauge', descriptors);
  const limit = fileDescriptorLimit();
  if (limit !== null) yield sample('process_max_fds', 'gauge', limit);
}

/** What metricsProvider.className=…PrometheusMetricsProvider opens: `/metrics` on a port of its own. */
export function openPrometheus(address: HostPort, view: ServerView, log: Log): Promise<HttpListener> {
  const metrics = function* (): Iterable<string> {
    yield* prometheusText(view);
    yield* processMetrics();
  };
  return HttpListener.open({
    name: 'The Prometheus endpoint',
    address,
    idleTimeoutMs,
    log,
    door: null,
    async answer(target, response) {
      if (target.path !== path) return refuse(response, 404, `Nothing is here; the metrics are at ${path}.`);
      await sendText(response, 'text/plain; version=0.0.4; charset=utf-8', metrics());
    },
  });
}
