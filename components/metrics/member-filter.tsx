'use client';

import { Toggle } from '@base-ui/react/toggle';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatDuration } from '@/components/ui/format';
import type { MetricsResponse } from '@/lib/api/metrics';
import type { MemberLook } from './shape';
import { Swatch } from './swatch';

export interface MemberFilterProps {
  readonly metrics: MetricsResponse;
  readonly looks: readonly MemberLook[];
  readonly shown: readonly string[];
  /** Null for all. */
  readonly onChange: (members: string[] | null) => void;
}

/** The legend of all charts, and the filter of members. */
export function MemberFilter({ metrics, looks, shown, onChange }: MemberFilterProps) {
  const t = useTranslations('metrics');
  const { locale } = useDisplay();
  const toggle = (name: string, on: boolean) => {
    const next = looks
      .map((look) => look.name)
      .filter((other) => (other === name ? on : shown.includes(other)));
    onChange(next.length === looks.length ? null : next);
  };
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <div role="group" aria-label={t('members')} className="flex flex-wrap gap-1.5">
        {looks.map((look) => (
          <Toggle
            key={look.name}
            pressed={shown.includes(look.name)}
            onPressedChange={(on) => toggle(look.name, on)}
            className="flex h-7 items-center gap-2 rounded-base border border-dashed border-line-strong px-2 font-mono text-xs text-ink-3 hover:bg-hover data-pressed:border-solid data-pressed:bg-surface data-pressed:text-ink"
          >
            <Swatch look={look} />
            {look.name}
          </Toggle>
        ))}
      </div>
      {shown.length < looks.length && (
        <Button tone="quiet" onClick={() => onChange(null)}>
          {t('showAll')}
        </Button>
      )}
      <span className="tnum ml-auto text-xs text-ink-3">
        {t('every', {
          sample: formatDuration(metrics.sampleEveryMs, locale),
          step: formatDuration(metrics.stepMs, locale),
        })}
      </span>
    </div>
  );
}
