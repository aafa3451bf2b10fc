import 'server-only';
import type { z } from 'zod';
import { metricRanges, type metricsQuery, type MetricsResponse, seriesNames } from '@/lib/api/metrics';
import type { ClusterEvent } from '@/lib/api/overview';
import { memberName } from '@/lib/base/connection-string';
import { consoleHost } from '@/lib/config/host';
import type { ClusterSettings } from '@/lib/config/settings';
import { consoleDatabase, type Db } from '../store/database';
import { EventStore } from '../store/events';
import { groupBy, minuteMs } from './fields';
import { SampleStore, samplesKeptMs } from './sample-store';
import { HistoryFault, prometheusHistory } from './prometheus-history';
import { gridOf, seriesOf, timesOf } from './series';

/** Answers what the charts ask, from rows kept: as sampled for short and recent ranges, by the minute for the rest. */

/** Above this, rows by the minute are dense enough. */
const sampledRangeMaxMs = 3_600_000;
/** Rows further apart than this many intervals have a gap between them. */
const gapIntervals = 2.5;
const marksMax = 200;

function markText({ kind, member, from, to }: ClusterEvent): string {
  const who = member ?? 'console';
  switch (kind) {
    case 'memberUp':
      return `${who} is up${to === null ? '' : ` as ${to}`}`;
    case 'memberDown':
      return `${who} is down`;
    case 'memberRestarted':
      return `${who} restarted`;
    case 'roleChanged':
      return `${who}: ${from ?? '?'} → ${to ?? '?'}`;
    case 'sessionLost':
      return 'the console lost its session';
    case 'sessionBack':
      return 'the console has its session again';
    case 'setBack':
      return `zxid ${from ?? '?'} → ${to ?? '?'}`;
  }
}

export function readMetrics(
  db: Db,
  cluster: Pick<ClusterSettings, 'id' | 'members'>,
  query: z.output<typeof metricsQuery>,
  timing: { readonly now: number; readonly sampleEveryMs: number },
): MetricsResponse {
  const store = new SampleStore(db);
  const { sampleEveryMs, now } = timing;
  const to = query.to ?? now;
  const from = to - metricRanges[query.range];
  const asSampled = to - from <= sampledRangeMaxMs && from >= now - samplesKeptMs;
  const rowEveryMs = asSampled ? sampleEveryMs : Math.max(minuteMs, sampleEveryMs);
  const gapMs = rowEveryMs * gapIntervals;
  const grid = gridOf(from, to, rowEveryMs);
  const rows = asSampled
    ? store.samples(cluster.id, from - gapMs, to)
    : store.minutes(cluster.id, from - gapMs, to);
  const byMember = groupBy(rows, (row) => row.member);
  const events = new EventStore(db).list(cluster.id, { from, to, limit: marksMax });
  return {
    from,
    to,
    stepMs: grid.stepMs,
    times: timesOf(grid),
    members: cluster.members.map((member) => {
      const name = memberName(member);
      return { name, series: seriesOf(byMember.get(name) ?? [], grid, gapMs) };
    }),
    marks: events
      .map((event) => ({ at: event.at, kind: event.kind, member: event.member, text: markText(event) }))
      .reverse(),
    oldest: store.oldest(cluster.id),
    sampleEveryMs,
    source: 'console',
    sourceFault: null,
    longHistory: false,
  };
}

/** Whether a Prometheus server has to be asked: the range begins before the console's own samples. */
function beginsBefore(response: MetricsResponse): boolean {
  return response.oldest === null || response.from < response.oldest;
}

type MemberSeries = MetricsResponse['members'][number]['series'];

/** What it does not tell, because it scrapes only since lately or keeps no such figure, the console's own samples may. */
function filled(history: MemberSeries, own: MemberSeries): MemberSeries {
  const merged: MemberSeries = { ...own, ...history };
  for (const name of seriesNames) {
    const [told, sampled] = [history[name], own[name]];
    if (told === undefined || sampled === undefined) continue;
    merged[name] = told.map((value, index) => value ?? sampled[index] ?? null);
  }
  return merged;
}

export async function metrics(
  cluster: ClusterSettings,
  query: z.output<typeof metricsQuery>,
): Promise<MetricsResponse> {
  const { sampleEveryMs } = consoleHost().settings;
  const own = readMetrics(consoleDatabase(), cluster, query, { now: Date.now(), sampleEveryMs });
  const { prometheus } = cluster;
  if (prometheus === null) return own;
  const known = { ...own, longHistory: true };
  if (!beginsBefore(own)) return known;
  const grid = { first: own.times[0] ?? own.from, stepMs: own.stepMs, count: own.times.length };
  try {
    const history = await prometheusHistory(cluster, prometheus, grid);
    const members = own.members.map(({ name, series }) => ({
      name,
      series: filled(history.get(name) ?? {}, series),
    }));
    return { ...known, members, source: 'prometheus' };
  } catch (error) {
    if (!(error instanceof HistoryFault)) throw error;
    return { ...known, sourceFault: error.message };
  }
}
