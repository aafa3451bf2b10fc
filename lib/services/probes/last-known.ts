/**
 * Answers that are read now and then and never waited for long: the last one known is given, and a fresh reading begun
 * where it is old.
 */
interface Known<T> {
  readonly at: number;
  readonly value: T;
}

/** What a look waits for a fresh reading where an older one is there to be given. */
const renewWaitMs = 300;

export class LastKnown<T> {
  private readonly known = new Map<string, Known<T>>();
  private readonly reading = new Map<string, Promise<void>>();

  /** `onFailure` makes an answer of what was known before when a reading fails. */
  constructor(
    private readonly everyMs: number,
    private readonly onFailure: (before: T | null) => T,
  ) {}

  /** The next look reads again. */
  forget(key: string): void {
    this.known.delete(key);
  }

  /** What is known; the very first reading is awaited for `waitMs` at most, and null is given before it has come. */
  async look(key: string, waitMs: number, read: () => Promise<T>): Promise<T | null> {
    const last = this.known.get(key);
    if (last !== undefined && Date.now() - last.at < this.everyMs) return last.value;
    let round = this.reading.get(key);
    if (round === undefined) {
      const keep = (value: T) => void this.known.set(key, { at: Date.now(), value });
      round = read()
        .then(keep)
        .catch(() => keep(this.onFailure(last?.value ?? null)))
        .finally(() => this.reading.delete(key));
      this.reading.set(key, round);
    }
    const longest = last === undefined ? waitMs : Math.min(renewWaitMs, waitMs);
    await Promise.race([round, new Promise((resolve) => setTimeout(resolve, longest))]);
    return this.known.get(key)?.value ?? null;
  }
}
