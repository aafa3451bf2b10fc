import { expect, test } from 'vitest';
import { ServerMetrics } from '@/server/metrics/registry';
import { StageMeter } from '@/server/stage-meter';

test('one write in 16 is timed, and stands for those since the last', () => {
  const metrics = new ServerMetrics();
  const meter = new StageMeter(metrics, false);
  const counts = Array.from({ length: 40 }, () => {
    meter.prepBegins(false);
    meter.prepDone();
    meter.proposed();
    return metrics.summaries.prep_process_time.count;
  });
  expect(counts.slice(0, 16)).toEqual(Array.from({ length: 16 }, () => 1));
  expect(counts[16]).toBe(17);
  expect(counts[31]).toBe(17);
  expect(counts[32]).toBe(33);
});
