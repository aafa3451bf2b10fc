'use client';

import { CircleHelp } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { ErrorNote } from '@/components/ui/states';
import type { Outcome } from './use-save';

/** A save whose answer was lost: what that means, and, once looked up, what came of it. */
export function UnknownView({ outcome, path }: { readonly outcome: Outcome | null; readonly path: string }) {
  const t = useTranslations('node.unknown');
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p className="flex items-start gap-2">
        <CircleHelp aria-hidden size={16} className="mt-0.5 shrink-0 text-warn-text" />
        <span>{t('next')}</span>
      </p>
      <p className="font-mono text-xs break-all text-ink-2">{path}</p>
      <div role="status">
        {outcome !== null && outcome.kind !== 'failed' && <OutcomeWords outcome={outcome} />}
      </div>
      {outcome?.kind === 'failed' && <ErrorNote error={outcome.error} subject={t('checkFailed')} />}
    </div>
  );
}

function OutcomeWords({ outcome }: { readonly outcome: Exclude<Outcome, { kind: 'failed' }> }) {
  const t = useTranslations('node.unknown');
  const words =
    outcome.kind === 'gone' ? t('goneNow') : t(outcome.kind, { version: String(outcome.version) });
  return (
    <p
      className={
        outcome.kind === 'applied'
          ? 'rounded-base bg-good-soft px-3 py-2 text-good-text'
          : 'rounded-base bg-warn-soft px-3 py-2 text-warn-text'
      }
    >
      {words}
    </p>
  );
}
