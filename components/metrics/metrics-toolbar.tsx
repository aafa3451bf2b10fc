'use client';

import { ChevronsRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatClock } from '@/components/ui/format';
import { Segmented } from '@/components/ui/segmented';
import { ranges, type MetricsState } from './use-metrics-state';

export interface MetricsToolbarProps {
  readonly state: MetricsState;
  /** Whether more is kept than the week of the console's own samples. */
  readonly longHistory: boolean;
  /** Reads again, now and by itself, while the range follows the clock. */
  readonly children: ReactNode;
}

export function MetricsToolbar({ state, longHistory, children }: MetricsToolbarProps) {
  const t = useTranslations('metrics');
  const { locale, zone } = useDisplay();
  return (
    <>
      {state.to !== null && (
        <span className="tnum text-xs text-ink-2">
          {t('until', { time: formatClock(state.to, locale, zone, 'days') })}
        </span>
      )}
      <Segmented
        label={t('range')}
        value={state.range}
        onChange={state.setRange}
        options={ranges
          .filter((range) => range !== '30d' || longHistory || state.range === range)
          .map((range) => ({ value: range, label: t(`ranges.${range}`) }))}
      />
      {state.to !== null ? (
        <Button icon={ChevronsRight} onClick={state.follow}>
          {t('follow')}
        </Button>
      ) : (
        children
      )}
    </>
  );
}
