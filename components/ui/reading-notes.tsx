'use client';

import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatRelative } from '@/components/ui/format';
import { useNow } from '@/components/ui/now';
import { CopyLine } from '@/components/ui/values';
import type { ReadingSource } from '@/lib/api/reading';

/** When something was read, counting on. */
export function ReadAgo({ at }: { readonly at: number }) {
  const t = useTranslations('sessions');
  const ago = useAgo();
  return <span className="tnum">{t('readAgo', { ago: ago(at) })}</span>;
}

export function useAgo(): (at: number) => string {
  const { locale } = useDisplay();
  const now = useNow();
  return (at) => formatRelative(Math.min(at, now), now, locale);
}

/** What is missing from a reading and why, with the line of configuration that would change it. */
export function ReadingNotes({ sources }: { readonly sources: readonly ReadingSource[] }) {
  const t = useTranslations('sessions.sources');
  const common = useTranslations('common');
  const failed = sources.filter(({ fault }) => fault !== null);
  const cut = sources.filter(({ truncated }) => truncated);
  if (failed.length + cut.length === 0) return null;
  // A member that is away fails every question in the same words.
  const faults = [...new Set(failed.map(({ fault }) => fault))];
  const silent = new Set(failed.map(({ member }) => member)).size;
  const lines = [...new Set(failed.flatMap(({ enableWith }) => (enableWith === null ? [] : [enableWith])))];
  return (
    <div role="status" className="flex items-start gap-2 rounded-base bg-warn-soft px-3 py-2 text-sm">
      <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-warn-text" />
      <div className="min-w-0 grow">
        {failed.length > 0 && <p className="font-medium text-warn-text">{t('failed', { count: silent })}</p>}
        <ul className="text-xs text-ink-2">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
          {cut.map(({ member, asked }) => (
            <li key={`${member} ${asked}`}>{t('truncated', { member, asked })}</li>
          ))}
        </ul>
        {lines.map((line) => (
          <div key={line} className="mt-1 text-xs text-ink-2">
            <p>{t('enable')}</p>
            <CopyLine line={line} what={common('configLine')} />
          </div>
        ))}
      </div>
    </div>
  );
}
