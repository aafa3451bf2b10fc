import { randomUUID } from 'node:crypto';
import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import { openAcl } from '@/lib/protocol/data';
import { createFlags } from '@/lib/protocol/proto';
import { createInOrder, inOrder } from './sequence';
import { SessionGuard } from './session-guard';
import { ensureGone, ensurePath, getIfThere, readWhenPossible, waitFor, type WaitOptions } from './waiting';

/**
 * A queue of work, first in, first out. Whoever takes an item claims it with an ephemeral node and removes both when done, so
 * an item whose worker dies goes to another: each is done at least once.
 */

export interface Item {
  readonly data: Buffer;
  /** Aborted when the claim may be lost with the session: another may do it now. */
  readonly lost: AbortSignal;
  /** It was done: it leaves the queue. False where the claim was lost with its session, so that another may do it again. */
  done(): Promise<boolean>;
  /** Somebody else may have it. */
  giveBack(): Promise<void>;
}

/** A queue of a few thousand is what ZooKeeper is made for: a list of its children must fit into jute.maxbuffer. */
export class Queue {
  constructor(
    private readonly client: ZooKeeperClient,
    private readonly path: string,
  ) {}

  private get items(): string {
    return `${this.path}/items`;
  }

  private get claims(): string {
    return `${this.path}/claims`;
  }

  async put(data: Uint8Array, options: WaitOptions = {}): Promise<void> {
    await createInOrder(this.client, this.items, 'item', data, 'persistentSequential', options);
  }

  /** How many wait or are being done. */
  async size(): Promise<number> {
    const stat = (await readWhenPossible(this.client, () => this.client.exists(this.items))).value;
    return stat?.numChildren ?? 0;
  }

  /** The first item that nobody has; waits for one. */
  async take(options: WaitOptions = {}): Promise<Item> {
    const { client, items, claims } = this;
    await ensurePath(client, items);
    await ensurePath(client, claims);
    return waitFor(
      client,
      [items, claims],
      async () => {
        const claimed = new Set((await client.getChildren(claims, true)).value.children);
        const names = inOrder((await client.getChildren(items, true)).value.children);
        for (const name of names) {
          const item = claimed.has(name) ? null : await this.claim(name);
          if (item !== null) return item;
        }
        return undefined;
      },
      options,
    );
  }

  /** Null where somebody was faster. */
  private async claim(name: string): Promise<Item | null> {
    const { client } = this;
    const item = `${this.items}/${name}`;
    const claim = `${this.claims}/${name}`;
    const token = Buffer.from(randomUUID());
    const results = await client
      .multi([
        { op: 'check', path: item, version: 0 },
        { op: 'create', path: claim, data: token, acl: [...openAcl], flags: createFlags.ephemeral },
      ])
      .then(
        ({ value }) => value,
        async (error: unknown) => {
          if (!isConnectionFault(error, 'outcomeUnknown')) throw error;
          const there = await dataOf(client, claim);
          return there?.equals(token) === true ? [] : null;
        },
      );
    if (results === null || results.some(({ op }) => op === 'error')) return null;
    const guard = new SessionGuard(client);
    const giveBack = async (): Promise<void> => {
      guard.end();
      // After a session that was lost the claim may be another's.
      if ((await dataOf(client, claim))?.equals(token) === true) await ensureGone(client, claim);
    };
    return {
      data: (await dataOf(client, item)) ?? Buffer.alloc(0),
      lost: guard.lost,
      done: async () => {
        if (guard.lost.aborted) {
          await giveBack();
          return false;
        }
        guard.end();
        return this.finish(item, claim);
      },
      giveBack,
    };
  }

  /** False where the claim is gone. */
  private async finish(item: string, claim: string): Promise<boolean> {
    const { client } = this;
    for (;;) {
      try {
        const { value } = await client.multi([
          { op: 'delete', path: claim, version: -1 },
          { op: 'delete', path: item, version: -1 },
        ]);
        return value.every(({ op }) => op !== 'error');
      } catch (error) {
        if (!isConnectionFault(error, 'outcomeUnknown')) throw error;
        // Items are never taken away but by whoever has the claim.
        if ((await dataOf(client, item)) === null) return true;
      }
    }
  }
}

/** As of now at the leader; null where there is no such node. */
async function dataOf(client: ZooKeeperClient, path: string): Promise<Buffer | null> {
  const { found } = await readWhenPossible(client, async () => {
    await client.sync(path);
    return { found: await getIfThere(client, path) };
  });
  return found?.data ?? null;
}
