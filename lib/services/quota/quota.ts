import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { QuotaLimits, QuotaResponse, SetQuotaRequest, SetQuotaResponse } from '@/lib/api/quotas';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { openAcl, type Stat } from '@/lib/protocol/data';
import { errorName, isKeeperError, KeeperError } from '@/lib/protocol/errors';
import type { MultiOp } from '@/lib/protocol/multi';
import { limitsPath, limitsText, parseLimits, statsPath, unusedText } from '@/lib/protocol/quota';
import { provenanceOf } from '../browse/views';
import { imageOf, readParts, type ImageParts } from '../changes/image';
import { journalled } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { withOutcome, type Finding } from '../edit/outcome';
import { lineInForce } from '../health/line-in-force';
import {
  limitsOf,
  limitsView,
  missingParents,
  quotaAbove,
  quotasBelow,
  requireQuotaPath,
  trimParents,
} from './tree';

/**
 * The quota of one path: read, set and deleted in the tree's own znodes, the same bytes as Apache's shell writes, so that
 * each reads the other's. A new one is one transaction.
 */

const enforceQuota = 'enforceQuota=true';

async function textAt(client: ZooKeeperClient, path: string): Promise<{ text: string; stat: Stat } | null> {
  try {
    const { data, stat } = (await client.getData(path)).value;
    return { text: data?.toString('utf8') ?? '', stat };
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}

export function readQuota(cluster: ClusterSettings, path: string): Promise<QuotaResponse> {
  requireQuotaPath(cluster, path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const client = session.use();
    const there = await client.exists(path);
    if (there.value === null) throw new KeeperError('NONODE', { path });
    const [limits, stats, above, below, enforced] = await Promise.all([
      textAt(client, limitsPath(path)),
      textAt(client, statsPath(path)),
      quotaAbove(client, path),
      quotasBelow(cluster, path),
      lineInForce(cluster, 'enforceQuota'),
    ]);
    const used = stats === null || limits === null ? null : parseLimits(stats.text);
    return {
      path,
      limits: limits === null ? null : limitsView(parseLimits(limits.text)),
      version: limits?.stat.version ?? null,
      used: used === null ? null : { count: Math.max(used.count, 0), bytes: Math.max(used.bytes, 0) },
      ...{ above, below, enforced, enforceWith: enforceQuota },
      provenance: provenanceOf(there),
    };
  });
}

/** As Apache's shell: a quota within another would take its znodes out of the outer one's count. */
async function requireAlone(cluster: ClusterSettings, client: ZooKeeperClient, path: string): Promise<void> {
  const [above, below] = await Promise.all([quotaAbove(client, path), quotasBelow(cluster, path)]);
  if (above === null && below.length === 0) return;
  const where = above === null ? `${below[0]} below it has` : `${above} above it has`;
  throw new ApiError('NESTED_QUOTA', `${path} can have no quota, because ${where} one.`, {
    path,
    above,
    below,
  });
}

function changedSince(path: string): ApiError {
  return new ApiError('VERSION_CONFLICT', `The quota of ${path} was changed since it was read.`, { path });
}

/** All of it or, where one operation fails, none; the zxid of the transaction. */
async function transact(client: ZooKeeperClient, operations: readonly MultiOp[]): Promise<bigint> {
  const { value, zxid } = await client.multi(operations);
  const index = value.findIndex((result) => result.op === 'error' && result.code !== 0);
  const failed = value[index];
  if (failed?.op !== 'error') return zxid;
  const { path } = operations[index]!;
  throw new KeeperError(errorName(failed.code) ?? 'SYSTEMERROR', { path });
}

/** Parents, limits and usage, which the member counts as it takes it in. */
async function createQuota(client: ZooKeeperClient, path: string, limits: Buffer): Promise<Stat | null> {
  const parents = await missingParents(client, path);
  const create = (at: string, data: Buffer | null): MultiOp => ({
    ...{ op: 'create', path: at, data, acl: [...openAcl], flags: 0 },
  });
  const stats = (await client.exists(statsPath(path))).value;
  const zxid = await transact(client, [
    ...parents.map((at) => create(at, null)),
    create(limitsPath(path), limits),
    ...(stats === null ? [create(statsPath(path), Buffer.from(unusedText))] : []),
  ]);
  return statOf(client, limitsPath(path), zxid);
}

