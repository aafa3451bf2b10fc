'use client';

import { CopyPlus, Download, Gauge, Search, Shield, Upload } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { MenuItem } from '@/components/ui/menu';
import type { ClusterView } from '@/lib/api/clusters';
import type { JobRequest, JobView } from '@/lib/api/jobs';
import type { NodeResponse } from '@/lib/api/znodes';
import { useClusters } from '@/lib/queries/clusters';
import { exportUrl } from '@/lib/queries/jobs';
import { pagePaths } from '@/lib/queries/paths';

const CopyDialog = dynamic(
  () => import('@/components/jobs/copy-dialog').then((module) => module.CopyDialog),
  { ssr: false },
);
const JobDialog = dynamic(() => import('@/components/jobs/job-dialog').then((module) => module.JobDialog), {
  ssr: false,
});

const ImportDialog = dynamic(
  () => import('@/components/transfer/import-dialog').then((module) => module.ImportDialog),
  { ssr: false },
);

const QuotaDialog = dynamic(
  () => import('@/components/quota/quota-dialog').then((module) => module.QuotaDialog),
  { ssr: false },
);

/** What is being asked about a znode and all below it. */
export type Asking =
  | { readonly kind: 'job'; readonly cluster: string; readonly request: JobRequest }
  | { readonly kind: 'copy'; readonly path: string }
  | { readonly kind: 'quota'; readonly path: string }
  | { readonly kind: 'import'; readonly path: string };

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
  if (asking.kind === 'import') {
    return (
      <ImportDialog
        key={asking.path}
        path={asking.path}
        onClose={close}
        onPlan={(request) => onAsk({ kind: 'job', cluster: cluster.id, request })}
      />
    );
  }
  if (asking.kind === 'quota') {
    return <QuotaDialog key={asking.path} cluster={cluster} path={asking.path} onClose={close} />;
  }
  const target = clusters.find(({ id }) => id === asking.cluster) ?? cluster;
  const { request } = asking;
  return (
    <JobDialog
      key={request.kind}
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

/** The answer is a file, so the page stays. */
function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
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
  const transfer = useTranslations('transfer');
  const quota = useTranslations('quota');
  const search = useTranslations('search');
  const router = useRouter();
  const off = cluster.readOnly || node === undefined;
  const hint = cluster.readOnly ? actions('readOnly') : undefined;
  const acl = node?.acl ?? null;
  return (
    <>
      <MenuItem icon={Search} onSelect={() => router.push(pagePaths.search(cluster.id, path))}>
        {search('menu')}
      </MenuItem>
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
      <MenuItem
        icon={Gauge}
        disabled={
          node === undefined || path === '/' || path === '/zookeeper' || path.startsWith('/zookeeper/')
        }
        onSelect={() => onAsk({ kind: 'quota', path })}
      >
        {quota('menu')}…
      </MenuItem>
      <MenuItem icon={Upload} disabled={off} hint={hint} onSelect={() => onAsk({ kind: 'import', path })}>
        {transfer('import')}…
      </MenuItem>
      <MenuItem
        icon={Download}
        disabled={node === undefined}
        onSelect={() => download(exportUrl(cluster.id, path, 'jsonl'))}
      >
        {transfer('export')}
      </MenuItem>
      <MenuItem
        icon={Download}
        disabled={node === undefined}
        onSelect={() => download(exportUrl(cluster.id, path, 'csv'))}
      >
        {transfer('exportCsv')}
      </MenuItem>
    </>
  );
}
