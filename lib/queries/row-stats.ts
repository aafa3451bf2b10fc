import type { StatView } from '@/lib/api/common';
import type { ChildSummary, StatsResponse } from '@/lib/api/znodes';
import { joinPath, nodeName, parentPath } from '@/lib/protocol/path';
import { request } from './fetcher';
import { apiPaths } from './paths';

/**
 * What rows on screen show of their nodes, read only for rows that are on screen, many in one request. Bounded: what was
 * looked at longest ago gives way.
 */

const rowsMax = 20_000;
const namesPerRequest = 200;

export interface RowStat {
  readonly stat: StatView | null;
  readonly fault: ChildSummary['fault'];
  /** Counts the changes seen while the row was known: a new number makes the row glow once. */
  readonly changes: number;
}

type Listener = () => void;

export class RowStats {
  private readonly rows = new Map<string, RowStat>();
  private readonly stale = new Set<string>();
  private readonly inFlight = new Set<string>();
  private readonly listeners = new Set<Listener>();
  private revision = 0;

  constructor(
    private readonly cluster: string,
    /** Told of every Stat that arrives, so that other views can compare it with theirs. */
    private readonly seen: (path: string, stat: StatView) => void,
  ) {}

  get(path: string): RowStat | undefined {
    return this.rows.get(path);
  }

  readonly getRevision = (): number => this.revision;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads what is not known, or known to be old, of these nodes. */
  async want(paths: readonly string[]): Promise<void> {
    const byParent = new Map<string, string[]>();
    for (const path of paths) {
      if (path === '/' || this.inFlight.has(path)) continue;
      if (this.rows.has(path) && !this.stale.has(path)) continue;
      const parent = parentPath(path);
      byParent.set(parent, [...(byParent.get(parent) ?? []), nodeName(path)]);
    }
    await Promise.all([...byParent].map(([parent, names]) => this.read(parent, names)));
  }

  /** A Stat that came by another way: an event, a reading of the node itself. */
  put(path: string, stat: StatView): void {
    this.set(path, stat, null);
    this.stale.delete(path);
    this.changed();
  }

  forget(path: string): void {
    if (this.rows.delete(path)) this.changed();
  }

  /** These rows are to be read again when they are next wanted; without paths, all. */
  expire(paths: Iterable<string> = this.rows.keys()): void {
    for (const path of paths) this.stale.add(path);
    this.changed();
  }

  private async read(parent: string, names: readonly string[]): Promise<void> {
    for (let start = 0; start < names.length; start += namesPerRequest) {
      const some = names.slice(start, start + namesPerRequest);
      const paths = some.map((name) => joinPath(parent, name));
      for (const path of paths) {
        this.inFlight.add(path);
        this.stale.delete(path);
      }
      try {
        const answer = await request<StatsResponse>(apiPaths.of(this.cluster, 'stats'), {
          method: 'POST',
          body: { path: parent, names: some },
        });
        for (const child of answer.children) {
          const path = joinPath(parent, child.name);
          this.set(path, child.stat, child.fault);
          if (child.stat !== null) this.seen(path, child.stat);
        }
        this.changed();
      } catch {
        // The rows stay without details; they are asked for again when next looked at.
      } finally {
        for (const path of paths) this.inFlight.delete(path);
      }
    }
  }

  private set(path: string, stat: StatView | null, fault: ChildSummary['fault']): void {
    const before = this.rows.get(path);
    this.rows.delete(path);
    const differs =
      before !== undefined &&
      (before.stat?.mzxid !== stat?.mzxid ||
        before.stat?.pzxid !== stat?.pzxid ||
        before.stat?.cversion !== stat?.cversion ||
        before.stat?.aversion !== stat?.aversion ||
        before.stat?.czxid !== stat?.czxid);
    this.rows.set(path, { stat, fault, changes: (before?.changes ?? 0) + (differs ? 1 : 0) });
    if (this.rows.size > rowsMax) this.rows.delete(this.rows.keys().next().value as string);
  }

  private changed(): void {
    this.revision += 1;
    for (const listener of this.listeners) listener();
  }
}
