'use client';

import { UserPlus } from 'lucide-react';
import { useRef, useState, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { AlertDialog, Dialog } from '@/components/ui/dialog';
import { Skeleton } from '@/components/ui/panel';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { ErrorNote } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import type { ReconfigRequest, ReconfigResponse } from '@/lib/api/reconfig';
import { useCluster } from '@/lib/queries/clusters';
import { useChangeMembers, useReconfig } from '@/lib/queries/reconfig';
import { Allowance } from './allowance';
import { MemberLines } from './member-lines';
import { NewcomerFields } from './newcomer-fields';
import { PlanView } from './plan-view';
import { emptyNewcomer, noEdits, requestOf, type Edits } from './plan';

export interface MembersDialogProps {
  readonly cluster: string;
  readonly onClose: () => void;
}

/** The members as the ensemble's own configuration has them: seen, and changed while it serves. */
export function MembersDialog({ cluster, onClose }: MembersDialogProps) {
  const t = useTranslations('reconfig');
  const common = useTranslations('common');
  const query = useReconfig(cluster);
  const close = useRef<HTMLButtonElement>(null);
  const { data } = query;
  if (data !== undefined && data.version !== null) {
    // Another version is another list: what was chosen of the old one is not carried over.
    return <Editor key={data.version} cluster={cluster} config={data} onClose={onClose} />;
  }
  return (
    <Dialog
      open
      size="large"
      initialFocus={close}
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      footer={
        <Button ref={close} onClick={onClose}>
          {common('close')}
        </Button>
      }
    >
      {data !== undefined ? (
        <p className="text-sm text-ink-2">{t('standalone')}</p>
      ) : query.error !== null ? (
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Dialog>
  );
}

function Editor({ cluster, config, onClose }: MembersDialogProps & { readonly config: ReconfigResponse }) {
  const t = useTranslations('reconfig');
  const view = useCluster(cluster);
  const [edits, setEdits] = useState<Edits>(noEdits);
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const close = useRef<HTMLButtonElement>(null);
  const change = useChange(cluster, onClose);
  const required = view?.requireReason ?? false;
  const locked = config.grouped || config.enabled === 'off' || view?.readOnly !== false;
  const request = requestOf(config, edits);
  return (
    <>
      <Dialog
        open
        size="large"
        initialFocus={close}
        onOpenChange={(open) => !open && !change.isPending && onClose()}
        title={t('title')}
        description={t('description', { version: config.version ?? '' })}
        footer={
          <Footer
            close={close}
            busy={change.isPending}
            disabled={request === null || locked || reasonMissing(required, reason)}
            onClose={onClose}
            onReview={() => setAsking(true)}
          />
        }
      >
        <div className="flex flex-col gap-4">
          <Allowance config={config} readOnly={view?.readOnly === true} />
          <MemberLines config={config} edits={edits} locked={locked} onChange={setEdits} />
          {edits.newcomer !== null ? (
            <NewcomerFields members={config.members} edits={edits} onChange={setEdits} />
          ) : (
            <Button
              icon={UserPlus}
              className="self-start"
              disabled={locked}
              onClick={() => setEdits({ ...edits, newcomer: emptyNewcomer })}
            >
              {t('add')}
            </Button>
          )}
          {request !== null && <PlanView config={config} request={request} />}
          <ReasonField required={required} value={reason} onChange={setReason} />
          {change.error !== null && <ErrorNote error={change.error} />}
        </div>
      </Dialog>
      <Question
        open={asking}
        busy={change.isPending}
        request={request}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          request !== null && change.mutate({ ...request, reason }, { onSettled: () => setAsking(false) })
        }
      />
    </>
  );
}

function useChange(cluster: string, onDone: () => void) {
  const t = useTranslations('reconfig');
  const toast = useToast();
  const change = useChangeMembers(cluster);
  return {
    ...change,
    mutate: (request: ReconfigRequest & { reason: string }, options: { onSettled: () => void }): void =>
      change.mutate(request, {
        ...options,
        onSuccess: ({ version }) => {
          toast({ tone: 'good', title: t('done'), detail: t('doneVersion', { version }) });
          onDone();
        },
      }),
  };
}

interface FooterProps {
  readonly close: RefObject<HTMLButtonElement | null>;
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onClose: () => void;
  readonly onReview: () => void;
}

function Footer({ close, busy, disabled, onClose, onReview }: FooterProps) {
  const t = useTranslations('reconfig');
  const common = useTranslations('common');
  return (
    <>
      <Button ref={close} onClick={onClose}>
        {common('close')}
      </Button>
      <Button tone="primary" busy={busy} disabled={disabled} onClick={onReview}>
        {t('change')}…
      </Button>
    </>
  );
}

interface QuestionProps {
  readonly open: boolean;
  readonly busy: boolean;
  readonly request: ReconfigRequest | null;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

function Question({ open, busy, request, onClose, onConfirm }: QuestionProps) {
  const t = useTranslations('reconfig');
  const { joining = [], leaving = [] } = request ?? {};
  return (
    <AlertDialog
      open={open}
      onOpenChange={(next) => !next && !busy && onClose()}
      title={t('question')}
      confirm={t('change')}
      danger={leaving.length > 0}
      busy={busy}
      onConfirm={onConfirm}
    >
      <ul>
        {joining.map(({ id, role, peers }) => (
          <li key={id}>{t('willBe', { id, role: t(`roles.${role}`), peers })}</li>
        ))}
        {leaving.map((id) => (
          <li key={id}>{t('willLeave', { id })}</li>
        ))}
      </ul>
      <p>{t('questionNote')}</p>
    </AlertDialog>
  );
}
