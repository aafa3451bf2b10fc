'use client';

import { useRef, useState, type ReactNode, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonClass } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/input';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { ErrorNote } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { VisibleText } from '@/components/ui/visible-text';
import type { ClusterView } from '@/lib/api/clusters';
import type { JobView } from '@/lib/api/jobs';
import { nodeName } from '@/lib/protocol/path';
import { jobReportUrl, type useJobStep } from '@/lib/queries/jobs';
import { JobEffects } from './job-effects';
import { JobFacts, Planning } from './job-facts';
import { JobProgress } from './job-progress';

export interface JobWindowProps {
  readonly cluster: ClusterView;
  readonly title: ReactNode;
  /** Undefined while it is asked for. */
  readonly view: JobView | undefined;
  readonly step: ReturnType<typeof useJobStep>;
  /** Why there is no plan to show. */
  readonly error: Error | null;
  readonly onRetry: () => void;
  readonly onClose: () => void;
  /** Makes the plan anew; null where what was asked is not known any more. */
  readonly onPlan: (() => void) | null;
  /** Plans to take the whole job back; null where that is not offered. */
  readonly onRestore: (() => void) | null;
}

/** One job from its plan to its report. What deletes wants the name typed; Cancel has the focus. */
export function JobWindow(props: JobWindowProps) {
  const { cluster, title, view, step, error, onRetry, onClose } = props;
  const t = useTranslations('jobs');
  const cancel = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [allowLockout, setAllowLockout] = useState(false);
  const wanted = view === undefined ? null : confirmOf(view);
  const waiting = view !== undefined && isRunnable(view) && !cluster.readOnly;
  const ready =
    (wanted === null || typed === wanted) &&
    !reasonMissing(cluster.requireReason, reason) &&
    (view?.lockout.length === 0 || allowLockout);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={<span className="wrap-anywhere">{title}</span>}
      initialFocus={cancel}
      footer={
        <Footer
          {...props}
          waiting={waiting}
          ready={ready}
          cancelRef={cancel}
          onRun={() =>
            view !== undefined &&
            step.mutate({ id: view.id, step: 'run', confirm: typed, allowLockout, reason })
          }
          onStop={() => view !== undefined && step.mutate({ id: view.id, step: 'stop' })}
        />
      }
    >
      <div className="flex flex-col gap-3">
        {error !== null && <ErrorNote error={error} onRetry={onRetry} />}
        {step.error !== null && <ErrorNote error={step.error} />}
        {((view === undefined && error === null) || view?.state === 'planning') && (
          <Planning read={view?.read ?? 0} />
        )}
        {view !== undefined && view.state !== 'planning' && <JobFacts view={view} />}
        {waiting && view.ops.delete > 0 && <JobEffects key={view.id} cluster={cluster.id} id={view.id} />}
        {waiting && (
          <>
            {view.lockout.length > 0 && (
              <Switch checked={allowLockout} onChange={setAllowLockout}>
                {t('lockoutConfirm')}
              </Switch>
            )}
            {wanted !== null && (
              <Field label={<Confirm text={t('confirmLabel', { name: wanted })} />}>
                <Input mono value={typed} onChange={(event) => setTyped(event.target.value)} />
              </Field>
            )}
            <ReasonField required={cluster.requireReason} value={reason} onChange={setReason} />
          </>
        )}
        {view !== undefined && !['planning', 'planned'].includes(view.state) && <JobProgress view={view} />}
        {view?.state === 'running' && <p className="text-xs text-ink-3">{t('goesOn')}</p>}
      </div>
    </Dialog>
  );
}

function Confirm({ text }: { readonly text: string }) {
  return (
    <span className="wrap-anywhere">
      <VisibleText text={text} />
    </span>
  );
}

function isRunnable(view: JobView): boolean {
  return view.items > 0 && (view.state === 'planned' || view.resumable);
}

/** What a person types before znodes go: the name, or how many roots there are. */
function confirmOf(view: JobView): string | null {
  if (view.ops.delete === 0 || view.kind === 'restore') return null;
  return view.roots === 1 ? nodeName(view.path) || '/' : String(view.roots);
}

interface FooterProps extends JobWindowProps {
  /** It can be run, or run on. */
  readonly waiting: boolean;
  /** What running asks for is given. */
  readonly ready: boolean;
  readonly cancelRef: RefObject<HTMLButtonElement | null>;
  readonly onRun: () => void;
  readonly onStop: () => void;
}

/** One button from step to step, so that it keeps the focus. */
const wayOut = 'wayOut';

function Footer(props: FooterProps) {
  const { cluster, view, step, waiting, ready, cancelRef, onClose, onRun, onStop, onPlan, onRestore } = props;
  const t = useTranslations('jobs');
  const common = useTranslations('common');
  if (view?.state === 'planning' || view?.state === 'running') {
    return (
      <>
        {view.state === 'running' && <Button onClick={onClose}>{t('hide')}</Button>}
        <Button key={wayOut} ref={cancelRef} onClick={onStop}>
          {view.state === 'planning' ? t('stopPlanning') : t('stop')}
        </Button>
      </>
    );
  }
  const ended = view !== undefined && ['done', 'failed', 'cancelled'].includes(view.state);
  const begun = view !== undefined && view.items > 0 && view.state !== 'planned';
  return (
    <>
      {begun && (
        <a href={jobReportUrl(cluster.id, view.id)} download className={buttonClass()}>
          {t('report')}
        </a>
      )}
      {ended && view.done > 0 && onRestore !== null && <Button onClick={onRestore}>{t('takeBack')}</Button>}
      {view?.state === 'interrupted' && (
        <Button disabled={step.isPending} onClick={onStop}>
          {t('giveUp')}
        </Button>
      )}
      <Button key={wayOut} ref={cancelRef} onClick={onClose}>
        {ended ? common('close') : common('cancel')}
      </Button>
      {ended && view.state !== 'done' && !waiting && onPlan !== null && (
        <Button tone="primary" onClick={onPlan}>
          {t('planAgain')}
        </Button>
      )}
      {waiting && view !== undefined && (
        <Button
          tone={view.ops.delete > 0 ? 'danger' : 'primary'}
          busy={step.isPending}
          disabled={!ready}
          onClick={onRun}
        >
          {view.resumable ? t('runOn') : t(`run.${view.kind}`, { count: view.items })}
        </Button>
      )}
    </>
  );
}
