import type { SeriesName } from '@/lib/api/metrics';
import type { Reading } from '../probes/reading';

/** What is kept of one reading, and how several become one. Pure. */

export const counterFields = ['packetsReceived', 'packetsSent', 'uptimeMs', 'countedAt'] as const;
export type CounterField = (typeof counterFields)[number];
export type GaugeField = Exclude<SeriesName, 'receivedPerSecond' | 'sentPerSecond'>;

/**
 * Values by field; a field the member did not tell is absent. Counters are as read, never rates. `countedAt` is when they
 * were read, epoch milliseconds: a row's own time is a round one, and a rate over it would be wrong by the difference.
 */
export type Sample = Partial<Record<GaugeField | CounterField, number>>;

export interface SampleRow {
  /** Epoch milliseconds: the moment the round of sampling was due, so that rows stand at even distances. */
  readonly at: number;
  readonly member: string;
  readonly sample: Sample;
}

/** A latency peak must survive being drawn small; everything else is averaged. */
export const mergeOf: Readonly<Record<GaugeField, 'average' | 'least' | 'most'>> = {
  latencyMin: 'least',
  latencyAvg: 'average',
  latencyMax: 'most',
  readP50: 'average',
  readP95: 'most',
  readP99: 'most',
  updateP50: 'average',
  updateP95: 'most',
  updateP99: 'most',
  outstanding: 'most',
  connections: 'average',
  watches: 'average',
  znodes: 'average',
  ephemerals: 'average',
  dataBytes: 'average',
  openFiles: 'average',
  fsyncAvg: 'average',
};
export const gaugeFields = Object.keys(mergeOf) as GaugeField[];

/** What of a reading is kept, or null of a member that is down: its absence is the gap in the chart. */
export function sampleOf(reading: Reading): Sample | null {
  if (!reading.up) return null;
  const values: Record<Exclude<keyof Sample, 'countedAt'>, number | null> = {
    latencyMin: reading.latencyMs?.min ?? null,
    latencyAvg: reading.latencyMs?.avg ?? null,
    latencyMax: reading.latencyMs?.max ?? null,
    readP50: reading.readP50,
    readP95: reading.readP95,
    readP99: reading.readP99,
    updateP50: reading.updateP50,
    updateP95: reading.updateP95,
    updateP99: reading.updateP99,
    outstanding: reading.outstanding,
    connections: reading.connections,
    watches: reading.watches,
    znodes: reading.znodes,
    ephemerals: reading.ephemerals,
    dataBytes: reading.dataBytes,
    openFiles: reading.openFiles,
    fsyncAvg: reading.fsyncAvg,
    packetsReceived: reading.packetsReceived,
    packetsSent: reading.packetsSent,
    uptimeMs: reading.uptimeMs,
  };
  const known = Object.entries(values).filter(([, value]) => value !== null);
  return known.length === 0 ? null : { ...(Object.fromEntries(known) as Sample), countedAt: reading.at };
}

/** Several values of a gauge as one; null of none. */
export function merge(field: GaugeField, values: readonly number[]): number | null {
  if (values.length === 0) return null;
  switch (mergeOf[field]) {
    case 'least':
      return Math.min(...values);
    case 'most':
      return Math.max(...values);
    case 'average':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}

/** Rows of one member within a minute (in order of time) as one row: gauges merged, counters as last read. */
export function mergeRows(rows: readonly SampleRow[]): Sample {
  const merged: Sample = {};
  for (const field of gaugeFields) {
    const values = rows.map((row) => row.sample[field]).filter((value) => value !== undefined);
    const value = merge(field, values);
    if (value !== null) merged[field] = value;
  }
  for (const field of counterFields) {
    const last = rows.findLast((row) => row.sample[field] !== undefined)?.sample[field];
    if (last !== undefined) merged[field] = last;
  }
  return merged;
}

/** Items by key, in order of first sight (`Map.groupBy`, which Node 20 lacks). */
export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

export const minuteMs = 60_000;

/** Rows of any members (in order of time) as rows a minute, each at the minute's start. */
export function mergeMinutes(rows: readonly SampleRow[]): SampleRow[] {
  const groups = groupBy(rows, (row) => `${Math.floor(row.at / minuteMs)} ${row.member}`);
  return [...groups.values()].map((group) => {
    const { at, member } = group[0]!;
    return { at: Math.floor(at / minuteMs) * minuteMs, member, sample: mergeRows(group) };
  });
}
