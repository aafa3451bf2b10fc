/** The middle of some numbers (mean of the two middle ones where they are even in number). */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value below which `share` of the numbers lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** A mean with the bounds that hold it in 95 of 100 repetitions. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 10_000;

/** The mean of paired differences and its 95 % interval by bootstrap: no shape of their spread is taken for granted. */
export function bootstrapMean(values: readonly number[], random: () => number = Math.random): Interval {
  const meanOf = (pick: (index: number) => number): number =>
    values.reduce((sum, _, index) => sum + pick(index), 0) / values.length;
  const means = Array.from({ length: resamples }, () =>
    meanOf(() => values[Math.floor(random() * values.length)]!),
  );
  return {
    mean: meanOf((index) => values[index]!),
    low: percentile(means, 0.025),
    high: percentile(means, 0.975),
  };
}
