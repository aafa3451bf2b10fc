import { randomUUID } from 'node:crypto';
import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { nodeName } from '@/lib/protocol/path';
import type { CreateMode } from '@/lib/protocol/proto';
import { ensurePath, readWhenPossible, type WaitOptions } from './waiting';

/** Nodes in order: sequential children of one parent, each made exactly once though an answer may be lost. */

const counterDigits = 10;

/** The counter behind the last dash of a sequential node's name, NaN where there is none. It goes below 0 after 2147483647. */
export function counterOf(name: string): number {
  const digits = /-(-?\d{9,10})$/.exec(name)?.[1];
  return digits === undefined ? Number.NaN : Number(digits);
}

/** In the order in which they were made; what is no sequential node is left out. */
export function inOrder(names: readonly string[]): string[] {
  return names
    .filter((name) => !Number.isNaN(counterOf(name)))
    .sort((a, b) => counterOf(a) - counterOf(b) || (a < b ? -1 : 1));
}

export interface SequentialNode {
  readonly path: string;
  readonly name: string;
  /** The transaction that made it: greater than that of every node made before, so it can fence off a former holder. */
  readonly czxid: bigint;
}

/**
 * Makes `parent/TOKEN-kind-0000000042`. Where the answer is lost, the token tells whether the node is there, so that nobody
 * waits for a node that its maker does not know of.
 */
export async function createInOrder(
  client: ZooKeeperClient,
  parent: string,
  kind: string,
  data: Uint8Array | null,
  mode: CreateMode & ('ephemeralSequential' | 'persistentSequential'),
  options: WaitOptions = {},
): Promise<SequentialNode> {
  const token = randomUUID();
  const prefix = `${token}-${kind}-`;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const { path, stat } = (await client.create(`${parent}/${prefix}`, data, openAcl, mode)).value;
      return { path, name: nodeName(path), czxid: stat.czxid };
    } catch (error) {
      if (isKeeperError(error, 'NONODE')) {
        await ensurePath(client, parent);
        continue;
      }
      const isUnknown = isConnectionFault(error, 'outcomeUnknown');
      if (!isUnknown && !isConnectionFault(error, 'disconnected')) throw error;
      const found = await find(client, parent, prefix, options);
      if (found !== null) return found;
    }
  }
}

async function find(
  client: ZooKeeperClient,
  parent: string,
  prefix: string,
  options: WaitOptions,
): Promise<SequentialNode | null> {
  const { value } = await readWhenPossible(
    client,
    async () => {
      // The write may be on its way to this member yet.
      await client.sync(parent);
      return client.getChildren(parent);
    },
    options,
  );
  const name = value.children.find(
    (child) => child.startsWith(prefix) && child.length >= prefix.length + counterDigits,
  );
  if (name === undefined) return null;
  const path = `${parent}/${name}`;
  const stat = (await readWhenPossible(client, () => client.exists(path), options)).value;
  return stat === null ? null : { path, name, czxid: stat.czxid };
}
