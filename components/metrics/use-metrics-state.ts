'use client';

import { parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { MetricRange } from '@/lib/api/metrics';

// The contract's values, ordered; its module would bring its parser along.
export const ranges = ['5m', '15m', '1h', '6h', '24h', '7d', '30d'] as const satisfies readonly MetricRange[];

export interface MetricsState {
  readonly range: MetricRange;
  /** End of the range; null follows the clock. */
  readonly to: number | null;
  /** Null shows all. */
  readonly members: string[] | null;
  /** The moment held in the table of values; null shows the latest. */
  readonly at: number | null;
  readonly setRange: (range: MetricRange) => void;
  readonly follow: () => void;
  readonly setMembers: (members: string[] | null) => void;
  readonly setAt: (at: number | null) => void;
}

/** All that a link to the metrics page says. */
export function useMetricsState(): MetricsState {
  const [query, setQuery] = useQueryStates({
    range: parseAsStringLiteral(ranges).withDefault('15m'),
    to: parseAsInteger,
    members: parseAsArrayOf(parseAsString),
    at: parseAsInteger,
  });
  return {
    ...query,
    setRange: (range) => void setQuery({ range }, { history: 'push' }),
    follow: () => void setQuery({ to: null, at: null }, { history: 'push' }),
    setMembers: (members) => void setQuery({ members }),
    setAt: (at) => void setQuery({ at: at === null ? null : Math.round(at) }),
  };
}
