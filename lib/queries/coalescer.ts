/**
 * Runs a piece of work again and again on demand, never twice at once, and never more often than its own cost allows:
 * demands that come while it runs or rests become one run after. A list that takes a second to read is thus read at most
 * every few seconds however fast it changes, and a quick one at once.
 */
export class Coalescer {
  private readonly busy = new Map<string, { again: boolean }>();

  /** `restFactor`: how many times its own duration a key rests after a run. */
  constructor(
    private readonly restFactor = 2,
    private readonly now: () => number = () => performance.now(),
  ) {}

  demand(key: string, work: () => Promise<unknown>): void {
    const entry = this.busy.get(key);
    if (entry !== undefined) {
      entry.again = true;
      return;
    }
    this.busy.set(key, { again: false });
    void this.run(key, work);
  }

  private async run(key: string, work: () => Promise<unknown>): Promise<void> {
    const started = this.now();
    try {
      await work();
    } catch {
      // The work's own query keeps its fault and shows it.
    }
    const restMs = (this.now() - started) * this.restFactor;
    setTimeout(() => {
      const again = this.busy.get(key)?.again === true;
      this.busy.delete(key);
      if (again) this.demand(key, work);
    }, restMs);
  }
}
