'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { EyeOff, ListTree, Zap } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { SearchInput } from '@/components/ui/input';
import { NodeName } from '@/components/ui/node-name';
import { Skeleton } from '@/components/ui/panel';
import { EmptyState, ErrorState } from '@/components/ui/states';
import { Bytes, Num, RelativeTime } from '@/components/ui/values';
import type { StatView } from '@/lib/api/common';
import { joinPath } from '@/lib/protocol/path';
import { useChildren } from '@/lib/queries/children';
import { useRowStats } from '@/lib/queries/live';
import type { RowStat } from '@/lib/queries/row-stats';

const rowHeightPx = 30;
const settleMs = 80;
const columns = 'grid grid-cols-[minmax(180px,1fr)_96px_68px_68px_60px_104px] items-center gap-x-2 px-3';

export interface ChildrenTabProps {
  readonly cluster: string;
  readonly path: string;
  readonly stat: StatView;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly onOpen: (path: string) => void;
  readonly onCreate: (() => void) | null;
}

/** The children as a table: names from the list, the rest read for the rows in sight. */
export function ChildrenTab(props: ChildrenTabProps) {
  const { cluster, path, stat, filter } = props;
  const t = useTranslations('node.children');
  const { locale } = useDisplay();
  const client = useQueryClient();
  const { data, error, refetch } = useChildren(client, cluster, path, '');
  const needle = useDeferredValue(filter.trim().toLowerCase());
  const names = useMemo(
    () => (data?.names ?? []).filter((name) => needle === '' || name.toLowerCase().includes(needle)),
    [data, needle],
  );
  if (data === undefined && error !== null) {
    return <ErrorState error={error} subject={path} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <ChildrenSkeleton />;
  if (data.total === 0) {
    return (
      <EmptyState
        icon={ListTree}
        title={t('empty')}
        actions={
          props.onCreate !== null &&
          stat.ephemeralOwner === '0x0' && <CreateButton onCreate={props.onCreate} />
        }
      >
        {stat.ephemeralOwner === '0x0' ? t('emptyNext') : t('ephemeralEmpty')}
      </EmptyState>
    );
  }
  const number = (value: number): string => formatNumber(value, locale);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
        <SearchInput
          label={t('filter')}
          value={filter}
          onChange={(event) => props.onFilter(event.target.value)}
          className="w-56"
        />
        <span role="status" className="tnum text-xs text-ink-3">
          {t('count', { shown: number(names.length), total: number(data.total) })}
          {data.names.length < data.matching &&
            ` · ${t('reading', { count: number(data.names.length), total: number(data.matching) })}`}
        </span>
      </div>
      {names.length === 0 ? (
        <EmptyState
          title={t('noMatch', { filter })}
          actions={<Button onClick={() => props.onFilter('')}>{t('clear')}</Button>}
        >
          {t('noMatchNext', { total: number(data.total) })}
        </EmptyState>
      ) : (
        <ChildRows path={path} names={names} onOpen={props.onOpen} />
      )}
    </div>
  );
}

function CreateButton({ onCreate }: { readonly onCreate: () => void }) {
  const t = useTranslations('node.actions');
  return <Button onClick={onCreate}>{t('create')}</Button>;
}

function ChildRows({
  path,
  names,
  onOpen,
}: {
  readonly path: string;
  readonly names: readonly string[];
  readonly onOpen: (path: string) => void;
}) {
  const t = useTranslations('node.children');
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, revision } = useRowStats();
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called in this render only
  const virtualizer = useVirtualizer({
    count: names.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 20,
  });
  const first = virtualizer.range?.startIndex ?? 0;
  const last = virtualizer.range?.endIndex ?? 0;
  useEffect(() => {
    const timer = setTimeout(
      () => void rows.want(names.slice(first, last + 1).map((name) => joinPath(path, name))),
      settleMs,
    );
    return () => clearTimeout(timer);
  }, [rows, revision, names, path, first, last]);
  return (
    <div
      ref={scroller}
      role="region"
      aria-label={t('label')}
      tabIndex={0}
      className="min-h-0 grow overflow-auto"
    >
      <div role="table" aria-label={t('label')} aria-rowcount={names.length + 1} className="min-w-[620px]">
        <div role="rowgroup">
          <div
            role="row"
            className={`${columns} sticky top-0 z-10 h-8 border-b border-line bg-sunken text-xs font-medium text-ink-2`}
          >
            <span role="columnheader">{t('name')}</span>
            <span role="columnheader">{t('kind')}</span>
            <span role="columnheader" className="text-right">
              {t('size')}
            </span>
            <span role="columnheader" className="text-right">
              {t('children')}
            </span>
            <span role="columnheader" className="text-right">
              {t('version')}
            </span>
            <span role="columnheader" className="text-right">
              {t('modified')}
            </span>
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const name = names[item.index] as string;
            const child = joinPath(path, name);
            return (
              <div
                key={child}
                role="row"
                aria-rowindex={item.index + 2}
                style={{ height: rowHeightPx, transform: `translateY(${item.start}px)` }}
                className={`${columns} absolute top-0 left-0 w-full border-b border-line text-sm hover:bg-hover`}
              >
                <ChildCells name={name} row={rows.get(child)} onOpen={() => onOpen(child)} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function ChildCells({
  name,
  row,
  onOpen,
}: {
  readonly name: string;
  readonly row: RowStat | undefined;
  readonly onOpen: () => void;
}) {
  const t = useTranslations('node.children');
  const stat = row?.stat ?? null;
  return (
    <>
      <span role="cell" className="relative min-w-0">
        {row !== undefined && row.changes > 0 && (
          <span key={row.changes} data-glow aria-hidden className="absolute inset-0" />
        )}
        <button
          type="button"
          onClick={onOpen}
          className="relative block max-w-full text-accent-text hover:underline"
        >
          <NodeName name={name} />
        </button>
      </span>
      <span role="cell">
        {stat !== null && stat.ephemeralOwner !== '0x0' && (
          <Badge tone="accent" icon={Zap} title={stat.ephemeralOwner}>
            {t('ephemeral')}
          </Badge>
        )}
        {row !== undefined && row.fault !== null && (
          <Badge tone="warn" icon={EyeOff} title={row.fault.message}>
            {row.fault.code === 'NO_AUTH' ? t('noAuth') : row.fault.code}
          </Badge>
        )}
      </span>
      <span role="cell" className="text-right text-ink-2">
        {stat !== null && <Bytes value={stat.dataLength} />}
      </span>
      <span role="cell" className="text-right text-ink-2">
        {stat !== null && <Num value={stat.numChildren} />}
      </span>
      <span role="cell" className="text-right text-ink-2">
        {stat !== null && <Num value={stat.version} />}
      </span>
      <span role="cell" className="text-right text-ink-2">
        {stat !== null && stat.mtime > 0 && <RelativeTime at={stat.mtime} />}
      </span>
    </>
  );
}

function ChildrenSkeleton() {
  const lines = [0, 1, 2, 3, 4, 5, 6, 7];
  return (
    <div className="flex flex-col gap-3 p-3">
      {lines.map((line) => (
        <Skeleton key={line} className="h-4 w-full" />
      ))}
    </div>
  );
}
