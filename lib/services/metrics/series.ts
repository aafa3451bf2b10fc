import { pointsMax, type SeriesName } from '@/lib/api/metrics';
import { type CounterField, gaugeFields, merge, type SampleRow } from './fields';

/** From rows to what a chart draws: at most `pointsMax` values a series, null where nothing is known. Pure. */

export interface Grid {
  /** The first point's time, a multiple of `stepMs`. */
  readonly first: number;
  readonly stepMs: number;
  readonly count: number;
}

const niceStepsMs = [
  1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 180_000, 300_000, 600_000, 1_800_000,
  7_200_000,
];

/** Points for a range: as dense as the rows are, and no denser than the limit allows. */
export function gridOf(from: number, to: number, rowEveryMs: number): Grid {
  const fits = (step: number) => step >= rowEveryMs && (to - from) / step < pointsMax;
  const stepMs = niceStepsMs.find(fits) ?? Math.max(rowEveryMs, Math.ceil((to - from) / (pointsMax - 1)));
  const first = Math.ceil(from / stepMs) * stepMs;
  return { first, stepMs, count: Math.max(1, Math.floor((to - first) / stepMs) + 1) };
}

export function timesOf(grid: Grid): number[] {
  return Array.from({ length: grid.count }, (_, index) => grid.first + index * grid.stepMs);
}

function countedAt({ at, sample }: SampleRow): number {
  return sample.countedAt ?? at;
}

/** A counter's rises per second, at the later row of each pair; nothing across a gap, a restart or a reset. */
function ratesOf(
  rows: readonly SampleRow[],
  field: CounterField,
  gapMs: number,
): { at: number; value: number }[] {
  const rates: { at: number; value: number }[] = [];
  for (let index = 1; index < rows.length; index += 1) {
    const before = rows[index - 1]!;
    const after = rows[index]!;
    const [start, end] = [before.sample[field], after.sample[field]];
    const elapsedMs = countedAt(after) - countedAt(before);
    if (start === undefined || end === undefined || elapsedMs <= 0 || elapsedMs > gapMs) continue;
    const restarted = (after.sample.uptimeMs ?? Infinity) < (before.sample.uptimeMs ?? 0);
    if (end < start || restarted) continue;
    rates.push({ at: after.at, value: ((end - start) * 1000) / elapsedMs });
  }
  return rates;
}

/** Values put on the grid: each point merges what lies in `[time, time + step)`. */
function onGrid(
  grid: Grid,
  values: readonly { at: number; value: number }[],
  mergeValues: (values: readonly number[]) => number | null,
): (number | null)[] {
  const buckets = new Map<number, number[]>();
  for (const { at, value } of values) {
    const index = Math.floor((at - grid.first) / grid.stepMs);
    if (index < 0 || index >= grid.count) continue;
    const bucket = buckets.get(index);
    if (bucket === undefined) buckets.set(index, [value]);
    else bucket.push(value);
  }
  return Array.from({ length: grid.count }, (_, index) => mergeValues(buckets.get(index) ?? []));
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The series of one member from its rows in order of time (some from before the first point, for the first rate). A
 * series the member never told is left out. Rows further apart than `gapMs` have a gap between them.
 */
export function seriesOf(
  rows: readonly SampleRow[],
  grid: Grid,
  gapMs: number,
): Partial<Record<SeriesName, (number | null)[]>> {
  const series: Partial<Record<SeriesName, (number | null)[]>> = {};
  for (const field of gaugeFields) {
    const values = rows.flatMap(({ at, sample }) => {
      const value = sample[field];
      return value === undefined ? [] : [{ at, value }];
    });
    if (values.length > 0) series[field] = onGrid(grid, values, (bucket) => merge(field, bucket));
  }
  const counters = [
    ['receivedPerSecond', 'packetsReceived'],
    ['sentPerSecond', 'packetsSent'],
  ] as const;
  for (const [name, field] of counters) {
    if (!rows.some((row) => row.sample[field] !== undefined)) continue;
    series[name] = onGrid(grid, ratesOf(rows, field, gapMs), average);
  }
  return series;
}
