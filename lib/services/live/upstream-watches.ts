import 'server-only';
import type { WatchMode, WatchTarget } from '@/lib/api/live';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { WatchEvent } from '@/lib/client/session-client';
import { isConnectionFault } from '@/lib/client/faults';
import { consoleHost } from '@/lib/config/host';
import type { Stat } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { parentPath, pathFault } from '@/lib/protocol/path';
import type { ClusterSession } from '../clusters/sessions';
import { asPurpose } from '../console/meter';
import { windowMs } from './event-coalescer';

/**
 * The watches that stand at the members, one per path however many streams want it. A path wanted both as a node and
 * as a subtree has one recursive watch, which tells of both (members of 3.8 keep one mode a path). Wants are counted;
 * a watch nobody wants stays for a grace period, because people go back and forth.
 */

export const upstreamWatchesMax = 500;
export const graceMs = 10_000;
/** A one-time watch on the children of a longer list would fetch that list again at every change. */
const fallbackChildrenMax = 5_000;
/** Stats read side by side when a new connection makes it necessary to look what was missed. */
const rereadConcurrency = 16;

const noPersistent =
  'This member has no persistent watches (they came with 3.6): only single nodes can be watched, not subtrees.';

export interface WatchState {
  readonly active: boolean;
  readonly reason: string | null;
}

/** A want is counted at once, so that it can be taken back before it is known whether the watch stands. */
export interface Want {
  /** False where there is nothing to take back with `unwant`. */
  readonly counted: boolean;
  readonly state: Promise<WatchState>;
}

interface Upstream {
  readonly path: string;
  readonly wants: Record<WatchMode, number>;
  /** How it stands at the member now; null where it does not. */
  standing: 'persistent' | 'persistentRecursive' | 'oneTime' | null;
  reason: string | null;
  arming: Promise<void> | null;
  release: NodeJS.Timeout | null;
  /** The Stat last seen, to recognise after a lost connection what changed meanwhile; null where there is no node. */
  stat: Stat | null | undefined;
  /** The Stat that one-time watches were last set at. */
  armed: Stat | null | undefined;
  /** A one-time watch fired and was not set again yet. */
  fired: boolean;
  settingAgain: boolean;
}

function newUpstream(path: string): Upstream {
  return {
    path,
    wants: { node: 0, subtree: 0 },
    standing: null,
    reason: null,
    arming: null,
    release: null,
    stat: undefined,
    armed: undefined,
    fired: false,
    settingAgain: false,
  };
}

export interface UpstreamPorts {
  /** A change, told by the member or found by looking again. */
  readonly onEvent: (event: WatchEvent) => void;
  /** Changes below a watched subtree may have been missed. */
  readonly onGap: () => void;
  /** Which watches stand has changed without anyone asking. */
  readonly onStates: () => void;
}

export class UpstreamWatches {
  private readonly upstreams = new Map<string, Upstream>();
  private persistent = true;
  private client: ZooKeeperClient | null = null;

  constructor(
    private readonly session: ClusterSession,
    private readonly ports: UpstreamPorts,
  ) {
    session.onOpen((client) => this.adopt(client));
  }

  get size(): number {
    return this.upstreams.size;
  }

  private adopt(client: ZooKeeperClient): void {
    this.client = client;
    for (const upstream of this.upstreams.values()) upstream.standing = null;
    client.onWatch((event) => {
      if (this.client === client) this.onWatch(event);
    });
    client.onAttached(() => {
      if (this.client === client) void this.onAttached(client);
    });
    client.onWatchesLost(() => {
      this.persistent = false;
      for (const upstream of this.upstreams.values()) upstream.standing = null;
      void this.onAttached(client);
    });
  }

  /** Counts one want; its state resolves once the watch stands or it is known why not. */
  want(target: WatchTarget): Want {
    const refused = (reason: string) => ({
      counted: false,
      state: Promise.resolve({ active: false, reason }),
    });
    const fault = pathFault(target.path);
    if (fault !== null) return refused(`Not a path: ${fault}.`);
    let upstream = this.upstreams.get(target.path);
    if (upstream === undefined) {
      if (this.upstreams.size >= upstreamWatchesMax) {
        return refused(`The console already holds ${upstreamWatchesMax} watches on this cluster.`);
      }
      upstream = newUpstream(target.path);
      this.upstreams.set(target.path, upstream);
    }
    upstream.wants[target.mode] += 1;
    if (upstream.release !== null) clearTimeout(upstream.release);
    upstream.release = null;
    return { counted: true, state: this.arm(upstream).then(() => this.stateOf(target)) };
  }

