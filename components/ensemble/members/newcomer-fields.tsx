'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { ConfigMember, ConfigRole } from '@/lib/api/reconfig';
import { emptyNewcomer, newcomerFault, type Edits, type Newcomer } from './plan';

export interface NewcomerFieldsProps {
  readonly members: readonly ConfigMember[];
  readonly edits: Edits;
  readonly onChange: (edits: Edits) => void;
}

const ports = ['quorumPort', 'electionPort', 'clientPort'] as const;

/** A member that joins: its number, its part and where it listens. */
export function NewcomerFields({ members, edits, onChange }: NewcomerFieldsProps) {
  const t = useTranslations('reconfig');
  const newcomer = edits.newcomer ?? emptyNewcomer;
  const fault = newcomerFault(newcomer, members);
  const set = (change: Partial<Newcomer>) => onChange({ ...edits, newcomer: { ...newcomer, ...change } });
  // Whoever has typed nothing yet need not be told that it is missing.
  const isBegun = newcomer.id !== '' && newcomer.host !== '';
  return (
    <fieldset className="rounded-base border border-line p-3">
      <legend className="px-1 text-xs font-medium text-ink-2">{t('newcomer')}</legend>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <Field label={t('id')}>
          <Input
            inputMode="numeric"
            value={newcomer.id}
            onChange={(event) => set({ id: event.target.value })}
          />
        </Field>
        <Field label={t('role')}>
          <Select<ConfigRole>
            value={newcomer.role}
            onChange={(role) => set({ role })}
            options={(['participant', 'observer'] as const).map((role) => ({
              value: role,
              label: t(`roles.${role}`),
            }))}
          />
        </Field>
        <Field label={t('host')}>
          <Input mono value={newcomer.host} onChange={(event) => set({ host: event.target.value.trim() })} />
        </Field>
        {ports.map((port) => (
          <Field key={port} label={t(port)}>
            <Input
              inputMode="numeric"
              value={newcomer[port]}
              onChange={(event) => set({ [port]: event.target.value })}
            />
          </Field>
        ))}
      </div>
      <div className="mt-2 flex flex-wrap items-center gap-3">
        <p role="status" className="grow text-xs text-danger-text">
          {isBegun && fault !== null && t(`faults.${fault}`)}
        </p>
        <Button onClick={() => onChange({ ...edits, newcomer: null })}>{t('addNot')}</Button>
      </div>
      <p className="mt-2 text-xs text-ink-2">{t('newcomerNote')}</p>
    </fieldset>
  );
}
