'use client';

import { Scale } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { OnRequest, ReadButton } from '@/components/ui/on-request';
import { Page, PageHeader, Skeleton } from '@/components/ui/panel';
import { ReadAgo } from '@/components/ui/reading-notes';
import { useEnsemble, useReadEnsemble } from '@/lib/queries/ensemble';
import { ProbeList } from './probe-list';
import { RestartPanel } from './restart-panel';
import { useEnsembleAddress } from './use-ensemble-address';

const ReadingView = dynamic(() => import('./reading-view').then((module) => module.ReadingView), {
  ssr: false,
  loading: () => <Skeleton className="h-96" />,
});

/** Do the members fit together, is one slow, and in which order may they be restarted? */
export function EnsemblePage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('ensemble');
  const address = useEnsembleAddress();
  const query = useEnsemble(cluster);
  const read = useReadEnsemble(cluster);
  const reading = query.data?.reading ?? null;
  return (
    <Page>
      <PageHeader title={t('title')} note={reading !== null && <ReadAgo at={reading.at} />}>
        <ReadButton read={read} again={reading !== null} text={t} />
      </PageHeader>
      <div className="flex flex-col gap-3">
        <div className="grid items-start gap-3 lg:grid-cols-2">
          <RestartPanel cluster={cluster} address={address} />
          <ProbeList cluster={cluster} />
        </div>
        <OnRequest query={query} read={read} icon={Scale} text={t}>
          {reading !== null && <ReadingView cluster={cluster} reading={reading} address={address} />}
        </OnRequest>
      </div>
    </Page>
  );
}