  stateOf(target: WatchTarget): WatchState {
    const upstream = this.upstreams.get(target.path);
    if (upstream === undefined || upstream.standing === null) {
      return { active: false, reason: upstream?.reason ?? 'not watched' };
    }
    if (target.mode === 'subtree' && upstream.standing !== 'persistentRecursive') {
      return { active: false, reason: noPersistent };
    }
    return { active: true, reason: null };
  }

  /** Takes one want back. */
  unwant(target: WatchTarget): void {
    const upstream = this.upstreams.get(target.path);
    if (upstream === undefined || upstream.wants[target.mode] === 0) return;
    upstream.wants[target.mode] -= 1;
    if (upstream.release !== null || upstream.wants[target.mode] > 0) return;
    upstream.release = setTimeout(() => void this.settle(upstream), graceMs);
    upstream.release.unref();
  }

  /** After the grace period: ends a watch nobody wants, or narrows one whose subtree nobody wants. */
  private async settle(upstream: Upstream): Promise<void> {
    upstream.release = null;
    // A watch that is still being set would stand for ever once its entry here is gone.
    while (upstream.arming !== null) await upstream.arming;
    const { wants } = upstream;
    if (wants.node + wants.subtree === 0) {
      this.upstreams.delete(upstream.path);
      if (upstream.standing !== null) await this.client?.removeWatches(upstream.path).catch(ignoreLost);
      return;
    }
    if (wants.subtree > 0 || upstream.standing !== 'persistentRecursive') return;
    await this.client?.removeWatches(upstream.path).catch(ignoreLost);
    upstream.standing = null;
    await this.arm(upstream);
  }

  /** A watch is set and looked at again in the middle of whatever let the connection come back. */
  private asLive<T>(work: () => T): T {
    return asPurpose(this.session.settings.id, 'live', work);
  }

  // --- setting them -----------------------------------------------------------------------------------------------

  /** One attempt at a time for each path; a want that came during it looks again afterwards. */
  private async arm(upstream: Upstream): Promise<void> {
    while (upstream.arming !== null) await upstream.arming;
    const suffices =
      upstream.standing === 'persistentRecursive' ||
      (upstream.standing !== null && (upstream.wants.subtree === 0 || !this.persistent));
    if (suffices) return;
    upstream.arming = this.asLive(() => this.set(upstream)).finally(() => {
      upstream.arming = null;
    });
    await upstream.arming;
  }

  private async set(upstream: Upstream): Promise<void> {
    const client = this.session.use();
    const mode = upstream.wants.subtree > 0 ? 'persistentRecursive' : 'persistent';
    try {
      if (this.persistent && (await this.setPersistent(client, upstream.path, mode))) {
        upstream.standing = mode;
        upstream.stat = await this.statOf(client, upstream.path);
      } else {
        await this.setOneTime(client, upstream);
        upstream.standing = 'oneTime';
      }
      upstream.reason = null;
    } catch (error) {
      upstream.standing = null;
      upstream.reason = isConnectionFault(error)
        ? `There is no connection to the cluster: ${error.message}.`
        : `The member refused the watch: ${(error as Error).message}.`;
    }
  }

  /** False where the member has no such watches; it ends the connection then, so it is asked only once. */
  private async setPersistent(
    client: ZooKeeperClient,
    path: string,
    mode: 'persistent' | 'persistentRecursive',
  ): Promise<boolean> {
    try {
      await client.addWatch(path, mode);
      return true;
    } catch (error) {
      if (!isKeeperError(error, 'UNIMPLEMENTED')) throw error;
      this.persistent = false;
      return false;
    }
  }

  private async setOneTime(client: ZooKeeperClient, upstream: Upstream): Promise<void> {
    const { value } = await client.exists(upstream.path, true);
    upstream.armed = value;
    if (upstream.stat === undefined) upstream.stat = value;
    if (value === null || value.numChildren > fallbackChildrenMax) return;
    try {
      await client.getChildren(upstream.path, true);
    } catch (error) {
      if (!isKeeperError(error, 'NONODE') && !isKeeperError(error, 'NOAUTH')) throw error;
    }
  }

