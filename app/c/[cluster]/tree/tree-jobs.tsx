'use client';

import { CopyPlus, Shield } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { MenuItem } from '@/components/ui/menu';
import type { ClusterView } from '@/lib/api/clusters';
import type { JobRequest, JobView } from '@/lib/api/jobs';
import type { NodeResponse } from '@/lib/api/znodes';
import { useClusters } from '@/lib/queries/clusters';

const CopyDialog = dynamic(
  () => import('@/components/jobs/copy-dialog').then((module) => module.CopyDialog),
  { ssr: false },
);
const JobDialog = dynamic(() => import('@/components/jobs/job-dialog').then((module) => module.JobDialog), {
  ssr: false,
});

/** What is being asked about many znodes. */
export type Asking =
  | { readonly kind: 'job'; readonly cluster: string; readonly request: JobRequest }
  | { readonly kind: 'copy'; readonly path: string };

export function deletionOf(cluster: string, paths: readonly string[]): Asking {
  return { kind: 'job', cluster, request: { kind: 'deleteTree', paths: [...paths] } };
}

export interface TreeJobsProps {
  readonly cluster: ClusterView;
  readonly asking: Asking | null;
  readonly onAsk: (asking: Asking | null) => void;
  readonly onDone: (request: JobRequest, view: JobView) => void;
}

/** The dialogs of jobs that start in the tree. */
export function TreeJobs({ cluster, asking, onAsk, onDone }: TreeJobsProps) {
  const clusters = useClusters().data?.clusters ?? [];
  if (asking === null) return null;
  const close = (): void => onAsk(null);
  if (asking.kind === 'copy') {
    return (
      <CopyDialog
        key={asking.path}
        cluster={cluster.id}
        path={asking.path}
        onClose={close}
        onPlan={(target, request) => onAsk({ kind: 'job', cluster: target, request })}
      />
    );
  }
  const target = clusters.find(({ id }) => id === asking.cluster) ?? cluster;
  const { request } = asking;
  return (
    <JobDialog
      key={JSON.stringify(request)}
      cluster={target}
      request={request}
      onClose={close}
      onDone={(view) => {
        close();
        onDone(request, view);
      }}
    />
  );
}

export interface JobMenuItemsProps {
  readonly cluster: ClusterView;
  readonly path: string;
  readonly node: NodeResponse | undefined;
  readonly onAsk: (asking: Asking) => void;
}

/** What the menu of a znode offers for it and all below. */
export function JobMenuItems({ cluster, path, node, onAsk }: JobMenuItemsProps) {
  const t = useTranslations('jobs.menu');
  const actions = useTranslations('node.actions');
  const off = cluster.readOnly || node === undefined;
  const hint = cluster.readOnly ? actions('readOnly') : undefined;
  const acl = node?.acl ?? null;
  return (
    <>
      <MenuItem
        icon={CopyPlus}
        disabled={node === undefined || path === '/'}
        onSelect={() => onAsk({ kind: 'copy', path })}
      >
        {t('copy')}…
      </MenuItem>
      <MenuItem
        icon={Shield}
        disabled={off || acl === null}
        hint={hint}
        onSelect={() =>
          acl !== null &&
          onAsk({ kind: 'job', cluster: cluster.id, request: { kind: 'aclTree', paths: [path], acl } })
        }
      >
        {t('acl')}…
      </MenuItem>
    </>
  );
}
