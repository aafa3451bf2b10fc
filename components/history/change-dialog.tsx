'use client';

import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Skeleton } from '@/components/ui/panel';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { WhoCell } from '@/components/ui/record-cells';
import { ErrorNote } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { AbsoluteTime } from '@/components/ui/values';
import type { ChangeResponse } from '@/lib/api/changes';
import { useChange, useUndo } from '@/lib/queries/changes';
import { useCluster } from '@/lib/queries/clusters';
import { ImagePair } from './image-pair';
import { Outcome } from './change-table';

export interface ChangeDialogProps {
  readonly cluster: string;
  readonly id: number;
  readonly onClose: () => void;
  readonly onGo: (path: string) => void;
  /** Plans to take a whole job back; null where that is not offered. */
  readonly onRestore: ((job: string) => void) | null;
  /** Shows the znodes of a job. */
  readonly onJob: (job: string) => void;
}

/** One change in full, what stood there before and after, and the way back where there is one. */
export function ChangeDialog({ cluster, id, onClose, onGo, onJob, onRestore }: ChangeDialogProps) {
  const t = useTranslations('history');
  const common = useTranslations('common');
  const toast = useToast();
  const query = useChange(cluster, id);
  const view = useCluster(cluster);
  const undo = useUndo(cluster);
  const [reason, setReason] = useState('');
  const required = view?.requireReason ?? false;
  const close = useRef<HTMLButtonElement>(null);
  const { data } = query;
  const job = data?.change.items === null ? null : (data?.change.job ?? null);
  const possible = data !== undefined && data.undo.block === null && view?.readOnly === false;
  const run = (path: string): void =>
    undo.mutate(
      { id, path, reason },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: t('undo.done'), detail: path });
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      size="large"
      initialFocus={close}
      onOpenChange={(open) => !open && !undo.isPending && onClose()}
      title={data === undefined ? t('one') : t(`kinds.${data.change.kind}`)}
      description={data && <span className="font-mono wrap-anywhere">{data.change.path}</span>}
      footer={
        <>
          {data !== undefined && data.change.kind !== 'command' && (
            <Button onClick={() => onGo(data.change.path)}>{t('openNode')}</Button>
          )}
          {job !== null && <Button onClick={() => onJob(job)}>{t('showItems')}</Button>}
          <Button ref={close} onClick={onClose}>
            {common('close')}
          </Button>
          {job !== null && onRestore !== null && (
            <Button tone="primary" onClick={() => onRestore(job)}>
              {t('undo.restore')}…
            </Button>
          )}
          {possible && (
            <Button
              tone="primary"
              busy={undo.isPending}
              disabled={reasonMissing(required, reason)}
              onClick={() => run(data.change.path)}
            >
              {t(`undo.does.${data.undo.does ?? 'set'}`)}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {query.error !== null && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
        {undo.error !== null && <ErrorNote error={undo.error} />}
        {data === undefined ? query.isPending && <Skeleton className="h-40" /> : <Facts data={data} />}
        {possible && <ReasonField required={required} value={reason} onChange={setReason} />}
      </div>
    </Dialog>
  );
}

function Facts({ data }: { readonly data: ChangeResponse }) {
  const t = useTranslations('history');
  const { change, undo } = data;
  return (
    <>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-ink-2">{t('at')}</dt>
        <dd>
          <AbsoluteTime at={change.at} />
        </dd>
        <dt className="text-ink-2">{t('who')}</dt>
        <dd className="flex flex-wrap gap-2">
          <WhoCell name={change.name} address={change.address} />
          {change.name !== null && <span className="font-mono text-xs text-ink-3">{change.address}</span>}
        </dd>
        <dt className="text-ink-2">{t('reason')}</dt>
        <dd className="break-words">{change.reason ?? t('noReason')}</dd>
        <dt className="text-ink-2">{t('outcome')}</dt>
        <dd className="flex flex-wrap items-center gap-2">
          <Outcome row={change} />
          {change.message !== null && (
            <span className="font-mono text-xs break-words text-ink-2">{change.message}</span>
          )}
        </dd>
      </dl>
      {(data.before !== null || data.after !== null) && (
        <ImagePair
          before={data.before}
          after={data.after}
          nothing={{
            before: t('noNode'),
            after: change.outcome === 'done' ? t('noNode') : t(`noChange.${change.outcome}`),
          }}
        />
      )}
      <section className="rounded-base bg-sunken px-3 py-2">
        <h3 className="text-sm">{t('undo.title')}</h3>
        {undo.block !== null ? (
          <p className="text-ink-2">{t(`undo.blocks.${undo.block}`)}</p>
        ) : (
          <>
            <p className="text-ink-2">{t('undo.checked')}</p>
            <ul className="mt-1 list-disc pl-5 text-ink-2">
              {undo.loses.map((loss) => (
                <li key={loss}>{t(`undo.loses.${loss}`)}</li>
              ))}
            </ul>
          </>
        )}
      </section>
    </>
  );
}
