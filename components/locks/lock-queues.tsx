'use client';

import { EyeOff, HeartOff, ListOrdered, RotateCw, Unplug } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatDuration, formatNumber } from '@/components/ui/format';
import { NodeName } from '@/components/ui/node-name';
import { Panel } from '@/components/ui/panel';
import { useAgo } from '@/components/ui/reading-notes';
import { EmptyState, ErrorNote } from '@/components/ui/states';
import { Table, type Column } from '@/components/ui/table';
import { Duration, Since, Unknown } from '@/components/ui/values';
import type { LockEntry, LockQueue, LocksResponse } from '@/lib/api/locks';
import { joinPath } from '@/lib/protocol/path';
import { pagePaths } from '@/lib/queries/paths';
import { useReadSessions } from '@/lib/queries/sessions';
import { useReadWatches } from '@/lib/queries/watches';

export interface LockQueuesProps {
  readonly cluster: string;
  readonly locks: LocksResponse;
  /** A search stands above: there is no need to advise one. */
  readonly searched: boolean;
  readonly onRefresh: () => void;
}

/** Holders and queue below one znode. */
export function LockQueues({ cluster, locks, searched, onRefresh }: LockQueuesProps) {
  const t = useTranslations('locks');
  const common = useTranslations('common');
  const words = useTranslations('sessions');
  const sessions = useReadSessions(cluster);
  const watches = useReadWatches(cluster);
  const { locale } = useDisplay();
  const ago = useAgo();
  const entries = locks.queues.reduce((sum, queue) => sum + queue.entries.length, 0);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 text-sm">
          <Link href={pagePaths.tree(cluster, locks.path)} className="hover:underline">
            <NodeName name={locks.path} />
          </Link>
        </h2>
        <span className="tnum text-xs text-ink-3">
          {t('readAgo', { ago: ago(locks.at) })}
          {locks.sessionsAt !== null && ` · ${t('sessionsAgo', { ago: ago(locks.sessionsAt) })}`}
          {locks.watchesAt !== null && ` · ${t('watchesAgo', { ago: ago(locks.watchesAt) })}`}
        </span>
        <span className="ml-auto flex flex-wrap gap-2">
          <Button busy={sessions.isPending} title={words('cost')} onClick={() => sessions.mutate()}>
            {t('readSessions')}
          </Button>
          <Button
            busy={watches.isPending}
            title={words('watches.cost', { size: '…' })}
            onClick={() => watches.mutate()}
          >
            {t('readWatches')}
          </Button>
          <Button icon={RotateCw} onClick={onRefresh}>
            {common('refresh')}
          </Button>
        </span>
      </div>
      {(sessions.error ?? watches.error) !== null && <ErrorNote error={sessions.error ?? watches.error} />}
      {locks.queues.map((queue) => (
        <QueuePanel key={`${queue.family} ${queue.kind}`} cluster={cluster} path={locks.path} queue={queue} />
      ))}
      {locks.queues.length === 0 && (
        <EmptyState icon={ListOrdered} title={t('none', { path: locks.path })}>
          {t('noneNext', { count: locks.children })} {!searched && t('noneSearch')}
        </EmptyState>
      )}
      {locks.queues.length > 0 && entries < locks.recognised && (
        <p className="text-xs text-ink-3">
          {t('more', {
            shown: formatNumber(entries, locale),
            total: formatNumber(locks.recognised, locale),
          })}
        </p>
      )}
    </>
  );
}

interface QueueProps {
  readonly cluster: string;
  readonly path: string;
  readonly queue: LockQueue;
}

const queues = new Set(['lock', 'readWrite', 'latch', 'plain']);

