import 'server-only';
import type { Member } from '@/lib/base/connection-string';
import type { ClusterTls } from '@/lib/config/settings';
import { adminUrl } from './admin-server';
import { readUrl } from './read-url';

/**
 * Reads a member's own metrics endpoint (metricsProvider.className and metricsProvider.httpPort in its zoo.cfg), which
 * tells nearly what mntr does under nearly the same names. It tells neither role nor version nor zxid.
 */

const timeoutMs = 2_000;
const bytesMax = 1_048_576;

const samplePattern = /^([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})? (\S+)$/;
const percentileOf: Readonly<Record<string, string>> = { '0.5': 'p50', '0.95': 'p95', '0.99': 'p99' };

/**
 * The samples of the text format under mntr's keys without `zk_`: `fsynctime_sum` and `fsynctime_count` are `sum_fsynctime`
 * and `cnt_fsynctime`, with `avg_fsynctime` from both; `readlatency{quantile="0.99"}` is `p99_readlatency`. Sets by key
 * and what is no number are left out.
 */
export function monitorOf(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = samplePattern.exec(line.trim());
    if (match === null || line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] = match;
    if (!Number.isFinite(Number(value))) continue;
    const quantile = /^quantile="([\d.]+)",?$/.exec(labels)?.[1];
    const percentile = quantile === undefined ? undefined : percentileOf[quantile];
    if (percentile !== undefined) values.set(`${percentile}_${name}`, value);
    if (labels !== '') continue;
    const part = /^(.+)_(count|sum)$/.exec(name);
    if (part !== null) values.set(`${part[2] === 'sum' ? 'sum' : 'cnt'}_${part[1]!}`, value);
    values.set(name, value);
  }
  for (const [key, sum] of [...values]) {
    const name = key.startsWith('sum_') ? key.slice(4) : null;
    const count = name === null ? 0 : Number(values.get(`cnt_${name}`) ?? 0);
    if (name !== null && count > 0) values.set(`avg_${name}`, String(Number(sum) / count));
  }
  return values;
}

interface MetricsTarget {
  readonly member: Member;
  /** URL with `{host}`, or null when it is not to be asked. */
  readonly metricsProvider: string | null;
  readonly tls: ClusterTls | null;
}

/** Null where nothing answers, or something that is no ZooKeeper. */
export async function prometheusMonitor(target: MetricsTarget): Promise<Map<string, string> | null> {
  const url = adminUrl(target.metricsProvider, target.member, '')?.replace(/\/$/, '');
  if (url === undefined) return null;
  try {
    const { text } = await readUrl(new URL(url), target.tls, { timeoutMs, bytesMax });
    const values = monitorOf(text);
    return values.has('num_alive_connections') || values.has('znode_count') ? values : null;
  } catch {
    return null;
  }
}