  private async statOf(client: ZooKeeperClient, path: string): Promise<Stat | null | undefined> {
    try {
      return (await client.exists(path)).value;
    } catch (error) {
      if (isKeeperError(error)) return undefined;
      throw error;
    }
  }

  // --- what they tell ---------------------------------------------------------------------------------------------

  private onWatch(event: WatchEvent): void {
    this.ports.onEvent(event);
    const upstream = this.upstreams.get(event.path);
    if (upstream !== undefined && !this.persistent) void this.setAgain(upstream);
    // A recursive watch does not tell of a node's children as such: those who want the node learn it from the child.
    if (event.path === '/' || (event.type !== 'NodeCreated' && event.type !== 'NodeDeleted')) return;
    const parent = parentPath(event.path);
    const above = this.upstreams.get(parent);
    if (above?.standing !== 'persistentRecursive' || above.wants.node === 0) return;
    this.ports.onEvent({ type: 'NodeChildrenChanged', path: parent, zxid: event.zxid });
  }

  /** Sets one-time watches again, as often as one fires meanwhile: what fired and was not set again tells no more. */
  private async setAgain(upstream: Upstream): Promise<void> {
    upstream.fired = true;
    if (upstream.settingAgain) return;
    upstream.settingAgain = true;
    while (upstream.fired && this.upstreams.get(upstream.path) === upstream) {
      while (upstream.arming !== null) await upstream.arming;
      upstream.fired = false;
      upstream.standing = null;
      await this.arm(upstream);
    }
    upstream.settingAgain = false;
    // By then the event that fired has gone out with its Stat; what the watch was set at and is newer went unseen.
    setTimeout(() => {
      const { stat, armed } = upstream;
      if (stat !== undefined && armed !== undefined && newer(armed, stat)) {
        this.noteChanges(upstream.path, stat, armed);
      }
    }, windowMs).unref();
  }

  /** After every connection: sets what does not stand, and looks what the persistent ones may have missed. */
  private async onAttached(client: ZooKeeperClient): Promise<void> {
    const standing = [...this.upstreams.values()].filter((upstream) => upstream.standing !== null);
    const missing = [...this.upstreams.values()].filter((upstream) => upstream.standing === null);
    const gap =
      standing.some((upstream) => upstream.standing === 'persistentRecursive') || missing.length > 0;
    await Promise.all(missing.map((upstream) => this.arm(upstream)));
    if (missing.length > 0) this.ports.onStates();
    if (gap) this.ports.onGap();
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < standing.length; index = next++) {
        await this.asLive(() => this.lookAgain(client, standing[index]!));
      }
    };
    await Promise.all(Array.from({ length: rereadConcurrency }, worker));
  }

  private async lookAgain(client: ZooKeeperClient, upstream: Upstream): Promise<void> {
    try {
      const now = await this.statOf(client, upstream.path);
      const before = upstream.stat;
      if (now !== undefined && before !== undefined) this.noteChanges(upstream.path, before, now);
    } catch {
      // The connection is gone again; the next one comes back here.
    }
  }

  private noteChanges(path: string, before: Stat | null, now: Stat | null): void {
    const tell = (type: WatchEvent['type'], zxid: bigint | null) => this.ports.onEvent({ type, path, zxid });
    const created = now !== null && before?.czxid !== now.czxid;
    if (before !== null && (now === null || created)) tell('NodeDeleted', null);
    if (now === null) return;
    if (created) return tell('NodeCreated', now.czxid);
    if (before === null) return;
    if (before.mzxid !== now.mzxid) tell('NodeDataChanged', now.mzxid);
    if (before.pzxid !== now.pzxid) tell('NodeChildrenChanged', now.pzxid);
  }

  /** The Stat that went out with an event is what later looks compare with. */
  seen(path: string, stat: Stat | null): void {
    const upstream = this.upstreams.get(path);
    if (upstream !== undefined) upstream.stat = stat;
  }
}

function newer(left: Stat | null, right: Stat | null): boolean {
  if (left === null || right === null) return left !== right;
  return left.mzxid > right.mzxid || left.pzxid > right.pzxid || left.czxid > right.czxid;
}

/** Watches end with their connection: where that is gone there is nothing left to remove. */
function ignoreLost(error: unknown): void {
  if (isConnectionFault(error) || isKeeperError(error)) return;
  consoleHost().log.error({ event: 'removeWatchesFailed', err: error }, 'a watch could not be removed');
}
