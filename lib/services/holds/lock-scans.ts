import 'server-only';
import { randomUUID } from 'node:crypto';
import { ApiError, isApiError } from '@/lib/api/errors';
import type { ScanView } from '@/lib/api/locks';
import { consoleHost, processSingleton } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { deadlocksOf } from '@/lib/holds/deadlocks';
import { formatSessionId } from '@/lib/protocol/session-id';
import { requirePath } from '../browse/views';
import { asApiError } from '../clusters/failures';
import { clusterSession } from '../clusters/sessions';
import { LockScan } from './lock-scan';
import { clusterSessions } from './session-reading';

/**
 * Searches for locks as jobs: started, followed, ended. One a cluster runs at a time, and ends with a reading of sessions, so
 * that holders and deadlocks are told with their clients.
 */

interface Job {
  readonly id: string;
  readonly cluster: ClusterSettings;
  readonly path: string;
  readonly startedAt: number;
  readonly scan: LockScan;
  state: ScanView['state'];
  cancelAsked: boolean;
  fault: string | null;
}

/** Finished jobs are kept for whoever still looks at them; the oldest goes first. */
const jobsMax = 20;
const jobs = () => processSingleton('lockScans', () => new Map<string, Job>());

function view({ scan, cluster, ...job }: Job): ScanView {
  const { found, ...progress } = scan.progress;
  const sessions = clusterSessions(cluster).current()?.sessions;
  return {
    id: job.id,
    path: job.path,
    state: job.state,
    startedAt: job.startedAt,
    fault: job.fault,
    ...progress,
    found: found.map(({ path, queue: { family, kind, entries } }) => {
      const waiting = entries.filter(({ holds }) => !holds);
      return {
        path,
        family,
        kind,
        holders: entries.length - waiting.length,
        waiting: waiting.length,
        waitingSince: waiting.length === 0 ? null : Math.min(...waiting.map(({ createdAt }) => createdAt)),
      };
    }),
    deadlocks: deadlocksOf(found).map((circle) =>
      circle.map(({ session, path }) => ({
        session: formatSessionId(session),
        address: sessions?.get(session)?.connection?.address ?? null,
        path,
      })),
    ),
  };
}

function find(cluster: ClusterSettings, id: string): Job {
  const job = jobs().get(id);
  if (job === undefined || job.cluster.id !== cluster.id) {
    throw new ApiError('UNKNOWN_JOB', 'This search is not known any more; start it again.', { id });
  }
  return job;
}

async function work(job: Job): Promise<void> {
  const session = clusterSession(job.cluster);
  const release = session.hold();
  try {
    await job.scan.run();
    // Who holds what was found is wanted next; what members do not tell stands in the reading itself.
    if (!job.cancelAsked) await clusterSessions(job.cluster).take(Date.now());
    job.state = job.cancelAsked ? 'cancelled' : 'done';
  } catch (error) {
    job.state = 'failed';
    const known = asApiError(error, session, job.path);
    job.fault = isApiError(known) ? known.message : 'The console failed on this; its log says why.';
    consoleHost().log.warn(
      { event: 'scanFailed', cluster: job.cluster.id, err: error },
      'lock search failed',
    );
  } finally {
    release();
  }
}

export function startLockScan(cluster: ClusterSettings, path: string): ScanView {
  requirePath(path);
  const kept = jobs();
  for (const job of kept.values()) {
    if (job.cluster.id !== cluster.id || job.state !== 'running') continue;
    throw new ApiError(
      'TOO_MANY',
      `A search below ${job.path} is running on this cluster; wait for it, or end it.`,
      {
        id: job.id,
      },
    );
  }
  for (const [id, old] of kept) {
    if (kept.size < jobsMax) break;
    if (old.state !== 'running') kept.delete(id);
  }
  const job: Job = {
    id: randomUUID(),
    cluster,
    path,
    startedAt: Date.now(),
    scan: new LockScan(clusterSession(cluster).use(), path, () => job.cancelAsked),
    state: 'running',
    cancelAsked: false,
    fault: null,
  };
  kept.set(job.id, job);
  void work(job);
  return view(job);
}

export function readLockScan(cluster: ClusterSettings, id: string): ScanView {
  return view(find(cluster, id));
}

/** Ends it after the reads under way; what was found stays. */
export function cancelLockScan(cluster: ClusterSettings, id: string): ScanView {
  const job = find(cluster, id);
  job.cancelAsked = true;
  return view(job);
}
