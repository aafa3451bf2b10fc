import 'server-only';
import { LRUCache } from 'lru-cache';
import { ApiError } from '@/lib/api/errors';
import type { ChildrenResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { Answered } from '@/lib/client/session-client';
import { isConnectionFault } from '@/lib/client/faults';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import type { Stat } from '@/lib/protocol/data';
import { KeeperError } from '@/lib/protocol/errors';
import { guarded } from '../clusters/failures';
import { lineageOf } from '../clusters/lineage';
import { clusterSession, type ClusterSession } from '../clusters/sessions';
import { sortChildren } from './child-order';
import { provenanceOf, requirePath, statView } from './views';

/**
 * Children lists. ZooKeeper gives a list only whole, so it is fetched once, sorted, kept as long as the parent's Stat
 * says that it is still the list, and handed out in pages. Every page costs one small read of the Stat.
 */

export interface ChildrenOptions {
  readonly path: string;
  readonly offset: number;
  readonly limit: number;
  readonly filter: string;
}

/** Names kept over all clusters and parents; about 100 bytes each. */
const cachedNamesMax = 1_500_000;
/** Above this many children a list is refused unasked: its reply would pass what the console takes (64 MiB). */
const childrenMax = 2_000_000;
/** A connection that ends while a list of at least this many is read ended because of it, as far as anyone can tell. */
const suspectChildren = 20_000;
/** How long such a list is not asked for again, unless it changes. */
const refusedMs = 60_000;

/** A list that keeps changing is fetched for at most a fifth of the time, and waited for no longer than this. */
const pauseFactor = 4;
const pauseMaxMs = 2_000;

interface Kept {
  readonly names: readonly string[];
  readonly stat: Stat;
  /** Epoch milliseconds: when it was asked for, and from when on it may be asked for again. */
  readonly askedAt: number;
  readonly againAt: number;
}

interface Shelf {
  readonly lists: LRUCache<string, Kept>;
  readonly fetching: Map<string, Promise<Answered<Kept>>>;
  /** Lists that ended the connection, by key and pzxid, until when. */
  readonly refused: LRUCache<string, true>;
}

function shelf(): Shelf {
  return processSingleton('children', () => ({
    lists: new LRUCache<string, Kept>({
      maxSize: cachedNamesMax,
      sizeCalculation: (kept) => kept.names.length + 1,
    }),
    fetching: new Map<string, Promise<Answered<Kept>>>(),
    refused: new LRUCache<string, true>({ max: 1_000, ttl: refusedMs }),
  }));
}

/** Creates and deletes of children move both; a node deleted and created anew moves czxid. */
function sameList(left: Stat, right: Stat): boolean {
  return left.pzxid === right.pzxid && left.cversion === right.cversion && left.czxid === right.czxid;
}

/** A list of the cluster that stood at the same address before is not this one's. */
function listKey(cluster: string, path: string): string {
  return `${cluster} ${lineageOf(cluster).setBack?.at ?? 0} ${path}`;
}

function tooLarge(path: string, stat: Stat, reason: string): ApiError {
  return new ApiError(
    'TOO_LARGE',
    `The list of the ${stat.numChildren} children of ${path} ${reason}. ZooKeeper cannot give a list in parts; it is not asked for again.`,
    { path, numChildren: stat.numChildren, limit: childrenMax },
  );
}

async function fetchList(
  client: ZooKeeperClient,
  key: string,
  path: string,
  stat: Stat,
): Promise<Answered<Kept>> {
  const { refused, lists } = shelf();
  const refusedKey = `${key} ${stat.pzxid}`;
  if (stat.numChildren > childrenMax) throw tooLarge(path, stat, 'is too long to be read');
  if (refused.has(refusedKey)) throw tooLarge(path, stat, 'ended the connection when it was asked for');
  try {
    const askedAt = Date.now();
    const read = await client.getChildren(path);
    const names = sortChildren(read.value.children);
    const againAt = Date.now() + Math.min(pauseMaxMs, pauseFactor * (Date.now() - askedAt));
    const kept = { names, stat: read.value.stat, askedAt, againAt };
    lists.set(key, kept);
    return { ...read, value: kept };
  } catch (error) {
    if (isConnectionFault(error, 'tooLarge')) throw tooLarge(path, stat, `has ${error.size} bytes`);
    if (isConnectionFault(error, 'lost') && stat.numChildren >= suspectChildren) {
      refused.set(refusedKey, true);
      throw tooLarge(path, stat, 'ended the connection: its reply is probably above jute.maxbuffer');
    }
    throw error;
  }
}

/**
 * The kept list where the Stat says it still stands, or where it was fetched after this request came; otherwise one
 * fetch, however many ask. A long list that changes all the time would else be fetched anew at each change.
 */
async function currentList(
  session: ClusterSession,
  path: string,
  since = Date.now(),
): Promise<Answered<Kept>> {
  const { lists, fetching } = shelf();
  const client = session.use();
  const found = await client.exists(path);
  if (found.value === null) throw new KeeperError('NONODE', { path });
  const key = listKey(session.settings.id, path);
  const kept = lists.get(key);
  if (kept !== undefined && sameList(kept.stat, found.value)) {
    return { ...found, value: { ...kept, stat: found.value } };
  }
  if (kept !== undefined && kept.askedAt >= since) return { ...found, value: kept };
  const underway = fetching.get(key);
  const pauseMs = (kept?.againAt ?? 0) - Date.now();
  if (underway === undefined && pauseMs <= 0) {
    const fetch = fetchList(client, key, path, found.value).finally(() => fetching.delete(key));
    fetching.set(key, fetch);
    return fetch;
  }
  const read = await underway;
  if (read !== undefined && sameList(read.value.stat, found.value)) return read;
  if (read === undefined) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  return currentList(session, path, since);
}

function matchingNames(names: readonly string[], filter: string): readonly string[] {
  if (filter === '') return names;
  const wanted = filter.toLowerCase();
  return names.filter((name) => name.toLowerCase().includes(wanted));
}

/** One page of the sorted children that match the filter. */
export function readChildren(cluster: ClusterSettings, options: ChildrenOptions): Promise<ChildrenResponse> {
  const { path, offset, limit, filter } = options;
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const list = await currentList(session, path);
    const matching = matchingNames(list.value.names, filter);
    return {
      path,
      stat: statView(list.value.stat),
      total: list.value.names.length,
      matching: matching.length,
      offset,
      names: matching.slice(offset, offset + limit),
      provenance: provenanceOf(list),
    };
  });
}

/** Called when the console changed who may read a node: a kept list must not outlive the permission. */
export function forgetChildren(cluster: ClusterSettings, path: string): void {
  shelf().lists.delete(listKey(cluster.id, path));
}
