import 'server-only';
import { ApiError } from '@/lib/api/errors';
import type { JobRequest } from '@/lib/api/jobs';
import type { ClusterSettings } from '@/lib/config/settings';
import { KeeperError } from '@/lib/protocol/errors';
import { isSystem, joinPath, nodeName, parentPath } from '@/lib/protocol/path';
import { requirePath } from '../browse/views';
import { journal } from '../changes/journal';
import { guarded } from '../clusters/failures';
import { findCluster } from '../clusters/find';
import { lineageOf } from '../clusters/lineage';
import { clusterSession } from '../clusters/sessions';
import { requireWritable } from '../clusters/writable';
import { isBelow, topmost, type PlanBuilder } from './plan';
import { parseImport } from '../transfer/parse';
import { planImport } from './plan-import';
import { planRestore } from './plan-restore';
import { planAcl, planCopy, planDelete, type Copied } from './plan-trees';

/** What a job may be asked for: refused at once where it cannot be, then planned. */

export function rootsOf(request: JobRequest): string[] {
  switch (request.kind) {
    case 'deleteTree':
    case 'aclTree':
      return topmost(request.paths);
    case 'copyTree':
      return copiesOf(request).map(({ to }) => to);
    case 'moveTree':
      return topmost(request.from.paths);
    case 'restore':
      return [restored(request.job).path];
    case 'import':
      return [request.path];
  }
}

type CopyRequest = JobRequest & { kind: 'copyTree' | 'moveTree' };

/** Each subtree that is copied, and where its root will stand. */
function copiesOf({ from, to, into }: CopyRequest): Copied[] {
  return topmost(from.paths).map((path) => ({ from: path, to: into ? joinPath(to, nodeName(path)) : to }));
}

function restored(job: string) {
  const head = journal().head(job);
  if (head === null) throw new ApiError('UNKNOWN_CHANGE', 'The journal has no such job.', { job });
  return { path: head.row.path, cluster: head.cluster, at: head.row.at };
}

function requireNotSystem(path: string): void {
  if (path !== '/' && !isSystem(path)) return;
  throw new ApiError('BAD_PATH', `ZooKeeper does not allow deleting or replacing ${path}.`, { path });
}

async function requireThere(cluster: ClusterSettings, path: string): Promise<void> {
  const session = clusterSession(cluster);
  await guarded(session, path, async () => {
    const { value } = await session.use().exists(path);
    if (value === null) throw new KeeperError('NONODE', { path });
  });
}

async function requireFree(cluster: ClusterSettings, path: string): Promise<void> {
  const session = clusterSession(cluster);
  await guarded(session, path, async () => {
    const { value } = await session.use().exists(path);
    if (value !== null) throw new KeeperError('NODEEXISTS', { path });
  });
}

export async function checkRequest(cluster: ClusterSettings, request: JobRequest): Promise<void> {
  switch (request.kind) {
    case 'deleteTree':
    case 'aclTree': {
      const roots = topmost(request.paths);
      roots.forEach(requirePath);
      if (request.kind === 'deleteTree' || roots.some(isSystem)) roots.forEach(requireNotSystem);
      return requireThere(cluster, roots[0] as string);
    }
    case 'copyTree':
    case 'moveTree':
      return checkCopy(cluster, request);
    case 'import': {
      requirePath(request.path);
      if (isSystem(request.path)) requireNotSystem(request.path);
      parseImport(Buffer.from(request.file, 'base64'));
      return requireThere(cluster, parentPath(request.path));
    }
    case 'restore': {
      const job = restored(request.job);
      if (job.cluster !== cluster.id) {
        throw new ApiError('UNKNOWN_CHANGE', `The journal has no such job of ${cluster.id}.`);
      }
      await requireThere(cluster, '/');
      await lineageOf(cluster.id).requireSameSince(job.at, 'The job');
    }
  }
}

async function checkCopy(cluster: ClusterSettings, request: CopyRequest): Promise<void> {
  const { from, to, kind, into } = request;
  const source = findCluster(from.cluster);
  from.paths.forEach(requirePath);
  requirePath(to);
  from.paths.forEach(requireNotSystem);
  const copies = copiesOf(request);
  if (!into && copies.length > 1) {
    throw new ApiError(
      'BAD_REQUEST',
      `${copies.length} znodes cannot all go to ${to}; they may go below it.`,
    );
  }
  const names = new Set<string>();
  for (const copy of copies) {
    requireNotSystem(copy.to);
    if (names.has(copy.to)) throw new ApiError('BAD_REQUEST', `Two of them would become ${copy.to}.`);
    names.add(copy.to);
    if (source.id === cluster.id && (copy.to === copy.from || isBelow(copy.to, copy.from))) {
      throw new ApiError(
        'BAD_REQUEST',
        `${copy.to} is ${copy.from} itself or below it, so it cannot go there.`,
      );
    }
  }
  if (kind === 'moveTree') requireWritable(source);
  await requireThere(source, copies[0]!.from);
  await requireThere(cluster, parentPath(copies[0]!.to));
  for (const copy of copies) await requireFree(cluster, copy.to);
}

export async function planOf(
  cluster: ClusterSettings,
  request: JobRequest,
  plan: PlanBuilder,
): Promise<void> {
  switch (request.kind) {
    case 'deleteTree':
      return planDelete(cluster, rootsOf(request), plan);
    case 'aclTree':
      return planAcl(cluster, rootsOf(request), request.acl, plan);
    case 'copyTree':
    case 'moveTree': {
      const source = findCluster(request.from.cluster);
      const copies = copiesOf(request);
      return planCopy({ source, target: cluster, copies, move: request.kind === 'moveTree' }, plan);
    }
    case 'restore':
      return planRestore(request.job, plan);
    case 'import': {
      const file = Buffer.from(request.file, 'base64');
      return planImport(cluster, { ...request, file }, plan);
    }
  }
}
