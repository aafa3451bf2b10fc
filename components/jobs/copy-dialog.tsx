'use client';

import { useRef, useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { Select } from '@/components/ui/select';
import type { JobRequest } from '@/lib/api/jobs';
import { parentPath, pathFault } from '@/lib/protocol/path';
import { useClusters } from '@/lib/queries/clusters';

export interface CopyDialogProps {
  readonly cluster: string;
  /** One, or several that go below one znode, each under its own name. */
  readonly paths: readonly string[];
  readonly onClose: () => void;
  /** The cluster that the copy goes to, and what is asked of it. */
  readonly onPlan: (target: string, request: JobRequest) => void;
}

/** Where a subtree goes: within its cluster or to another one, as a copy or for good. */
export function CopyDialog({ cluster, paths, onClose, onPlan }: CopyDialogProps) {
  const t = useTranslations('jobs.copy');
  const common = useTranslations('common');
  const [kind, setKind] = useState<'copyTree' | 'moveTree'>('copyTree');
  const [target, setTarget] = useState(cluster);
  const into = paths.length > 1;
  const [first = '/'] = paths;
  const [to, setTo] = useState(into ? parentPath(first) : `${first}-copy`);
  const input = useRef<HTMLInputElement>(null);
  const clusters = (useClusters().data?.clusters ?? []).filter(({ readOnly }) => !readOnly);
  const within = (path: string): boolean => `${to}/`.startsWith(`${path}/`);
  const clash = into && paths.some((path) => parentPath(path) === to);
  const wrong =
    pathFault(to) !== null || (to === '/' && !into) || (target === cluster && (clash || paths.some(within)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!wrong) onPlan(target, { kind, from: { cluster, paths: [...paths] }, to, into });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={
        <span className="wrap-anywhere">
          {into ? t('titleMany', { count: String(paths.length) }) : t('title', { path: first })}
        </span>
      }
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="copy-tree" tone="primary" disabled={wrong}>
            {t('plan')}
          </Button>
        </>
      }
    >
      <form id="copy-tree" onSubmit={submit} className="flex flex-col gap-4">
        <Segmented
          label={t('kind')}
          value={kind}
          onChange={setKind}
          options={[
            { value: 'copyTree', label: t('copy') },
            { value: 'moveTree', label: t('move') },
          ]}
          className="self-start"
        />
        {clusters.length > 1 && (
          <Field label={t('cluster')}>
            <Select
              value={target}
              onChange={setTarget}
              options={clusters.map(({ id, label }) => ({ value: id, label }))}
            />
          </Field>
        )}
        <Field
          label={t(into ? 'into' : 'to')}
          help={t(into ? 'intoHelp' : 'toHelp')}
          error={wrong ? t('toWrong') : undefined}
        >
          <Input ref={input} mono value={to} onChange={(event) => setTo(event.target.value)} />
        </Field>
        <p className="text-xs text-ink-3">{t(kind === 'copyTree' ? 'copyNote' : 'moveNote')}</p>
      </form>
    </Dialog>
  );
}
