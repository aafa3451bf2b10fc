'use client';

import { CircleCheck, CircleDashed, CirclePause, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Badge, type Tone } from '@/components/ui/badge';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { Skeleton } from '@/components/ui/panel';
import { OpenCell, PathCell, ReasonCell, WhoCell } from '@/components/ui/record-cells';
import { EmptyState, ErrorState } from '@/components/ui/states';
import { Table, type Column } from '@/components/ui/table';
import { RelativeTime } from '@/components/ui/values';
import type { JobState, JobView } from '@/lib/api/jobs';
import { useJobs } from '@/lib/queries/jobs';

const looks = {
  planning: { tone: 'neutral', icon: LoaderCircle },
  planned: { tone: 'neutral', icon: CircleDashed },
  running: { tone: 'accent', icon: LoaderCircle },
  done: { tone: 'neutral', icon: CircleCheck },
  failed: { tone: 'danger', icon: CircleX },
  cancelled: { tone: 'neutral', icon: CirclePause },
  interrupted: { tone: 'warn', icon: TriangleAlert },
} as const satisfies Record<JobState, { tone: Tone; icon: typeof CircleCheck }>;

export interface JobListProps {
  readonly cluster: string;
  readonly onOpen: (id: string) => void;
}

/** The jobs of a cluster, newest first, whatever became of them. */
export function JobList({ cluster, onOpen }: JobListProps) {
  const t = useTranslations('jobs.list');
  const columns = useColumns(onOpen);
  const query = useJobs(cluster);
  if (query.data === undefined) {
    if (query.error === null) return <Skeleton className="m-3 h-32" />;
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.data.jobs.length === 0) return <EmptyState title={t('empty')}>{t('emptyNext')}</EmptyState>;
  return <Table label={t('jobs')} columns={columns} rows={query.data.jobs} rowKey={({ id }) => id} />;
}

function useColumns(onOpen: (id: string) => void): Column<JobView>[] {
  const t = useTranslations('jobs.list');
  const kinds = useTranslations('history.kinds');
  return [
    { key: 'when', head: t('when'), cell: ({ plannedAt }) => <RelativeTime at={plannedAt} /> },
    {
      key: 'what',
      head: t('what'),
      cell: ({ id, kind, path }) => (
        <OpenCell label={t('openOf', { what: kinds(kind), path })} onOpen={() => onOpen(id)}>
          {kinds(kind)}
        </OpenCell>
      ),
      className: 'whitespace-nowrap',
    },
    {
      key: 'state',
      head: t('state'),
      cell: ({ state, error }) => (
        <Badge {...looks[state]} title={error?.message}>
          {t(`states.${state}`)}
        </Badge>
      ),
    },
    {
      key: 'path',
      head: t('path'),
      cell: ({ path }) => <PathCell path={path} />,
      className: 'min-w-40',
    },
    { key: 'progress', head: t('progress'), numeric: true, cell: (view) => <Progress view={view} /> },
    {
      key: 'who',
      head: t('who'),
      cell: ({ by }) => <WhoCell name={by.name} address={by.address} />,
      className: 'whitespace-nowrap',
    },
    {
      key: 'reason',
      head: t('reason'),
      cell: ({ by }) => <ReasonCell reason={by.reason} />,
      className: 'min-w-32',
    },
  ];
}

function Progress({ view }: { readonly view: JobView }) {
  const t = useTranslations('jobs.list');
  const { locale } = useDisplay();
  return (
    <span className="whitespace-nowrap">
      {formatNumber(view.done, locale)} / {formatNumber(view.items, locale)}
      {view.faultCount > 0 && (
        <span className="ml-1.5 text-danger-text">{t('faults', { count: view.faultCount })}</span>
      )}
    </span>
  );
}
