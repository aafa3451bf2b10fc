import type { HostPort } from '@/server/quorum/contract';
import type { Log } from '@/server/runtime/log';
import { HttpListener, refuse, sendText } from './http-listener';
import { prometheusText } from './prometheus-text';
import type { ServerView } from './server-view';

const idleTimeoutMs = 30_000;
const path = '/metrics';

/** What metricsProvider.className=…PrometheusMetricsProvider opens: `/metrics` on a port of its own. */
export function openPrometheus(address: HostPort, view: ServerView, log: Log): Promise<HttpListener> {
  return HttpListener.open({
    name: 'The Prometheus endpoint',
    address,
    idleTimeoutMs,
    log,
    door: null,
    async answer(target, response) {
      if (target.path !== path) return refuse(response, 404, `Nothing is here; the metrics are at ${path}.`);
      await sendText(response, 'text/plain; version=0.0.4; charset=utf-8', prometheusText(view));
    },
  });
}
