'use client';

import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatNumber, formatRelative } from '@/components/ui/format';
import { useNow } from '@/components/ui/now';
import type { CommandResponse } from '@/lib/api/commands';

/** How large the answer was, how long it took and how old it is. */
export function AnswerNote({ answer }: { readonly answer: CommandResponse }) {
  const t = useTranslations('commands');
  const { locale } = useDisplay();
  const now = useNow();
  const took = t('took', {
    bytes: formatBytes(answer.rawBytes, locale),
    ms: formatNumber(answer.tookMs, locale, 1),
  });
  return (
    <>
      {took} · {t('ago', { ago: formatRelative(Math.min(answer.at, now), now, locale) })}
    </>
  );
}
