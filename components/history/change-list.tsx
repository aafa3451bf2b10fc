'use client';

import { History } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatNumber } from '@/components/ui/format';
import { Skeleton } from '@/components/ui/panel';
import { EmptyState, ErrorState } from '@/components/ui/states';
import { useChanges, type ChangesFilter } from '@/lib/queries/changes';
import { ChangeTable } from './change-table';

export interface ChangeListProps {
  readonly cluster: string;
  readonly filter: ChangesFilter;
  readonly withPath: boolean;
  readonly onOpen: (id: number) => void;
}

/** A page of the journal after the other, with what is kept in all below. */
export function ChangeList({ cluster, filter, withPath, onOpen }: ChangeListProps) {
  const t = useTranslations('history');
  const query = useChanges(cluster, filter);
  const pages = query.data?.pages;
  if (pages === undefined) {
    if (query.error === null) return <Skeleton className="m-3 h-32" />;
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const changes = pages.flatMap((page) => page.changes);
  return (
    <>
      {changes.length === 0 ? (
        <EmptyState icon={History} title={filter.path === undefined ? t('empty') : t('emptyPath')}>
          {t('emptyNext')}
        </EmptyState>
      ) : (
        <ChangeTable label={t('title')} changes={changes} withPath={withPath} onOpen={onOpen} />
      )}
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-3 py-1.5">
        <Kept kept={pages[0]?.kept} durable={pages[0]?.durable ?? true} />
        {query.hasNextPage && (
          <Button
            className="ml-auto"
            busy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('older')}
          </Button>
        )}
      </div>
    </>
  );
}

interface KeptProps {
  readonly kept:
    | {
        readonly entries: number;
        readonly bytes: number;
        readonly bytesMax: number;
        readonly dropped: number;
      }
    | undefined;
  readonly durable: boolean;
}

function Kept({ kept, durable }: KeptProps) {
  const t = useTranslations('history');
  const { locale } = useDisplay();
  if (kept === undefined) return null;
  return (
    <p className="tnum text-xs text-ink-3">
      {t('kept', {
        entries: formatNumber(kept.entries, locale),
        bytes: formatBytes(kept.bytes, locale),
        max: formatBytes(kept.bytesMax, locale),
      })}
      {kept.dropped > 0 && <> {t('dropped', { count: formatNumber(kept.dropped, locale) })}</>}
      {!durable && <span className="text-warn-text"> {t('notDurable')}</span>}
    </p>
  );
}
