'use client';

import { useTranslations } from 'use-intl';
import { Page, PageHeader, Panel, Skeleton } from '@/components/ui/panel';
import { RefreshControl } from '@/components/ui/refresh-control';
import { ErrorNote, ErrorState } from '@/components/ui/states';
import type { ConsoleResponse } from '@/lib/api/console';
import { consolePollMs, useConsoleReport } from '@/lib/queries/console';
import { setRefreshChoice, useRefreshChoice } from '@/lib/queries/refresh';
import { BoundsPanel } from './bounds-panel';
import { ClusterCosts } from './cluster-costs';
import { ProcessPanel } from './process-panel';
import { PurposeTable } from './purpose-table';

/** What the console itself costs: the clusters, and the machine it runs on. */
export function ConsolePage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('console');
  const choice = useRefreshChoice();
  const { data, error, isFetching, dataUpdatedAt, refetch } = useConsoleReport(choice);
  return (
    <Page>
      <PageHeader title={t('title')} note={data && t('version', { version: data.version, node: data.node })}>
        <RefreshControl
          at={dataUpdatedAt}
          busy={isFetching}
          everyMs={consolePollMs}
          onRefresh={() => void refetch()}
          choice={choice}
          onChoice={setRefreshChoice}
        />
      </PageHeader>
      {data !== undefined ? (
        <div className="flex flex-col gap-3">
          {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
          <Report report={data} cluster={cluster} />
        </div>
      ) : error !== null ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Panel title={t('clusters')}>
          <Skeleton className="h-40 w-full" />
        </Panel>
      )}
    </Page>
  );
}

function Report({ report, cluster }: { readonly report: ConsoleResponse; readonly cluster: string }) {
  return (
    <>
      <ClusterCosts report={report} current={cluster} />
      <PurposeTable report={report} />
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <ProcessPanel report={report} />
        <BoundsPanel report={report} />
      </div>
    </>
  );
}
