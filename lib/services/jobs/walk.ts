import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import type { ClusterSettings } from '@/lib/config/settings';
import type { Acl, Stat } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { joinPath } from '@/lib/protocol/path';
import { clusterSession } from '../clusters/sessions';
import { pacesOf } from './paces';

/**
 * Reads a subtree breadth first: parents before children, a bounded number of requests at a time and a second, up to a
 * bounded number of znodes. Nothing is walked unasked.
 */

const concurrency = 16;
/** How long a lost connection is waited for. */
const reconnectWaitMs = 30_000;
const retryEveryMs = 500;

export interface Walked {
  readonly path: string;
  readonly stat: Stat | null;
  /** Whether the znode, or its list of children, could be read. */
  readonly readable: boolean;
  /** Null where not asked for, or not readable. */
  readonly acl: readonly Acl[] | null;
  readonly data: Buffer | null;
}

export interface WalkOptions {
  readonly nodesMax: number;
  readonly wants: { readonly acl?: boolean; readonly data?: boolean };
  readonly cancelled: () => boolean;
  /** Called with the znodes of each batch, in order. */
  readonly visit: (nodes: readonly Walked[]) => void | Promise<void>;
  /** What is left out together with all below it. */
  readonly skip?: (path: string) => boolean;
}

/** Runs reads, and again when the connection was lost and came back in time. */
export async function persistently<T>(
  cluster: ClusterSettings,
  cancelled: () => boolean,
  work: (client: ZooKeeperClient) => Promise<T>,
): Promise<T> {
  const session = clusterSession(cluster);
  const deadline = Date.now() + reconnectWaitMs;
  for (;;) {
    try {
      return await work(session.use());
    } catch (error) {
      if (!isConnectionFault(error) || error.kind === 'tooLarge' || Date.now() > deadline || cancelled()) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
    }
  }
}

async function readable<T>(read: Promise<{ value: T }>): Promise<T | null> {
  try {
    return (await read).value;
  } catch (error) {
    if (isKeeperError(error, 'NOAUTH')) return null;
    throw error;
  }
}

interface Found {
  readonly node: Walked;
  readonly children: readonly string[];
}

/** One znode; null when it is gone meanwhile. */
async function readOne(
  client: ZooKeeperClient,
  path: string,
  { wants, nodesMax }: WalkOptions,
): Promise<Found | null> {
  try {
    const stat = await readable(client.exists(path));
    if (stat !== null && stat.numChildren > nodesMax) throw tooMany(path, nodesMax);
    const none = Promise.resolve({ value: null });
    const [listed, acl, data] = await Promise.all([
      stat === null || stat.numChildren > 0 ? readable(client.getChildren(path)) : { children: [], stat },
      readable(wants.acl === true ? client.getACL(path) : none),
      readable(wants.data === true ? client.getData(path) : none),
    ]);
    const isReadable = listed !== null && (wants.data !== true || data !== null);
    const node = { path, stat: listed?.stat ?? stat, readable: isReadable };
    return {
      node: { ...node, acl: acl?.acl ?? null, data: data?.data ?? null },
      children: listed?.children ?? [],
    };
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}

export function tooMany(path: string, limit: number): ApiError {
  return new ApiError(
    'TOO_MANY',
    `There are more than ${limit} znodes below ${path}; take smaller parts of it.`,
    {
      path,
      limit,
    },
  );
}

/** Walks below and including the roots; those that do not exist are passed over. */
export async function walk(
  cluster: ClusterSettings,
  roots: readonly string[],
  options: WalkOptions,
): Promise<number> {
  const { nodesMax, cancelled, visit, wants } = options;
  const { reads } = pacesOf(cluster);
  const cost = 1 + (wants.acl === true ? 1 : 0) + (wants.data === true ? 1 : 0);
  let level: readonly string[] = roots;
  let seen = 0;
  while (level.length > 0) {
    const below: string[] = [];
    for (let at = 0; at < level.length && !cancelled(); at += concurrency) {
      const batch = level.slice(at, at + concurrency).filter((path) => options.skip?.(path) !== true);
      await reads.take(batch.length * cost);
      const found = await persistently(cluster, cancelled, (client) =>
        Promise.all(batch.map((path) => readOne(client, path, options))),
      );
      const there = found.filter((one) => one !== null);
      seen += there.length;
      for (const { node, children } of there) {
        for (const name of children) below.push(joinPath(node.path, name));
      }
      // The rest of the level is still to come, and all that was found below it.
      if (seen + Math.max(0, level.length - at - concurrency) + below.length > nodesMax) {
        throw tooMany(roots[0] ?? '/', nodesMax);
      }
      // Lists of children are paid for once it is known how many there were to ask for.
      await reads.take(there.filter(({ children }) => children.length > 0).length);
      await visit(there.map(({ node }) => node));
    }
    if (cancelled()) return seen;
    level = below;
  }
  return seen;
}
