/** What a summary tells of the values it was given since the last reset (Apache's AvgMinMaxCounter). */
export class Summary {
  count = 0;
  sum = 0;
  private lowest = Number.MAX_SAFE_INTEGER;
  private highest = Number.MIN_SAFE_INTEGER;

  /** Takes one value, an integer in the metric's own unit, for `times` things that it stands for. Allocates nothing. */
  add(value: number, times = 1): void {
    this.count += times;
    this.sum += value * times;
    if (value < this.lowest) this.lowest = value;
    if (value > this.highest) this.highest = value;
  }

  /** 0 before the first value, as Apache shows it. */
  get min(): number {
    return this.count === 0 ? 0 : this.lowest;
  }

  get max(): number {
    return this.count === 0 ? 0 : this.highest;
  }

  /** Rounded half up to 4 decimals, as Apache shows it. */
  get avg(): number {
    return this.count === 0 ? 0 : Math.round((this.sum / this.count) * 10_000) / 10_000;
  }

  reset(): void {
    this.count = 0;
    this.sum = 0;
    this.lowest = Number.MAX_SAFE_INTEGER;
    this.highest = Number.MIN_SAFE_INTEGER;
  }
}

// Values below `exact` have a bucket each; above, every power of two is cut into `parts` buckets (error below 1/64).
const exact = 256;
const exactBits = 8;
const parts = 64;
const partBits = 6;
const octaves = 31 - exactBits;
const bucketCount = exact + octaves * parts;
const valueMax = 2 ** 31 - 1;

function bucketOf(value: number): number {
  if (value < exact) return value < 0 ? 0 : value;
  const bounded = value > valueMax ? valueMax : value;
  const octave = 31 - Math.clz32(bounded);
  return exact + (octave - exactBits) * parts + ((bounded >>> (octave - partBits)) & (parts - 1));
}

/** The smallest value that falls into the bucket. */
function bucketFloor(bucket: number): number {
  if (bucket < exact) return bucket;
  const octave = exactBits + Math.floor((bucket - exact) / parts);
  return 2 ** octave + ((bucket - exact) % parts) * 2 ** (octave - partBits);
}

/**
 * A summary that also answers percentiles. Apache samples 4096 values at random; this counts every value in a histogram
 * that is exact to 255 and within 1.6% above, which costs one increment a value and needs no randomness. The counts take
 * memory with the first value only.
 */
export class PercentileSummary extends Summary {
  private counts: Uint32Array | null = null;

  override add(value: number, times = 1): void {
    super.add(value, times);
    this.counts ??= new Uint32Array(bucketCount);
    const bucket = bucketOf(value | 0);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
  }

  /** The value below or at which `fraction` (0 to 1) of all values lie; 0 before the first value. */
  percentile(fraction: number): number {
    if (this.counts === null || this.count === 0) return 0;
    const rank = Math.max(1, Math.ceil(fraction * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      seen += this.counts[bucket] ?? 0;
      if (seen >= rank) return bucketFloor(bucket);
    }
    return this.max;
  }

  override reset(): void {
    super.reset();
    this.counts?.fill(0);
  }
}
