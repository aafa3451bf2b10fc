import { counterNames, percentileNames, summaryNames } from '@/server/metrics/registry';
import type { PercentileSummary, Summary } from '@/server/metrics/summary';
import { fileDescriptorLimit, fileDescriptorsOpen } from '@/server/runtime/file-descriptors';
import { javaDouble } from './java-text';
import type { EnsembleView } from './role-view';
import type { ServerView } from './server-view';
import { versionText } from './version';

/** `mntr`: one `zk_<key><tab><value>` line a metric (Apache's MonitorCommand and DefaultMetricsProvider). */

const line = (key: string, value: string | number): string => `zk_${key}\t${value}\n`;

function* gauges(view: ServerView): Iterable<string> {
  const { stats } = view;
  const latency = stats.requestLatency;
  yield line('avg_latency', javaDouble(latency.avg));
  yield line('max_latency', latency.max);
  yield line('min_latency', latency.min);
  yield line('packets_received', stats.packetsReceived.value);
  yield line('packets_sent', stats.packetsSent.value);
  yield line('num_alive_connections', view.connectionCount());
  yield line('outstanding_requests', view.outstandingRequests());
  yield line('uptime', Math.floor(view.uptimeMs()));
  yield line('znode_count', view.nodeCount());
  yield line('watch_count', view.watchCount());
  yield line('ephemerals_count', view.ephemeralsCount());
  yield line('approximate_data_size', view.approximateDataSize());
  yield line('global_sessions', view.sessionCount());
  yield line('local_sessions', 0);
  const descriptors = fileDescriptorsOpen();
  if (descriptors !== null) {
    yield line('open_file_descriptor_count', descriptors);
    yield line('max_file_descriptor_count', fileDescriptorLimit() ?? -1);
  }
  yield line('connection_drop_probability', '0.0');
  yield line('last_client_response_size', stats.lastResponseBytes);
  yield line('max_client_response_size', stats.maxResponseBytes);
  yield line('min_client_response_size', stats.minResponseBytes);
  yield line('outstanding_tls_handshake', 0);
  yield line('auth_failed_count', stats.authFailed.value);
  yield line('non_mtls_remote_conn_count', 0);
  yield line('non_mtls_local_conn_count', 0);
}

function* ensembleGauges({ peerState, config, leader, masterId }: EnsembleView): Iterable<string> {
  yield line('peer_state', peerState);
  yield line('quorum_size', config.voters.size);
  if (masterId !== null) yield line('observer_master_id', masterId);
  if (leader === null) return;
  yield line('learners', leader.learners);
  yield line('synced_followers', leader.syncedFollowers);
  yield line('synced_non_voting_followers', leader.syncedNonVoting);
  yield line('synced_observers', leader.syncedObservers);
  yield line('pending_syncs', leader.pendingSyncs);
  yield line('leader_uptime', Math.floor(leader.uptimeMs));
  yield line('last_proposal_size', leader.proposalBytes.last);
  yield line('min_proposal_size', leader.proposalBytes.min);
  yield line('max_proposal_size', leader.proposalBytes.max);
}

function summaryLines(name: string, summary: Summary): string {
  return (
    line(`avg_${name}`, javaDouble(summary.avg)) +
    line(`min_${name}`, summary.min) +
    line(`max_${name}`, summary.max) +
    line(`cnt_${name}`, summary.count) +
    line(`sum_${name}`, summary.sum)
  );
}

function percentileLines(name: string, summary: PercentileSummary): string {
  return (
    summaryLines(name, summary) +
    line(`p50_${name}`, summary.percentile(0.5)) +
    line(`p95_${name}`, summary.percentile(0.95)) +
    line(`p99_${name}`, summary.percentile(0.99)) +
    line(`p999_${name}`, summary.percentile(0.999))
  );
}

export function* mntr(view: ServerView): Iterable<string> {
  const { metrics } = view;
  yield line('version', versionText);
  const ensemble = view.ensemble();
  yield line('server_state', ensemble?.mode ?? 'standalone');
  if (ensemble !== null) yield* ensembleGauges(ensemble);
  yield* gauges(view);
  for (const name of counterNames) yield line(name, metrics.counters[name].value);
  for (const name of summaryNames) yield summaryLines(name, metrics.summaries[name]);
  for (const name of percentileNames) yield percentileLines(name, metrics.percentiles[name]);
  for (const [namespace, summary] of metrics.writePerNamespace) {
    yield summaryLines(`${namespace}_write_per_namespace`, summary);
  }
  for (const [namespace, summary] of metrics.readPerNamespace) {
    yield summaryLines(`${namespace}_read_per_namespace`, summary);
  }
}
