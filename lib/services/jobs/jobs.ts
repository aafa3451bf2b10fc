import 'server-only';
import { randomUUID } from 'node:crypto';
import { ApiError, isApiError } from '@/lib/api/errors';
import {
  jobListedMax,
  type JobRequest,
  type JobRunRequest,
  type JobsResponse,
  type JobView,
} from '@/lib/api/jobs';
import { consoleHost, dropSingleton, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { nodeName } from '@/lib/protocol/path';
import { currentActor, nobody, requireReason } from '../changes/actor';
import { journalDatabase, journalSafely } from '../changes/journal';
import { asApiError } from '../clusters/failures';
import { findCluster } from '../clusters/find';
import { lineageOf } from '../clusters/lineage';
import { clusterSession } from '../clusters/sessions';
import { requireWritable } from '../clusters/writable';
import { clusterChanged } from '../probes/changed';
import { JobRun } from './job-run';
import { JobStore, type JobRecord } from './job-store';
import { nearest, PlanBuilder } from './plan';
import { foretellQuotas } from './quota-forecast';
import { checkRequest, planOf, rootsOf } from './requests';

/** Jobs of many changes: planned in the background, looked at, run, followed, stopped, run on after an interruption. */

/** Jobs planned or run at the same time, over all clusters. */
const busyMax = 4;
const shownMax = 20;

interface Busy {
  stopAsked: boolean;
}

interface Jobs {
  readonly store: JobStore;
  readonly busy: Map<string, Busy>;
}

function jobs(): Jobs {
  return processSingleton('jobs', () => {
    const busy = new Map<string, Busy>();
    // A run that ends in the middle of a chunk is found interrupted; between two it is better off.
    consoleHost().onStop.push(() => {
      dropSingleton('jobs');
      for (const one of busy.values()) one.stopAsked = true;
    });
    return { store: new JobStore(journalDatabase()), busy };
  });
}

/** One that was stopped while it was planned has half a plan only; one that ran was looked at and agreed to. */
function isResumable(job: JobRecord): boolean {
  return job.state === 'interrupted' || (job.state === 'cancelled' && job.head !== null);
}

function view(job: JobRecord): JobView {
  const { store } = jobs();
  const { items, done, faults } = store.counts(job.id);
  return {
    ...job.facts,
    ...{ id: job.id, kind: job.kind, path: job.path, state: job.state, plannedAt: job.at, error: job.error },
    ...{ items, done, faultCount: faults },
    by: job.actor ?? nobody,
    resumable: isResumable(job) && done + faults < items,
    sample: store.sample(job.id, jobListedMax),
    faults: store.faults(job.id, jobListedMax),
  };
}

function find(cluster: ClusterSettings, id: string): JobRecord {
  const job = jobs().store.get(id);
  if (job === null || job.cluster !== cluster.id) {
    throw new ApiError('UNKNOWN_JOB', 'This job is not known any more; plan it again.', { id });
  }
  return job;
}

function hold(id: string): Busy {
  const { busy } = jobs();
  if (busy.size >= busyMax) {
    throw new ApiError(
      'TOO_MANY',
      `${busyMax} jobs are planned or run at the moment; wait for one, or stop it.`,
    );
  }
  const own: Busy = { stopAsked: false };
  busy.set(id, own);
  return own;
}

/** Begins to read what would be done; changes nothing. */
export async function planJob(cluster: ClusterSettings, request: JobRequest): Promise<JobView> {
  await checkRequest(cluster, request);
  const { store, busy } = jobs();
  const id = randomUUID();
  const own = hold(id);
  const roots = rootsOf(request);
  const plan = new PlanBuilder(
    (first, items) => store.addItems(id, first, items),
    () => own.stopAsked,
  );
  plan.facts.roots = roots.length;
  const job: JobRecord = {
    ...{
      id,
      cluster: cluster.id,
      kind: request.kind,
      path: nearest(roots),
      state: 'planning',
      at: Date.now(),
    },
    ...{ facts: { ...plan.facts }, actor: currentActor(), head: null, error: null },
  };
  store.put(job);
  // The facts are shown as they grow.
  planning().set(id, plan);
  void planOf(cluster, request, plan)
    .then(() => foretellQuotas(plan))
    .then(() => {
      plan.flush();
      keep(store, { ...job, facts: plan.facts, state: own.stopAsked ? 'cancelled' : 'planned' });
    })
    .catch((error: unknown) =>
      keep(store, { ...job, facts: plan.facts, state: 'failed', error: told(cluster, job, error) }),
    )
    .finally(() => {
      planning().delete(id);
      busy.delete(id);
    });
  return view(job);
}

const planning = () => processSingleton('planning', () => new Map<string, PlanBuilder>());

function told(cluster: ClusterSettings, job: JobRecord, error: unknown): { code: string; message: string } {
  const known = asApiError(error, clusterSession(cluster), job.path);
  if (isApiError(known)) return { code: known.code, message: known.message };
  consoleHost().log.error(
    { event: 'jobFailed', cluster: cluster.id, job: job.id, err: error },
    'a job failed',
  );
  return { code: 'INTERNAL', message: 'The console failed at this; its log says why.' };
}

/** A job that ends while the console does finds its database closed; it is then found interrupted, or planned anew. */
function keep(store: JobStore, job: JobRecord): void {
  try {
    store.put(job);
  } catch (error) {
    consoleHost().log.error({ event: 'jobNotKept', job: job.id, err: error }, 'how a job ended was not kept');
  }
}

function requireConfirmed(job: JobRecord, run: JobRunRequest): void {
  if (job.facts.ops.delete > 0 && job.kind !== 'restore') {
    const wanted = job.facts.roots === 1 ? nodeName(job.path) || '/' : String(job.facts.roots);
    if (run.confirm !== wanted) {
      throw new ApiError('BAD_REQUEST', `This deletes znodes; confirm must be ${JSON.stringify(wanted)}.`);
    }
  }
  if (job.facts.lockout.length > 0 && run.allowLockout !== true) {
    const lost = job.facts.lockout;
    throw new ApiError(
      'LOCKOUT',
      `With this ACL the console itself would have no ${lost.join(' and no ')} there.`,
      {
        path: job.path,
        missing: lost,
      },
    );
  }
}

/** A plan is not about the cluster that stands at the same address since. */
async function requireSameClusters(job: JobRecord): Promise<void> {
  if (job.state !== 'planned' && !isResumable(job)) return;
  for (const touched of jobs().store.clustersOf(job.id))
    await lineageOf(touched).requireSameSince(job.at, 'The plan');
}

/** Runs a planned job, or one that was interrupted or stopped on; asked again while it runs, only tells how it stands. */
export async function runJob(cluster: ClusterSettings, id: string, run: JobRunRequest): Promise<JobView> {
  await requireSameClusters(find(cluster, id));
  const job = find(cluster, id);
  const { store, busy } = jobs();
  if (!(job.state === 'planned' || isResumable(job)) || busy.has(id)) return view(job);
  const actor = currentActor();
  const clusters = store.clustersOf(id).map(findCluster);
  for (const touched of clusters) {
    requireWritable(touched);
    requireReason(touched, actor);
  }
  requireConfirmed(job, run);
  const own = hold(id);
  const head = job.head ?? openHead(job, actor);
  const running: JobRecord = { ...job, state: 'running', actor, head, error: null };
  store.put(running);
  void work(cluster, running, clusters, own);
  return view(running);
}

function openHead(job: JobRecord, actor: ReturnType<typeof currentActor>): number | null {
  const { items } = jobs().store.counts(job.id);
  const entry = {
    cluster: job.cluster,
    at: Date.now(),
    path: job.path,
    kind: job.kind,
    actor,
    job: job.id,
    items,
  };
  return journalSafely((journal) => journal.add({ ...entry, isJobHead: true, before: null, after: null }));
}

async function work(
  cluster: ClusterSettings,
  job: JobRecord,
  clusters: readonly ClusterSettings[],
  own: Busy,
): Promise<void> {
  const { store, busy } = jobs();
  const releases = clusters.map((touched) => clusterSession(touched).hold());
  let ended: JobRecord;
  try {
    const run = new JobRun({ job, store, clusterOf: findCluster, cancelled: () => own.stopAsked });
    ended = { ...job, state: await run.run() };
  } catch (error) {
    ended = { ...job, state: own.stopAsked ? 'cancelled' : 'interrupted', error: told(cluster, job, error) };
  }
  try {
    keep(store, ended);
    settleHead(store, ended);
  } catch (error) {
    consoleHost().log.error({ event: 'jobNotKept', job: job.id, err: error }, 'how a job ended was not kept');
  } finally {
    busy.delete(job.id);
    for (const release of releases) release();
    for (const touched of clusters) clusterChanged(touched);
  }
}

/** Tells the journal how the job as a whole ended. */
function settleHead(store: JobStore, { id, head, state }: JobRecord): void {
  if (head === null) return;
  const { items, done } = store.counts(id);
  const message = state === 'done' ? null : `${done} of ${items} znodes; ${state}.`;
  const outcome = state === 'done' ? 'done' : 'failed';
  journalSafely((journal) => journal.settle(head, { outcome, message, items: done }));
}

export function readJob(cluster: ClusterSettings, id: string): JobView {
  const job = find(cluster, id);
  const plan = planning().get(id);
  return view(plan === undefined ? job : { ...job, facts: plan.facts });
}

/** Stops after the chunk under way, or gives up what was interrupted; what is done stays done. */
export function stopJob(cluster: ClusterSettings, id: string): JobView {
  const job = find(cluster, id);
  const { store, busy } = jobs();
  const own = busy.get(id);
  if (own !== undefined) own.stopAsked = true;
  else if (job.state === 'planned' || job.state === 'interrupted') {
    const given: JobRecord = { ...job, state: 'cancelled' };
    store.put(given);
    settleHead(store, given);
  }
  return readJob(cluster, id);
}

/** What of a cluster's jobs wants attention; cheap, as every browser asks with the clusters. */
export function jobsUnderWay(cluster: ClusterSettings): { running: number; interrupted: number } {
  return jobs().store.underWay(cluster.id);
}

export function listJobs(cluster: ClusterSettings): JobsResponse {
  return { jobs: jobs().store.list(cluster.id, shownMax).map(view) };
}

/** What of a job is still to be done and can be noticed by others: paths by cluster, and the ephemerals among them. */
export function plannedOf(
  cluster: ClusterSettings,
  id: string,
): { changed: ReadonlyMap<string, ReadonlySet<string>>; ephemerals: JobView['ephemerals'] } {
  const job = find(cluster, id);
  const changed = new Map<string, Set<string>>();
  for (const { cluster: of, path } of jobs().store.pendingPaths(job.id)) {
    changed.set(of, (changed.get(of) ?? new Set()).add(path));
  }
  return { changed, ephemerals: job.kind === 'deleteTree' ? job.facts.ephemerals : [] };
}

/** Each item of a job with what became of it. */
export function reportOf(cluster: ClusterSettings, id: string) {
  return jobs().store.report(find(cluster, id).id);
}
