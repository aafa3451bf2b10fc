import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { ensureGone, ensurePath, readWhenPossible, waitFor, type WaitOptions } from './waiting';

/** Barriers: nobody goes on before somebody says so, or before all are there. */

/** A gate: closed while its node is there. */
export class Barrier {
  constructor(
    private readonly client: ZooKeeperClient,
    private readonly path: string,
  ) {}

  close(): Promise<void> {
    return ensurePath(this.client, this.path);
  }

  open(): Promise<void> {
    return ensureGone(this.client, this.path);
  }

  /** Resolves when the gate is open. */
  async wait(options: WaitOptions = {}): Promise<void> {
    const { client, path } = this;
    await waitFor(
      client,
      path,
      async () => ((await client.exists(path, true)).value === null ? true : undefined),
      options,
    );
  }
}

/**
 * All begin together and all end together. Each participant is an ephemeral node: one whose session ends counts as having
 * left, so the others are not kept for ever.
 */
export class DoubleBarrier {
  constructor(
    private readonly client: ZooKeeperClient,
    private readonly path: string,
    /** Differs between participants. */
    private readonly id: string,
    private readonly count: number,
  ) {}

  /** Resolves when as many have entered as were agreed on. Given up before, it leaves again. */
  async enter(options: WaitOptions = {}): Promise<void> {
    const { client, path, count } = this;
    const ready = `${path}/ready`;
    try {
      await waitFor(
        client,
        ready,
        async () => {
          if ((await client.exists(ready, true)).value !== null) return true;
          // Made again where a new session begins before all are there.
          await this.stand();
          const { children } = (await client.getChildren(path)).value;
          if (children.filter((child) => child !== 'ready').length < count) return undefined;
          await ensurePath(client, ready);
          return true;
        },
        options,
      );
    } catch (error) {
      await ensureGone(client, this.own).catch(() => undefined);
      throw error;
    }
  }

  /** Resolves when all have left. */
  async leave(options: WaitOptions = {}): Promise<void> {
    const { client, path } = this;
    await ensureGone(client, this.own, options);
    await waitFor(
      client,
      path,
      async () => {
        const children = await client.getChildren(path, true).then(
          ({ value }) => value.children,
          (error: unknown) => {
            if (isKeeperError(error, 'NONODE')) return [];
            throw error;
          },
        );
        return children.every((child) => child === 'ready') ? true : undefined;
      },
      options,
    );
    // The last one out; whoever is second finds nothing.
    await ensureGone(client, `${path}/ready`, options);
  }

  private get own(): string {
    return `${this.path}/${this.id}`;
  }

  private async stand(): Promise<void> {
    const { client } = this;
    for (;;) {
      try {
        await client.create(this.own, null, openAcl, 'ephemeral');
        return;
      } catch (error) {
        if (isKeeperError(error, 'NODEEXISTS')) return;
        if (isKeeperError(error, 'NONODE')) await ensurePath(client, this.path);
        else if (isConnectionFault(error, 'outcomeUnknown'))
          await readWhenPossible(client, () => client.exists(this.own));
        else throw error;
      }
    }
  }
}
