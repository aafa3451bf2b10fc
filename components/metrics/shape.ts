import type { MetricsResponse, SeriesName } from '@/lib/api/metrics';

/** What the charts draw, computed from what the console kept. Pure; a gap (null) stays a gap all the way. */

export type Unit = 'ms' | 'perSecond' | 'count' | 'bytes';

export type ChartId =
  | 'latency'
  | 'latencyRange'
  | 'reads'
  | 'updates'
  | 'fsync'
  | 'received'
  | 'sent'
  | 'outstanding'
  | 'connections'
  | 'watches'
  | 'znodes'
  | 'ephemerals'
  | 'data'
  | 'files';

export interface ChartSpec {
  readonly id: ChartId;
  readonly unit: Unit;
  /** The first is the chart's value; a second one is drawn dotted. */
  readonly lines: readonly SeriesName[];
  readonly band?: readonly [low: SeriesName, high: SeriesName];
  /** A note on how to read it. */
  readonly note?: 'band' | 'latencyRange';
}

/** In the order of a diagnosis: is it slow, is it busy, what does it hold. */
export const chartSpecs: readonly ChartSpec[] = [
  { id: 'latency', unit: 'ms', lines: ['latencyAvg'] },
  { id: 'reads', unit: 'ms', lines: ['readP95'], band: ['readP50', 'readP99'], note: 'band' },
  { id: 'updates', unit: 'ms', lines: ['updateP95'], band: ['updateP50', 'updateP99'], note: 'band' },
  { id: 'latencyRange', unit: 'ms', lines: ['latencyMax', 'latencyMin'], note: 'latencyRange' },
  { id: 'fsync', unit: 'ms', lines: ['fsyncAvg'] },
  { id: 'outstanding', unit: 'count', lines: ['outstanding'] },
  { id: 'received', unit: 'perSecond', lines: ['receivedPerSecond'] },
  { id: 'sent', unit: 'perSecond', lines: ['sentPerSecond'] },
  { id: 'connections', unit: 'count', lines: ['connections'] },
  { id: 'watches', unit: 'count', lines: ['watches'] },
  { id: 'znodes', unit: 'count', lines: ['znodes'] },
  { id: 'ephemerals', unit: 'count', lines: ['ephemerals'] },
  { id: 'data', unit: 'bytes', lines: ['dataBytes'] },
  { id: 'files', unit: 'count', lines: ['openFiles'] },
];

export const seriesUnits: Readonly<Record<SeriesName, Unit>> = {
  latencyMin: 'ms',
  latencyAvg: 'ms',
  latencyMax: 'ms',
  readP50: 'ms',
  readP95: 'ms',
  readP99: 'ms',
  updateP50: 'ms',
  updateP95: 'ms',
  updateP99: 'ms',
  fsyncAvg: 'ms',
  receivedPerSecond: 'perSecond',
  sentPerSecond: 'perSecond',
  outstanding: 'count',
  connections: 'count',
  watches: 'count',
  znodes: 'count',
  ephemerals: 'count',
  dataBytes: 'bytes',
  openFiles: 'count',
};

type MemberSeries = MetricsResponse['members'][number];

export interface MemberLook {
  readonly name: string;
  /** A CSS colour; the same for this member on every chart, whichever others are shown. */
  readonly color: string;
  /** SVG dash pattern; sets a seventh member apart from the first. */
  readonly dash: string | undefined;
}

const seriesColors = 6;
const dashes = [undefined, '6 3', '2 3'];

export function memberLooks(names: readonly string[]): MemberLook[] {
  return names.map((name, index) => ({
    name,
    color: `var(--series-${(index % seriesColors) + 1})`,
    dash: dashes[Math.floor(index / seriesColors) % dashes.length],
  }));
}

/** A point of a chart: `t`, per member `l<line>m<index>`, and its band as a pair under `b<index>`. */
export type ChartRow = { readonly t: number } & Readonly<Record<string, number | null | [number, number]>>;

export function lineKey(line: number, member: number): string {
  return `l${line}m${member}`;
}
export function bandKey(member: number): string {
  return `b${member}`;
}

export function chartRows(
  times: readonly number[],
  members: readonly MemberSeries[],
  spec: ChartSpec,
): ChartRow[] {
  return times.map((t, at) => {
    const row: Record<string, number | null | [number, number]> = { t };
    members.forEach(({ series }, index) => {
      spec.lines.forEach((line, order) => {
        row[lineKey(order, index)] = series[line]?.[at] ?? null;
      });
      if (spec.band === undefined) return;
      const low = series[spec.band[0]]?.[at] ?? null;
      const high = series[spec.band[1]]?.[at] ?? null;
      row[bandKey(index)] = low === null || high === null ? null : [low, high];
    });
    return row as ChartRow;
  });
}

/** Whether any of these members has a value for the chart anywhere in the range. */
export function hasData(members: readonly MemberSeries[], spec: ChartSpec): boolean {
  return members.some(({ series }) =>
    spec.lines.some((line) => series[line]?.some((value) => value !== null)),
  );
}

const latestPointsMax = 3;

/** The newest value, if it is among the last few points; older ones are history, not "now". */
export function latestValue(values: readonly (number | null)[] | undefined): number | null {
  return values?.slice(-latestPointsMax).findLast((value) => value !== null) ?? null;
}

/** The value at a time, to the nearest point; null in a gap. */
export function valueAt(
  times: readonly number[],
  values: readonly (number | null)[] | undefined,
  at: number,
): number | null {
  const index = nearestIndex(times, at);
  return index === null ? null : (values?.[index] ?? null);
}

/** The point nearest to a time, by bisection; null of none. */
export function nearestIndex(times: readonly number[], at: number): number | null {
  if (times.length === 0) return null;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  const before = times[low - 1];
  return before !== undefined && at - before <= times[low]! - at ? low - 1 : low;
}

/** A chart is some 300 px wide: marks nearer than one of these parts of the range would touch. */
const marksApart = 150;
const minuteMs = 60_000;
const tickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * minuteMs);

/** Round times for the axis, at most `ticksMax` of them, aligned to the zone's own hours. */
export function timeTicks(from: number, to: number, ticksMax: number, zoneOffsetMs: number): number[] {
  const step = tickSteps.find((size) => (to - from) / size <= ticksMax) ?? tickSteps.at(-1)!;
  const ticks: number[] = [];
  const first = Math.ceil((from + zoneOffsetMs) / step) * step - zoneOffsetMs;
  for (let tick = first; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}

/** Times at which a mark is drawn: those too close to be told apart are one line. */
export function markTimes(marks: readonly { readonly at: number }[], from: number, to: number): number[] {
  const apartMs = (to - from) / marksApart;
  return marks
    .map(({ at }) => at)
    .sort((a, b) => a - b)
    .reduce<number[]>((kept, at) => (at - (kept.at(-1) ?? -Infinity) < apartMs ? kept : [...kept, at]), []);
}

/** Which members the URL asks for: all where it names none; names that are not configured are left out. */
export function shownMembers(all: readonly string[], asked: readonly string[] | null): string[] {
  return asked === null ? [...all] : all.filter((name) => asked.includes(name));
}
