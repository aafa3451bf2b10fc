import type { SimNetwork } from './network';
import { Random } from './random';

/** Virtual time: events in order of their moment, then of their making. Nothing else moves time on. */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  isCancelled: boolean;
}

export interface Timer {
  cancel(): void;
}

/** What a run has found wrong; carries the seed to the outside. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** A hundred times what a run takes. */
const eventsMax = 3_000_000;

export class World {
  nowMs = 0;
  readonly random: Random;
  network!: SimNetwork;
  /** What happened, for whoever replays a seed. */
  readonly trace: string[] = [];
  private readonly heap: Event[] = [];
  private made = 0;
  private ran = 0;

  constructor(
    readonly seed: number,
    private readonly isTracing: boolean,
  ) {
    this.random = new Random(seed);
  }

  log(line: () => string): void {
    if (this.isTracing) this.trace.push(`${this.nowMs.toFixed(3).padStart(10)} ${line()}`);
  }

  fail(message: string): never {
    throw new Violation(message);
  }

  after(ms: number, run: () => void): Timer {
    if (Number.isNaN(ms)) throw new Error('a timer without a time');
    const event: Event = { atMs: this.nowMs + Math.max(ms, 0), order: this.made++, run, isCancelled: false };
    this.push(event);
    return {
      cancel() {
        event.isCancelled = true;
      },
    };
  }

  /** Runs events until `untilMs`, or until `done` says so. */
  run(untilMs: number, done: () => boolean = () => false): boolean {
    for (;;) {
      const next = this.heap[0];
      if (next === undefined || next.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return done();
      }
      this.pop();
      if (next.isCancelled) continue;
      this.ran += 1;
      if (this.ran > eventsMax) this.fail(`more than ${eventsMax} events: something goes round in circles`);
      this.nowMs = next.atMs;
      next.run();
      if (done()) return true;
    }
  }

  private isBefore(a: Event, b: Event): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  }

  private push(event: Event): void {
    const { heap } = this;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!this.isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
