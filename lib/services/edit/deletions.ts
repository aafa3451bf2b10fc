import 'server-only';
import { randomUUID } from 'node:crypto';
import { ApiError } from '@/lib/api/errors';
import type { DeletionView } from '@/lib/api/znodes';
import { consoleHost, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { formatSessionId } from '@/lib/protocol/session-id';
import { requirePath } from '../browse/views';
import { guarded } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { clusterChanged } from '../probes/changed';
import { planDeletion, type DeletionPlan } from './deletion-plan';
import { DeletionRun, faultOf, type RunProgress } from './deletion-run';

/** Recursive deletes as jobs: planned, looked at, run in the background, followed, cancelled. */

interface Job {
  readonly id: string;
  readonly cluster: string;
  readonly path: string;
  readonly plannedAt: number;
  readonly plan: DeletionPlan;
  readonly progress: RunProgress;
  state: DeletionView['state'];
  cancelAsked: boolean;
}

/** Jobs kept; the oldest that is not running gives way to a new one. */
const jobsMax = 20;
const sampleMax = 200;

const jobs = () => processSingleton('deletions', () => new Map<string, Job>());

function keep(job: Job): void {
  const kept = jobs();
  for (const [id, old] of kept) {
    if (kept.size < jobsMax) break;
    if (old.state !== 'running') kept.delete(id);
  }
  if (kept.size >= jobsMax) throw new ApiError('TOO_MANY', `${jobsMax} deletions are running; wait for one.`);
  kept.set(job.id, job);
}

function view(job: Job): DeletionView {
  const { plan, progress } = job;
  return {
    id: job.id,
    path: job.path,
    state: job.state,
    plannedAt: job.plannedAt,
    nodes: plan.nodes.length,
    bytes: plan.bytes,
    ephemeralCount: plan.ephemeralCount,
    ephemerals: plan.ephemerals.map(({ path, owner }) => ({ path, owner: formatSessionId(owner) })),
    unreadable: plan.unreadable.slice(0, sampleMax),
    sample: plan.nodes.slice(0, sampleMax).map((node) => node.path),
    deleted: progress.deleted,
    faults: [...progress.faults],
  };
}

function find(cluster: ClusterSettings, id: string): Job {
  const job = jobs().get(id);
  if (job === undefined || job.cluster !== cluster.id) {
    throw new ApiError('UNKNOWN_JOB', 'This deletion is not known any more; plan it again.', { id });
  }
  return job;
}

/** Reads what would go; deletes nothing. */
export function planDeletionJob(cluster: ClusterSettings, path: string): Promise<DeletionView> {
  requirePath(path);
  const session = clusterSession(cluster);
  return guarded(session, path, async () => {
    const plan = await planDeletion(session.use(), path);
    const job: Job = {
      id: randomUUID(),
      cluster: cluster.id,
      path,
      plannedAt: Date.now(),
      plan,
      progress: { deleted: 0, faults: [] },
      state: 'planned',
      cancelAsked: false,
    };
    keep(job);
    return view(job);
  });
}

async function work(cluster: ClusterSettings, job: Job): Promise<void> {
  const session = clusterSession(cluster);
  const release = session.hold();
  try {
    const run = new DeletionRun(session, job.plan.nodes, job.progress, () => job.cancelAsked);
    job.state = await run.run();
  } catch (error) {
    job.progress.faults.push(faultOf(job.path, error));
    job.state = job.cancelAsked ? 'cancelled' : 'failed';
    consoleHost().log.warn({ event: 'deletionFailed', cluster: cluster.id, err: error }, 'deletion failed');
  } finally {
    clusterChanged(cluster);
    release();
  }
}

/** Starts a planned deletion; asking again while it runs, or after it, only tells how it stands. */
export function runDeletionJob(cluster: ClusterSettings, id: string): DeletionView {
  const job = find(cluster, id);
  if (job.state === 'planned') {
    job.state = 'running';
    void work(cluster, job);
  }
  return view(job);
}

export function readDeletionJob(cluster: ClusterSettings, id: string): DeletionView {
  return view(find(cluster, id));
}

/** Stops after the transaction under way; what is deleted stays deleted. */
export function cancelDeletionJob(cluster: ClusterSettings, id: string): DeletionView {
  const job = find(cluster, id);
  job.cancelAsked = true;
  if (job.state === 'planned') job.state = 'cancelled';
  return view(job);
}
