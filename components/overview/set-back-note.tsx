'use client';

import { Replace } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { RelativeTime } from '@/components/ui/values';
import type { SetBack } from '@/lib/api/overview';

/** Says that the cluster is another one than before; null where it is not. */
export function SetBackNote({ setBack }: { readonly setBack: SetBack | null }) {
  const t = useTranslations('overview.setBack');
  if (setBack === null) return null;
  const { at, from, to } = setBack;
  return (
    <section
      role="alert"
      className="flex items-start gap-3 rounded-base border border-warn bg-warn-soft px-4 py-3"
    >
      <Replace aria-hidden size={16} className="mt-0.5 shrink-0 text-warn-text" />
      <div className="min-w-0 grow">
        <p className="font-semibold">{t('title')}</p>
        <p className="text-ink-2">{t('next', { from, to })}</p>
      </div>
      <RelativeTime at={at} className="shrink-0 text-xs text-ink-2" />
    </section>
  );
}
