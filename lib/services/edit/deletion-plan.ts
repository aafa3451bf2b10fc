import 'server-only';
import { ApiError } from '@/lib/api/errors';
import { deletionNodesMax } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { Stat } from '@/lib/protocol/data';
import { isKeeperError, KeeperError } from '@/lib/protocol/errors';
import { joinPath } from '@/lib/protocol/path';

/**
 * What a recursive delete would delete. A node of the plan carries what identifies it, so that one changed, or deleted
 * and created anew, is recognised when its turn comes.
 */
export interface PlannedNode {
  readonly path: string;
  readonly version: number;
  readonly czxid: bigint;
  readonly mzxid: bigint;
}

export interface DeletionPlan {
  /** Children before their parents. */
  readonly nodes: PlannedNode[];
  readonly bytes: number;
  readonly ephemeralCount: number;
  readonly ephemerals: { path: string; owner: bigint }[];
  readonly unreadable: string[];
}

/** Reads under way at a time. */
const concurrency = 64;
const ephemeralsListed = 100;
/** ZooKeeper refuses to delete these itself; the plan says so before anything below them is gone. */
const reserved: readonly string[] = ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config'];

interface Found {
  readonly path: string;
  readonly stat: Stat | null;
  /** Null where the node, or its list of children, cannot be read. */
  readonly children: readonly string[] | null;
}

/** One node; null when it is gone meanwhile. */
async function readOne(client: ZooKeeperClient, path: string): Promise<Found | null> {
  let stat: Stat | null = null;
  try {
    stat = (await client.exists(path)).value;
    if (stat === null) return null;
    if (stat.numChildren === 0) return { path, stat, children: [] };
    if (stat.numChildren > deletionNodesMax) throw tooMany(path);
    const listed = await client.getChildren(path);
    return { path, stat: listed.value.stat, children: listed.value.children };
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    if (isKeeperError(error, 'NOAUTH')) return { path, stat, children: null };
    throw error;
  }
}

function tooMany(path: string): ApiError {
  return new ApiError(
    'TOO_MANY',
    `There are more than ${deletionNodesMax} nodes below ${path}; delete smaller parts of it.`,
    { path, limit: deletionNodesMax },
  );
}

/** Reads the subtree breadth first, a bounded number of nodes at a time. */
export async function planDeletion(client: ZooKeeperClient, path: string): Promise<DeletionPlan> {
  if (reserved.includes(path)) {
    throw new ApiError('BAD_PATH', `ZooKeeper does not allow deleting ${path}.`, { path });
  }
  const found: Found[] = [];
  let level: string[] = [path];
  while (level.length > 0) {
    if (found.length + level.length > deletionNodesMax) throw tooMany(path);
    const below: string[] = [];
    for (const node of await readLevel(client, level)) {
      if (node === null) continue;
      found.push(node);
      for (const name of node.children ?? []) below.push(joinPath(node.path, name));
    }
    level = below;
  }
  if (found.length === 0) throw new KeeperError('NONODE', { path });
  return planOf(found);
}

async function readLevel(client: ZooKeeperClient, paths: readonly string[]): Promise<(Found | null)[]> {
  const found: (Found | null)[] = new Array<Found | null>(paths.length).fill(null);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < paths.length; index = next++) {
      found[index] = await readOne(client, paths[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, paths.length) }, worker));
  return found;
}

function planOf(found: readonly Found[]): DeletionPlan {
  const plan = {
    nodes: [] as PlannedNode[],
    bytes: 0,
    ephemeralCount: 0,
    ephemerals: [] as { path: string; owner: bigint }[],
    unreadable: [] as string[],
  };
  // Breadth first, backwards: every node comes after all that is below it.
  for (let index = found.length - 1; index >= 0; index -= 1) {
    const { path, stat, children } = found[index]!;
    if (children === null) plan.unreadable.push(path);
    if (stat === null) continue;
    plan.nodes.push({ path, version: stat.version, czxid: stat.czxid, mzxid: stat.mzxid });
    plan.bytes += stat.dataLength;
    if (stat.ephemeralOwner === 0n) continue;
    plan.ephemeralCount += 1;
    if (plan.ephemerals.length < ephemeralsListed) plan.ephemerals.push({ path, owner: stat.ephemeralOwner });
  }
  return plan;
}