/** A transaction is answered without Stats. Null where somebody wrote since, or it cannot be read any more. */
async function statOf(client: ZooKeeperClient, path: string, mzxid: bigint): Promise<Stat | null> {
  const stat = await client.exists(path).then(
    ({ value }) => value,
    () => null,
  );
  return stat?.mzxid === mzxid ? stat : null;
}

/** The znode of the limits after the write; null where there is none, or nothing is known of it. */
async function write(client: ZooKeeperClient, request: SetQuotaRequest): Promise<Stat | null> {
  const { path, limits, version } = request;
  if (limits === null) {
    const stats = (await client.exists(statsPath(path))).value;
    await transact(client, [
      { op: 'delete', path: limitsPath(path), version: version ?? 0 },
      ...(stats === null ? [] : [{ op: 'delete' as const, path: statsPath(path), version: -1 }]),
    ]);
    return null;
  }
  const data = Buffer.from(limitsText(limitsOf(limits)));
  if (version === null) return createQuota(client, path, data);
  return (await client.setData(limitsPath(path), data, version)).value;
}

async function findQuota(
  client: ZooKeeperClient,
  { path, limits, version }: SetQuotaRequest,
): Promise<Finding> {
  const now = await textAt(client, limitsPath(path));
  const stands = now?.text ?? null;
  const wanted = limits === null ? null : limitsText(limitsOf(limits));
  const none = { path, stat: null };
  if (stands === wanted && now?.stat.version !== version) {
    return { ...none, found: 'applied', message: 'the quota is as it was asked for' };
  }
  if ((now?.stat.version ?? null) === version) {
    return { ...none, found: 'notApplied', message: 'the quota is as it was before' };
  }
  return { ...none, found: 'unclear', message: 'the quota is another one, so someone else wrote as well' };
}

function requireSense(limits: QuotaLimits | null, version: number | null): void {
  if (limits === null ? version !== null : Object.values(limits).some((limit) => limit !== null)) return;
  throw new ApiError('BAD_REQUEST', 'A quota has at least one limit; without any, delete the one there is.');
}

/** Sets, changes or deletes a path's quota over the version that was read. `undoes`: the entry that this takes back. */
export function writeQuota(
  cluster: ClusterSettings,
  request: SetQuotaRequest,
  undoes?: number,
): Promise<SetQuotaResponse> {
  const { path, limits, version } = request;
  requireQuotaPath(cluster, path);
  requireSense(limits, version);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const client = session.use();
    if (limits !== null) {
      if ((await client.exists(path)).value === null) throw new KeeperError('NONODE', { path });
      await requireAlone(cluster, client, path);
    }
    const parts = await readParts(client, limitsPath(path));
    if ((parts?.stat?.version ?? null) !== version) throw changedSince(path);
    try {
      await journalled(
        cluster,
        { kind: 'quota', path, before: parts && imageOf(parts), undoes },
        () =>
          withOutcome(
            session,
            path,
            (current) => write(current, request),
            (current) => findQuota(current, request),
          ),
        (stat) => ({ after: limits === null ? null : imageOf(writtenParts(stat, limits)) }),
      );
    } catch (error) {
      if (!isKeeperError(error) || !['BADVERSION', 'NODEEXISTS'].includes(error.code)) throw error;
      throw changedSince(path);
    }
    // Empty znodes that stay do nothing, and the quota is gone.
    if (limits === null) await trimParents(session.use(), path).catch(() => undefined);
    return { path, limits };
  });
}

function writtenParts(stat: Stat | null, limits: QuotaLimits): ImageParts {
  return { stat, data: Buffer.from(limitsText(limitsOf(limits))), acl: openAcl };
}
