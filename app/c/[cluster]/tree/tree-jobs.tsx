'use client';

import { useQueryClient } from '@tanstack/react-query';
import { CopyPlus, Download, Gauge, Search, Shield, Trash2, Upload } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import type { Action } from '@/components/ui/actions';
import type { ClusterView } from '@/lib/api/clusters';
import type { JobRequest, JobView } from '@/lib/api/jobs';
import type { NodeResponse } from '@/lib/api/znodes';
import { isSystem } from '@/lib/protocol/path';
import { useClusters } from '@/lib/queries/clusters';
import { exportRootsMax, exportUrl } from '@/lib/queries/jobs';
import { pagePaths } from '@/lib/queries/paths';
import { nodeQuery } from '@/lib/queries/znodes';

const CopyDialog = dynamic(
  () => import('@/components/jobs/copy-dialog').then((module) => module.CopyDialog),
  { ssr: false },
);
const AclDialog = dynamic(() => import('@/components/jobs/acl-dialog').then((module) => module.AclDialog), {
  ssr: false,
});
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
  | { readonly kind: 'copy'; readonly paths: readonly string[] }
  | { readonly kind: 'acl'; readonly paths: readonly string[] }
  | { readonly kind: 'quota'; readonly path: string }
  | { readonly kind: 'import'; readonly path: string };

export function deletionOf(cluster: string, paths: readonly string[]): Asking {
  return { kind: 'job', cluster, request: { kind: 'deleteTree', paths: [...paths] } };
}

export interface TreeJobsProps {
  readonly cluster: ClusterView;
  /** The znode on screen. */
  readonly path: string;
  readonly asking: Asking | null;
  readonly onAsk: (asking: Asking | null) => void;
  readonly onDone: (request: JobRequest, view: JobView) => void;
}

/** The dialogs of jobs that start in the tree. */
export function TreeJobs({ cluster, path, asking, onAsk, onDone }: TreeJobsProps) {
  const clusters = useClusters().data?.clusters ?? [];
  const acl = useQueryClient().getQueryData(nodeQuery(cluster.id, path).queryKey)?.acl ?? null;
  if (asking === null) return null;
  const close = (): void => onAsk(null);
  if (asking.kind === 'copy') {
    return (
      <CopyDialog
        key={asking.paths.join()}
        cluster={cluster.id}
        paths={asking.paths}
        onClose={close}
        onPlan={(target, request) => onAsk({ kind: 'job', cluster: target, request })}
      />
    );
  }
  if (asking.kind === 'acl') {
    return (
      <AclDialog
        paths={asking.paths}
        model={acl === null ? null : { path, acl }}
        onClose={close}
        onPlan={(request) => onAsk({ kind: 'job', cluster: cluster.id, request })}
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

/** What can be done with a znode and all below it. */
export function useJobActions(
  cluster: ClusterView,
  path: string,
  onAsk: (asking: Asking) => void,
): (node: NodeResponse | undefined) => readonly Action[] {
  const t = useTranslations('jobs.menu');
  const actions = useTranslations('node.actions');
  const transfer = useTranslations('transfer');
  const quota = useTranslations('quota');
  const search = useTranslations('search');
  const router = useRouter();
  const hint = cluster.readOnly ? actions('readOnly') : undefined;
  return (node) => {
    const missing = node === undefined;
    const off = cluster.readOnly || missing;
    const acl = node?.acl ?? null;
    return [
      {
        id: 'search',
        icon: Search,
        label: search('menu'),
        run: () => router.push(pagePaths.search(cluster.id, path)),
      },
      {
        id: 'copy',
        icon: CopyPlus,
        label: `${t('copy')}…`,
        disabled: missing || path === '/',
        run: () => onAsk({ kind: 'copy', paths: [path] }),
      },
      {
        id: 'acl',
        icon: Shield,
        label: `${t('acl')}…`,
        disabled: off || acl === null,
        hint,
        run: () =>
          acl !== null &&
          onAsk({ kind: 'job', cluster: cluster.id, request: { kind: 'aclTree', paths: [path], acl } }),
      },
      {
        id: 'quota',
        icon: Gauge,
        label: `${quota('menu')}…`,
        disabled: missing || path === '/' || path === '/zookeeper' || path.startsWith('/zookeeper/'),
        run: () => onAsk({ kind: 'quota', path }),
      },
      {
        id: 'import',
        icon: Upload,
        label: `${transfer('import')}…`,
        disabled: off,
        hint,
        run: () => onAsk({ kind: 'import', path }),
      },
      {
        id: 'export',
        icon: Download,
        label: transfer('export'),
        disabled: missing,
        run: () => download(exportUrl(cluster.id, [path], 'jsonl')),
      },
      {
        id: 'exportCsv',
        icon: Download,
        label: transfer('exportCsv'),
        disabled: missing,
        run: () => download(exportUrl(cluster.id, [path], 'csv')),
      },
    ];
  };
}

/** What can be done with all znodes that are selected in the tree. */
export function useMarkedActions(
  cluster: ClusterView,
  onAsk: (asking: Asking) => void,
): (paths: readonly string[]) => readonly Action[] {
  const t = useTranslations('tree.marks');
  const actions = useTranslations('node.actions');
  const refused = { disabled: cluster.readOnly, hint: cluster.readOnly ? actions('readOnly') : undefined };
  return (paths) => {
    const tooMany = paths.length > exportRootsMax;
    return [
      {
        id: 'markedCopy',
        icon: CopyPlus,
        label: t('copy'),
        run: () => onAsk({ kind: 'copy', paths }),
      },
      {
        id: 'markedAcl',
        icon: Shield,
        label: t('acl'),
        ...refused,
        run: () => onAsk({ kind: 'acl', paths }),
      },
      {
        id: 'markedExport',
        icon: Download,
        label: t('export'),
        disabled: tooMany,
        hint: tooMany ? t('exportTooMany', { max: String(exportRootsMax) }) : undefined,
        run: () => download(exportUrl(cluster.id, paths, 'jsonl')),
      },
      {
        id: 'markedDelete',
        icon: Trash2,
        label: t('delete'),
        danger: true,
        ...(paths.some(isSystem) ? { disabled: true, hint: actions('systemDelete') } : refused),
        run: () => onAsk(deletionOf(cluster.id, paths)),
      },
    ];
  };
}
