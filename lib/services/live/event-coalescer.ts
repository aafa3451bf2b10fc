import type { ZnodeEventKind } from '@/lib/api/live';
import type { Stat } from '@/lib/protocol/data';

/**
 * Between the member's notifications and what browsers see stands one read of the node's Stat. The first notification
 * of a path is read for at once; those that come within `windowMs` of a read wait and are folded, one event a kind.
 */
export const windowMs = 200;
/** Reads a second over all paths of a cluster; beyond that events go out without a Stat. */
export const readsPerSecondMax = 300;

export interface CoalescedEvent {
  readonly path: string;
  readonly kind: ZnodeEventKind;
  /** Notifications of this kind that this event stands for, beyond the first. */
  readonly folded: number;
  /** As the member gave it with the notification; null where it gave none. */
  readonly zxid: bigint | null;
  /** Null where there is no node, it may not be read, or was not read. */
  readonly stat: Stat | null;
}

export interface CoalescerPorts {
  readonly now: () => number;
  readonly later: (delayMs: number, run: () => void) => void;
  /** Null where the node is gone or unreadable; never rejects. */
  readonly read: (path: string) => Promise<Stat | null>;
  readonly publish: (event: CoalescedEvent) => void;
}

interface Waiting {
  folded: number;
  zxid: bigint | null;
}

interface PathState {
  /** In the order of each kind's latest notification. */
  waiting: Map<ZnodeEventKind, Waiting>;
  /** A read or a timer that will come back to this path. */
  busy: boolean;
  nextReadAt: number;
}

export class EventCoalescer {
  private readonly paths = new Map<string, PathState>();
  private tokens = readsPerSecondMax;
  private tokensAt: number;

  constructor(private readonly ports: CoalescerPorts) {
    this.tokensAt = ports.now();
  }

  push(path: string, kind: ZnodeEventKind, zxid: bigint | null): void {
    let state = this.paths.get(path);
    if (state === undefined) {
      state = { waiting: new Map(), busy: false, nextReadAt: 0 };
      this.paths.set(path, state);
    }
    const before = state.waiting.get(kind);
    state.waiting.delete(kind);
    state.waiting.set(kind, { folded: before === undefined ? 0 : before.folded + 1, zxid });
    if (!state.busy) this.schedule(path, state);
  }

  private schedule(path: string, state: PathState): void {
    state.busy = true;
    const delayMs = state.nextReadAt - this.ports.now();
    if (delayMs <= 0) void this.flush(path, state);
    else this.ports.later(delayMs, () => void this.flush(path, state));
  }

  private async flush(path: string, state: PathState): Promise<void> {
    if (state.waiting.size === 0) {
      this.paths.delete(path);
      return;
    }
    state.nextReadAt = this.ports.now() + windowMs;
    const { waiting } = state;
    state.waiting = new Map();
    const onlyDeleted = waiting.size === 1 && waiting.has('deleted');
    const stat = onlyDeleted || !this.takeToken() ? null : await this.ports.read(path);
    for (const [kind, { folded, zxid }] of waiting) {
      this.ports.publish({ path, kind, folded, zxid, stat: kind === 'deleted' ? null : stat });
    }
    this.schedule(path, state);
  }

  private takeToken(): boolean {
    const now = this.ports.now();
    this.tokens = Math.min(
      readsPerSecondMax,
      this.tokens + ((now - this.tokensAt) / 1000) * readsPerSecondMax,
    );
    this.tokensAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
