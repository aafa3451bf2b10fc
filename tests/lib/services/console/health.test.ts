import { expect, test, vi } from 'vitest';
import { GET as getConsole } from '@/app/api/console/route';
import { GET as getReady } from '@/app/api/health/ready/route';
import { GET as getHealth } from '@/app/api/health/route';
import { GET as getMetrics } from '@/app/api/metrics/route';
import { consoleResponse } from '@/lib/api/console';
import { healthResponse, type HealthResponse } from '@/lib/api/health';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';

serviceScene('console-health', (port) => [
  cluster('here', [port], { digest: 'user:open-sesame' }),
  cluster('away', [1]),
]);

const request = () => new Request('http://127.0.0.1:3000/api/x', { headers: { host: '127.0.0.1:3000' } });

test('the console is ready once each cluster was sampled, answering or not, and says how each stands', async () => {
  const first = await callRoute(getHealth, 'GET', '');
  expect(first.status).toBe(200);
  expect(healthResponse.parse(first.body)).toMatchObject({ ready: false, status: 'degraded' });
  const ready = await vi.waitFor(async () => {
    const response = getReady(request());
    expect(response.status).toBe(200);
    return (await response.json()) as HealthResponse;
  }, 10_000);
  expect(ready.status).toBe('ok');
  expect(ready.clusters.map(({ id, sampling }) => [id, sampling])).toEqual([
    ['here', true],
    ['away', true],
  ]);
  expect(ready.databases).toEqual({ metrics: true, changes: true, answers: true });
});

test('costs are told by purpose, and no secret is', async () => {
  await callRoute(getHealth, 'GET', '');
  const report = await vi.waitFor(async () => {
    const reply = consoleResponse.parse((await callRoute(getConsole, 'GET', '')).body);
    expect(reply.clusters[0]!.probeMs).not.toBeNull();
    return reply;
  }, 10_000);
  const probes = report.clusters[0]!.requests.find(({ purpose }) => purpose === 'probe')!;
  expect(probes.total).toBeGreaterThan(0);
  const response = getMetrics(request());
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).toContain('zoodeck_cluster_requests_total{cluster="here",purpose="probe"}');
  expect(text + JSON.stringify(report)).not.toContain('sesame');
});
