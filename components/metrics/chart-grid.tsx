'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useDisplay } from '@/components/ui/display';
import { formatList } from '@/components/ui/format';
import type { MetricsResponse } from '@/lib/api/metrics';
import { ChartPanel } from './chart-panel';
import { CursorStore } from './cursor';
import { chartSpecs, hasData, type MemberLook } from './shape';

export interface ChartGridProps {
  /** With the members to show only. */
  readonly metrics: MetricsResponse;
  readonly looks: readonly MemberLook[];
  readonly held: number | null;
  readonly onHold: (at: number) => void;
}

/** Small multiples over one time axis; what no member tells is named below instead of drawn empty. */
export function ChartGrid({ metrics, looks, held, onHold }: ChartGridProps) {
  const t = useTranslations('metrics');
  const { locale } = useDisplay();
  const [cursor] = useState(() => new CursorStore());
  const drawn = chartSpecs.filter((spec) => hasData(metrics.members, spec));
  const missing = chartSpecs.filter((spec) => !drawn.includes(spec));
  return (
    <>
      <div className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
        {drawn.map((spec) => (
          <ChartPanel
            key={spec.id}
            spec={spec}
            metrics={metrics}
            looks={looks}
            cursor={cursor}
            held={held}
            onHold={onHold}
          />
        ))}
      </div>
      {missing.length > 0 && (
        <p className="text-xs text-ink-3">
          {t('missing', {
            charts: formatList(
              missing.map(({ id }) => t(`charts.${id}`)),
              locale,
            ),
          })}{' '}
          {t('missingNext')}
        </p>
      )}
    </>
  );
}
