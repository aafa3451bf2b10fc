import type { Acl } from '@/lib/protocol/data';
import { eventTypes } from '@/lib/protocol/proto';

/** Who is told of changes: a client connection. Told at most once for a change, in the order changes are applied. */
export interface Watcher {
  /** `acl` is that of the znode which the event tells of: whoever may not read it hears nothing. Null where nobody asks. */
  notify(eventType: number, path: string, acl: readonly Acl[] | null): void;
}

export type WatchMode = 'standard' | 'persistent' | 'persistentRecursive';

/** One watcher at a path is kept as itself, more as a set: most paths have one. */
type Watchers = Watcher | Set<Watcher>;

/** What one watcher holds in one table. Modes are listed only where they are not standard. */
interface Held {
  readonly paths: Set<string>;
  modes: Map<string, WatchMode> | null;
}

/**
 * One table of watches (Apache's WatchManager with 3.8's mode bookkeeping): a path has at most one watch a watcher, and
 * the mode registered last counts. Recursive watches are looked up at every ancestor, which is done only while there are
 * any.
 */
export class WatchTable {
  private readonly byPath = new Map<string, Watchers>();
  private readonly byWatcher = new Map<Watcher, Held>();
  private recursiveCount = 0;
  /** Watches of other modes than standard. */
  private lastingCount = 0;
  private watchCount = 0;

  /** Watches held, over all watchers. */
  get size(): number {
    return this.watchCount;
  }

  get pathCount(): number {
    return this.byPath.size;
  }

  get watcherCount(): number {
    return this.byWatcher.size;
  }

  add(path: string, watcher: Watcher, mode: WatchMode = 'standard'): void {
    let held = this.byWatcher.get(watcher);
    if (held === undefined) this.byWatcher.set(watcher, (held = { paths: new Set(), modes: null }));
    if (!held.paths.has(path)) {
      held.paths.add(path);
      this.watchCount += 1;
      this.link(path, watcher);
    }
    this.setMode(held, path, mode);
  }

  private link(path: string, watcher: Watcher): void {
    const there = this.byPath.get(path);
    if (there === undefined) this.byPath.set(path, watcher);
    else if (there instanceof Set) there.add(watcher);
    else this.byPath.set(path, new Set([there, watcher]));
  }

  /** Told how many watches an event fires. */
  onFired: ((eventType: number, watches: number) => void) | null = null;

  private setMode(held: Held, path: string, mode: WatchMode): void {
    const before = held.modes?.get(path);
    if (before !== undefined) this.lastingCount -= 1;
    if (mode !== 'standard') this.lastingCount += 1;
    if (before === 'persistentRecursive') this.recursiveCount -= 1;
    if (mode === 'persistentRecursive') this.recursiveCount += 1;
    if (mode !== 'standard') (held.modes ??= new Map()).set(path, mode);
    else held.modes?.delete(path);
  }

  has(path: string, watcher: Watcher): boolean {
    return this.byWatcher.get(watcher)?.paths.has(path) ?? false;
  }

  /** False when the watcher had none there. */
  remove(path: string, watcher: Watcher): boolean {
    const held = this.byWatcher.get(watcher);
    if (held === undefined || !held.paths.has(path)) return false;
    this.drop(held, path, watcher);
    return true;
  }

  private drop(held: Held, path: string, watcher: Watcher): void {
    this.setMode(held, path, 'standard');
    held.paths.delete(path);
    this.watchCount -= 1;
    if (held.paths.size === 0) this.byWatcher.delete(watcher);
    const there = this.byPath.get(path);
    if (there === watcher) this.byPath.delete(path);
    else if (there instanceof Set) {
      there.delete(watcher);
      if (there.size === 0) this.byPath.delete(path);
    }
  }

  /** Forgets everything of a watcher that is gone. */
  removeWatcher(watcher: Watcher): void {
    const held = this.byWatcher.get(watcher);
    if (held === undefined) return;
    for (const path of [...held.paths]) this.drop(held, path, watcher);
  }

  /**
   * Tells the watchers of `path` (and recursive ones above it) of an event, except those in `told` and those whom `acl` does
   * not let read; one-shot watches are used up even then. Returns whom it concerned, or null when nobody.
   */
  trigger(
    path: string,
    eventType: number,
    acl: readonly Acl[],
    told: Set<Watcher> | null = null,
  ): Set<Watcher> | null {
    if (this.byPath.size === 0) return null;
    const found =
      this.recursiveCount === 0 ? this.takeAt(path, eventType) : this.takeWithAncestors(path, eventType);
    if (found === null) return null;
    this.onFired?.(eventType, found.size);
    for (const watcher of found)
      if (told === null || !told.has(watcher)) watcher.notify(eventType, path, acl);
    return found;
  }

  /** The watchers at exactly this path that the event concerns, with one-shot watches removed. */
  private takeAt(path: string, eventType: number): Set<Watcher> | null {
    const there = this.byPath.get(path);
    if (there === undefined) return null;
    if (this.lastingCount === 0) return this.takeStandard(path, there);
    const found = new Set<Watcher>();
    const watchers = there instanceof Set ? [...there] : [there];
    for (const watcher of watchers) {
      const held = this.byWatcher.get(watcher)!;
      const mode = held.modes?.get(path) ?? 'standard';
      if (mode === 'persistentRecursive' && eventType === eventTypes.NodeChildrenChanged) continue;
      found.add(watcher);
      if (mode === 'standard') this.drop(held, path, watcher);
    }
    return found.size === 0 ? null : found;
  }

  /** As `takeAt` where every watch is used up by the event. */
  private takeStandard(path: string, there: Watchers): Set<Watcher> {
    this.byPath.delete(path);
    const found = there instanceof Set ? there : new Set([there]);
    for (const watcher of found) {
      const { paths } = this.byWatcher.get(watcher)!;
      paths.delete(path);
      if (paths.size === 0) this.byWatcher.delete(watcher);
    }
    this.watchCount -= found.size;
    return found;
  }

  private takeWithAncestors(path: string, eventType: number): Set<Watcher> | null {
    let found = this.takeAt(path, eventType);
    if (eventType === eventTypes.NodeChildrenChanged) return found;
    let above = path;
    while (above.length > 1) {
      const slash = above.lastIndexOf('/');
      above = slash <= 0 ? '/' : above.slice(0, slash);
      const there = this.byPath.get(above);
      if (there === undefined) continue;
      for (const watcher of there instanceof Set ? there : [there]) {
        const mode = this.byWatcher.get(watcher)!.modes?.get(above);
        if (mode === 'persistentRecursive') (found ??= new Set()).add(watcher);
      }
    }
    return found;
  }

  *watchers(): Generator<readonly [Watcher, ReadonlySet<string>]> {
    for (const [watcher, held] of this.byWatcher) yield [watcher, held.paths];
  }

  *paths(): Generator<readonly [string, Iterable<Watcher>]> {
    for (const [path, there] of this.byPath) yield [path, there instanceof Set ? there : [there]];
  }
}
