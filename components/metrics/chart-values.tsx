'use client';

import { useDisplay } from '@/components/ui/display';
import { formatClock } from '@/components/ui/format';
import type { MetricsResponse, SeriesName } from '@/lib/api/metrics';
import { useCursor, type CursorStore } from './cursor';
import { latestValue, valueAt, type ChartSpec, type MemberLook } from './shape';
import { Swatch } from './swatch';
import { useValueWords } from './use-value-words';

export interface ChartValuesProps {
  readonly spec: ChartSpec;
  readonly metrics: MetricsResponse;
  readonly looks: readonly MemberLook[];
  readonly cursor: CursorStore;
}

/** Per member the value under the cursor, or the latest; a dash in a gap. */
export function ChartValues({ spec, metrics, looks, cursor }: ChartValuesProps) {
  const words = useValueWords();
  const { locale, zone } = useDisplay();
  const at = useCursor(cursor);
  const alone = looks.length === 1;
  // Many values share one line: there the unit stands once, in the heading.
  const form = alone ? 'full' : 'bare';
  const read = (series: SeriesName, member: MetricsResponse['members'][number]) => {
    const values = member.series[series];
    const value = at === null ? latestValue(values) : valueAt(metrics.times, values, at);
    return value === null ? '–' : words(value, spec.unit, form);
  };
  return (
    <p className="tnum flex min-h-6 flex-wrap items-center gap-x-3 text-xs whitespace-nowrap">
      {metrics.members.map((member, index) => (
        <span key={member.name} title={member.name} className="inline-flex items-center gap-1.5">
          {!alone && looks[index] !== undefined && <Swatch look={looks[index]} />}
          <span className={alone ? 'text-md font-semibold' : 'font-medium'}>
            {spec.lines.map((line) => read(line, member)).join(' / ')}
          </span>
          {alone && spec.band !== undefined && (
            <span className="text-ink-3">{spec.band.map((edge) => read(edge, member)).join(' – ')}</span>
          )}
        </span>
      ))}
      {at !== null && <span className="ml-auto text-ink-3">{formatClock(at, locale, zone, 'seconds')}</span>}
    </p>
  );
}
