'use client';

import { useTranslations } from 'use-intl';
import { reasonLengthMax } from '@/lib/api/reason';
import { Field, Input } from './input';

export interface ReasonFieldProps {
  /** Whether the cluster asks for one; without that nothing is shown. */
  readonly required: boolean;
  readonly value: string;
  readonly onChange: (reason: string) => void;
}

/** Why a change is made, where the cluster asks. */
export function ReasonField({ required, value, onChange }: ReasonFieldProps) {
  const t = useTranslations('common');
  if (!required) return null;
  return (
    <Field label={t('reason')} help={t('reasonHelp')}>
      <Input
        required
        maxLength={reasonLengthMax}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}

export function reasonMissing(required: boolean, reason: string): boolean {
  return required && reason.trim() === '';
}
