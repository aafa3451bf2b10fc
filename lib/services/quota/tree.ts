import 'server-only';
import { ApiError } from '@/lib/api/errors';
import { quotasBelowMax, type QuotaLimits } from '@/lib/api/quotas';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { isKeeperError } from '@/lib/protocol/errors';
import { isSystem, parentPath } from '@/lib/protocol/path';
import { limitsName, limitsPath, quotaRoot, type Limits } from '@/lib/protocol/quota';
import { requirePath } from '../browse/views';
import { walk } from '../jobs/walk';

/** Where quotas stand in the tree, and which of them are in each other's way. */

/** Znodes below /zookeeper/quota that are looked through for quotas further down. */
const walkedMax = 2_000;

/** Refuses paths that can have none. */
export function requireQuotaPath(cluster: ClusterSettings, path: string): void {
  requirePath(path);
  if (path === '/' || isSystem(path)) {
    throw new ApiError('BAD_PATH', `ZooKeeper has no quota on ${path}.`, { path });
  }
  if (cluster.chroot === '') return;
  throw new ApiError(
    'OUTSIDE_CHROOT',
    `ZooKeeper keeps the quota of ${path} at ${quotaRoot}${cluster.chroot}${path}, which a connection to ${cluster.chroot} cannot reach.`,
    { path, chroot: cluster.chroot },
  );
}

/** The nearest quota above a path. */
export async function quotaAbove(client: ZooKeeperClient, path: string): Promise<string | null> {
  const above: string[] = [];
  for (let at = parentPath(path); at !== '/'; at = parentPath(at)) above.push(at);
  const found = await Promise.all(above.map(async (at) => (await client.exists(limitsPath(at))).value));
  return above[found.findIndex((stat) => stat !== null)] ?? null;
}

/** Quotas of paths below one, `/` for all there are, at most so many. */
export async function quotasBelow(
  cluster: ClusterSettings,
  path: string,
  most = quotasBelowMax,
): Promise<string[]> {
  const below: string[] = [];
  const own = limitsPath(path);
  await walk(cluster, [path === '/' ? quotaRoot : `${quotaRoot}${path}`], {
    ...{ nodesMax: walkedMax, wants: {}, cancelled: () => below.length >= most },
    visit(nodes) {
      for (const { path: at } of nodes) {
        if (at !== own && at.endsWith(limitsName)) below.push(at.slice(quotaRoot.length, -limitsName.length));
      }
    },
  });
  return below.slice(0, most);
}

/** Parents that a new quota needs and are not there yet, from the top. */
export async function missingParents(client: ZooKeeperClient, path: string): Promise<string[]> {
  const parents: string[] = [];
  for (let at = path; at !== '/'; at = parentPath(at)) parents.unshift(`${quotaRoot}${at}`);
  const found = await Promise.all(parents.map(async (at) => (await client.exists(at)).value));
  return parents.filter((_, index) => found[index] === null);
}

/** Removes what is left empty between a quota that went and the root of quotas, as Apache's shell does. */
export async function trimParents(client: ZooKeeperClient, path: string): Promise<void> {
  for (let at = path; at !== '/'; at = parentPath(at)) {
    try {
      await client.delete(`${quotaRoot}${at}`, -1);
    } catch (error) {
      if (isKeeperError(error, 'NOTEMPTY')) return;
      if (!isKeeperError(error, 'NONODE')) throw error;
    }
  }
}

const wireOf = (limit: number | null): number => limit ?? -1;
const viewOf = (limit: number): number | null => (limit < 0 ? null : limit);

export function limitsOf({ count, bytes, countHard, bytesHard }: QuotaLimits): Limits {
  return {
    count: wireOf(count),
    bytes: wireOf(bytes),
    countHard: wireOf(countHard),
    bytesHard: wireOf(bytesHard),
  };
}

export function limitsView({ count, bytes, countHard, bytesHard }: Limits): QuotaLimits {
  return {
    count: viewOf(count),
    bytes: viewOf(bytes),
    countHard: viewOf(countHard),
    bytesHard: viewOf(bytesHard),
  };
}
