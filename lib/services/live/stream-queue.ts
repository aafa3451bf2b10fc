import type { DroppedEvent } from '@/lib/api/live';
import type { RingEntry } from './event-ring';

/**
 * What waits to be sent to one browser: bounded, and no faster than a person can follow. Events of one path and kind
 * that wait together are folded into the newest; when too many still wait, the oldest are dropped and counted.
 */
export const eventsPerSecondMax = 50;
export const waitingMax = 1_000;
/** Events that may go out at once after a quiet time. */
const burstMax = 50;

export class StreamQueue {
  private readonly waiting = new Map<string, RingEntry>();
  private tokens = burstMax;
  private tokensAt: number;
  private droppedCount = 0;

  constructor(private readonly now: () => number) {
    this.tokensAt = now();
  }

  get size(): number {
    return this.waiting.size;
  }

  push(entry: RingEntry): void {
    const key = `${entry.event.kind} ${entry.event.path}`;
    const before = this.waiting.get(key);
    this.waiting.delete(key);
    const folded = entry.event.folded + (before === undefined ? 0 : before.event.folded + 1);
    this.waiting.set(key, { seq: entry.seq, event: { ...entry.event, folded } });
    if (this.waiting.size <= waitingMax) return;
    const oldest = this.waiting.keys().next().value!;
    this.waiting.delete(oldest);
    this.droppedCount += 1;
  }

  /** The next event that may go out now, in order; null where none waits or the pace does not allow it yet. */
  take(): RingEntry | null {
    const next = this.waiting.entries().next();
    if (next.done === true || !this.takeToken()) return null;
    const [key, entry] = next.value;
    this.waiting.delete(key);
    return entry;
  }

  /** What was dropped since the last call, to be told before the next event. */
  takeDropped(slow: boolean): DroppedEvent | null {
    if (this.droppedCount === 0) return null;
    const dropped = { count: this.droppedCount, reason: slow ? ('slow' as const) : ('rate' as const) };
    this.droppedCount = 0;
    return dropped;
  }

  clear(): void {
    this.waiting.clear();
    this.droppedCount = 0;
  }

  private takeToken(): boolean {
    const now = this.now();
    this.tokens = Math.min(burstMax, this.tokens + ((now - this.tokensAt) / 1000) * eventsPerSecondMax);
    this.tokensAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
