'use client';

import { useRef, useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useDisplay } from '@/components/ui/display';
import { formatBytes } from '@/components/ui/format';
import { Field, Input } from '@/components/ui/input';
import { Switch } from '@/components/ui/switch';
import type { JobRequest } from '@/lib/api/jobs';
import { pathFault } from '@/lib/protocol/path';

/** What a request may carry, less what base64 and the rest take. */
const fileBytesMax = 11 * 1_048_576;

export interface ImportDialogProps {
  readonly path: string;
  readonly onClose: () => void;
  readonly onPlan: (request: JobRequest) => void;
}

/** A file, where it goes, and what happens to what is there already. Nothing is changed before its plan was seen. */
export function ImportDialog({ path, onClose, onPlan }: ImportDialogProps) {
  const t = useTranslations('transfer');
  const common = useTranslations('common');
  const { locale } = useDisplay();
  const [to, setTo] = useState(path);
  const [file, setFile] = useState<File | null>(null);
  const [overwrite, setOverwrite] = useState(true);
  const [prune, setPrune] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const tooLarge = (file?.size ?? 0) > fileBytesMax;
  const wrong = to !== '/' && pathFault(to) !== null;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (file === null || tooLarge || wrong) return;
    onPlan({ kind: 'import', path: to, file: await base64Of(file), overwrite, prune });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('import')}
      description={t('importHelp')}
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            type="submit"
            form="import-tree"
            tone="primary"
            disabled={file === null || tooLarge || wrong}
          >
            {t('plan')}
          </Button>
        </>
      }
    >
      <form id="import-tree" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field
          label={t('file')}
          error={tooLarge ? t('tooLarge', { limit: formatBytes(fileBytesMax, locale) }) : undefined}
        >
          <Input
            ref={input}
            type="file"
            className="!h-8 !px-1 !py-0.75 file:mr-2 file:h-6 file:cursor-pointer file:rounded-base file:border file:border-line-strong file:bg-sunken file:px-2 file:text-sm file:font-medium file:text-ink"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        </Field>
        <Field label={t('to')} help={t('toHelp')} error={wrong ? t('toWrong') : undefined}>
          <Input mono value={to} onChange={(event) => setTo(event.target.value)} />
        </Field>
        <div className="flex flex-col">
          <Switch checked={overwrite} onChange={setOverwrite}>
            {t('overwrite')}
          </Switch>
          <Switch checked={prune} onChange={setPrune}>
            {t('prune')}
          </Switch>
        </div>
      </form>
    </Dialog>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32_768)
    binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(binary);
}
