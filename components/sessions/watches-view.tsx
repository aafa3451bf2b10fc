'use client';

import { Eye, RotateCw, SearchX, X } from 'lucide-react';
import Link from 'next/link';
import { useDeferredValue, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonClass, IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatNumber } from '@/components/ui/format';
import { SearchInput } from '@/components/ui/input';
import { NodeName } from '@/components/ui/node-name';
import { Skeleton } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { sortRows } from '@/components/ui/sort';
import { EmptyState, ErrorNote, ErrorState } from '@/components/ui/states';
import { Num, Unknown } from '@/components/ui/values';
import { VirtualTable, type WideColumn } from '@/components/ui/virtual-table';
import type { WatchCounts, WatchesReading } from '@/lib/api/watches';
import { pagePaths } from '@/lib/queries/paths';
import { useReadWatches, useWatchers, useWatchReading } from '@/lib/queries/watches';
import { ReadAgo, ReadingNotes, useAgo } from '@/components/ui/reading-notes';
import { SessionDetail } from './session-detail';
import { watchSides, type SessionsAddress, type WatchSide } from './use-sessions-address';

/** A path of wchp with its session: about so many bytes. */
const bytesPerPath = 80;
const bytesPerWatch = 20;

/** Who watches what: counted when looked at, listed only on request. */
export function WatchesView(props: { readonly cluster: string; readonly address: SessionsAddress }) {
  const { cluster, address } = props;
  const t = useTranslations('sessions.watches');
  const filter = useDeferredValue(address.q);
  const query = useWatchReading(cluster, filter);
  const read = useReadWatches(cluster);
  const { data } = query;
  if (data === undefined) {
    return query.error === null ? (
      <Skeleton className="h-96" />
    ) : (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  const { counts, reading } = data;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-base border border-line bg-surface px-3 py-2">
        <Counts counts={counts} />
        {reading !== null && (
          <span className="text-xs text-ink-3">
            <ReadAgo at={reading.at} />
          </span>
        )}
        <Button
          tone={reading === null ? 'primary' : 'default'}
          icon={RotateCw}
          busy={read.isPending}
          className="ml-auto"
          onClick={() => read.mutate()}
        >
          {t('read')}
        </Button>
        <CostNote counts={counts} />
      </div>
      {read.error !== null && <ErrorNote error={read.error} />}
      <ReadingNotes sources={reading?.sources ?? counts.sources} />
      {reading === null ? (
        <EmptyState icon={Eye} title={t('notRead')} />
      ) : (
        <WatchTables cluster={cluster} reading={reading} filter={filter} address={address} />
      )}
    </div>
  );
}

function Counts({ counts }: { readonly counts: WatchCounts }) {
  const t = useTranslations('sessions.watches');
  const { locale } = useDisplay();
  const ago = useAgo();
  const number = (value: number) => formatNumber(value, locale);
  if (counts.sources.every(({ fault }) => fault !== null)) return <span>{t('uncounted')}</span>;
  return (
    <span className="tnum text-sm">
      {t('count', {
        watches: number(counts.watches),
        sessions: number(counts.sessions),
        paths: number(counts.paths),
      })}{' '}
      <span className="text-xs text-ink-3">{t('counted', { ago: ago(counts.at) })}</span>
    </span>
  );
}

function CostNote({ counts }: { readonly counts: WatchCounts }) {
  const t = useTranslations('sessions.watches');
  const { locale } = useDisplay();
  const known = counts.sources.some(({ fault }) => fault === null);
  const bytes = counts.paths * bytesPerPath + counts.watches * bytesPerWatch;
  return (
    <p className="w-full text-xs text-ink-2">
      {t('cost', { size: known ? formatBytes(bytes, locale) : '?' })}
    </p>
  );
}

interface WatchTablesProps {
  readonly cluster: string;
  readonly reading: WatchesReading;
  readonly filter: string;
  readonly address: SessionsAddress;
}

function WatchTables({ cluster, reading, filter, address }: WatchTablesProps) {
  const t = useTranslations('sessions.watches');
  const { locale } = useDisplay();
  const number = (value: number) => formatNumber(value, locale);
  const byPath = address.by === 'path';
  const shown = byPath ? reading.byPath.length : reading.bySession.length;
  const open = byPath ? address.watched : address.id;
  return (
    <div className={cx('grid items-start gap-3', open !== null && 'lg:grid-cols-[minmax(0,1fr)_360px]')}>
      <div className="min-w-0 overflow-clip rounded-base border border-line bg-surface">
        <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
          <Segmented<WatchSide>
            label={t('by')}
            value={address.by}
            onChange={address.setBy}
            options={watchSides.map((value) => ({
              value,
              label: value === 'path' ? t('byPath') : t('bySession'),
            }))}
          />
          <SearchInput
            label={t('filter')}
            value={address.q}
            onChange={(event) => address.setQ(event.target.value)}
            className="w-full max-w-64"
          />
          <span role="status" className="tnum text-xs text-ink-3">
            {byPath
              ? t('shownPaths', { shown: number(shown), total: number(reading.paths) })
              : t('shownSessions', { shown: number(shown), total: number(reading.sessions) })}
            {reading.outside > 0 && ` · ${t('outside', { count: number(reading.outside) })}`}
          </span>
        </div>
        {shown === 0 ? (
          <EmptyState icon={SearchX} title={filter === '' ? t('none') : t('noMatch', { filter })}>
            {filter === '' && t('noneNext')}
          </EmptyState>
        ) : byPath ? (
          <PathTable reading={reading} address={address} />
        ) : (
          <WatcherTable reading={reading} address={address} />
        )}
      </div>
      {byPath && address.watched !== null && (
        <div className="order-first min-w-0 lg:order-none">
          <Watchers cluster={cluster} path={address.watched} onClose={() => address.setWatched(null)} />
        </div>
      )}
      {!byPath && address.id !== null && (
        <div className="order-first min-w-0 lg:order-none">
          <SessionDetail cluster={cluster} id={address.id} onClose={() => address.setId(null)} />
        </div>
      )}
    </div>
  );
}

interface TableProps {
  readonly reading: WatchesReading;
  readonly address: SessionsAddress;
}

const tableHeight = 'max-h-[max(320px,calc(100dvh-330px))]';
type PathRow = WatchesReading['byPath'][number];
type WatcherRow = WatchesReading['bySession'][number];

function PathTable({ reading, address }: TableProps) {
  const t = useTranslations('sessions.watches');
  const columns = useMemo(
    (): readonly WideColumn<PathRow>[] => [
      {
        key: 'path',
        head: t('path'),
        width: 'minmax(180px, 1fr)',
        sortKey: ({ path }) => path,
        cell: ({ path }) => <NodeName name={path} />,
      },
      {
        key: 'watchers',
        head: <span title={t('watchersHint')}>{t('watchers')}</span>,
        width: '90px',
        numeric: true,
        sortKey: ({ watchers }) => watchers,
        cell: ({ watchers }) => <Num value={watchers} />,
      },
    ],
    [t],
  );
  const rows = useOrdered(reading.byPath, columns, address);
  return (
    <VirtualTable
      label={t('watchers')}
      columns={columns}
      rows={rows}
      rowKey={({ path }) => path}
      sort={address.sort}
      onSort={address.setSort}
      openKey={address.watched}
      onOpen={({ path }) => address.setWatched(path)}
      minWidthPx={320}
      className={tableHeight}
    />
  );
}

function WatcherTable({ reading, address }: TableProps) {
  const t = useTranslations('sessions');
  const columns = useMemo(
    (): readonly WideColumn<WatcherRow>[] => [
      {
        key: 'id',
        head: t('columns.id'),
        width: '150px',
        sortKey: ({ id }) => BigInt(id),
        className: 'tnum font-mono text-xs',
        cell: ({ id }) => id,
      },
      ...(['address', 'member'] as const).map((key) => ({
        key,
        head: t(key === 'address' ? 'columns.client' : 'columns.member'),
        width: 'minmax(128px, 1fr)',
        sortKey: (row: WatcherRow) => row[key],
        className: 'font-mono text-xs',
        cell: (row: WatcherRow) => row[key] ?? <Unknown />,
      })),
      {
        key: 'watches',
        head: t('columns.watches'),
        width: '90px',
        numeric: true,
        sortKey: ({ watches }) => watches,
        cell: ({ watches }) => <Num value={watches} />,
      },
    ],
    [t],
  );
  const rows = useOrdered(reading.bySession, columns, address);
  return (
    <VirtualTable
      label={t('views.watches')}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      sort={address.sort}
      onSort={address.setSort}
      openKey={address.id}
      onOpen={({ id }) => address.setId(id)}
      minWidthPx={560}
      className={tableHeight}
    />
  );
}

/** As the server gave them, the most first, unless a column is sorted by. */
function useOrdered<Row>(
  rows: readonly Row[],
  columns: readonly WideColumn<Row>[],
  { sort }: SessionsAddress,
): readonly Row[] {
  const { locale } = useDisplay();
  const column = columns.find(({ key }) => key === sort?.column);
  return sort === null || column?.sortKey === undefined
    ? rows
    : sortRows(rows, column.sortKey, sort.descending, locale);
}

function Watchers(props: { readonly cluster: string; readonly path: string; readonly onClose: () => void }) {
  const { cluster, path, onClose } = props;
  const t = useTranslations('sessions.watches');
  const { data } = useWatchers(cluster, path);
  return (
    <section
      aria-label={t('watchersOf', { path })}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="min-w-0 overflow-clip rounded-base border border-line bg-surface"
    >
      <header className="flex min-h-9 items-center gap-1 border-b border-line py-1 pr-1 pl-3">
        <h2 className="min-w-0 grow text-xs">
          <NodeName name={path} />
        </h2>
        <IconButton icon={X} label={t('close')} onClick={onClose} />
      </header>
      {data === undefined ? (
        <Skeleton className="m-3 h-24" />
      ) : (
        <div className="flex flex-col gap-2 px-3 py-2">
          <p>{t('fires', { count: data.total })}</p>
          <ul className="flex flex-col gap-0.5">
            {data.watchers.map(({ id, address }) => (
              <li key={id} className="flex flex-wrap gap-x-2 font-mono text-xs">
                <Link href={pagePaths.sessions(cluster, { id })} className="text-accent-text hover:underline">
                  {id}
                </Link>
                <span className="text-ink-2">{address}</span>
              </li>
            ))}
          </ul>
          <Link href={pagePaths.tree(cluster, path)} className={buttonClass('default', 'self-start')}>
            {t('openNode')}
          </Link>
        </div>
      )}
    </section>
  );
}
