'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { AlertDialog, Dialog } from '@/components/ui/dialog';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { ErrorNote } from '@/components/ui/states';
import type { AclEntry } from '@/lib/api/common';
import { isApiError } from '@/lib/api/errors';
import { AclChanges } from './acl-changes';
import type { SaveAcl } from './use-save-acl';

export interface SaveAclDialogProps {
  readonly base: { readonly acl: readonly AclEntry[]; readonly aversion: number };
  readonly save: SaveAcl;
  readonly path: string;
}

/** Shows what changes before it is saved, and asks once more where the console would lock itself out. */
export function SaveAclDialog({ base, save, path }: SaveAclDialogProps) {
  const t = useTranslations('acl');
  const common = useTranslations('common');
  const unknown = useTranslations('node.unknown');
  const { step } = save;
  return (
    <>
      {step.kind === 'review' && (
        <Dialog
          open
          onOpenChange={(open) => !open && !step.busy && save.close()}
          title={t('save.title')}
          description={t('save.description', { version: String(base.aversion) })}
          footer={
            <>
              <Button onClick={save.close} disabled={step.busy}>
                {common('cancel')}
              </Button>
              {isApiError(step.error, 'OUTCOME_UNKNOWN') ? (
                <Button tone="primary" busy={step.busy} onClick={() => void save.check()}>
                  {unknown('check')}
                </Button>
              ) : (
                <Button
                  tone="primary"
                  busy={step.busy}
                  disabled={reasonMissing(save.reason.required, save.reason.text)}
                  onClick={() => void save.send(base.aversion)}
                >
                  {t('save.confirm')}
                </Button>
              )}
            </>
          }
        >
          <div className="flex flex-col gap-3">
            {step.error !== null && <ErrorNote error={step.error} subject={path} />}
            {step.outcome !== null && (
              <p role="status" className="rounded-base bg-warn-soft px-3 py-2 text-sm text-warn-text">
                {t(`unknown.${step.outcome}`)}
              </p>
            )}
            <AclChanges before={base.acl} after={step.entries} />
            <ReasonField
              required={save.reason.required}
              value={save.reason.text}
              onChange={save.reason.set}
            />
          </div>
        </Dialog>
      )}
      <AlertDialog
        open={step.kind === 'lockout'}
        onOpenChange={(open) => !open && save.close()}
        title={t('lockout.title')}
        confirm={t('lockout.confirm')}
        danger
        busy={step.kind === 'lockout' && step.busy}
        onConfirm={() => step.kind === 'lockout' && void save.send(step.aversion, true)}
      >
        {t('lockout.body')}
      </AlertDialog>
    </>
  );
}
