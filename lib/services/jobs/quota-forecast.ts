import 'server-only';
import type { JobView } from '@/lib/api/jobs';
import { isKeeperError } from '@/lib/protocol/errors';
import { parentPath } from '@/lib/protocol/path';
import { limitsPath, parseLimits, statsPath, type Limits } from '@/lib/protocol/quota';
import { findCluster } from '../clusters/find';
import { lineInForce } from '../health/line-in-force';
import { quotasBelow } from '../quota/tree';
import { pacesOf } from './paces';
import type { Growth, PlanBuilder } from './plan';
import { persistently } from './walk';

/**
 * Hard limits of quotas that a plan would go over, told before it runs: what is used now, and by how much the plan adds to
 * it at its highest, since a move creates before it deletes. Members look at the nearest quota above a znode alone.
 */

const quotasMax = 500;

type Told = JobView['quotas'][number];
type Excess = Omit<Told, 'enforced'>;

/** Adds to the facts of a plan what quotas stand in its way. */
export async function foretellQuotas(plan: PlanBuilder): Promise<void> {
  for (const cluster of new Set(plan.growth.map((one) => one.cluster))) {
    const growth = plan.growth.filter((one) => one.cluster === cluster);
    const isGrowing = growth.some(({ count, bytes }) => count > 0 || bytes > 0);
    if (isGrowing && !plan.cancelled()) plan.facts.quotas.push(...(await excesses(cluster, growth, plan)));
  }
}

async function excesses(id: string, growth: readonly Growth[], plan: PlanBuilder): Promise<Told[]> {
  const cluster = findCluster(id);
  // Quotas stand where a connection to a chroot does not reach.
  if (cluster.chroot !== '') return [];
  const quotas = new Set(await quotasBelow(cluster, '/', quotasMax));
  const found: Excess[] = [];
  for (const [path, peak] of peaksOf(growth, quotas)) {
    if (plan.cancelled()) break;
    await pacesOf(cluster).reads.take(2);
    const limits = await persistently(cluster, plan.cancelled, async (client) => {
      const textAt = (at: string) =>
        client.getData(at).then(
          ({ value }) => value.data?.toString('utf8') ?? '',
          (error: unknown) => {
            // Gone since, or closed to the console: of such a one nothing is known.
            if (isKeeperError(error)) return null;
            throw error;
          },
        );
      return Promise.all([textAt(limitsPath(path)), textAt(statsPath(path))]);
    });
    const [hard, used] = limits.map((text) => (text === null ? null : parseLimits(text)));
    if (hard && used) found.push(...excessOf(path, peak, hard, used));
  }
  if (found.length === 0) return [];
  const enforced = await lineInForce(cluster, 'enforceQuota');
  return enforced === 'off' ? [] : found.map((excess) => ({ ...excess, enforced }));
}

interface Peak {
  count: number;
  bytes: number;
}

/** By quota, the most that the plan ever adds. */
function peaksOf(growth: readonly Growth[], quotas: ReadonlySet<string>): Map<string, Peak> {
  const sums = new Map<string, Peak>();
  const peaks = new Map<string, Peak>();
  for (const { path, count, bytes } of growth) {
    const quota = nearestOf(path, quotas);
    if (quota === null) continue;
    const sum = sums.get(quota) ?? { count: 0, bytes: 0 };
    const peak = peaks.get(quota) ?? { count: 0, bytes: 0 };
    sum.count += count;
    sum.bytes += bytes;
    peak.count = Math.max(peak.count, sum.count);
    peak.bytes = Math.max(peak.bytes, sum.bytes);
    sums.set(quota, sum);
    peaks.set(quota, peak);
  }
  return peaks;
}

function nearestOf(path: string, quotas: ReadonlySet<string>): string | null {
  for (let at = path; at !== '/'; at = parentPath(at)) if (quotas.has(at)) return at;
  return null;
}

function excessOf(path: string, peak: Peak, limits: Limits, usage: Limits): Excess[] {
  const hard = { count: limits.countHard, bytes: limits.bytesHard };
  return (['count', 'bytes'] as const).flatMap((what) => {
    const [limit, used, added] = [hard[what], Math.max(usage[what], 0), peak[what]];
    return limit >= 0 && added > 0 && used + added > limit ? [{ path, what, used, added, limit }] : [];
  });
}
