'use client';

import { Lock, Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { Page, PageHeader, Skeleton } from '@/components/ui/panel';
import { EmptyState, ErrorNote, ErrorState } from '@/components/ui/states';
import { pathFault } from '@/lib/protocol/path';
import { useLocks, useStartLockScan } from '@/lib/queries/locks';
import { useLocksAddress } from './use-locks-address';

const loading = () => <Skeleton className="h-48" />;
const LockQueues = dynamic(() => import('./lock-queues').then((module) => module.LockQueues), {
  ssr: false,
  loading,
});
const ScanPanel = dynamic(() => import('./scan-panel').then((module) => module.ScanPanel), {
  ssr: false,
  loading,
});

/** Who holds a lock or leads, who waits, and where such things are. */
export function LocksPage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('locks');
  const address = useLocksAddress();
  const query = useLocks(cluster, address.path);
  const start = useStartLockScan(cluster);
  const scan = (path: string) => start.mutate(path, { onSuccess: ({ id }) => address.setScan(id) });
  return (
    <Page>
      <PageHeader title={t('title')} />
      <div className="flex flex-col gap-3">
        <PathForm
          key={address.path ?? ''}
          initial={address.path ?? '/'}
          searching={start.isPending}
          onShow={address.setPath}
          onScan={scan}
        />
        {start.error !== null && <ErrorNote error={start.error} />}
        {address.scan !== null && (
          <ScanPanel
            cluster={cluster}
            id={address.scan}
            shown={address.path}
            onOpen={address.setPath}
            onClose={() => address.setScan(null)}
          />
        )}
        {address.path === null ? (
          address.scan === null && (
            <EmptyState icon={Lock} title={t('intro')}>
              {t('introNext')}
            </EmptyState>
          )
        ) : query.data !== undefined ? (
          <LockQueues
            cluster={cluster}
            locks={query.data}
            searched={address.scan !== null}
            onRefresh={() => void query.refetch()}
          />
        ) : query.error !== null ? (
          <ErrorState error={query.error} subject={address.path} onRetry={() => void query.refetch()} />
        ) : (
          loading()
        )}
      </div>
    </Page>
  );
}

interface PathFormProps {
  readonly initial: string;
  readonly searching: boolean;
  readonly onShow: (path: string) => void;
  readonly onScan: (path: string) => void;
}

function PathForm({ initial, searching, onShow, onScan }: PathFormProps) {
  const t = useTranslations('locks');
  const [text, setText] = useState(initial);
  const [tried, setTried] = useState(false);
  const path = text.trimStart();
  const fault = pathFault(path);
  const checked = (onPath: (path: string) => void) => {
    setTried(true);
    if (fault === null) onPath(path);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    checked(onShow);
  };
  return (
    <form
      onSubmit={submit}
      className="flex flex-wrap items-start gap-2 rounded-base border border-line bg-surface px-3 py-2"
    >
      <div className="min-w-48 grow sm:max-w-xl">
        <Input
          mono
          aria-label={t('path')}
          placeholder={t('path')}
          aria-invalid={(tried && fault !== null) || undefined}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {tried && fault !== null && (
          <p role="alert" className="mt-0.5 text-xs text-danger-text">
            {t('pathFault', { fault })}
          </p>
        )}
      </div>
      <Button type="submit" tone="primary">
        {t('show')}
      </Button>
      <Button icon={Search} busy={searching} onClick={() => checked(onScan)}>
        {t('scan')}
      </Button>
    </form>
  );
}
