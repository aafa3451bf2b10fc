import 'server-only';
import { LRUCache } from 'lru-cache';
import type { SeriesName } from '@/lib/api/metrics';
import { memberName } from '@/lib/base/connection-string';
import { processSingleton } from '@/lib/config/host';
import type { ClusterSettings, PrometheusSettings } from '@/lib/config/settings';
import { readUrl, UrlFault } from '../probes/read-url';
import { queries, type QueriedSeries, queryOf, valuesOf } from './prometheus-queries';
import type { Grid } from './series';

/**
 * History from the Prometheus server that a cluster's configuration names: what is older than the console's own samples.
 * One question a series for all members, a few at a time, and one answer for everybody for a minute.
 */

const timeoutMs = 10_000;
const bytesMax = 8 * 1_048_576;
const atOnce = 4;
const keptMs = 60_000;
const keptMax = 32;

type Series = Partial<Record<SeriesName, (number | null)[]>>;
/** By member's name. */
export type History = ReadonlyMap<string, Series>;

/** Why there is none, as a sentence that names the server but no secret. */
export class HistoryFault extends Error {
  override readonly name = 'HistoryFault';
}

function faultOf({ url }: PrometheusSettings, error: unknown): HistoryFault {
  const { host } = new URL(url);
  const { code, name, message } = error as NodeJS.ErrnoException;
  const reason =
    error instanceof UrlFault
      ? message
      : name === 'TimeoutError' || name === 'AbortError'
        ? `did not answer within ${timeoutMs / 1000} s`
        : error instanceof SyntaxError
          ? 'answers with something that is no JSON'
          : `cannot be reached (${code ?? message})`;
  return new HistoryFault(`Prometheus at ${host} ${reason}.`, { cause: error });
}

/** The `instance` label of each member. */
function instancesOf({ members }: ClusterSettings, { instance, instances }: PrometheusSettings) {
  return members.map((member) => {
    const name = memberName(member);
    const host = name.replace(/:\d+$/, '');
    return { name, instance: instances[name] ?? instance.replaceAll('{host}', host) };
  });
}

async function ask(settings: PrometheusSettings, query: string, grid: Grid) {
  const url = new URL(`${settings.url.replace(/\/$/, '')}/api/v1/query_range`);
  const last = grid.first + (grid.count - 1) * grid.stepMs;
  const parameters = { query, start: grid.first / 1000, end: last / 1000, step: grid.stepMs / 1000 };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  const headers: Record<string, string> = {};
  if (settings.authorization !== null) headers['authorization'] = settings.authorization.reveal();
  try {
    const { text } = await readUrl(url, null, { timeoutMs, bytesMax }, headers);
    const values = valuesOf(JSON.parse(text), grid);
    if (values === null) throw new UrlFault('answers with something that is no range of values');
    return values;
  } catch (error) {
    throw faultOf(settings, error);
  }
}

async function read(cluster: ClusterSettings, settings: PrometheusSettings, grid: Grid): Promise<History> {
  const named = instancesOf(cluster, settings);
  const history = new Map<string, Series>(named.map(({ name }) => [name, {}]));
  const left = Object.keys(queries) as QueriedSeries[];
  const labels = named.map(({ instance }) => instance);
  const worker = async () => {
    for (let series = left.shift(); series !== undefined; series = left.shift()) {
      const values = await ask(settings, queryOf(series, labels, settings.labels, grid.stepMs), grid);
      for (const { name, instance } of named) {
        const points = values.get(instance);
        if (points !== undefined) history.get(name)![series] = points;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    // After one failure the others ask no further.
    left.length = 0;
  }
  return history;
}

/** Throws `HistoryFault`. */
export function prometheusHistory(
  cluster: ClusterSettings,
  settings: PrometheusSettings,
  grid: Grid,
): Promise<History> {
  const kept = processSingleton(
    'prometheusHistory',
    () => new LRUCache<string, Promise<History>>({ max: keptMax, ttl: keptMs }),
  );
  const key = `${cluster.id} ${grid.first} ${grid.stepMs} ${grid.count}`;
  let history = kept.get(key);
  if (history === undefined) {
    history = read(cluster, settings, grid);
    kept.set(key, history);
    // A failure is told to those who wait, and the next one asks anew.
    history.catch(() => kept.delete(key));
  }
  return history;
}
