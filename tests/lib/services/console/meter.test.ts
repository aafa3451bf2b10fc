import { expect, test } from 'vitest';
import type { ConsoleResponse } from '@/lib/api/console';
import { asPurpose, countRequest, countWord, Meter, meter, purposeOf } from '@/lib/services/console/meter';
import { prometheusText } from '@/lib/services/console/prometheus';

test('a rate is over the last minute, a total over all time', () => {
  let now = 1_000_000;
  const counts = new Meter(() => now);
  for (let second = 0; second < 90; second += 1) {
    counts.request('a', 'browse');
    counts.request('a', 'browse');
    now += 1_000;
  }
  const browse = () => counts.requestsOf('a').find(({ purpose }) => purpose === 'browse');
  // The newest second has only just begun.
  expect(browse()).toEqual({ purpose: 'browse', total: 180, perSecond: 118 / 60 });
  now += 58_000;
  expect(browse()?.perSecond).toBe(2 / 60);
  now += 10_000_000;
  expect(browse()).toEqual({ purpose: 'browse', total: 180, perSecond: 0 });
  expect(counts.requestsOf('b').every(({ total }) => total === 0)).toBe(true);
});

test('the purpose travels with the work, also into the background, and the innermost counts', async () => {
  const before = (purpose: string) =>
    meter()
      .requestsOf('travel')
      .find((each) => each.purpose === purpose)!.total;
  await asPurpose('travel', 'job', async () => {
    countRequest('travel');
    await new Promise((resolve) => setImmediate(resolve));
    countWord();
    asPurpose('travel', 'probe', countWord);
  });
  countWord();
  countRequest('travel');
  expect([before('job'), before('probe'), before('browse')]).toEqual([2, 1, 1]);
});

test.each([
  ['/zoodeck-base-path/api/clusters/x/jobs/12', true, 'job'],
  ['/api/clusters/x/lock-scans', true, 'search'],
  ['/api/clusters/jobs/data', true, 'edit'],
  ['/api/clusters/x/node', false, 'browse'],
  ['/api/clusters/x/events/1', false, 'live'],
] as const)('%s (mutates: %s) is asked for %s', (pathname, mutates, purpose) => {
  expect(purposeOf(pathname, mutates)).toBe(purpose);
});

test('the text for Prometheus has each family once, cumulative buckets, and names escaped', () => {
  const counts = new Meter(() => 0);
  counts.request('a', 'probe');
  counts.jobItems('a', 5, 1);
  counts.probe('a', 'zk"1:2181', 0.02);
  counts.probe('a', 'zk"1:2181', 9);
  const report = {
    version: '1.2.3',
    node: '20.19.0',
    startedAt: 5_000,
    clusters: [
      {
        ...{ id: 'a', label: 'A', session: 'connected', sessions: 1, watches: 7, browsers: 2, streams: 3 },
        ...{ members: 1, requests: counts.requestsOf('a'), probeMs: 1, sampledAt: null },
      },
    ],
    process: { residentBytes: 10, heapBytes: 5, cpu: 0.1, eventLoopP99Ms: 2, openFiles: null },
    databases: [{ name: 'metrics', bytes: 99, kept: true }],
    limits: {} as ConsoleResponse['limits'],
    retention: {} as ConsoleResponse['retention'],
  } as ConsoleResponse;
  const text = prometheusText(report, counts);
  const lines = text.split('\n');
  expect(text.endsWith('\n')).toBe(true);
  expect(lines).toEqual(
    expect.arrayContaining([
      'zoodeck_cluster_requests_total{cluster="a",purpose="probe"} 1',
      'zoodeck_cluster_connected{cluster="a"} 1',
      'zoodeck_job_items_total{cluster="a",outcome="failed"} 1',
      'zoodeck_probe_duration_seconds_bucket{cluster="a",member="zk\\"1:2181",le="0.01"} 0',
      'zoodeck_probe_duration_seconds_bucket{cluster="a",member="zk\\"1:2181",le="0.025"} 1',
      'zoodeck_probe_duration_seconds_bucket{cluster="a",member="zk\\"1:2181",le="+Inf"} 2',
      'zoodeck_event_loop_delay_p99_seconds 0.002',
    ]),
  );
  const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]!);
  expect(new Set(types).size).toBe(types.length);
  // What is not known is left out rather than told as nothing.
  expect(text).not.toContain('process_open_fds');
  expect(text).not.toContain('zoodeck_sampled_timestamp_seconds');
});
