'use client';

import { useTranslations } from 'use-intl';
import { Page, PageHeader } from '@/components/ui/panel';
import { RefreshControl } from '@/components/ui/refresh-control';
import { ErrorNote, ErrorState } from '@/components/ui/states';
import type { OverviewResponse } from '@/lib/api/overview';
import { overviewPollMs, useOverview } from '@/lib/queries/overview';
import { setRefreshChoice, useRefreshChoice } from '@/lib/queries/refresh';
import { BlindSpots } from './blind-spots';
import { EventList } from './event-list';
import { MemberTable } from './member-table';
import { OverviewSkeleton } from './overview-skeleton';
import { OwnCost } from './own-cost';
import { SampleOffer } from './sample-offer';
import { ServerCard } from './server-card';
import { SetBackNote } from './set-back-note';
import { TermList } from './term-list';
import { VerdictPanel } from './verdict-panel';

export function OverviewPage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('overview');
  const choice = useRefreshChoice();
  const { data, error, isFetching, refetch } = useOverview(cluster, choice);
  return (
    <Page>
      <PageHeader title={t('title')}>
        <RefreshControl
          at={data?.refreshedAt}
          busy={isFetching}
          everyMs={overviewPollMs}
          onRefresh={() => void refetch()}
          choice={choice}
          onChoice={setRefreshChoice}
        />
      </PageHeader>
      {data === undefined ? (
        error === null ? (
          <OverviewSkeleton />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <div className="flex flex-col gap-3">
          {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
          <OverviewBody cluster={cluster} overview={data} />
        </div>
      )}
    </Page>
  );
}

function OverviewBody({
  cluster,
  overview,
}: {
  readonly cluster: string;
  readonly overview: OverviewResponse;
}) {
  const [only] = overview.members;
  return (
    <>
      <VerdictPanel overview={overview} />
      <SetBackNote setBack={overview.setBack} />
      <SampleOffer cluster={cluster} overview={overview} />
      {overview.members.length === 1 && only !== undefined ? (
        <ServerCard cluster={cluster} member={only} />
      ) : (
        <MemberTable cluster={cluster} members={overview.members} />
      )}
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          {overview.quorum.mode !== 'standalone' && overview.members.length > 1 && (
            <TermList terms={overview.terms} members={overview.members} />
          )}
          <EventList cluster={cluster} events={overview.events} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <BlindSpots members={overview.members} quorum={overview.quorum} />
          <OwnCost cluster={cluster} cost={overview.cost} />
        </div>
      </div>
    </>
  );
}
