import { counterNames, namespaceOf, percentileNames, summaryNames } from '@/server/metrics/registry';
import type { PercentileSummary, Summary } from '@/server/metrics/summary';
import { fileDescriptorLimit, fileDescriptorsOpen } from '@/server/runtime/file-descriptors';
import { JavaDouble } from './json';
import type { EnsembleView } from './role-view';
import { isReadOnly, type ServerView } from './server-view';
import { versionText } from './version';

/**
 * The metrics of `mntr`, one `zk_<key><tab><value>` line each, and of the AdminServer's `monitor` (Apache's MonitorCommand
 * and DefaultMetricsProvider).
 */

type Metric = readonly [key: string, value: string | number | JavaDouble];
type Metrics = Iterable<Metric>;

function* gauges(view: ServerView): Metrics {
  const { stats } = view;
  const latency = stats.requestLatency;
  yield ['avg_latency', new JavaDouble(latency.avg)];
  yield ['max_latency', latency.max];
  yield ['min_latency', latency.min];
  yield ['packets_received', stats.packetsReceived.value];
  yield ['packets_sent', stats.packetsSent.value];
  yield ['num_alive_connections', view.connectionCount()];
  yield ['outstanding_requests', view.outstandingRequests()];
  yield ['uptime', Math.floor(view.uptimeMs())];
  yield ['znode_count', view.nodeCount()];
  yield ['watch_count', view.watchCount()];
  yield ['ephemerals_count', view.ephemeralsCount()];
  yield ['approximate_data_size', view.approximateDataSize()];
  yield ['global_sessions', view.sessionCount()];
  yield ['local_sessions', view.localSessionCount()];
  const descriptors = fileDescriptorsOpen();
  if (descriptors !== null) {
    yield ['open_file_descriptor_count', descriptors];
    yield ['max_file_descriptor_count', fileDescriptorLimit() ?? -1];
  }
  yield ['connection_drop_probability', new JavaDouble(view.connectionDropShare())];
  yield ['last_client_response_size', stats.lastResponseBytes];
  yield ['max_client_response_size', stats.maxResponseBytes];
  yield ['min_client_response_size', stats.minResponseBytes];
  yield ['outstanding_tls_handshake', view.handshakeCount()];
  yield ['auth_failed_count', stats.authFailed.value];
  yield ['non_mtls_remote_conn_count', 0];
  yield ['non_mtls_local_conn_count', 0];
}

function* ensembleGauges({ config, leader, observerMaster }: EnsembleView): Metrics {
  yield ['quorum_size', config.voters.size];
  if (observerMaster !== null) yield ['synced_observers', observerMaster.syncedObservers];
  if (leader === null) return;
  yield ['learners', leader.learners];
  yield ['synced_followers', leader.syncedFollowers];
  yield ['synced_non_voting_followers', leader.syncedNonVoting];
  yield ['synced_observers', leader.syncedObservers];
  yield ['pending_syncs', leader.pendingSyncs];
  yield ['leader_uptime', Math.floor(leader.uptimeMs)];
  yield ['last_proposal_size', leader.proposalBytes.last];
  yield ['min_proposal_size', leader.proposalBytes.min];
  yield ['max_proposal_size', leader.proposalBytes.max];
}

/** What quotas allow and what is used, summed by top-level znode; a hard limit goes before a soft one. */
export function quotaGauges(view: ServerView): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const names = ['count_limit', 'bytes_limit', 'count_usage', 'bytes_usage'];
  const sums = names.map(() => new Map<string, number>());
  for (const { owner, limits, usage } of view.quotas()) {
    const limit = (hard: number, soft: number): number => (hard > -1 ? hard : soft);
    const counts = limit(limits.countHard, limits.count);
    const bytes = limit(limits.bytesHard, limits.bytes);
    const namespace = namespaceOf(owner);
    for (const [index, value] of [counts, bytes, usage.count, usage.bytes].entries())
      sums[index]!.set(namespace, (sums[index]!.get(namespace) ?? 0) + value);
  }
  return new Map(names.map((name, index) => [`quota_${name}_per_namespace`, sums[index]!]));
}

function* summaryMetrics(name: string, summary: Summary): Metrics {
  yield [`avg_${name}`, new JavaDouble(summary.avg)];
  yield [`min_${name}`, summary.min];
  yield [`max_${name}`, summary.max];
  yield [`cnt_${name}`, summary.count];
  yield [`sum_${name}`, summary.sum];
}

function* percentileMetrics(name: string, summary: PercentileSummary): Metrics {
  yield* summaryMetrics(name, summary);
  yield [`p50_${name}`, summary.percentile(0.5)];
  yield [`p95_${name}`, summary.percentile(0.95)];
  yield [`p99_${name}`, summary.percentile(0.99)];
  yield [`p999_${name}`, summary.percentile(0.999)];
}

/** What is told as a number that goes up and down. */
export function* gaugeMetrics(view: ServerView): Metrics {
  const ensemble = view.ensemble();
  if (ensemble !== null && !isReadOnly(view)) yield* ensembleGauges(ensemble);
  yield* gauges(view);
}

/** Every metric with its value, in the order of printing. */
export function* monitorMetrics(view: ServerView): Metrics {
  const { metrics } = view;
  yield ['version', versionText];
  const ensemble = view.ensemble();
  yield ['server_state', ensemble?.mode ?? 'standalone'];
  if (ensemble !== null && !isReadOnly(view)) yield ['peer_state', ensemble.peerState];
  const masterId = ensemble?.masterId ?? null;
  if (masterId !== null) yield ['observer_master_id', masterId];
  yield* gaugeMetrics(view);
  for (const [suffix, set] of quotaGauges(view))
    for (const [key, value] of set) yield [`${key}_${suffix}`, value];
  for (const name of counterNames) yield [name, metrics.counters[name].value];
  for (const [suffix, set] of Object.entries(metrics.counterSets))
    for (const [key, counter] of set) yield [`${key}_${suffix}`, counter.value];
  for (const name of summaryNames) yield* summaryMetrics(name, metrics.summaries[name]);
  for (const name of percentileNames) yield* percentileMetrics(name, metrics.percentiles[name]);
  for (const [suffix, set] of Object.entries(metrics.summarySets))
    for (const [key, summary] of set) yield* summaryMetrics(`${key}_${suffix}`, summary);
  for (const [suffix, set] of Object.entries(metrics.percentileSets))
    for (const [key, summary] of set) yield* percentileMetrics(`${key}_${suffix}`, summary);
}

export function* mntr(view: ServerView): Iterable<string> {
  for (const [key, value] of monitorMetrics(view)) yield `zk_${key}\t${value.toString()}\n`;
}
