import 'server-only';
import type { ZooKeeperClient } from '@/lib/client/client';
import { queuesOf, type Candidate, type Queue } from '@/lib/holds/queue';
import { compareSequence, recognise } from '@/lib/holds/recipes';
import { joinPath } from '@/lib/protocol/path';

/** The queues below one parent, with as few reads as tell them. */

/** Stats under way at a time. */
const concurrency = 16;

export interface ReadQueues {
  readonly queues: readonly Queue[];
  /** Children with a name of a recipe. */
  readonly recognised: number;
  /** Of the recognised, those that are not ephemeral and have children. */
  readonly parents: readonly string[];
}

/** Reads the Stats of at most `max` recognised children, the first in line first. One that is gone meanwhile is left out. */
export async function readQueues(
  client: ZooKeeperClient,
  path: string,
  names: readonly string[],
  max: number,
): Promise<ReadQueues> {
  const recognised = names
    .map((name) => recognise(name))
    .filter((known) => known !== null)
    .sort((left, right) => compareSequence(left.sequence, right.sequence));
  const wanted = recognised.slice(0, max);
  const candidates: Candidate[] = [];
  const parents: string[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < wanted.length; index = next++) {
      const { name } = wanted[index]!;
      const stat = (await client.exists(joinPath(path, name))).value;
      if (stat === null) continue;
      const owner = BigInt.asUintN(64, stat.ephemeralOwner);
      candidates.push({ name, owner, createdAt: Number(stat.ctime) });
      if (owner === 0n && stat.numChildren > 0) parents.push(name);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, wanted.length) }, worker));
  return { queues: queuesOf(candidates), recognised: recognised.length, parents };
}
