import { expect, test } from 'vitest';
import { ServerMetrics } from '@/server/metrics/registry';
import { ServerStats } from '@/server/metrics/server-stats';
import { PercentileSummary, Summary } from '@/server/metrics/summary';

test('a summary shows 0 before the first value, and the average to four decimals', () => {
  const summary = new Summary();
  expect([summary.min, summary.avg, summary.max, summary.count, summary.sum]).toEqual([0, 0, 0, 0, 0]);
  summary.add(5);
  summary.add(1, 2);
  expect([summary.min, summary.avg, summary.max, summary.count, summary.sum]).toEqual([1, 2.3333, 5, 3, 7]);
  summary.reset();
  expect([summary.min, summary.max, summary.count]).toEqual([0, 0, 0]);
});

test('percentiles are exact to 255 and within 1.6% above, up to 2^31 and beyond', () => {
  const summary = new PercentileSummary();
  expect(summary.percentile(0.99)).toBe(0);
  for (let value = 1; value <= 200; value += 1) summary.add(value);
  expect([0.5, 0.95, 0.99, 0.999, 1].map((part) => summary.percentile(part))).toEqual([
    100, 190, 198, 200, 200,
  ]);
  for (const value of [256, 1000, 123_456, 2 ** 31 - 1]) {
    const one = new PercentileSummary();
    one.add(value);
    expect(one.percentile(0.5)).toBeLessThanOrEqual(value);
    expect(one.percentile(0.5)).toBeGreaterThan(value * (1 - 1 / 64));
  }
  summary.reset();
  expect(summary.percentile(0.5)).toBe(0);
  summary.add(3);
  summary.add(7, 9);
  expect([summary.percentile(0.1), summary.percentile(0.5), summary.count]).toEqual([3, 7, 10]);
});

test('namespaces are the top-level znodes, and a thousand of them at most are told apart', () => {
  const metrics = new ServerMetrics();
  metrics.addNamespace(metrics.writePerNamespace, '/a/b/c', 10);
  metrics.addNamespace(metrics.writePerNamespace, '/a', 4);
  metrics.addNamespace(metrics.writePerNamespace, '/', 7);
  expect([...metrics.writePerNamespace].map(([name, summary]) => [name, summary.sum])).toEqual([['a', 14]]);
  for (let index = 0; index < 2000; index += 1)
    metrics.addNamespace(metrics.writePerNamespace, `/n${index}`, 1);
  expect(metrics.writePerNamespace.size).toBe(1000);
});

test('a reset clears counters, summaries, percentiles and response sizes', () => {
  const metrics = new ServerMetrics();
  metrics.counters.proposal_count.add(3);
  metrics.summaries.fsynctime.add(3);
  metrics.percentiles.readlatency.add(3);
  metrics.addNamespace(metrics.readPerNamespace, '/a', 4);
  metrics.reset();
  expect(metrics.counters.proposal_count.value).toBe(0);
  expect(metrics.summaries.fsynctime.count).toBe(0);
  expect(metrics.percentiles.readlatency.percentile(0.5)).toBe(0);
  expect(metrics.readPerNamespace.get('a')?.count).toBe(0);
  const stats = new ServerStats();
  stats.addResponse(20);
  stats.addResponse(10);
  expect([stats.lastResponseBytes, stats.minResponseBytes, stats.maxResponseBytes]).toEqual([10, 10, 20]);
  stats.packetsReceived.add();
  stats.reset();
  expect([stats.lastResponseBytes, stats.packetsReceived.value]).toEqual([-1, 0]);
});
