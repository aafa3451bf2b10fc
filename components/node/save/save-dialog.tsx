'use client';

import { useEffect, useState, useRef, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useDisplay } from '@/components/ui/display';
import { formatBytes } from '@/components/ui/format';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { ErrorNote } from '@/components/ui/states';
import { isApiError } from '@/lib/api/errors';
import { fromBase64 } from '../value/bytes';
import type { Draft } from '../value/draft';
import { checkText, type TextFault } from '../value/format-text';
import { ChangeView } from './change-view';
import { ConflictChoices, ConflictView } from './conflict-view';
import { UnknownView } from './unknown-view';
import type { Save, SaveStep } from './use-save';

/** Apache's default jute.maxbuffer; a request carries a little more than its data. */
const defaultBufferBytes = 1_048_575;

export interface SaveDialogProps {
  readonly draft: Draft;
  readonly save: Save;
  /** Takes theirs as the new base and goes on editing. */
  readonly onKeep: (stored: Uint8Array | null, version: number) => void;
  readonly onDiscard: () => void;
  /** Creates the node again with these bytes. */
  readonly onRecreate: (stored: Uint8Array | null) => void;
}

/** One dialog through the whole of a save: review, conflict, unknown outcome. */
export function SaveDialog(props: SaveDialogProps) {
  const { draft, save } = props;
  const { step } = save;
  const t = useTranslations('node');
  const primary = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      initialFocus={primary}
      open={step.kind !== 'idle'}
      onOpenChange={(open) => !open && step.kind !== 'saving' && save.close()}
      size={step.kind === 'conflict' ? 'wide' : step.kind === 'unknown' ? 'small' : 'large'}
      title={titleOf(t, step, draft)}
      description={<Description step={step} draft={draft} />}
      footer={<Footer {...props} primary={primary} />}
    >
      <div className="flex flex-col gap-3">
        <Body draft={draft} step={step} />
        {step.kind !== 'unknown' && (
          <ReasonField required={save.reason.required} value={save.reason.text} onChange={save.reason.set} />
        )}
      </div>
    </Dialog>
  );
}

type NodeWords = ReturnType<typeof useTranslations<'node'>>;

function titleOf(t: NodeWords, step: SaveStep, draft: Draft): string {
  if (step.kind === 'conflict') return t('conflict.title');
  if (step.kind === 'unknown') return t('unknown.title');
  return draft.toNull ? t('save.setNullTitle') : t('save.title');
}

function Description({ step, draft }: { readonly step: SaveStep; readonly draft: Draft }) {
  const t = useTranslations('node');
  if (step.kind === 'unknown') return null;
  if (step.kind !== 'conflict') return t('save.description', { version: String(draft.version) });
  const theirs = step.details.stat;
  if (theirs === null) return t('conflict.deleted');
  return t('conflict.description', { base: String(draft.version), theirs: String(theirs.version) });
}

function Body({ draft, step }: { readonly draft: Draft; readonly step: SaveStep }) {
  const t = useTranslations('node.save');
  const { locale } = useDisplay();
  if (step.kind === 'idle') return null;
  if (step.kind === 'conflict')
    return <ConflictView draft={draft} mine={step.stored} details={step.details} />;
  if (step.kind === 'unknown') return <UnknownView outcome={step.outcome} path={draft.path} />;
  const tooLong = (step.stored?.length ?? 0) > defaultBufferBytes;
  return (
    <div className="flex flex-col gap-3">
      {step.kind === 'review' && step.error !== null && <SaveError error={step.error} path={draft.path} />}
      <InvalidNote draft={draft} />
      {tooLong && (
        <p className="rounded-base bg-warn-soft px-3 py-2 text-sm text-warn-text">
          {t('aboveBuffer', { size: formatBytes(defaultBufferBytes, locale) })}
        </p>
      )}
      <ChangeView
        before={draft.stored}
        after={step.stored}
        beforeLabel={t('before', { version: String(draft.version) })}
        afterLabel={t('after')}
        shape={draft.shape}
      />
    </div>
  );
}

function SaveError({ error, path }: { readonly error: unknown; readonly path: string }) {
  const t = useTranslations('node.save');
  if (isApiError(error, 'NO_NODE')) {
    return <p className="rounded-base bg-warn-soft px-3 py-2 text-sm text-warn-text">{t('gone')}</p>;
  }
  return <ErrorNote error={error} subject={path} />;
}

/** A value that is no longer valid in its format is saved all the same, but not without saying so. */
function InvalidNote({ draft }: { readonly draft: Draft }) {
  const t = useTranslations('node');
  const [fault, setFault] = useState<TextFault | null>(null);
  useEffect(() => {
    let stale = false;
    void checkText(draft.shape, draft.text).then((found) => !stale && setFault(found));
    return () => {
      stale = true;
    };
  }, [draft.shape, draft.text]);
  if (fault === null || draft.toNull) return null;
  return (
    <p className="rounded-base bg-warn-soft px-3 py-2 text-sm text-warn-text">
      {t('save.invalid', {
        shape: t(`value.shapes.${draft.shape}`),
        message:
          fault.line === null
            ? fault.message
            : t('value.fault', { line: String(fault.line), message: fault.message }),
      })}
    </p>
  );
}

interface FooterProps extends SaveDialogProps {
  /** The way on that loses nothing; focus starts there. */
  readonly primary: RefObject<HTMLButtonElement | null>;
}

function Footer({ draft, save, onKeep, onDiscard, onRecreate, primary }: FooterProps) {
  const t = useTranslations('node');
  const common = useTranslations('common');
  const { step } = save;
  const unexplained = reasonMissing(save.reason.required, save.reason.text);
  if (step.kind === 'conflict') {
    const { stat, data } = step.details;
    return (
      <ConflictChoices
        details={step.details}
        primary={primary}
        unexplained={unexplained}
        onDiscard={onDiscard}
        onKeep={() => onKeep(data === null ? null : fromBase64(data), stat?.version ?? draft.version)}
        onOverwrite={() => void save.send(stat?.version ?? draft.version)}
      />
    );
  }
  if (step.kind === 'unknown') {
    return (
      <>
        <Button onClick={step.outcome?.kind === 'applied' ? onDiscard : save.close}>{common('close')}</Button>
        {step.outcome?.kind !== 'applied' && (
          <Button ref={primary} tone="primary" busy={step.checking} onClick={() => void save.check()}>
            {t('unknown.check')}
          </Button>
        )}
      </>
    );
  }
  const gone = step.kind === 'review' && isApiError(step.error, 'NO_NODE');
  return (
    <>
      <Button onClick={save.close} disabled={step.kind === 'saving'}>
        {common('cancel')}
      </Button>
      {gone ? (
        <Button ref={primary} tone="primary" disabled={unexplained} onClick={() => onRecreate(step.stored)}>
          {t('save.recreate')}
        </Button>
      ) : (
        <Button
          ref={primary}
          tone="primary"
          busy={step.kind === 'saving'}
          disabled={unexplained}
          onClick={() => void save.send(draft.version)}
        >
          {t('save.confirm')}
        </Button>
      )}
    </>
  );
}
