import 'server-only';
import type { AclEntry } from '@/lib/api/common';
import type { ClusterSettings } from '@/lib/config/settings';
import { openAcl } from '@/lib/protocol/data';
import { isSystem, parentPath } from '@/lib/protocol/path';
import { formatZxid } from '@/lib/protocol/zxid';
import { aclOf, aclView } from '../browse/views';
import { aclHash, readParts, type ImageParts } from '../changes/image';
import { parseImport, type ImportNode } from '../transfer/parse';
import type { NewItem } from './job-store';
import { pacesOf } from './paces';
import { PlannedAcls } from './planned-acls';
import { nodesMax, zxidsOf, type PlanBuilder } from './plan';
import { persistently, walk, type Walked } from './walk';

/** What an import would do: new, changed, unchanged, and (where asked) deleted, by what stands there now. */

export interface ImportPlan {
  readonly path: string;
  readonly file: Uint8Array;
  readonly overwrite: boolean;
  readonly prune: boolean;
}

const batch = 16;
const openEntries: readonly AclEntry[] = aclView(openAcl);

function below(target: string, path: string): string {
  if (path === '') return target;
  return target === '/' ? path : `${target}${path}`;
}

interface Wanted extends ImportNode {
  /** Only there to hold what the file has below it: created where missing, never changed. */
  readonly implied: boolean;
}

/** With the znodes between the target and what the file has; parents first. */
function wantedOf(target: string, nodes: readonly ImportNode[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const node of nodes) wanted.set(below(target, node.path), { ...node, implied: false });
  for (const path of [...wanted.keys()]) {
    for (
      let above = parentPath(path);
      above.length > target.length && above !== '/';
      above = parentPath(above)
    ) {
      if (!wanted.has(above)) wanted.set(above, { path: above, data: null, acl: null, implied: true });
    }
    const isTarget = path === target;
    if (!isTarget && target !== '/' && !wanted.has(target)) {
      wanted.set(target, { path: target, data: null, acl: null, implied: true });
    }
  }
  const depth = (path: string) => path.split('/').length;
  return [...wanted]
    .map(([path, node]) => ({ ...node, path }))
    .sort((left, right) => depth(left.path) - depth(right.path));
}

interface Change {
  readonly item: NewItem;
  /** By how much the data becomes longer. */
  readonly bytes: number;
}

interface Changes {
  readonly creates: Change[];
  readonly sets: Change[];
  readonly acls: Change[];
}

function compare(
  cluster: string,
  node: Wanted,
  now: ImageParts | null,
  options: ImportPlan,
  plan: PlanBuilder,
) {
  const { path } = node;
  const out: Changes = { creates: [], sets: [], acls: [] };
  if (now === null) {
    const args = { acl: node.acl ?? openEntries };
    const bytes = node.data?.byteLength ?? 0;
    out.creates.push({ item: { cluster, op: 'create', path, args, data: node.data }, bytes });
    plan.facts.bytes += bytes;
    return out;
  }
  if (node.implied) return out;
  if (now.stat === null || now.data === 'noAuth') {
    plan.leave(path, 'unreadable');
    return out;
  }
  const same = now.data === null || node.data === null ? now.data === node.data : node.data.equals(now.data);
  const acl = node.acl;
  const sameAcl = acl === null || (now.acl !== null && aclHash(aclView(now.acl)) === aclHash(acl));
  if (same && sameAcl) plan.facts.unchanged += 1;
  else if (!options.overwrite) plan.leave(path, 'differs');
  else {
    const czxid = formatZxid(now.stat.czxid);
    if (!same) {
      const args = { version: now.stat.version, czxid };
      const bytes = node.data?.byteLength ?? 0;
      out.sets.push({
        item: { cluster, op: 'set', path, args, data: node.data },
        bytes: bytes - now.stat.dataLength,
      });
      plan.facts.bytes += bytes;
    }
    if (!sameAcl && acl !== null) {
      const args = { version: now.stat.aversion, czxid, acl };
      out.acls.push({ item: { cluster, op: 'acl', path, args }, bytes: 0 });
    }
  }
  return out;
}

export async function planImport(
  cluster: ClusterSettings,
  options: ImportPlan,
  plan: PlanBuilder,
): Promise<void> {
  const { nodes, deletes } = parseImport(options.file);
  const wanted = wantedOf(options.path, nodes);
  const later: Change[] = [];
  const acls = await PlannedAcls.of(cluster, plan.cancelled);
  for (let at = 0; at < wanted.length && !plan.cancelled(); at += batch) {
    const part = wanted.slice(at, at + batch);
    await pacesOf(cluster).reads.take(part.length * 2);
    const found = await persistently(cluster, plan.cancelled, (client) =>
      Promise.all(part.map(({ path }) => readParts(client, path))),
    );
    for (const [index, node] of part.entries()) {
      const now = found[index] ?? null;
      const { creates, sets, acls: changed } = compare(cluster.id, node, now, options, plan);
      acls.note(node.path, now === null ? aclOf(node.acl ?? openEntries) : now.acl);
      for (const { item, bytes } of creates) {
        if (!(await acls.allow(item.path, 'CREATE'))) plan.refuse(item.path);
        plan.add(item, bytes);
      }
      later.push(...sets, ...changed);
    }
    plan.facts.read += part.length;
  }
  for (const op of ['set', 'acl'] as const)
    for (const { item, bytes } of later) if (item.op === op) plan.add(item, bytes);
  const kept = new Set(wanted.map(({ path }) => path));
  const roots = deletes.map((path) => below(options.path, path));
  if (roots.length > 0) await addDeletes(cluster, roots, new Set(), acls, plan);
  if (options.prune) await addDeletes(cluster, [options.path], kept, acls, plan);
}

/** From the leaves up; what is kept stays, and with it all above it. */
async function addDeletes(
  cluster: ClusterSettings,
  roots: readonly string[],
  kept: ReadonlySet<string>,
  acls: PlannedAcls,
  plan: PlanBuilder,
): Promise<void> {
  const found: Walked[] = [];
  await walk(cluster, roots, {
    ...{ nodesMax, wants: { acl: true }, cancelled: plan.cancelled, skip: isSystem },
    visit(nodes) {
      found.push(...nodes);
      for (const { path, acl } of nodes) acls.note(path, acl);
    },
  });
  for (const { path, stat } of found.reverse()) {
    if (kept.has(path) || stat === null || path === '/') continue;
    if (stat.ephemeralOwner !== 0n) plan.ephemeral(path, stat.ephemeralOwner);
    if (!(await acls.allow(path, 'DELETE'))) plan.refuse(path);
    const args = { version: stat.version, ...zxidsOf(stat) };
    plan.add({ cluster: cluster.id, op: 'delete', path, args }, -stat.dataLength);
  }
}
