import type { ZooKeeperClient } from '@/lib/client/client';
import { counterOf, createInOrder, inOrder } from './sequence';
import { SessionGuard } from './session-guard';
import { ensureGone, waitFor, type WaitOptions } from './waiting';

/**
 * Locks, exclusive and shared: ZooKeeper's recipe of a queue of ephemeral sequential nodes, each of which watches only the
 * one it waits for, so that a release wakes one waiter and not all.
 */

export type LockMode = 'exclusive' | 'shared';

export interface LockOptions extends WaitOptions {
  readonly mode?: LockMode;
  /** Told to whoever looks at the queue: who waits, and what for. */
  readonly data?: Uint8Array | null;
}

/** A lock that is held. */
export interface Held {
  /** The node that stands for it. */
  readonly path: string;
  /** Greater than of everybody who held it before: hand it to what the lock protects, which refuses a smaller one. */
  readonly fence: bigint;
  /** Aborted when the lock is lost with its session, or may be: stop what it protects. */
  readonly lost: AbortSignal;
  /** Lets the next one in, also where the lock was given up for lost and the session came back. */
  release(): Promise<void>;
}

const modeOf = (name: string): LockMode => (name.includes('-shared-') ? 'shared' : 'exclusive');

/** Whom `own` waits for: the nearest before it that it cannot hold the lock together with. Undefined: it holds. */
export function blockerOf(own: string, names: readonly string[]): string | undefined {
  const before = inOrder(names).filter((name) => counterOf(name) < counterOf(own));
  return before.findLast((name) => modeOf(own) === 'exclusive' || modeOf(name) === 'exclusive');
}

export class Lock {
  constructor(
    private readonly client: ZooKeeperClient,
    /** Its parent node, made where it is missing. */
    private readonly path: string,
  ) {}

  /** Waits for its turn. Rejects with the signal's reason, or with SessionLost where the session ends while waiting. */
  async acquire({ mode = 'exclusive', data = null, signal }: LockOptions = {}): Promise<Held> {
    const { client, path } = this;
    const own = await createInOrder(client, path, mode, data, 'ephemeralSequential', { signal });
    const guard = new SessionGuard(client);
    const either = signal === undefined ? guard.lost : AbortSignal.any([guard.lost, signal]);
    try {
      await this.turnOf(own.name, either);
      either.throwIfAborted();
    } catch (error) {
      guard.end();
      // Nobody must wait for one who has gone. A session that was given up may yet live, and its node with it.
      const gone = ensureGone(client, own.path);
      if (guard.lost.aborted) gone.catch(() => undefined);
      else await gone;
      throw error;
    }
    return {
      path: own.path,
      fence: own.czxid,
      lost: guard.lost,
      release: async () => {
        guard.end();
        await ensureGone(client, own.path);
      },
    };
  }

  private async turnOf(own: string, signal: AbortSignal): Promise<void> {
    const { client, path } = this;
    for (;;) {
      const { children } = await this.queue(signal);
      const blocker = blockerOf(own, children);
      if (blocker === undefined) return;
      const blocking = `${path}/${blocker}`;
      await waitFor(
        client,
        blocking,
        async () => ((await client.exists(blocking, true)).value === null ? true : undefined),
        { signal },
      );
    }
  }

  private async queue(signal: AbortSignal): Promise<{ children: string[] }> {
    const { client, path } = this;
    return (await waitFor(client, path, () => client.getChildren(path), { signal })).value;
  }
}
