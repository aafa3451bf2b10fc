'use client';

import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { Field, Input } from '@/components/ui/input';
import { Skeleton } from '@/components/ui/panel';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { ErrorNote } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import type { DeletionView } from '@/lib/api/znodes';
import { nodeName } from '@/lib/protocol/path';
import { useReasonRequired } from '@/lib/queries/clusters';
import { useDeletion, useDeletionStep, usePlanDeletion } from '@/lib/queries/znodes';
import { DeletionFacts } from './deletion-facts';

export interface DeleteDialogProps {
  readonly cluster: string;
  readonly path: string;
  readonly onClose: () => void;
  readonly onDeleted: (path: string) => void;
}

/** Plans first and deletes nothing until the node's own name is typed; Cancel has the focus. */
export function DeleteDialog({ cluster, path, onClose, onDeleted }: DeleteDialogProps) {
  const t = useTranslations('node.delete');
  const toast = useToast();
  const cancel = useRef<HTMLButtonElement>(null);
  const { plan, view, step } = useDeletionFlow(cluster, path);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const required = useReasonRequired(cluster);
  const state = view?.state;
  const done = useRef(false);
  useEffect(() => {
    if (state !== 'done' || done.current) return;
    done.current = true;
    toast({ tone: 'good', title: t('done', { nodes: view?.deleted ?? 0, path }) });
    onDeleted(path);
  }, [state, view, path, onDeleted, t, toast]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && state !== 'running' && onClose()}
      title={<TitleWithPath words={t('title', { path })} />}
      initialFocus={cancel}
      footer={
        <Footer
          view={view}
          busy={step.isPending || plan.isPending}
          ready={typed === nodeName(path) && !reasonMissing(required, reason)}
          cancelRef={cancel}
          onClose={onClose}
          onRun={() => view !== undefined && step.mutate({ id: view.id, step: 'run', reason })}
          onStop={() => view !== undefined && step.mutate({ id: view.id, step: 'cancel' })}
          onPlan={() => plan.mutate(path)}
        />
      }
    >
      <div className="flex flex-col gap-3">
        {plan.isPending && <Planning />}
        {plan.error !== null && (
          <ErrorNote error={plan.error} subject={path} onRetry={() => plan.mutate(path)} />
        )}
        {step.error !== null && <ErrorNote error={step.error} subject={path} />}
        {view !== undefined && <DeletionFacts view={view} />}
        {view?.state === 'planned' && (
          <>
            <Field label={<ConfirmLabel name={nodeName(path)} />}>
              <Input mono value={typed} onChange={(event) => setTyped(event.target.value)} />
            </Field>
            <ReasonField required={required} value={reason} onChange={setReason} />
          </>
        )}
        {view !== undefined && view.state !== 'planned' && <Progress view={view} />}
      </div>
    </Dialog>
  );
}

function useDeletionFlow(cluster: string, path: string) {
  const plan = usePlanDeletion(cluster);
  const { mutate } = plan;
  const asked = useRef<string | null>(null);
  useEffect(() => {
    if (asked.current === path) return;
    asked.current = path;
    mutate(path);
  }, [mutate, path]);
  const { data: view } = useDeletion(cluster, plan.data);
  return { plan, view: plan.data === undefined ? undefined : view, step: useDeletionStep(cluster) };
}

function TitleWithPath({ words }: { readonly words: string }) {
  return <span className="break-all">{words}</span>;
}

function ConfirmLabel({ name }: { readonly name: string }): ReactNode {
  const t = useTranslations('node.delete');
  return <span className="break-all">{t('confirmLabel', { name })}</span>;
}

function Planning() {
  const t = useTranslations('node.delete');
  return (
    <div role="status" className="flex flex-col gap-2 text-sm text-ink-2">
      {t('planning')}
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="h-4 w-1/2" />
    </div>
  );
}

function Progress({ view }: { readonly view: DeletionView }) {
  const t = useTranslations('node.delete');
  const { locale } = useDisplay();
  const counts = { deleted: formatNumber(view.deleted, locale), nodes: formatNumber(view.nodes, locale) };
  const words =
    view.state === 'cancelled'
      ? t('stopped', counts)
      : view.state === 'failed'
        ? t('failed', counts)
        : t('running', counts);
  return (
    <div className="flex flex-col gap-2">
      <progress
        aria-label={t('progress')}
        value={view.deleted}
        max={Math.max(1, view.nodes)}
        className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent"
      />
      <p role="status" className="tnum text-sm text-ink-2">
        {words}
      </p>
      {view.faults.length > 0 && (
        <ul className="max-h-40 overflow-auto text-xs" tabIndex={0}>
          {view.faults.map((fault) => (
            <li key={fault.path} className="border-b border-line py-1">
              <span className="font-mono break-all">{fault.path}</span>
              <span className="block text-danger-text">
                {fault.code}: {fault.message}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface FooterProps {
  readonly view: DeletionView | undefined;
  readonly busy: boolean;
  readonly ready: boolean;
  readonly cancelRef: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
  readonly onRun: () => void;
  readonly onStop: () => void;
  readonly onPlan: () => void;
}

function Footer({ view, busy, ready, cancelRef, onClose, onRun, onStop, onPlan }: FooterProps) {
  const t = useTranslations('node.delete');
  const common = useTranslations('common');
  if (view?.state === 'running') return <Button onClick={onStop}>{t('cancel')}</Button>;
  if (view?.state === 'cancelled' || view?.state === 'failed') {
    return (
      <>
        <Button onClick={onClose}>{common('close')}</Button>
        <Button tone="primary" onClick={onPlan}>
          {t('planAgain')}
        </Button>
      </>
    );
  }
  return (
    <>
      <Button ref={cancelRef} onClick={onClose}>
        {common('cancel')}
      </Button>
      {view !== undefined && (
        <Button tone="danger" busy={busy} disabled={!ready} onClick={onRun}>
          {t('confirm', { nodes: view.nodes })}
        </Button>
      )}
    </>
  );
}
