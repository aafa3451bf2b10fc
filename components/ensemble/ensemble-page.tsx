'use client';

import { RotateCw, Scale } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Page, PageHeader, Skeleton } from '@/components/ui/panel';
import { ReadAgo } from '@/components/ui/reading-notes';
import { EmptyState, ErrorNote, ErrorState } from '@/components/ui/states';
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
        <Button
          tone={reading === null ? 'primary' : 'default'}
          icon={RotateCw}
          busy={read.isPending}
          title={t('cost')}
          onClick={() => read.mutate()}
        >
          {reading === null ? t('read') : t('readAgain')}
        </Button>
      </PageHeader>
      <div className="flex flex-col gap-3">
        <div className="grid items-start gap-3 lg:grid-cols-2">
          <RestartPanel cluster={cluster} address={address} />
          <ProbeList cluster={cluster} />
        </div>
        {read.error !== null && <ErrorNote error={read.error} />}
        {reading !== null ? (
          <ReadingView cluster={cluster} reading={reading} address={address} />
        ) : query.error !== null ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending || read.isPending ? (
          <Skeleton className="h-96" />
        ) : (
          <EmptyState icon={Scale} title={t('notRead')}>
            {t('cost')}
          </EmptyState>
        )}
      </div>
    </Page>
  );
}
