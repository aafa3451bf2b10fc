'use client';

import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { presetNames, presets, type PresetName } from '@/lib/api/acl-rules';
import type { AclEntry } from '@/lib/api/common';
import type { JobRequest } from '@/lib/api/jobs';

export interface AclDialogProps {
  readonly paths: readonly string[];
  /** A znode whose ACL may be taken over; null where there is none to read. */
  readonly model: { readonly path: string; readonly acl: readonly AclEntry[] } | null;
  readonly onClose: () => void;
  readonly onPlan: (request: JobRequest) => void;
}

/** Which ACL many znodes, and all below them, are to have: one of the usual ones, or that of a znode on screen. */
export function AclDialog({ paths, model, onClose, onPlan }: AclDialogProps) {
  const t = useTranslations('jobs.acl');
  const create = useTranslations('node.create');
  const common = useTranslations('common');
  const [chosen, setChosen] = useState<PresetName | 'model'>(model === null ? 'open' : 'model');
  const acl = chosen === 'model' ? (model?.acl ?? []) : presets[chosen];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const entries = acl.map((entry) => ({ ...entry, permissions: [...entry.permissions] }));
    onPlan({ kind: 'aclTree', paths: [...paths], acl: entries });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title', { count: String(paths.length) })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="acl-tree" tone="primary">
            {t('plan')}
          </Button>
        </>
      }
    >
      <form id="acl-tree" onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t('acl')} help={t('help')}>
          <Select<PresetName | 'model'>
            value={chosen}
            onChange={setChosen}
            options={[
              ...(model === null
                ? []
                : [{ value: 'model' as const, label: t('model', { path: model.path }) }]),
              ...presetNames.map((value) => ({ value, label: create(`aclPresets.${value}`) })),
            ]}
          />
        </Field>
        <ul className="flex flex-col gap-0.5 font-mono text-xs text-ink-2">
          {acl.map(({ scheme, id, permissions }) => (
            <li key={`${scheme}:${id}`} className="break-all">
              {scheme}:{id} {permissions.join(' ')}
            </li>
          ))}
        </ul>
      </form>
    </Dialog>
  );
}
