'use client';

import { SearchX, Users } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useDeferredValue, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { SearchInput } from '@/components/ui/input';
import { OnRequest, ReadButton } from '@/components/ui/on-request';
import { Page, PageHeader, Skeleton } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState } from '@/components/ui/states';
import type { SessionsReading } from '@/lib/api/sessions';
import { useReadSessions, useSessions } from '@/lib/queries/sessions';
import { ReadAgo, ReadingNotes } from '@/components/ui/reading-notes';
import { matchingSessions } from './session-rows';
import {
  sessionViews,
  useSessionsAddress,
  type SessionsAddress,
  type SessionView,
} from './use-sessions-address';

const loading = () => <Skeleton className="m-3 h-80" />;
const SessionTable = dynamic(() => import('./session-table').then((module) => module.SessionTable), {
  ssr: false,
  loading,
});
const HostTable = dynamic(() => import('./host-table').then((module) => module.HostTable), {
  ssr: false,
  loading,
});
const SessionDetail = dynamic(() => import('./session-detail').then((module) => module.SessionDetail), {
  ssr: false,
});
const WatchesView = dynamic(() => import('./watches-view').then((module) => module.WatchesView), {
  ssr: false,
  loading,
});

/** Who is connected to the ensemble, what they hold and what they watch. */
export function SessionsPage({ cluster }: { readonly cluster: string }) {
  const t = useTranslations('sessions');
  const address = useSessionsAddress();
  const query = useSessions(cluster);
  const read = useReadSessions(cluster);
  const reading = query.data?.reading ?? null;
  const watching = address.view === 'watches';
  return (
    <Page>
      <PageHeader title={t('title')} note={!watching && reading !== null && <ReadAgo at={reading.at} />}>
        <Segmented<SessionView>
          label={t('views.label')}
          value={address.view}
          onChange={address.setView}
          options={sessionViews.map((value) => ({ value, label: t(`views.${value}`) }))}
        />
        {!watching && <ReadButton read={read} again={reading !== null} text={t} />}
      </PageHeader>
      {watching ? (
        <WatchesView cluster={cluster} address={address} />
      ) : (
        <div className="flex flex-col gap-3">
          <OnRequest query={query} read={read} icon={Users} text={t}>
            {reading !== null && <SessionsBody cluster={cluster} reading={reading} address={address} />}
          </OnRequest>
        </div>
      )}
    </Page>
  );
}

function SessionsBody(props: {
  readonly cluster: string;
  readonly reading: SessionsReading;
  readonly address: SessionsAddress;
}) {
  const { cluster, reading, address } = props;
  const t = useTranslations('sessions');
  const { locale } = useDisplay();
  const filter = useDeferredValue(address.q);
  const rows = useMemo(() => matchingSessions(reading.sessions, filter), [reading, filter]);
  const number = (value: number) => formatNumber(value, locale);
  const counts = { shown: number(rows.length), total: number(reading.total) };
  return (
    <>
      <ReadingNotes sources={reading.sources} />
      <div
        className={cx('grid items-start gap-3', address.id !== null && 'lg:grid-cols-[minmax(0,1fr)_360px]')}
      >
        <div className="min-w-0 overflow-clip rounded-base border border-line bg-surface">
          <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
            <SearchInput
              label={t('search')}
              value={address.q}
              onChange={(event) => address.setQ(event.target.value)}
              className="w-full max-w-80"
            />
            <span role="status" className="tnum text-xs text-ink-3">
              {t('count', counts)}
            </span>
          </div>
          {rows.length === 0 ? (
            <NoSessions
              filter={filter}
              total={reading.total}
              told={reading.sources.some(({ fault }) => fault === null)}
              onClear={() => address.setQ('')}
            />
          ) : address.view === 'hosts' ? (
            <HostTable
              rows={rows}
              sort={address.sort}
              onSort={address.setSort}
              onOpen={(host) => address.showHost(host ?? '')}
            />
          ) : (
            <SessionTable
              rows={rows}
              sort={address.sort}
              onSort={address.setSort}
              openId={address.id}
              onOpen={address.setId}
            />
          )}
          {reading.sessions.length < reading.total && (
            <p className="border-t border-line px-3 py-1.5 text-xs text-ink-3">
              {t('cut', { shown: number(reading.sessions.length), total: number(reading.total) })}
            </p>
          )}
        </div>
        {address.id !== null && (
          <div className="order-first min-w-0 lg:order-none">
            <SessionDetail cluster={cluster} id={address.id} onClose={() => address.setId(null)} />
          </div>
        )}
      </div>
    </>
  );
}

function NoSessions(props: {
  readonly filter: string;
  readonly total: number;
  /** Whether any member answered. */
  readonly told: boolean;
  readonly onClear: () => void;
}) {
  const t = useTranslations('sessions');
  if (props.total === 0) {
    return (
      <EmptyState icon={Users} title={props.told ? t('none') : t('untold')}>
        {props.told ? t('noneNext') : t('untoldNext')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title={t('noMatch', { filter: props.filter })}
      actions={<Button onClick={props.onClear}>{t('clear')}</Button>}
    >
      {t('noMatchNext')}
    </EmptyState>
  );
}
