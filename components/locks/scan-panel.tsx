'use client';

import { Ban, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { NodeName } from '@/components/ui/node-name';
import { Panel, Skeleton } from '@/components/ui/panel';
import { ErrorNote } from '@/components/ui/states';
import { Table, type Column } from '@/components/ui/table';
import { Num, Since } from '@/components/ui/values';
import type { ScanView } from '@/lib/api/locks';
import { useCancelLockScan, useLockScan } from '@/lib/queries/locks';

export interface ScanPanelProps {
  readonly cluster: string;
  readonly id: string;
  /** The parent on show below. */
  readonly shown: string | null;
  readonly onOpen: (path: string) => void;
  readonly onClose: () => void;
}

const titles = {
  running: 'scanning',
  done: 'scanDone',
  cancelled: 'scanCancelled',
  failed: 'scanFailed',
} as const;

/** A search as it goes on: how far it is, what it found, who is deadlocked. */
export function ScanPanel({ cluster, id, shown, onOpen, onClose }: ScanPanelProps) {
  const t = useTranslations('locks');
  const common = useTranslations('common');
  const { locale } = useDisplay();
  const { data: scan, error } = useLockScan(cluster, id);
  const cancel = useCancelLockScan(cluster);
  const columns = useColumns(onOpen);
  if (scan === undefined) {
    return error === null ? (
      <Skeleton className="h-24" />
    ) : (
      <ErrorNote error={error} actions={<IconButton icon={X} label={common('close')} onClick={onClose} />} />
    );
  }
  const running = scan.state === 'running';
  const number = (value: number) => formatNumber(value, locale);
  return (
    <Panel
      flush
      title={
        <span className="flex items-center gap-1.5">
          {running && <LoaderCircle aria-hidden size={14} className="animate-spin text-accent-text" />}
          <span className="wrap-anywhere">{t(titles[scan.state], { path: scan.path })}</span>
        </span>
      }
      note={
        <span role="status">
          {t('found', { count: scan.found.length })}
          {running && ` · ${t('progress', { read: number(scan.read), left: number(scan.left) })}`}
        </span>
      }
      actions={
        running ? (
          <Button icon={Ban} busy={cancel.isPending} onClick={() => cancel.mutate(scan.id)}>
            {t('cancel')}
          </Button>
        ) : (
          <IconButton icon={X} label={common('close')} onClick={onClose} />
        )
      }
    >
      <ScanNotes scan={scan} />
      {scan.found.length > 0 && (
        <Table
          label={t('found', { count: scan.found.length })}
          columns={columns}
          rows={scan.found}
          rowKey={({ path, family, kind }) => `${path} ${family} ${kind}`}
          rowClassName={({ path }) => (path === shown ? '!bg-selected' : undefined)}
          className="max-h-80"
        />
      )}
      {scan.found.length === 0 && !running && (
        <p className="px-3 py-2 text-sm text-ink-2">{t('foundNone')}</p>
      )}
    </Panel>
  );
}

function ScanNotes({ scan }: { readonly scan: ScanView }) {
  const t = useTranslations('locks');
  return (
    <>
      {scan.deadlocks.map((circle) => (
        <Deadlock key={circle.map(({ session }) => session).join()} circle={circle} />
      ))}
      {scan.fault !== null && <p className="px-3 py-1.5 text-sm text-danger-text">{scan.fault}</p>}
      {scan.limited && <p className="bg-warn-soft px-3 py-1.5 text-xs text-warn-text">{t('limited')}</p>}
      {scan.skipped > 0 && (
        <p className="px-3 py-1.5 text-xs text-ink-2">{t('skipped', { count: scan.skipped })}</p>
      )}
    </>
  );
}

function Deadlock({ circle }: { readonly circle: ScanView['deadlocks'][number] }) {
  const t = useTranslations('locks');
  const name = (index: number) => {
    const { session, address } = circle[index % circle.length]!;
    return address === null ? session : `${session} (${address})`;
  };
  return (
    <div role="alert" className="flex items-start gap-2 border-b border-line bg-danger-soft px-3 py-2">
      <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-danger-text" />
      <div className="min-w-0">
        <p className="font-medium text-danger-text">{t('deadlock', { count: String(circle.length) })}</p>
        <ol className="font-mono text-xs break-all">
          {circle.map(({ session, path }, index) => (
            <li key={session}>{t('deadlockStep', { session: name(index), path, other: name(index + 1) })}</li>
          ))}
        </ol>
        <p className="text-xs text-ink-2">{t('deadlockNext')}</p>
      </div>
    </div>
  );
}

type Found = ScanView['found'][number];

function useColumns(onOpen: (path: string) => void): readonly Column<Found>[] {
  const t = useTranslations('locks');
  return useMemo(
    (): readonly Column<Found>[] => [
      {
        key: 'path',
        head: t('columns.node'),
        className: 'max-w-96',
        cell: ({ path }) => (
          <button
            type="button"
            aria-label={path}
            onClick={() => onOpen(path)}
            className="block max-w-full text-accent-text hover:underline"
          >
            <NodeName name={path} />
          </button>
        ),
      },
      {
        key: 'recipe',
        head: t('recipe'),
        className: 'whitespace-nowrap',
        cell: ({ kind, family }) => (
          <>
            {t(`kinds.${kind}`)} <span className="text-xs text-ink-3">{t(`families.${family}`)}</span>
          </>
        ),
      },
      { key: 'holders', head: t('holders'), numeric: true, cell: ({ holders }) => <Num value={holders} /> },
      { key: 'waiting', head: t('waiting'), numeric: true, cell: ({ waiting }) => <Num value={waiting} /> },
      {
        key: 'oldest',
        head: t('oldest'),
        numeric: true,
        cell: ({ waitingSince }) => (waitingSince === null ? null : <Since at={waitingSince} />),
      },
    ],
    [t, onOpen],
  );
}
