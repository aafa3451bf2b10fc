import { afterEach, expect, test } from 'vitest';
import { prometheusText } from '@/server/admin/prometheus-text';
import { startInProcess, type InProcessServer } from '@/tests/support/in-process';
import { removeDir, tempDir } from '@/tests/support/temp';
import { sampleView } from './view';

let server: InProcessServer | null = null;
let dataDir = '';

afterEach(async () => {
  await server?.close();
  if (dataDir !== '') await removeDir(dataDir);
  server = null;
  dataDir = '';
});

const provider = 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider';

test('gauges, counters and summaries have ZooKeeper’s names and Prometheus’ form', () => {
  const view = sampleView();
  view.metrics.counters.commit_count.add(3);
  view.metrics.summaries.fsynctime.add(4);
  for (let ms = 1; ms <= 100; ms += 1) view.metrics.percentiles.readlatency.add(ms);
  view.metrics.addNamespace(view.metrics.writePerNamespace, '/a"b\\c\nd/x', 12);
  const text = [...prometheusText(view)].join('');
  for (const metric of [
    '# HELP znode_count znode_count\n# TYPE znode_count gauge\nznode_count 7.0\n',
    '# HELP commit_count commit_count\n# TYPE commit_count counter\ncommit_count 3.0\n',
    '# TYPE fsynctime summary\nfsynctime_count 1.0\nfsynctime_sum 4.0\n',
    '# TYPE readlatency summary\nreadlatency{quantile="0.5",} 50.0\nreadlatency{quantile="0.9",} 90.0\n' +
      'readlatency{quantile="0.99",} 99.0\nreadlatency_count 100.0\nreadlatency_sum 5050.0\n',
    'updatelatency{quantile="0.5",} NaN\n',
    '# TYPE write_per_namespace summary\nwrite_per_namespace_count{key="a\\"b\\\\c\\nd",} 1.0\n' +
      'write_per_namespace_sum{key="a\\"b\\\\c\\nd",} 12.0\n',
  ])
    expect(text).toContain(metric);
  const sample = /^[a-z_0-9]+(\{([a-z]+="(\\[\\"n]|[^"\\\n])*",)+\})? (NaN|-?[0-9.]+(E-?[0-9]+)?)$/;
  const lines = text.trimEnd().split('\n');
  expect(lines.filter((line) => !line.startsWith('# ') && !sample.test(line))).toEqual([]);
});

test('a server without a quorum shows no gauges', () => {
  const text = [...prometheusText(sampleView({ isServing: () => false }))].join('');
  expect(text).not.toContain(' gauge\n');
  expect(text).toContain('# TYPE commit_count counter\n');
});

test('the provider named in zoo.cfg answers at /metrics on a port of its own', async () => {
  dataDir = await tempDir('prometheus');
  server = await startInProcess(dataDir, {
    forceSync: 'no',
    'metricsProvider.className': provider,
    'metricsProvider.httpHost': '127.0.0.1',
    'metricsProvider.httpPort': 0,
  });
  const base = `http://127.0.0.1:${server.prometheusPort}`;
  const response = await fetch(`${base}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).toContain('\nznode_count 5.0\n');
  expect(text).toMatch(/^process_cpu_seconds_total [0-9.]+$/m);
  expect(text).toMatch(/^process_resident_memory_bytes [1-9][0-9]+$/m);
  expect((await fetch(`${base}/`)).status).toBe(404);
});
