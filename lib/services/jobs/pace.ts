/**
 * So many requests a second and no more, shared by all jobs on a cluster. Time and waiting are handed in.
 */
export interface PaceClock {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Waits shorter than this are left for a later one: a timer does not keep them. */
const leastWaitMs = 4;

const realClock: PaceClock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export class Pacer {
  private freeAt = 0;

  constructor(
    private readonly perSecond: number,
    private readonly clock: PaceClock = realClock,
  ) {}

  /** Resolves when `count` more requests may be sent. */
  async take(count: number): Promise<void> {
    const now = this.clock.now();
    const start = Math.max(now, this.freeAt);
    this.freeAt = start + (count * 1_000) / this.perSecond;
    if (start - now >= leastWaitMs) await this.clock.sleep(start - now);
  }
}
