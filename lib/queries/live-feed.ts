import type { DroppedEvent, WatchTarget, ZnodeEvent } from '@/lib/api/live';
import type { StatView } from '@/lib/api/common';

/**
 * The feed as data: the newest events first, bounded, with what was dropped counted where it happened. Pinned rows stay
 * until unpinned; everything else gives way to newer rows.
 */

export const feedRowsMax = 2_000;
export const feedPinsMax = 100;

export interface EventRow {
  readonly kind: 'event';
  readonly key: number;
  readonly event: ZnodeEvent;
  /** The Stat that the last event of this path showed, so that the row can say what changed. */
  readonly before: StatView | null;
}

/** A mark in the feed: here the server could not keep or send some events. */
export interface GapRow {
  readonly kind: 'gap';
  readonly key: number;
  readonly at: number;
  readonly gap: DroppedEvent;
}

export type FeedRow = EventRow | GapRow;

export interface FeedState {
  /** Newest first. */
  readonly rows: readonly FeedRow[];
  readonly pinned: readonly FeedRow[];
  /** Rows that gave way because the feed was full. */
  readonly displaced: number;
  /** While paused, the key of the newest row on screen; rows beyond it wait. */
  readonly pausedAt: number | null;
  readonly nextKey: number;
}

export const emptyFeed: FeedState = { rows: [], pinned: [], displaced: 0, pausedAt: null, nextKey: 1 };

export type FeedStep =
  | { readonly kind: 'event'; readonly event: ZnodeEvent }
  | { readonly kind: 'gap'; readonly gap: DroppedEvent; readonly at: number }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'pin'; readonly key: number }
  | { readonly kind: 'unpin'; readonly key: number };

export function stepFeed(feed: FeedState, step: FeedStep, rowsMax = feedRowsMax): FeedState {
  switch (step.kind) {
    case 'event':
      return add(
        feed,
        { kind: 'event', key: feed.nextKey, event: step.event, before: statBefore(feed, step.event.path) },
        rowsMax,
      );
    case 'gap':
      return add(feed, { kind: 'gap', key: feed.nextKey, at: step.at, gap: step.gap }, rowsMax);
    case 'pause':
      return { ...feed, pausedAt: feed.nextKey - 1 };
    case 'resume':
      return { ...feed, pausedAt: null };
    case 'clear':
      return { ...feed, rows: [], displaced: 0 };
    case 'pin': {
      const row = feed.rows.find((candidate) => candidate.key === step.key);
      if (row === undefined || feed.pinned.some((pin) => pin.key === step.key)) return feed;
      return { ...feed, pinned: [row, ...feed.pinned].slice(0, feedPinsMax) };
    }
    case 'unpin':
      return { ...feed, pinned: feed.pinned.filter((row) => row.key !== step.key) };
  }
}

function add(feed: FeedState, row: FeedRow, rowsMax: number): FeedState {
  const rows = [row, ...feed.rows];
  const over = Math.max(0, rows.length - rowsMax);
  rows.length -= over;
  return { ...feed, rows, displaced: feed.displaced + over, nextKey: feed.nextKey + 1 };
}

function statBefore(feed: FeedState, path: string): StatView | null {
  for (const row of feed.rows) if (row.kind === 'event' && row.event.path === path) return row.event.stat;
  return null;
}

/** What stands on screen: not what came in after the pause, and only what the filter keeps. Gaps always show. */
export function shownRows(feed: FeedState, filter: string): { rows: FeedRow[]; waiting: number } {
  const upTo = feed.pausedAt;
  const present = upTo === null ? feed.rows : feed.rows.filter((row) => row.key <= upTo);
  const needle = filter.trim().toLowerCase();
  const rows = present.filter(
    (row) => row.kind === 'gap' || needle === '' || row.event.path.toLowerCase().includes(needle),
  );
  return { rows, waiting: feed.rows.length - present.length };
}

/** Whether an event belongs to what a watch asks for. A node's watch also tells of its children coming and going. */
export function coveredBy(targets: readonly WatchTarget[], path: string): boolean {
  return targets.some((target) => {
    if (target.path === path) return true;
    if (target.mode === 'node') return false;
    return target.path === '/' || path.startsWith(`${target.path}/`);
  });
}

/** What comes within this time is shown together: a screen of hundreds of events a second would draw for each of them. */
const togetherMs = 100;

/** Holds one feed and tells its readers; the events come from whoever owns it. */
export class FeedStore {
  private feed: FeedState = emptyFeed;
  private coming: FeedStep[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly rowsMax = feedRowsMax) {}

  readonly get = (): FeedState => this.feed;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What comes by itself waits for a moment; what a person does is done at once, after all that came before it. */
  readonly dispatch = (step: FeedStep): void => {
    this.coming.push(step);
    // A tab that nobody sees, whose timers hardly run, must not pile them up.
    const full = this.coming.length >= this.rowsMax;
    if ((step.kind === 'event' || step.kind === 'gap') && !full) {
      this.timer ??= setTimeout(() => this.settle(), togetherMs);
      return;
    }
    this.settle();
  };

  private settle(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const coming = this.coming;
    this.coming = [];
    for (const step of coming) this.feed = stepFeed(this.feed, step, this.rowsMax);
    for (const listener of this.listeners) listener();
  }
}
