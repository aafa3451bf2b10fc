'use client';

import { useId, useState, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useDisplay } from '@/components/ui/display';
import { formatAbsolute, isZone } from '@/components/ui/format';
import { Field, Input } from '@/components/ui/input';
import { useNow } from '@/components/ui/now';

export interface ZoneDialogProps {
  readonly zone: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onZone: (zone: string) => void;
  /** What has the focus afterwards. */
  readonly returnTo: RefObject<HTMLElement | null>;
}

/** Any zone the browser knows by its IANA name, with the time there now. */
export function ZoneDialog({ zone, open, onOpenChange, onZone, returnTo }: ZoneDialogProps) {
  const t = useTranslations('frame.zone');
  const common = useTranslations('common');
  const { locale } = useDisplay();
  const list = useId();
  const now = useNow();
  const [text, setText] = useState(zone.includes('/') ? zone : '');
  const name = text.trim();
  const known = isZone(name);
  const apply = () => {
    if (!known) return;
    onZone(name);
    onOpenChange(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="small"
      finalFocus={() => returnTo.current}
      title={t('title')}
      description={t('help')}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{common('cancel')}</Button>
          <Button tone="primary" disabled={!known} onClick={apply}>
            {t('use')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <Field
          label={t('name')}
          error={name !== '' && !known ? t('unknown', { name }) : undefined}
          help={known ? t('now', { time: formatAbsolute(now, locale, name) }) : undefined}
        >
          <Input
            list={list}
            value={text}
            placeholder="Europe/Berlin"
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <datalist id={list}>
          {Intl.supportedValuesOf('timeZone').map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      </form>
    </Dialog>
  );
}
