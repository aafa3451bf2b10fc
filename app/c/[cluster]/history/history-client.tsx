'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { HistoryPage } from '@/components/history/history-page';
import { useCluster } from '@/lib/queries/clusters';

const JobDialog = dynamic(() => import('@/components/jobs/job-dialog').then((module) => module.JobDialog), {
  ssr: false,
});

/** The history, with the job that takes another one back. */
export function HistoryWithJobs({ cluster }: { readonly cluster: string }) {
  const view = useCluster(cluster);
  const [job, setJob] = useState<string | null>(null);
  const close = (): void => setJob(null);
  return (
    <>
      <HistoryPage cluster={cluster} onRestore={view?.readOnly === false ? setJob : null} />
      {job !== null && view !== undefined && (
        <JobDialog
          key={job}
          cluster={view}
          request={{ kind: 'restore', job }}
          onClose={close}
          onDone={close}
        />
      )}
    </>
  );
}
