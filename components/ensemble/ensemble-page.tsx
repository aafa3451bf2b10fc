'use client';

import { Scale, Users } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
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

const MembersDialog = dynamic(
  () => import('./members/members-dialog').then((module) => module.MembersDialog),
  { ssr: false },
);

/** Do the members fit together, is one slow, and in which order may they be restarted? */
export function EnsemblePage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('ensemble');
  const reconfig = useTranslations('reconfig');
  const address = useEnsembleAddress();
  const query = useEnsemble(cluster);
  const read = useReadEnsemble(cluster);
  const reading = query.data?.reading ?? null;
  return (
    <Page>
      <PageHeader title={t('title')} note={reading !== null && <ReadAgo at={reading.at} />}>
        <Button icon={Users} onClick={() => address.setMembers(true)}>
          {reconfig('open')}…
        </Button>
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
      {address.members && <MembersDialog cluster={cluster} onClose={() => address.setMembers(false)} />}
    </Page>
  );
}
