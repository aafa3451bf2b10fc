import 'server-only';
import { randomUUID } from 'node:crypto';
import { ApiError } from '@/lib/api/errors';
import { parentsMax, type CreateNodeRequest, type MissingParentsResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { Answered } from '@/lib/client/session-client';
import type { ClusterSettings } from '@/lib/config/settings';
import type { Acl, Stat } from '@/lib/protocol/data';
import { errorName, KeeperError } from '@/lib/protocol/errors';
import type { MultiOp, MultiResult } from '@/lib/protocol/multi';
import { parentPath } from '@/lib/protocol/path';
import { createFlags } from '@/lib/protocol/proto';
import { requirePath } from '../browse/views';
import { currentActor } from '../changes/actor';
import { imageOf } from '../changes/image';
import { journalSafely, settlementOf } from '../changes/journal';
import type { Settlement } from '../changes/journal-store';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';

/**
 * A znode together with the parents it lacks: one transaction, so that none is left behind where another is refused, and
 * in the journal one job, which is taken back as one.
 */

/** The znodes above the path that do not exist, the topmost first. */
async function missingAbove(client: ZooKeeperClient, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = parentPath(path); at !== '/'; at = parentPath(at)) {
    if ((await client.exists(at)).value !== null) break;
    missing.unshift(at);
    if (missing.length > parentsMax) {
      throw new ApiError('TOO_MANY', `More than ${parentsMax} znodes above ${path} are missing.`, {
        path,
        limit: parentsMax,
      });
    }
  }
  return missing;
}

export function readMissingParents(cluster: ClusterSettings, path: string): Promise<MissingParentsResponse> {
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => ({ missing: await missingAbove(session.use(), path) }));
}

export interface CreatedTogether {
  readonly path: string;
  readonly stat: Stat | null;
}

interface Wanted {
  readonly mode: CreateNodeRequest['mode'];
  readonly data: Buffer | null;
  readonly acl: readonly Acl[];
  readonly ttlMs: number;
}

function operationFor(path: string, { mode, data, acl, ttlMs }: Wanted): MultiOp {
  const fields = { path, data, acl: [...acl], flags: createFlags[mode] };
  if (mode === 'persistentWithTtl' || mode === 'persistentSequentialWithTtl') {
    return { op: 'createTTL', ...fields, ttl: BigInt(ttlMs) };
  }
  return { op: mode === 'container' ? 'createContainer' : 'create2', ...fields };
}

/** The paths as they were made; throws what the member said of the one that it refused. */
function requireDone(results: readonly MultiResult[], paths: readonly string[]): string[] {
  const index = results.findIndex((result) => result.op === 'error' && result.code !== 0);
  const failed = results[index];
  if (failed?.op === 'error') {
    throw new KeeperError(errorName(failed.code) ?? 'SYSTEMERROR', { path: paths[index] ?? '/' });
  }
  return results.flatMap((result) => ('path' in result ? [result.path] : []));
}

/**
 * The Stat that each was made with, which a transaction's answer does not bring: what is read afterwards, with the
 * versions of its birth, where it is the very znode; null where it is gone or cannot be read just now.
 */
function birthsOf(client: ZooKeeperClient, paths: readonly string[], zxid: bigint): Promise<(Stat | null)[]> {
  return Promise.all(
    paths.map(async (path) => {
      const stat = (await client.exists(path).catch(() => null))?.value ?? null;
      return stat?.czxid === zxid ? { ...stat, mzxid: zxid, version: 0, aversion: 0 } : null;
    }),
  );
}

/** Runs a write, and looks what became of it where its answer was lost. */
export type Send = <T>(write: (client: ZooKeeperClient) => Promise<T>) => Promise<T>;

/** The transaction and its entries in the journal; answers with the znode asked for. */
export async function createTogether(
  cluster: ClusterSettings,
  path: string,
  wanted: Wanted,
  send: Send,
): Promise<Answered<CreatedTogether>> {
  const parents = await missingAbove(clusterSession(cluster).use(), path);
  const paths = [...parents, path];
  const parent: Wanted = { mode: 'persistent', data: null, acl: wanted.acl, ttlMs: 0 };
  const operations = paths.map((at) => operationFor(at, at === path ? wanted : parent));
  const job = randomUUID();
  const entry = {
    cluster: cluster.id,
    at: Date.now(),
    actor: currentActor(),
    job,
    before: null,
    after: null,
  };
  const ids = journalSafely((store) =>
    store.addAll([
      { ...entry, path, kind: 'createPath', isJobHead: true, items: paths.length },
      ...paths.map((at) => ({ ...entry, path: at, kind: 'create' as const })),
    ]),
  );
  const settle = (settlements: readonly Settlement[]): void => {
    ids?.forEach((id, index) => journalSafely((store) => store.settle(id, settlements[index]!)));
  };
  try {
    const answer = await send(async (client) => {
      const done = await client.multi(operations);
      const made = requireDone(done.value, paths);
      return { ...done, value: { made, births: await birthsOf(client, made, done.zxid) } };
    });
    const { made, births } = answer.value;
    const own = made.at(-1) ?? path;
    settle([
      { outcome: 'done', path: own },
      ...made.map((at, index): Settlement => {
        const { data, acl } = at === own ? wanted : parent;
        return { outcome: 'done', path: at, after: imageOf({ stat: births[index] ?? null, data, acl }) };
      }),
    ]);
    return { ...answer, value: { path: own, stat: births.at(-1) ?? null } };
  } catch (error) {
    settle(paths.concat(path).map(() => settlementOf(error)));
    throw error;
  }
}
