import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { connectTo } from './connect';

/** Somebody else's session on a server of this machine, connecting; `close` it. */
export function otherClient(port: number, sessionTimeoutMs = 10_000): ZooKeeperClient {
  return connectTo(port, { sessionTimeoutMs });
}

/** Creates children of a parent, many in one transaction. */
export async function createChildren(
  client: ZooKeeperClient,
  parent: string,
  names: readonly string[],
  data: Buffer | null = null,
): Promise<void> {
  const perTransaction = 2_000;
  for (let at = 0; at < names.length; at += perTransaction) {
    await client.multi(
      names.slice(at, at + perTransaction).map((name) => ({
        op: 'create' as const,
        path: `${parent}/${name}`,
        data,
        acl: [...openAcl],
        flags: 0,
      })),
    );
  }
}
