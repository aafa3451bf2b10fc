'use client';

import { Search } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/input';
import { Switch } from '@/components/ui/switch';
import { pathFault } from '@/lib/protocol/path';

export interface SearchChoice {
  readonly path: string;
  readonly text: string;
  readonly name: boolean;
  readonly whole: boolean;
  readonly value: boolean;
  readonly case: boolean;
}

export interface SearchFormProps {
  readonly choice: SearchChoice;
  readonly busy: boolean;
  readonly onSearch: (choice: SearchChoice) => void;
}

export function SearchForm({ choice, busy, onSearch }: SearchFormProps) {
  const t = useTranslations('search');
  const [form, setForm] = useState(choice);
  const set = (change: Partial<SearchChoice>): void => setForm((now) => ({ ...now, ...change }));
  const wrong = pathFault(form.path) !== null;
  const nowhere = !form.name && !form.whole && !form.value;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!wrong && !nowhere && form.text !== '') onSearch(form);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div className="grid gap-3 md:grid-cols-2">
        <Field label={t('text')}>
          <Input
            value={form.text}
            maxLength={1_000}
            onChange={(event) => set({ text: event.target.value })}
          />
        </Field>
        <Field label={t('below')} error={wrong ? t('wrongPath') : undefined}>
          <Input mono value={form.path} onChange={(event) => set({ path: event.target.value })} />
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
        <Switch checked={form.name} onChange={(name) => set({ name })}>
          {t('places.name')}
        </Switch>
        <Switch checked={form.whole} onChange={(whole) => set({ whole })}>
          {t('places.path')}
        </Switch>
        <Switch checked={form.value} onChange={(value) => set({ value })}>
          {t('places.value')}
        </Switch>
        <Switch checked={form.case} onChange={(matchCase) => set({ case: matchCase })}>
          {t('matchCase')}
        </Switch>
        <Button
          type="submit"
          tone="primary"
          icon={Search}
          busy={busy}
          disabled={wrong || nowhere || form.text === ''}
          className="ml-auto"
        >
          {t('search')}
        </Button>
      </div>
      {form.value && <p className="text-xs text-ink-3">{t('valueCost')}</p>}
    </form>
  );
}
