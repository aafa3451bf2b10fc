'use client';

import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatBytes, formatCompact, formatMeasure } from '@/components/ui/format';
import type { Unit } from './shape';

/** A value with its unit, for headings and tables; `bare` leaves out one that a heading names, `axis` is the short form. */
export function useValueWords(): (value: number, unit: Unit, form?: 'full' | 'bare' | 'axis') => string {
  const { locale } = useDisplay();
  const t = useTranslations('metrics.units');
  return (value, unit, form = 'full') => {
    if (unit === 'bytes') return formatBytes(value, locale);
    if (form === 'axis') return value < 10 ? formatMeasure(value, locale) : formatCompact(value, locale);
    const number = formatMeasure(value, locale);
    if (form === 'bare') return number;
    return unit === 'ms' ? `${number} ${t('ms')}` : unit === 'perSecond' ? `${number}/s` : number;
  };
}
