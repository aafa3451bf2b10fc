'use client';

import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { ClusterView } from '@/lib/api/clusters';
import type { JobRequest, JobView } from '@/lib/api/jobs';
import { useJob, useJobStep, usePlanJob } from '@/lib/queries/jobs';
import { JobWindow } from './job-window';
import { useJobEnd } from './use-job-end';

export interface JobDialogProps {
  readonly cluster: ClusterView;
  readonly request: JobRequest;
  readonly onClose: () => void;
  readonly onDone: (view: JobView) => void;
}

/** Plans first and changes nothing until the person says so. */
export function JobDialog({ cluster, request, onClose, onDone }: JobDialogProps) {
  const t = useTranslations('jobs');
  const kinds = useTranslations('history.kinds');
  const plan = usePlanJob(cluster.id);
  const step = useJobStep(cluster.id);
  const { mutate } = plan;
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate(request);
  }, [mutate, request]);
  const followed = useJob(cluster.id, plan.data?.id).data ?? plan.data;
  const view = plan.isPending ? undefined : followed;
  useJobEnd(cluster.id, view, onDone);
  const planAgain = () => mutate(request);
  // A plan that nobody wants to see run is not kept for later.
  const close = () => {
    const dropped = view?.state === 'planned' || view?.state === 'planning';
    if (dropped) step.mutate({ id: view.id, step: 'stop' });
    onClose();
  };
  return (
    <JobWindow
      cluster={cluster}
      // A question only as long as it is one.
      title={
        view === undefined || view.state === 'planning' || view.state === 'planned'
          ? t(`titles.${request.kind}`, { path: pathOf(request) })
          : `${kinds(view.kind)} · ${view.path}`
      }
      view={view}
      step={step}
      error={plan.error}
      onRetry={planAgain}
      onClose={close}
      onPlan={planAgain}
      onRestore={null}
    />
  );
}

function pathOf(request: JobRequest): string {
  switch (request.kind) {
    case 'deleteTree':
    case 'aclTree':
      return oneOf(request.paths);
    case 'copyTree':
    case 'moveTree':
      return oneOf(request.from.paths);
    case 'import':
      return request.path;
    case 'restore':
      return '';
  }
}

function oneOf(paths: readonly string[]): string {
  return paths.length === 1 ? (paths[0] ?? '') : `(${paths.length})`;
}
