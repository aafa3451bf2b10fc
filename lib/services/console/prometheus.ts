import type { ConsoleResponse } from '@/lib/api/console';
import { type Meter, probeBuckets } from './meter';

/** The console's figures in the text format of Prometheus (version 0.0.4). Pure. */

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [Labels, number | null, suffix?: string];

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function family(
  name: string,
  type: 'counter' | 'gauge' | 'histogram',
  help: string,
  samples: readonly Sample[],
): string[] {
  const lines = samples.flatMap(([labels, value, suffix = '']) =>
    value === null ? [] : [`${name}${suffix}${labelText(labels)} ${value}`],
  );
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

/** Everything, ending with a line feed. */
export function prometheusText(report: ConsoleResponse, counts: Meter): string {
  const { clusters, process: own, databases } = report;
  const each = (value: (cluster: ConsoleResponse['clusters'][number]) => number | null): Sample[] =>
    clusters.map((cluster) => [{ cluster: cluster.id }, value(cluster)]);
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);
  const lines = [
    ...family('zoodeck_info', 'gauge', 'Version of the console and of Node.', [
      [{ version: report.version, node: report.node }, 1],
    ]),
    ...family(
      'zoodeck_cluster_requests_total',
      'counter',
      'Requests to members, four-letter words and AdminServer commands included, by what they are for.',
      clusters.flatMap(({ id, requests }) =>
        requests.map(({ purpose, total }): Sample => [{ cluster: id, purpose }, total]),
      ),
    ),
    ...family(
      'zoodeck_cluster_connected',
      'gauge',
      'Whether the session to the cluster stands.',
      each(({ session }) => Number(session === 'connected' || session === 'readOnly')),
    ),
    ...family(
      'zoodeck_cluster_sessions',
      'gauge',
      'Sessions of the console at the cluster.',
      each((c) => c.sessions),
    ),
    ...family(
      'zoodeck_cluster_watches',
      'gauge',
      'Watches of the console at the cluster.',
      each((c) => c.watches),
    ),
    ...family(
      'zoodeck_streams',
      'gauge',
      'Event streams kept for browsers.',
      each((c) => c.streams),
    ),
    ...family(
      'zoodeck_browsers',
      'gauge',
      'Browsers whose event stream is connected.',
      each((c) => c.browsers),
    ),
    ...family(
      'zoodeck_sampled_timestamp_seconds',
      'gauge',
      'When members were last sampled.',
      each((c) => seconds(c.sampledAt)),
    ),
    ...family(
      'zoodeck_job_items_total',
      'counter',
      'Znodes that jobs have finished with.',
      clusters.flatMap(({ id }): Sample[] => {
        const { done, failed } = counts.jobItemsOf(id);
        return [
          [{ cluster: id, outcome: 'done' }, done],
          [{ cluster: id, outcome: 'failed' }, failed],
        ];
      }),
    ),
    ...family(
      'zoodeck_probe_duration_seconds',
      'histogram',
      'Time to read a member, whether it answered or not.',
      clusters.flatMap(({ id }) => probeSamples(id, counts)),
    ),
    ...family(
      'zoodeck_database_bytes',
      'gauge',
      'Size of a database with its write-ahead log.',
      databases.map(({ name, bytes }): Sample => [{ database: name }, bytes]),
    ),
    ...family('zoodeck_event_loop_delay_p99_seconds', 'gauge', 'How late the event loop is.', [
      [{}, own.eventLoopP99Ms / 1000],
    ]),
    ...family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [[{}, own.residentBytes]]),
    ...family('nodejs_heap_size_used_bytes', 'gauge', 'Heap in use.', [[{}, own.heapBytes]]),
    ...family('process_open_fds', 'gauge', 'Open file descriptors.', [[{}, own.openFiles]]),
    ...family('process_start_time_seconds', 'gauge', 'When the console started.', [
      [{}, report.startedAt / 1000],
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function probeSamples(cluster: string, counts: Meter): Sample[] {
  return [...counts.probesOf(cluster)].flatMap(([member, durations]): Sample[] => {
    const labels = { cluster, member };
    return [
      ...probeBuckets.map((bound, index): Sample => [
        { ...labels, le: String(bound) },
        durations.counts[index]!,
        '_bucket',
      ]),
      [{ ...labels, le: '+Inf' }, durations.count, '_bucket'],
      [labels, durations.sumSeconds, '_sum'],
      [labels, durations.count, '_count'],
    ];
  });
}
