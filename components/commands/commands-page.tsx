'use client';

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useTranslations } from 'use-intl';
import { Page, PageHeader, Skeleton } from '@/components/ui/panel';
import { Select } from '@/components/ui/select';
import { EmptyState, ErrorState } from '@/components/ui/states';
import type { ClusterView } from '@/lib/api/clusters';
import { useClusters } from '@/lib/queries/clusters';
import { CommandRunner } from './command-runner';
import { offeredWords } from './words';
import { WordList } from './word-list';

export function CommandsPage({ cluster }: { readonly cluster: string }) {
  const { data, error, refetch } = useClusters();
  const view = data?.clusters.find(({ id }) => id === cluster);
  const t = useTranslations('commands');
  if (view !== undefined) return <Commands cluster={view} />;
  return (
    <Page>
      <PageHeader title={t('title')} />
      {error !== null ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-96" />
      )}
    </Page>
  );
}

function Commands({ cluster }: { readonly cluster: ClusterView }) {
  const t = useTranslations('commands');
  const [query, setQuery] = useQueryStates({
    member: parseAsString,
    word: parseAsStringLiteral(offeredWords).withDefault('srvr'),
  });
  const member = query.member ?? cluster.members[0];
  if (member === undefined) return <EmptyState title={t('noMembers')} />;
  return (
    <Page>
      <PageHeader title={t('title')}>
        <Select
          label={t('member')}
          mono
          value={member}
          onChange={(next) => void setQuery({ member: next }, { history: 'push' })}
          options={cluster.members.map((name) => ({ value: name, label: name }))}
          className="w-60"
        />
      </PageHeader>
      <div className="grid items-start gap-3 md:grid-cols-[276px_minmax(0,1fr)]">
        <WordList
          word={query.word}
          readOnly={cluster.readOnly}
          onChange={(word) => void setQuery({ word }, { history: 'push' })}
        />
        <CommandRunner key={`${member} ${query.word}`} cluster={cluster} member={member} word={query.word} />
      </div>
    </Page>
  );
}
