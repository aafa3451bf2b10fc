import 'server-only';
import type { AclEntry } from '@/lib/api/common';
import type { ClusterSettings } from '@/lib/config/settings';
import { isSystem, parentPath } from '@/lib/protocol/path';
import { aclOf, aclView } from '../browse/views';
import { aclHash } from '../changes/image';
import { clusterSession } from '../clusters/sessions';
import { lostUnder } from '../edit/lockout';
import { PlannedAcls } from './planned-acls';
import { identitiesOf, isBelow, mayUnder, nodesMax, zxidsOf, type PlanBuilder } from './plan';
import { walk, type Walked } from './walk';

/** Plans for what is done with subtrees: delete, ACL, copy, move. */

/** Reads all of the subtrees first, since children go before their parents. */
async function collect(
  cluster: ClusterSettings,
  roots: readonly string[],
  plan: PlanBuilder,
  wants: { acl?: boolean },
): Promise<Walked[]> {
  const found: Walked[] = [];
  await walk(cluster, roots, {
    nodesMax,
    wants,
    cancelled: plan.cancelled,
    visit(nodes) {
      found.push(...nodes);
      plan.facts.read += nodes.length;
    },
  });
  return found;
}

/** Deletes from the leaves up. `keep` stays, and with it all above it. */
async function addDeletes(
  cluster: ClusterSettings,
  found: readonly Walked[],
  keep: ReadonlySet<string>,
  plan: PlanBuilder,
): Promise<void> {
  const acls = await PlannedAcls.of(cluster, plan.cancelled);
  for (const { path, acl } of found) acls.note(path, acl);
  for (let index = found.length - 1; index >= 0; index -= 1) {
    const { path, stat } = found[index]!;
    if (keep.has(path) || stat === null) continue;
    if (!(await acls.allow(path, 'DELETE'))) plan.refuse(path);
    const args = { version: stat.version, ...zxidsOf(stat) };
    plan.add({ cluster: cluster.id, op: 'delete', path, args }, -stat.dataLength);
  }
}

export async function planDelete(
  cluster: ClusterSettings,
  roots: readonly string[],
  plan: PlanBuilder,
): Promise<void> {
  const found = await collect(cluster, roots, plan, { acl: true });
  for (const { path, stat, readable } of found) {
    if (!readable) plan.leave(path, 'unreadable');
    plan.facts.bytes += stat?.dataLength ?? 0;
    if (stat !== null && stat.ephemeralOwner !== 0n) plan.ephemeral(path, stat.ephemeralOwner);
  }
  await addDeletes(cluster, found, new Set(), plan);
}

export async function planAcl(
  cluster: ClusterSettings,
  roots: readonly string[],
  acl: readonly AclEntry[],
  plan: PlanBuilder,
): Promise<void> {
  const identities = await identitiesOf(cluster, clusterSession(cluster).use());
  const wanted = aclHash(acl);
  plan.facts.lockout = lostUnder(aclOf(acl), identities);
  await walk(cluster, roots, {
    nodesMax,
    wants: { acl: true },
    cancelled: plan.cancelled,
    skip(path) {
      if (isSystem(path)) plan.leave(path, 'system');
      return isSystem(path);
    },
    visit(nodes) {
      for (const { path, stat, acl: now } of nodes) {
        plan.facts.read += 1;
        if (stat === null || now === null) plan.leave(path, 'unreadable');
        else if (aclHash(aclView(now)) === wanted) plan.facts.unchanged += 1;
        else {
          if (!mayUnder(now, 'ADMIN', identities)) plan.refuse(path);
          const args = { version: stat.aversion, acl, ...zxidsOf(stat) };
          plan.add({ cluster: cluster.id, op: 'acl', path, args });
        }
      }
    },
  });
}

/** One subtree, and where its root will stand. */
export interface Copied {
  readonly from: string;
  readonly to: string;
}

export interface CopyPlan {
  readonly source: ClusterSettings;
  readonly target: ClusterSettings;
  /** None within another. */
  readonly copies: readonly Copied[];
  readonly move: boolean;
}

export async function planCopy({ source, target, copies, move }: CopyPlan, plan: PlanBuilder): Promise<void> {
  const targets = new Map(copies.map(({ from, to }) => [from, to]));
  const found = await collect(source, [...targets.keys()], plan, { acl: true });
  const acls = await PlannedAcls.of(target, plan.cancelled);
  const kept = new Set<string>();
  /** What stays keeps all above it, up to its root. */
  const keep = (path: string): void => {
    for (let at = path; ; at = parentPath(at)) {
      kept.add(at);
      if (targets.has(at)) return;
    }
  };
  const targetOf = (path: string): string => {
    let root = path;
    while (!targets.has(root)) root = parentPath(root);
    return targets.get(root) + path.slice(root.length);
  };
  for (const { path, stat, readable, acl } of found) {
    if (stat === null || acl === null || !readable) {
      plan.leave(path, 'unreadable');
      keep(path);
      continue;
    }
    if (stat.ephemeralOwner !== 0n) {
      plan.ephemeral(path, stat.ephemeralOwner);
      keep(path);
      continue;
    }
    plan.facts.bytes += stat.dataLength;
    const args = { acl: aclView(acl), source: { cluster: source.id, path, ...zxidsOf(stat) } };
    const at = targetOf(path);
    acls.note(at, acl);
    if (!(await acls.allow(at, 'CREATE'))) plan.refuse(at);
    plan.add({ cluster: target.id, op: 'create', path: at, args }, stat.dataLength);
  }
  if (!move) return;
  for (const path of kept) {
    const isLeaf = plan.facts.left.some((one) => one.path === path);
    if (!isLeaf && found.some((node) => isBelow(node.path, path))) plan.leave(path, 'aboveEphemeral');
  }
  await addDeletes(source, found, kept, plan);
}