function QueuePanel({ cluster, path, queue }: QueueProps) {
  const t = useTranslations('locks');
  const holders = queue.entries.filter(({ holds }) => holds);
  const columns = useColumns(cluster, path, queue);
  const counts = { holders: holders.length, waiting: queue.entries.length - holders.length };
  return (
    <Panel
      flush
      title={
        <>
          {t(`kinds.${queue.kind}`)}{' '}
          <span className="font-normal text-ink-2">{t(`families.${queue.family}`)}</span>
        </>
      }
      note={t('counts', counts)}
    >
      <p className="border-b border-line px-3 py-1.5 text-xs text-ink-2">{t(`kindNotes.${queue.kind}`)}</p>
      <Table
        label={t(`kinds.${queue.kind}`)}
        columns={columns}
        rows={queue.entries}
        rowKey={({ name }) => name}
        className="max-h-[max(320px,calc(100dvh-300px))]"
      />
      {queues.has(queue.kind) && (
        <ul className="border-t border-line px-3 py-1.5 text-xs text-ink-2">
          {holders.slice(0, 5).map(({ name, next }) => (
            <li key={name} className="wrap-anywhere">
              {next.length === 0
                ? t('nextNobody', { name })
                : t('next', { name, next: next.slice(0, 10).join(', ') })}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function useColumns(cluster: string, path: string, queue: LockQueue): readonly Column<LockEntry>[] {
  const t = useTranslations('locks');
  const common = useTranslations('common');
  return useMemo((): readonly Column<LockEntry>[] => {
    const places = new Map(queue.entries.map(({ name }, index) => [name, index + 1]));
    const next = new Set(queue.entries.flatMap((entry) => entry.next));
    const waitsAnywhere = queue.entries.some(({ waitsFor }) => waitsFor !== null);
    const watches: Column<LockEntry> = {
      key: 'watches',
      head: t('columns.watches'),
      className: 'text-xs',
      cell: (entry) => <WatchCell entry={entry} />,
    };
    return [
      {
        key: 'place',
        head: t('columns.place'),
        className: 'whitespace-nowrap',
        cell: ({ name, holds, reads }) => (
          <span className="flex items-center gap-1.5">
            <span className="tnum w-5 text-right text-ink-3">{places.get(name)}</span>
            <Badge tone={holds ? 'accent' : 'neutral'}>
              {holds ? t('holds') : next.has(name) ? t('isNext') : t('waits')}
            </Badge>
            {queue.kind === 'readWrite' && (
              <span className="text-xs text-ink-2">{reads ? t('reads') : t('writes')}</span>
            )}
          </span>
        ),
      },
      {
        key: 'node',
        head: t('columns.node'),
        className: 'max-w-72',
        cell: ({ name }) => (
          <Link
            href={pagePaths.tree(cluster, joinPath(path, name))}
            className="block text-accent-text hover:underline"
          >
            <NodeName name={name} />
          </Link>
        ),
      },
      {
        key: 'since',
        head: <span title={t('sinceHint')}>{t('columns.since')}</span>,
        numeric: true,
        cell: ({ createdAt }) => <Since at={createdAt} />,
      },
      {
        key: 'session',
        head: t('columns.session'),
        cell: ({ session }) => (
          <Link
            href={pagePaths.sessions(cluster, { id: session })}
            aria-label={`${common('sessionId')} ${session}`}
            className="tnum font-mono text-xs text-accent-text hover:underline"
          >
            {session}
          </Link>
        ),
      },
      {
        key: 'client',
        head: t('columns.client'),
        className: 'text-xs whitespace-nowrap',
        cell: (entry) => <ClientCell entry={entry} />,
      },
      ...(waitsAnywhere ? [watches] : []),
    ];
  }, [cluster, path, queue, t, common]);
}

/** Whose it is, on which member, and whether that client may be dead. */
function ClientCell({ entry }: { readonly entry: LockEntry }) {
  const t = useTranslations('locks');
  const { locale } = useDisplay();
  const { address, member, client, idleMs, timeoutMs } = entry;
  if (client === null) return <Unknown />;
  if (client === 'gone') {
    return (
      <Badge tone="warn" icon={Unplug} title={t('goneHint')}>
        {t('gone')}
      </Badge>
    );
  }
  return (
    <span className="flex flex-col items-start">
      <span className="font-mono">{address}</span>
      <span className="text-ink-3">{t('onMember', { member: member ?? '–' })}</span>
      {client === 'silent' && idleMs !== null && timeoutMs !== null && (
        <Badge
          tone="warn"
          icon={HeartOff}
          title={t('silentHint', { timeout: formatDuration(timeoutMs, locale) })}
        >
          {t('silent')} <Duration ms={idleMs} />
        </Badge>
      )}
    </span>
  );
}

/** Whether the session was seen to watch what it waits for. */
function WatchCell({ entry }: { readonly entry: LockEntry }) {
  const t = useTranslations('locks');
  if (entry.waitsFor === null) return null;
  if (entry.watches === null) return <span className="text-ink-3">{t('watchUnread')}</span>;
  if (entry.watches) return <span title={entry.waitsFor}>{t('watchSeen')}</span>;
  return (
    <Badge tone="warn" icon={EyeOff} title={t('watchMissingHint')}>
      {t('watchMissing')}
    </Badge>
  );
}
