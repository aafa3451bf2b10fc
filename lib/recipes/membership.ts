import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { ensureGone, ensurePath, getIfThere, readWhenPossible } from './waiting';
import { follow, type Subscription } from './subscription';

/** Who is there: an ephemeral node a member, kept alive by its session's heartbeat and made anew with a new session. */

export interface GroupMember {
  readonly id: string;
  readonly data: Buffer;
}

export interface Joined {
  /** Leaves at once, without waiting for the session to expire. */
  leave(): Promise<void>;
}

export class Group {
  constructor(
    private readonly client: ZooKeeperClient,
    private readonly path: string,
  ) {}

  /**
   * Joins as `id`, and again whenever the session had to be replaced. `onFault` hears of an attempt to come back that failed;
   * the next new connection brings another.
   */
  async join(
    id: string,
    data: Uint8Array,
    onFault: (error: unknown) => void = () => undefined,
  ): Promise<Joined> {
    const { client } = this;
    const path = `${this.path}/${id}`;
    let isLeaving = false;
    await this.enter(path, data);
    const off = client.onAttached(() => {
      if (!isLeaving) this.enter(path, data).catch(onFault);
    });
    return {
      leave: async () => {
        isLeaving = true;
        off();
        await ensureGone(client, path);
      },
    };
  }

  /** The node is there and this session's. Whoever had the id before this session did is this member's former self. */
  private async enter(path: string, data: Uint8Array): Promise<void> {
    const { client } = this;
    for (;;) {
      try {
        await client.create(path, data, openAcl, 'ephemeral');
        return;
      } catch (error) {
        if (isKeeperError(error, 'NONODE')) await ensurePath(client, this.path);
        else if (isKeeperError(error, 'NODEEXISTS')) {
          const owner = (await client.exists(path)).value?.ephemeralOwner;
          if (owner === client.status.sessionId) return;
          await ensureGone(client, path);
        } else if (isConnectionFault(error, 'outcomeUnknown') || isConnectionFault(error, 'disconnected'))
          await readWhenPossible(client, () => client.exists(path));
        else throw error;
      }
    }
  }

  /** Tells who is there, at once and after every change, by id. */
  follow(
    listener: (members: readonly GroupMember[]) => void,
    onFault?: (error: unknown) => void,
  ): Subscription {
    const { client, path } = this;
    return follow(
      client,
      path,
      async () => {
        await ensurePath(client, path);
        const { children } = (await client.getChildren(path, true)).value;
        const members = await Promise.all(children.sort().map((id) => this.member(id)));
        return members.filter((member) => member !== null);
      },
      listener,
      onFault,
    );
  }

  private async member(id: string): Promise<GroupMember | null> {
    const found = await getIfThere(this.client, `${this.path}/${id}`);
    return found === null ? null : { id, data: found.data };
  }
}
