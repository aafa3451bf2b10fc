'use client';

import { useTranslations } from 'use-intl';
import type { ClusterView } from '@/lib/api/clusters';
import { useJob, useJobStep } from '@/lib/queries/jobs';
import { JobWindow } from './job-window';
import { useJobEnd } from './use-job-end';

export interface OpenedJobProps {
  readonly cluster: ClusterView;
  readonly id: string;
  readonly onClose: () => void;
  /** Null where nothing may be changed. */
  readonly onRestore: ((job: string) => void) | null;
}

const stay = (): void => undefined;

/** A job found again, as it stands: followed, stopped, run on, given up, taken back. */
export function OpenedJob({ cluster, id, onClose, onRestore }: OpenedJobProps) {
  const kinds = useTranslations('history.kinds');
  const t = useTranslations('history');
  const job = useJob(cluster.id, id);
  const step = useJobStep(cluster.id);
  const view = job.data;
  useJobEnd(cluster.id, view, stay);
  return (
    <JobWindow
      cluster={cluster}
      title={view === undefined ? t('one') : `${kinds(view.kind)} · ${view.path}`}
      view={view}
      step={step}
      error={job.error}
      onRetry={() => void job.refetch()}
      onClose={onClose}
      onPlan={null}
      onRestore={onRestore && (() => onRestore(id))}
    />
  );
}
