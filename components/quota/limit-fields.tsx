'use client';

import type { RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatBytes } from '@/components/ui/format';
import { Field, Input } from '@/components/ui/input';
import { isCount, isFaulty, limitNames, type LimitName, type QuotaForm } from './quota-form';

export interface LimitFieldsProps {
  readonly first: RefObject<HTMLInputElement | null>;
  readonly form: QuotaForm;
  readonly locked: boolean;
  readonly onChange: (form: QuotaForm) => void;
}

/** Soft and hard beside each other, first for znodes, then for bytes. */
export function LimitFields({ first, form, locked, onChange }: LimitFieldsProps) {
  const t = useTranslations('quota');
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3">
      {limitNames.map((name) => (
        <Field
          key={name}
          label={t(`limits.${name}`)}
          help={<LimitHelp name={name} text={form[name]} />}
          error={isFaulty(name, form[name]) ? t('faulty') : undefined}
        >
          <Input
            ref={name === 'count' ? first : undefined}
            inputMode="numeric"
            placeholder={t('none')}
            disabled={locked}
            value={form[name]}
            onChange={(event) => onChange({ ...form, [name]: event.target.value })}
          />
        </Field>
      ))}
    </div>
  );
}

/** Bytes also as a person reads them. */
function LimitHelp({ name, text }: { readonly name: LimitName; readonly text: string }) {
  const t = useTranslations('quota');
  const { locale } = useDisplay();
  const bytes = Number(text);
  if (isCount(name) || text.trim() === '' || bytes < 1024) return t(name.endsWith('Hard') ? 'hard' : 'soft');
  return formatBytes(bytes, locale);
}
