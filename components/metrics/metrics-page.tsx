'use client';

import { ChartLine, Database, ListFilter, TriangleAlert } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatAbsolute } from '@/components/ui/format';
import { Page, PageHeader } from '@/components/ui/panel';
import { RefreshControl } from '@/components/ui/refresh-control';
import { EmptyState, ErrorNote, ErrorState } from '@/components/ui/states';
import type { MetricsResponse } from '@/lib/api/metrics';
import { metricsPollMs, useMetrics } from '@/lib/queries/metrics';
import { setRefreshChoice, useRefreshChoice } from '@/lib/queries/refresh';
import { ChartsSkeleton } from './charts-skeleton';
import { MarkList } from './mark-list';
import { MemberFilter } from './member-filter';
import { MetricsToolbar } from './metrics-toolbar';
import { memberLooks, shownMembers } from './shape';
import { useMetricsState, type MetricsState } from './use-metrics-state';
import { ValueTable } from './value-table';

// The charting library is loaded by this page alone, after the page itself.
const ChartGrid = dynamic(() => import('./chart-grid').then((module) => module.ChartGrid), {
  ssr: false,
  loading: () => <ChartsSkeleton />,
});

export function MetricsPage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('metrics');
  const state = useMetricsState();
  const refresh = useRefreshChoice();
  const { data, error, refetch } = useMetrics(cluster, { ...state, refresh });
  return (
    <Page>
      <PageHeader title={t('title')}>
        <MetricsToolbar state={state} longHistory={data?.longHistory ?? false}>
          <MetricsRefresh cluster={cluster} state={state} />
        </MetricsToolbar>
      </PageHeader>
      {data !== undefined ? (
        <div className="flex flex-col gap-3">
          {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
          <MetricsBody metrics={data} state={state} />
        </div>
      ) : error !== null ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <ChartsSkeleton />
      )}
    </Page>
  );
}

/** Apart from the page, which would draw all its charts again whenever a reading begins or ends. */
function MetricsRefresh({ cluster, state }: { readonly cluster: string; readonly state: MetricsState }) {
  const refresh = useRefreshChoice();
  const { isFetching, dataUpdatedAt, refetch } = useMetrics(cluster, { ...state, refresh });
  return (
    <RefreshControl
      at={dataUpdatedAt}
      busy={isFetching}
      everyMs={metricsPollMs[state.range]}
      onRefresh={() => void refetch()}
      choice={refresh}
      onChoice={setRefreshChoice}
    />
  );
}

function MetricsBody({
  metrics,
  state,
}: {
  readonly metrics: MetricsResponse;
  readonly state: MetricsState;
}) {
  const t = useTranslations('metrics');
  const names = metrics.members.map(({ name }) => name);
  const shown = shownMembers(names, state.members);
  const looks = memberLooks(names);
  const members = metrics.members.filter(({ name }) => shown.includes(name));
  const shownLooks = looks.filter(({ name }) => shown.includes(name));
  const sampled = metrics.members.some(({ series }) =>
    Object.values(series).some((values) => values?.some((value) => value !== null)),
  );
  return (
    <>
      <SourceNote metrics={metrics} />
      <MemberFilter metrics={metrics} looks={looks} shown={shown} onChange={state.setMembers} />
      {!sampled ? (
        <NoSamples metrics={metrics} />
      ) : members.length === 0 ? (
        <EmptyState icon={ListFilter} title={t('nothingShown')}>
          {t('nothingShownNext')}
        </EmptyState>
      ) : (
        <>
          <ChartGrid
            metrics={{ ...metrics, members }}
            looks={shownLooks}
            held={state.at}
            onHold={state.setAt}
          />
          <div className="grid items-start gap-3 2xl:grid-cols-[3fr_2fr]">
            <ValueTable
              metrics={{ ...metrics, members }}
              looks={shownLooks}
              at={state.at}
              onRelease={() => state.setAt(null)}
            />
            <MarkList marks={metrics.marks} onHold={state.setAt} />
          </div>
        </>
      )}
    </>
  );
}

/** Where the values come from, when that is not the console's own samples, or why they are all there is. */
function SourceNote({ metrics }: { readonly metrics: MetricsResponse }) {
  const t = useTranslations('metrics');
  if (metrics.sourceFault !== null) {
    return (
      <p role="status" className="flex items-start gap-2 rounded-base bg-warn-soft px-3 py-2 text-sm">
        <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-warn-text" />
        <span>
          {t('historyFault')} <span className="text-xs text-ink-2">{metrics.sourceFault}</span>
        </span>
      </p>
    );
  }
  if (metrics.source === 'console') return null;
  return (
    <p role="status" className="flex items-center gap-2 text-xs text-ink-2">
      <Database aria-hidden size={13} className="shrink-0 text-ink-3" />
      {t('fromPrometheus')}
    </p>
  );
}

/** Nothing to draw: either the console has only just begun, or the range lies before its first sample. */
function NoSamples({ metrics }: { readonly metrics: MetricsResponse }) {
  const t = useTranslations('metrics');
  const { locale, zone } = useDisplay();
  const before = metrics.oldest !== null && metrics.oldest > metrics.to;
  return (
    <EmptyState icon={ChartLine} title={before ? t('emptyRange') : t('gathering')}>
      {before && metrics.oldest !== null
        ? t('emptyRangeNext', { time: formatAbsolute(metrics.oldest, locale, zone) })
        : t('gatheringNext', { seconds: String(metrics.sampleEveryMs / 1000) })}
    </EmptyState>
  );
}
