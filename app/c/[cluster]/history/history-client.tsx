'use client';

import dynamic from 'next/dynamic';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { HistoryPage } from '@/components/history/history-page';
import { Page, PageHeader, Panel } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { useCluster } from '@/lib/queries/clusters';

const JobDialog = dynamic(() => import('@/components/jobs/job-dialog').then((module) => module.JobDialog), {
  ssr: false,
});
const JobList = dynamic(() => import('@/components/jobs/job-list').then((module) => module.JobList), {
  ssr: false,
});
const OpenedJob = dynamic(() => import('@/components/jobs/opened-job').then((module) => module.OpenedJob), {
  ssr: false,
});

const views = ['changes', 'jobs'] as const;

/** The history: single changes, or jobs of many with all that can still be done about them. */
export function HistoryWithJobs({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('jobs.list');
  const history = useTranslations('history');
  const known = useCluster(cluster);
  const [{ view, opened }, setAddress] = useQueryStates({
    view: parseAsStringLiteral(views).withDefault('changes'),
    opened: parseAsString.withOptions({ history: 'push' }),
  });
  const [restored, setRestored] = useState<string | null>(null);
  const close = (): void => setRestored(null);
  const restore = (job: string): void => {
    void setAddress({ opened: null });
    setRestored(job);
  };
  const onRestore = known?.readOnly === false ? restore : null;
  const choice = (
    <Segmented
      label={t('view')}
      value={view}
      onChange={(next) => void setAddress({ view: next, opened: null })}
      options={views.map((value) => ({ value, label: t(value) }))}
    />
  );
  return (
    <>
      {view === 'changes' ? (
        <HistoryPage cluster={cluster} views={choice} onRestore={onRestore} />
      ) : (
        <Page>
          <PageHeader title={history('title')} note={t('note')}>
            {choice}
          </PageHeader>
          <Panel flush>
            <JobList cluster={cluster} onOpen={(id) => void setAddress({ opened: id })} />
          </Panel>
        </Page>
      )}
      {opened !== null && known !== undefined && (
        <OpenedJob
          key={opened}
          cluster={known}
          id={opened}
          onClose={() => void setAddress({ opened: null })}
          onRestore={onRestore}
        />
      )}
      {restored !== null && known !== undefined && (
        <JobDialog
          key={restored}
          cluster={known}
          request={{ kind: 'restore', job: restored }}
          onClose={close}
          onDone={close}
        />
      )}
    </>
  );
}
