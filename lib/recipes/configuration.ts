import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { parentPath } from '@/lib/protocol/path';
import { follow, type Subscription } from './subscription';
import { ensurePath, getIfThere } from './waiting';

/** Configuration that many read and few write: a node's value, published with a check of what it replaces. */

export interface Published {
  readonly data: Buffer;
  readonly version: number;
}

export class Configuration {
  constructor(
    private readonly client: ZooKeeperClient,
    private readonly path: string,
  ) {}

  /** Null where nothing was published. */
  async read(): Promise<Published | null> {
    const found = await getIfThere(this.client, this.path);
    return found === null ? null : { data: found.data, version: found.stat.version };
  }

  /**
   * Replaces what `read` gave (null: nothing was there); the new version. Rejects with BADVERSION or NODEEXISTS where somebody
   * else was faster, and with OUTCOME_UNKNOWN (ConnectionFault) where the answer was lost: read again.
   */
  async publish(data: Uint8Array, before: Published | null): Promise<number> {
    const { client, path } = this;
    if (before !== null) return (await client.setData(path, data, before.version)).value.version;
    await ensurePath(client, parentPath(path));
    return (await client.create(path, data, openAcl, 'persistent')).value.stat.version;
  }

  /** Tells the value at once and whenever it changes; null where there is none. Values in quick succession may be skipped. */
  subscribe(
    listener: (published: Published | null) => void,
    onFault?: (error: unknown) => void,
  ): Subscription {
    const { client, path } = this;
    return follow(
      client,
      path,
      async () => {
        await client.exists(path, true);
        return this.read();
      },
      listener,
      onFault,
    );
  }
}
