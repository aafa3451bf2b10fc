import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { parentPath } from '@/lib/protocol/path';
import { counterOf, createInOrder } from './sequence';
import { SessionGuard } from './session-guard';
import { ensureGone, ensurePath, readWhenPossible } from './waiting';

/** Ids that never repeat, in order, and names that are one process's for as long as its session lasts. */

export class OrderedIds {
  constructor(
    private readonly client: ZooKeeperClient,
    /** Holds the next id as text. */
    private readonly path: string,
  ) {}

  /**
   * The first of `count` ids that are the caller's alone; later calls, whoever makes them, get greater ones. Where an answer
   * is lost, the ids it may have been about are skipped.
   */
  async take(count = 1): Promise<bigint> {
    if (!Number.isSafeInteger(count) || count < 1)
      throw new RangeError(`count must be at least 1, not ${count}`);
    const { client, path } = this;
    for (;;) {
      const found = await readWhenPossible(client, () => client.getData(path)).catch(
        async (error: unknown) => {
          if (!isKeeperError(error, 'NONODE')) throw error;
          await this.begin();
          return null;
        },
      );
      if (found === null) continue;
      const text = found.value.data?.toString() ?? '';
      if (!/^\d{1,30}$/.test(text)) throw new Error(`${path} holds "${text.slice(0, 40)}", which is no id`);
      const first = BigInt(text);
      try {
        await client.setData(path, Buffer.from(String(first + BigInt(count))), found.value.stat.version);
        return first;
      } catch (error) {
        // Somebody else, or our own lost attempt, took these.
        if (!isKeeperError(error, 'BADVERSION') && !isConnectionFault(error, 'outcomeUnknown')) throw error;
      }
    }
  }

  private async begin(): Promise<void> {
    const { client, path } = this;
    await ensurePath(client, parentPath(path));
    try {
      await client.create(path, Buffer.from('0'), openAcl, 'persistent');
    } catch (error) {
      if (!isKeeperError(error, 'NODEEXISTS')) throw error;
    }
  }
}

export interface ClaimedName {
  /** Its place among all that were ever claimed here, from 0. */
  readonly order: number;
  readonly path: string;
  /** Aborted when the name may be gone with the session. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Claims the next name below `parent`, as workers of a cluster do that need a number. */
export async function claimName(
  client: ZooKeeperClient,
  parent: string,
  data: Uint8Array | null,
): Promise<ClaimedName> {
  const { path, name } = await createInOrder(client, parent, 'name', data, 'ephemeralSequential');
  const guard = new SessionGuard(client);
  return {
    order: counterOf(name),
    path,
    lost: guard.lost,
    release: async () => {
      guard.end();
      await ensureGone(client, path);
    },
  };
}
