'use client';

import { useRef, useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { AlertDialog, Dialog } from '@/components/ui/dialog';
import { Skeleton } from '@/components/ui/panel';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { ErrorNote } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import type { ClusterView } from '@/lib/api/clusters';
import type { QuotaLimits, QuotaResponse } from '@/lib/api/quotas';
import { useQuota, useSetQuota } from '@/lib/queries/quotas';
import { LimitFields } from './limit-fields';
import { Enforcement, OtherQuotas, QuotaChanges, Used } from './quota-facts';
import { formOf, planOf, type QuotaForm } from './quota-form';

export interface QuotaDialogProps {
  readonly cluster: ClusterView;
  readonly path: string;
  readonly onClose: () => void;
}

/** The quota of a path: what is used, the limits, what they do, and what saving them changes. */
export function QuotaDialog(props: QuotaDialogProps) {
  const t = useTranslations('quota');
  const common = useTranslations('common');
  const query = useQuota(props.cluster.id, props.path);
  if (query.data !== undefined) return <QuotaEditor {...props} quota={query.data} />;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={t('title', { path: props.path })}
      footer={<Button onClick={props.onClose}>{common('close')}</Button>}
    >
      {query.error === null ? (
        <Skeleton className="h-40" />
      ) : (
        <ErrorNote error={query.error} subject={props.path} onRetry={() => void query.refetch()} />
      )}
    </Dialog>
  );
}

function QuotaEditor({
  cluster,
  path,
  quota,
  onClose,
}: QuotaDialogProps & { readonly quota: QuotaResponse }) {
  const t = useTranslations('quota');
  const common = useTranslations('common');
  const actions = useTranslations('node.actions');
  const toast = useToast();
  const save = useSetQuota(cluster.id);
  const [form, setForm] = useState<QuotaForm>(() => formOf(quota.limits));
  const [reason, setReason] = useState('');
  const [deleting, setDeleting] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const plan = planOf(form, quota);
  const locked = cluster.readOnly || plan.isNested;
  const ready = plan.changes.length > 0 && !plan.isEmpty && !locked;
  const missing = reasonMissing(cluster.requireReason, reason);
  const send = (wanted: QuotaLimits | null): void =>
    save.mutate(
      { path, limits: wanted, version: quota.version, reason },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: t(wanted === null ? 'deleted' : 'saved', { path }) });
          onClose();
        },
        onSettled: () => setDeleting(false),
      },
    );
  return (
    <>
      <Dialog
        open
        onOpenChange={(open) => !open && !save.isPending && onClose()}
        title={t('title', { path })}
        description={t('description')}
        initialFocus={first}
        footer={
          <>
            {quota.limits !== null && (
              <Button
                tone="danger"
                disabled={cluster.readOnly || save.isPending || missing}
                onClick={() => setDeleting(true)}
              >
                {t('delete')}…
              </Button>
            )}
            <Button onClick={onClose}>{common('cancel')}</Button>
            <Button
              type="submit"
              form="quota"
              tone="primary"
              busy={save.isPending}
              disabled={!ready || missing}
            >
              {t('save')}
            </Button>
          </>
        }
      >
        <form
          id="quota"
          className="flex flex-col gap-4"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            if (ready && !missing) send(plan.limits);
          }}
        >
          <Used quota={quota} />
          <OtherQuotas quota={quota} />
          {cluster.readOnly && <p className="text-sm text-ink-2">{actions('readOnly')}</p>}
          <LimitFields first={first} form={form} locked={locked} onChange={setForm} />
          <Enforcement quota={quota} />
          <QuotaChanges plan={plan} quota={quota} />
          <ReasonField required={cluster.requireReason} value={reason} onChange={setReason} />
          {save.error !== null && <ErrorNote error={save.error} subject={path} />}
        </form>
      </Dialog>
      <DeletionQuestion
        path={path}
        open={deleting}
        busy={save.isPending}
        onClose={() => setDeleting(false)}
        onConfirm={() => send(null)}
      />
    </>
  );
}

interface DeletionQuestionProps {
  readonly path: string;
  readonly open: boolean;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

function DeletionQuestion({ path, open, busy, onClose, onConfirm }: DeletionQuestionProps) {
  const t = useTranslations('quota');
  return (
    <AlertDialog
      open={open}
      onOpenChange={(next) => !next && !busy && onClose()}
      title={t('deleteTitle', { path })}
      confirm={t('delete')}
      danger
      busy={busy}
      onConfirm={onConfirm}
    >
      {t('deleteBody')}
    </AlertDialog>
  );
}
