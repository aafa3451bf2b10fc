import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MetricsResponse } from '@/lib/api/metrics';
import { Secret } from '@/lib/config/secret';
import type { ClusterSettings } from '@/lib/config/settings';
import { SampleStore } from '@/lib/services/metrics/sample-store';
import { consoleDatabase } from '@/lib/services/store/database';
import { metrics } from '@/lib/services/metrics/metrics';
import { queryOf, valuesOf } from '@/lib/services/metrics/prometheus-queries';
import { cluster, startServices, type ServicesHost } from '../../../support/console-host';

// History of a Prometheus server: what it is asked, how its answer lies on the grid, and what is told when it has none.

const grid = { first: 60_000, stepMs: 60_000, count: 3 };

test('a query names the instances literally, whatever stands in them, and rates span scrapes', () => {
  expect(queryOf('latencyAvg', ['zk1:7000', 'zk2.example:7000'], { job: 'zk"s' }, 60_000)).toBe(
    'avg_latency{instance=~"zk1:7000|zk2\\\\.example:7000",job="zk\\"s"}',
  );
  expect(queryOf('receivedPerSecond', ['a'], {}, 60_000)).toBe('rate(packets_received{instance=~"a"}[300s])');
  expect(queryOf('fsyncAvg', ['a$&'], {}, 1_800_000)).toBe(
    'rate(fsynctime_sum{instance=~"a\\\\$&"}[1800s]) / rate(fsynctime_count{instance=~"a\\\\$&"}[1800s])',
  );
});

function matrix(...result: readonly { metric: object; values: readonly (readonly [number, string])[] }[]) {
  return { status: 'success', data: { resultType: 'matrix', result } };
}

test('values lie on the grid by their time; what is missing or no number is a gap', () => {
  const reply = matrix({
    metric: { instance: 'a' },
    values: [
      [60, '1.5'],
      [120, 'NaN'],
      [180, '3'],
      [999, '9'],
    ],
  });
  expect([...valuesOf(reply, grid)!]).toEqual([['a', [1.5, null, 3]]]);
  expect(valuesOf({ status: 'error' }, grid)).toBeNull();
  expect(valuesOf('text', grid)).toBeNull();
});

describe('a range before the console’s own samples', () => {
  const stops: (() => Promise<unknown>)[] = [];
  let host: ServicesHost;
  beforeAll(() => {
    host = startServices([]);
  });
  afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));
  afterAll(() => host.stop());

  async function prometheus(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const now = Date.now();
  function ask(id: string, url: string, change: Partial<ClusterSettings> = {}): Promise<MetricsResponse> {
    const settings = {
      ...{ url, authorization: new Secret('Bearer hunter2'), instance: '{host}:7000' },
      ...{ instances: { '127.0.0.1:2182': 'other:9' }, labels: {} },
    };
    return metrics(
      { ...cluster(id, [2181, 2182]), prometheus: settings, ...change },
      { range: '30d', to: now },
    );
  }

  test('is read from it, by the instances configured, once for all who ask', async () => {
    const queries: string[] = [];
    const seen = new Set<string | undefined>();
    const url = await prometheus((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, 'http://prometheus');
      seen.add(`${pathname} ${request.headers.authorization}`);
      queries.push(searchParams.get('query')!);
      const points =
        (Number(searchParams.get('end')) - Number(searchParams.get('start'))) /
        Number(searchParams.get('step'));
      expect(points).toBeLessThan(600);
      const value = [Number(searchParams.get('start')), '7'] as const;
      const reply = ['127.0.0.1:7000', 'other:9'].map((instance) => ({
        metric: { instance },
        values: [value],
      }));
      response.end(JSON.stringify(matrix(...reply)));
    });
    const [first, second] = await Promise.all([ask('shared', url), ask('shared', url)]);
    expect(first).toMatchObject({ source: 'prometheus', sourceFault: null, longHistory: true });
    expect(first.members.map(({ name, series }) => [name, series.znodes?.[0], series.znodes?.[1]])).toEqual([
      ['127.0.0.1:2181', 7, null],
      ['127.0.0.1:2182', 7, null],
    ]);
    expect(second).toEqual(first);
    expect([...seen]).toEqual(['/api/v1/query_range Bearer hunter2']);
    expect(new Set(queries).size).toBe(queries.length);
  });

  test('what it does not tell is filled from the console’s own samples', async () => {
    const at = now - 86_400_000;
    const sample = { znodes: 5, readP95: 3 };
    new SampleStore(consoleDatabase()).add('filled', [{ at, member: '127.0.0.1:2181', sample }]);
    const url = await prometheus((request, response) => {
      const start = Number(new URL(request.url!, 'http://prometheus').searchParams.get('start'));
      const metric = { instance: '127.0.0.1:7000' };
      response.end(JSON.stringify(matrix({ metric, values: [[start, '7']] })));
    });
    const { members, source, times } = await ask('filled', url);
    const series = members[0]!.series;
    const index = times.findLastIndex((time) => time <= at);
    expect(source).toBe('prometheus');
    expect([series.znodes?.[0], series.znodes?.[index], series.readP95?.[index]]).toEqual([7, 5, 3]);
  });

  test.each([
    ['a refusal', 401, '', 'answers with status 401'],
    ['no JSON', 200, '<html>', 'answers with something that is no JSON'],
    ['no range', 200, '{}', 'answers with something that is no range of values'],
  ] as const)('%s leaves the console’s own samples, and says why', async (name, status, body, words) => {
    const url = await prometheus((_, response) => response.writeHead(status).end(body));
    const told = await ask(`fault-${name.replaceAll(' ', '-')}`, url);
    expect(told).toMatchObject({ source: 'console', longHistory: true });
    expect(told.sourceFault).toBe(`Prometheus at ${new URL(url).host} ${words}.`);
  });

  test('one that is not there is told as that; without one the range is the console’s own', async () => {
    const told = await ask('gone', 'http://127.0.0.1:1');
    expect(told.sourceFault).toBe('Prometheus at 127.0.0.1:1 cannot be reached (ECONNREFUSED).');
    expect(JSON.stringify(told)).not.toContain('hunter2');
    const none = await ask('none', 'http://127.0.0.1:1', { prometheus: null });
    expect(none).toMatchObject({ source: 'console', sourceFault: null, longHistory: false });
  });
});
