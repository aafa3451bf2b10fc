import { z } from 'zod';
import { epochMs } from './common';

/**
 * GET /metrics?range=5m&to= : samples kept by the console, or the history of a Prometheus server where one is configured
 * and the range begins before them; at most `pointsMax` a series.
 */
export const metricRanges = {
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
} as const;
export type MetricRange = keyof typeof metricRanges;
export const pointsMax = 600;

/** A chart series' name; rates are per second, derived from counters (a counter that fell means a restart: a gap). */
export const seriesNames = [
  'latencyMin',
  'latencyAvg',
  'latencyMax',
  'readP50',
  'readP95',
  'readP99',
  'updateP50',
  'updateP95',
  'updateP99',
  'receivedPerSecond',
  'sentPerSecond',
  'outstanding',
  'connections',
  'watches',
  'znodes',
  'ephemerals',
  'dataBytes',
  'openFiles',
  'fsyncAvg',
] as const;
export type SeriesName = (typeof seriesNames)[number];

export const metricsQuery = z.object({
  range: z.enum(Object.keys(metricRanges) as [MetricRange, ...MetricRange[]]).default('15m'),
  /** End of the range, epoch ms; now when absent. */
  to: z.coerce.number().int().positive().optional(),
});

export const metricsResponse = z.object({
  from: epochMs,
  to: epochMs,
  stepMs: z.number(),
  /** Times of the points, shared by all series. */
  times: z.array(epochMs),
  members: z.array(
    z.object({
      name: z.string(),
      /** Series → one value a time; null is a gap and is drawn as one. */
      series: z.partialRecord(z.enum(seriesNames), z.array(z.number().nullable())),
    }),
  ),
  /** Vertical marks: what happened to members in the range. */
  marks: z.array(
    z.object({ at: epochMs, kind: z.string(), member: z.string().nullable(), text: z.string() }),
  ),
  /** Oldest sample there is, null when none yet. */
  oldest: epochMs.nullable(),
  sampleEveryMs: z.number(),
  source: z.enum(['console', 'prometheus']),
  /** Why the Prometheus server, which was to be asked, did not tell. */
  sourceFault: z.string().nullable(),
  /** Whether a Prometheus server is configured: ranges beyond the console's own samples have something to show. */
  longHistory: z.boolean(),
});
export type MetricsResponse = z.infer<typeof metricsResponse>;
