import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JobEffects, JobRequest, JobRunRequest, JobsResponse, JobView } from '@/lib/api/jobs';
import type { exportRootsMax as contractMax } from '@/lib/api/transfer';
import { request } from './fetcher';
import { soonThenEvery } from './follow';
import { apiPaths } from './paths';
import type { WithReason } from './znodes';

/** Changes of many znodes: planned, run, followed, stopped. */

const pollMaxMs = 400;
const listPollMs = 2_000;
const restingListPollMs = 15_000;

function isMoving(view: JobView | undefined): boolean {
  return view?.state === 'planning' || view?.state === 'running';
}

export function usePlanJob(cluster: string) {
  return useMutation({
    mutationFn: (body: JobRequest) =>
      request<JobView>(apiPaths.of(cluster, 'jobs'), { method: 'POST', body, timeoutMs: 60_000 }),
  });
}

/** The jobs of a cluster, newest first. */
export function useJobs(cluster: string) {
  return useQuery({
    queryKey: ['jobs', cluster],
    queryFn: ({ signal }) => request<JobsResponse>(apiPaths.of(cluster, 'jobs'), { signal }),
    refetchInterval: ({ state }) => (state.data?.jobs.some(isMoving) ? listPollMs : restingListPollMs),
  });
}

/** Follows a job while it is planned or runs. */
export function useJob(cluster: string, id: string | undefined) {
  return useQuery({
    queryKey: ['job', cluster, id],
    queryFn: ({ signal }) => request<JobView>(apiPaths.of(cluster, `jobs/${id ?? ''}`), { signal }),
    enabled: id !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => isMoving(state.data) && soonThenEvery(pollMaxMs, state),
  });
}

export type JobStep =
  | ({ readonly id: string; readonly step: 'run' } & JobRunRequest & WithReason)
  | { readonly id: string; readonly step: 'stop' };

export function useJobStep(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (step: JobStep) => {
      const url = apiPaths.of(cluster, `jobs/${step.id}`);
      if (step.step === 'stop') return request<JobView>(url, { method: 'DELETE' });
      const { confirm, allowLockout, reason } = step;
      return request<JobView>(url, { method: 'POST', body: { confirm, allowLockout }, reason });
    },
    onSuccess: (view) => {
      client.setQueryData(['job', cluster, view.id], view);
      for (const queryKey of [['jobs', cluster], ['clusters']]) void client.invalidateQueries({ queryKey });
    },
  });
}

/** Whom a plan reaches; members are asked when this is called. */
export function useJobEffects(cluster: string, id: string) {
  return useMutation({
    mutationFn: () =>
      request<JobEffects>(apiPaths.of(cluster, `jobs/${id}/effects`), { method: 'POST', body: {} }),
  });
}

/** After a job all of the tree may be another one. */
export function useInvalidateTree(cluster: string): () => void {
  const client = useQueryClient();
  return () => {
    for (const queryKey of [
      ...['node', 'children', 'changes', 'jobs'].map((key) => [key, cluster]),
      ['clusters'],
    ]) {
      void client.invalidateQueries({ queryKey });
    }
  };
}

/** As many subtrees as one file takes (lib/api/transfer.ts, which would bring its parser along). */
export const exportRootsMax: typeof contractMax = 50;

/** The address of subtrees as one file. */
export function exportUrl(cluster: string, paths: readonly string[], format: 'jsonl' | 'csv'): string {
  return apiPaths.of(cluster, 'export', { path: paths, format });
}

export function jobReportUrl(cluster: string, id: string): string {
  return apiPaths.of(cluster, `jobs/${id}/report`);
}
