'use client';

import { useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonClass } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/input';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { ErrorNote } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import type { ClusterView } from '@/lib/api/clusters';
import type { JobRequest, JobView } from '@/lib/api/jobs';
import { nodeName } from '@/lib/protocol/path';
import { jobReportUrl, useInvalidateTree, useJob, useJobStep, usePlanJob } from '@/lib/queries/jobs';
import { JobFacts, Planning } from './job-facts';
import { JobProgress } from './job-progress';

export interface JobDialogProps {
  readonly cluster: ClusterView;
  readonly request: JobRequest;
  readonly onClose: () => void;
  readonly onDone: (view: JobView) => void;
}

/** Plans first and changes nothing until the person says so; what deletes wants the name typed. Cancel has the focus. */
export function JobDialog({ cluster, request, onClose, onDone }: JobDialogProps) {
  const t = useTranslations('jobs');
  const cancel = useRef<HTMLButtonElement>(null);
  const { plan, view, step, planAgain } = useJobFlow(cluster.id, request, onDone);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [allowLockout, setAllowLockout] = useState(false);
  const moving = view?.state === 'running';
  const wanted = view === undefined ? null : confirmOf(view);
  const waiting = view?.state === 'planned' || view?.state === 'interrupted';
  const ready =
    (wanted === null || typed === wanted) &&
    !reasonMissing(cluster.requireReason, reason) &&
    (view?.lockout.length === 0 || allowLockout);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !moving && onClose()}
      title={<span className="break-all">{t(`titles.${request.kind}`, { path: pathOf(request) })}</span>}
      initialFocus={cancel}
      footer={
        <Footer
          cluster={cluster.id}
          view={view}
          busy={step.isPending}
          ready={ready}
          cancelRef={cancel}
          onClose={onClose}
          onRun={() =>
            view !== undefined &&
            step.mutate({ id: view.id, step: 'run', confirm: typed, allowLockout, reason })
          }
          onStop={() => view !== undefined && step.mutate({ id: view.id, step: 'stop' })}
          onPlan={planAgain}
        />
      }
    >
      <div className="flex flex-col gap-3">
        {plan.error !== null && <ErrorNote error={plan.error} onRetry={planAgain} />}
        {step.error !== null && <ErrorNote error={step.error} />}
        {(plan.isPending || view?.state === 'planning') && <Planning read={view?.read ?? 0} />}
        {view !== undefined && view.state !== 'planning' && <JobFacts view={view} />}
        {waiting && view.items > 0 && (
          <>
            {view.lockout.length > 0 && (
              <Switch checked={allowLockout} onChange={setAllowLockout}>
                {t('lockoutConfirm')}
              </Switch>
            )}
            {wanted !== null && (
              <Field label={<span className="break-all">{t('confirmLabel', { name: wanted })}</span>}>
                <Input mono value={typed} onChange={(event) => setTyped(event.target.value)} />
              </Field>
            )}
            <ReasonField required={cluster.requireReason} value={reason} onChange={setReason} />
          </>
        )}
        {view !== undefined && !['planning', 'planned'].includes(view.state) && <JobProgress view={view} />}
      </div>
    </Dialog>
  );
}

/** What a person types before znodes go: the name, or how many roots there are. */
function confirmOf(view: JobView): string | null {
  if (view.ops.delete === 0 || view.kind === 'restore') return null;
  return view.roots === 1 ? nodeName(view.path) || '/' : String(view.roots);
}

function pathOf(request: JobRequest): string {
  if (request.kind === 'deleteTree' || request.kind === 'aclTree') {
    return request.paths.length === 1 ? (request.paths[0] ?? '') : `(${request.paths.length})`;
  }
  if (request.kind === 'restore') return '';
  if (request.kind === 'import') return request.path;
  return request.from.path;
}

function useJobFlow(cluster: string, request: JobRequest, onDone: (view: JobView) => void) {
  const t = useTranslations('jobs');
  const toast = useToast();
  const plan = usePlanJob(cluster);
  const step = useJobStep(cluster);
  const invalidate = useInvalidateTree(cluster);
  const { mutate } = plan;
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate(request);
  }, [mutate, request]);
  const id = plan.data?.id;
  const view = useJob(cluster, id).data ?? plan.data;
  const state = view?.state;
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state || view === undefined) return;
    const ran = before.current === 'running' || state === 'done';
    before.current = state;
    if (!ran) return;
    invalidate();
    if (state !== 'done') return;
    toast({ tone: 'good', title: t(`done.${view.kind}`, { count: view.done }), detail: view.path });
    onDone(view);
  }, [state, view, invalidate, toast, t, onDone]);
  return { plan, view: plan.isPending ? undefined : view, step, planAgain: () => mutate(request) };
}

interface FooterProps {
  readonly cluster: string;
  readonly view: JobView | undefined;
  readonly busy: boolean;
  readonly ready: boolean;
  readonly cancelRef: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
  readonly onRun: () => void;
  readonly onStop: () => void;
  readonly onPlan: () => void;
}

function Footer({ cluster, view, busy, ready, cancelRef, onClose, onRun, onStop, onPlan }: FooterProps) {
  const t = useTranslations('jobs');
  const common = useTranslations('common');
  if (view?.state === 'planning' || view?.state === 'running') {
    return (
      <Button ref={cancelRef} onClick={onStop}>
        {view.state === 'planning' ? t('stopPlanning') : t('stop')}
      </Button>
    );
  }
  const ended = view !== undefined && ['done', 'failed', 'cancelled'].includes(view.state);
  const runnable = view !== undefined && ['planned', 'interrupted'].includes(view.state) && view.items > 0;
  return (
    <>
      {ended && view.items > 0 && (
        <a href={jobReportUrl(cluster, view.id)} download className={buttonClass()}>
          {t('report')}
        </a>
      )}
      <Button ref={cancelRef} onClick={onClose}>
        {ended ? common('close') : common('cancel')}
      </Button>
      {ended && view.state !== 'done' && (
        <Button tone="primary" onClick={onPlan}>
          {t('planAgain')}
        </Button>
      )}
      {runnable && (
        <Button
          tone={view.ops.delete > 0 ? 'danger' : 'primary'}
          busy={busy}
          disabled={!ready}
          onClick={onRun}
        >
          {view.state === 'interrupted' ? t('runOn') : t(`run.${view.kind}`, { count: view.items })}
        </Button>
      )}
    </>
  );
}
