import { counterNames, percentileNames, summaryNames } from '@/server/metrics/registry';
import { PercentileSummary, type Summary } from '@/server/metrics/summary';
import { javaDouble } from './java-text';
import { gaugeMetrics, quotaGauges } from './mntr';
import type { ServerView } from './server-view';

/**
 * The metrics of `mntr` as a Prometheus server reads them (text format 0.0.4), under the names that Apache's
 * PrometheusMetricsProvider gives them. Summaries without percentiles have no quantiles here, where Apache estimates a
 * median.
 */

const quantiles = [0.5, 0.9, 0.99];

const head = (name: string, type: string): string => `# HELP ${name} ${name}\n# TYPE ${name} ${type}\n`;

const escaped = (text: string): string =>
  text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));

/** `labels` in the way of Apache's: a comma behind each. */
function summarySamples(name: string, summary: Summary, labels = ''): string {
  const inBraces = labels === '' ? '' : `{${labels}}`;
  const shares = summary instanceof PercentileSummary ? quantiles : [];
  const lines = shares.map((share) => {
    const value = summary.count === 0 ? NaN : (summary as PercentileSummary).percentile(share);
    return `${name}{${labels}quantile="${share}",} ${javaDouble(value)}\n`;
  });
  lines.push(`${name}_count${inBraces} ${javaDouble(summary.count)}\n`);
  lines.push(`${name}_sum${inBraces} ${javaDouble(summary.sum)}\n`);
  return lines.join('');
}

function keyedSamples(name: string, type: string, values: Iterable<readonly [string, number]>): string {
  const lines = [...values].map(([key, value]) => `${name}{key="${escaped(key)}",} ${javaDouble(value)}\n`);
  return head(name, type) + lines.join('');
}

function* setSamples(name: string, set: ReadonlyMap<string, Summary>): Iterable<string> {
  yield head(name, 'summary');
  for (const [key, summary] of set) yield summarySamples(name, summary, `key="${escaped(key)}",`);
}

/** Everything, a metric after the other. While nothing is served there are no gauges. */
export function* prometheusText(view: ServerView): Iterable<string> {
  const { metrics } = view;
  if (view.isServing()) {
    for (const [name, value] of gaugeMetrics(view))
      yield `${head(name, 'gauge')}${name} ${javaDouble(Number(value))}\n`;
    for (const [name, set] of quotaGauges(view)) yield keyedSamples(name, 'gauge', set);
  }
  for (const name of counterNames)
    yield `${head(name, 'counter')}${name} ${javaDouble(metrics.counters[name].value)}\n`;
  for (const [name, set] of Object.entries(metrics.counterSets)) {
    const values = [...set].map(([key, counter]) => [key, counter.value] as const);
    yield keyedSamples(name, 'counter', values);
  }
  for (const name of summaryNames)
    yield `${head(name, 'summary')}${summarySamples(name, metrics.summaries[name])}`;
  for (const name of percentileNames)
    yield `${head(name, 'summary')}${summarySamples(name, metrics.percentiles[name])}`;
  for (const [name, set] of Object.entries({ ...metrics.summarySets, ...metrics.percentileSets }))
    yield* setSamples(name, set);
}
