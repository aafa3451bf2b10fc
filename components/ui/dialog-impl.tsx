'use client';

import { AlertDialog as BaseAlert } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonClass } from './button';
import { cx } from './cx';
import type { AlertDialogProps, DialogProps } from './dialog';

const backdrop =
  'fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0';
const place = 'fixed top-[8vh] left-1/2 z-40 -translate-x-1/2 max-h-[84vh]';
const sheet = 'flex w-[calc(100vw-24px)] flex-col rounded-base bg-surface shadow-lift';
const widths = {
  small: 'max-w-[440px]',
  medium: 'max-w-[640px]',
  large: 'max-w-[960px]',
  wide: 'max-w-[1280px]',
};

/** What takes the focus where a dialog names nothing: its first control, not the cross above it. */
const controls = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, [tabindex="0"]';

export function Dialog(props: DialogProps) {
  const t = useTranslations('common');
  const body = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={props.open}
      onOpenChange={props.onOpenChange}
      onOpenChangeComplete={(open) => !open && props.onClosed?.()}
    >
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup
          initialFocus={
            props.initialFocus ?? (() => body.current?.querySelector<HTMLElement>(controls) ?? true)
          }
          finalFocus={() => props.finalFocus?.() ?? true}
          className={cx('pop', place, sheet, widths[props.size ?? 'medium'])}
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0 grow pt-1">
              <Base.Title className="text-md break-words">{props.title}</Base.Title>
              {props.description !== undefined && (
                <Base.Description className="mt-0.5 text-sm text-ink-2">{props.description}</Base.Description>
              )}
            </div>
            <Base.Close
              aria-label={t('close')}
              title={t('close')}
              className={buttonClass('quiet', '-mr-1 w-7 !px-0')}
            >
              <X aria-hidden size={15} />
            </Base.Close>
          </header>
          <div ref={body} className="min-h-0 overflow-y-auto px-4 py-3">
            {props.children}
          </div>
          {props.footer !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
              {props.footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export function AlertDialog(props: AlertDialogProps) {
  const t = useTranslations('common');
  return (
    <BaseAlert.Root open={props.open} onOpenChange={props.onOpenChange}>
      <BaseAlert.Portal>
        <BaseAlert.Backdrop className={backdrop} />
        <BaseAlert.Popup className={cx('pop', place, sheet, widths.small)}>
          <div className="min-h-0 overflow-y-auto px-4 pt-4 pb-3">
            <BaseAlert.Title className="text-md break-words">{props.title}</BaseAlert.Title>
            <BaseAlert.Description render={<div />} className="mt-2 text-sm text-ink-2">
              {props.children}
            </BaseAlert.Description>
          </div>
          <footer className="flex justify-end gap-2 border-t border-line px-4 py-3">
            <BaseAlert.Close render={<Button />}>{t('cancel')}</BaseAlert.Close>
            <Button
              tone={props.danger === true ? 'danger' : 'primary'}
              busy={props.busy}
              disabled={props.ready === false}
              onClick={props.onConfirm}
            >
              {props.confirm}
            </Button>
          </footer>
        </BaseAlert.Popup>
      </BaseAlert.Portal>
    </BaseAlert.Root>
  );
}
