import { Counter } from './counter';
import { PercentileSummary, Summary } from './summary';

/**
 * Every metric that `mntr` prints beside its gauges, under Apache's own names (ServerMetrics, 3.8). The tables are the
 * only list: they give the type of the registry, its content and the order of printing. The names of roles that this
 * process does not play (leader, learner, commit processor) stay in the tables because Apache's standalone server prints
 * them too, as 0, and dashboards are drawn from that list.
 */
export const counterNames = [
  'add_dead_watcher_stall_time',
  'bytes_received_count',
  'cnxn_closed_without_zk_server_running',
  'commit_count',
  'connection_drop_count',
  'connection_rejected',
  'connection_request_count',
  'connection_revalidate_count',
  'dead_watchers_cleared',
  'dead_watchers_queued',
  'diff_count',
  'digest_mismatches_count',
  'ensemble_auth_fail',
  'ensemble_auth_skip',
  'ensemble_auth_success',
  'insecure_admin_count',
  'large_requests_rejected',
  'learner_commit_received_count',
  'learner_proposal_received_count',
  'looking_count',
  'outstanding_changes_queued',
  'outstanding_changes_removed',
  'prep_processor_request_queued',
  'proposal_count',
  'quit_leading_due_to_disloyal_voter',
  'request_commit_queued',
  'request_throttle_wait_count',
  'requests_not_forwarded_to_commit_processor',
  'response_bytes',
  'response_packet_cache_hits',
  'response_packet_cache_misses',
  'response_packet_get_children_cache_hits',
  'response_packet_get_children_cache_misses',
  'revalidate_count',
  'sessionless_connections_expired',
  'skip_learner_request_to_next_processor_count',
  'snap_count',
  'stale_replies',
  'stale_requests',
  'stale_requests_dropped',
  'stale_sessions_expired',
  'sync_processor_request_queued',
  'throttled_ops',
  'tls_handshake_exceeded',
  'unrecoverable_error_count',
  'unsuccessful_handshake',
  'watch_bytes',
] as const;

/** Printed as avg_, min_, max_, cnt_ and sum_ of the name. Times are in ms. */
export const summaryNames = [
  'commit_commit_proc_req_queued',
  'commit_process_time',
  'concurrent_request_processing_in_commit_processor',
  'connection_token_deficit',
  'dbinittime',
  'election_time',
  'follower_sync_time',
  'fsynctime',
  'inflight_diff_count',
  'inflight_snap_count',
  'leader_unavailable_time',
  'learner_request_processor_queue_size',
  'netty_queued_buffer_capacity',
  'node_changed_watch_count',
  'node_children_watch_count',
  'node_created_watch_count',
  'node_deleted_watch_count',
  'observer_sync_time',
  'pending_session_queue_size',
  'prep_process_time',
  'prep_processor_queue_size',
  'proposal_process_time',
  'read_commit_proc_issued',
  'read_commit_proc_req_queued',
  'reads_after_write_in_session_queue',
  'reads_issued_from_session_queue',
  'requests_in_session_queue',
  'session_queues_drained',
  'snapshottime',
  'socket_closing_time',
  'startup_snap_load_time',
  'startup_txns_load_time',
  'startup_txns_loaded',
  'sync_process_time',
  'sync_processor_batch_size',
  'sync_processor_queue_size',
  'time_waiting_empty_pool_in_commit_processor_read_ms',
  'unavailable_time',
  'write_batch_time_in_commit_processor',
  'write_commit_proc_issued',
  'write_commit_proc_req_queued',
] as const;

/** As the summaries, and p50_, p95_, p99_ and p999_. Times are in ms. */
export const percentileNames = [
  'close_session_prep_time',
  'commit_propagation_latency',
  'dead_watchers_cleaner_latency',
  'jvm_pause_time_ms',
  'local_write_committed_time_ms',
  'om_commit_process_time_ms',
  'om_proposal_process_time_ms',
  'prep_processor_queue_time_ms',
  'propagation_latency',
  'proposal_ack_creation_latency',
  'proposal_latency',
  'quorum_ack_latency',
  'read_commitproc_time_ms',
  'read_final_proc_time_ms',
  'readlatency',
  'request_throttle_queue_time_ms',
  'server_write_committed_time_ms',
  'sync_processor_queue_and_flush_time_ms',
  'sync_processor_queue_flush_time_ms',
  'sync_processor_queue_time_ms',
  'updatelatency',
  'write_commitproc_time_ms',
  'write_final_proc_time_ms',
] as const;

/** Keys of a set (top-level znodes, learners) that get a summary of their own; further ones are not told apart, so memory stays bounded. */
const keysMax = 1000;

/** A metric for each of a set of things that come up as the server runs. */
class MetricSet<Of extends { reset(): void }> extends Map<string, Of> {
  constructor(private readonly make: () => Of) {
    super();
  }

  /** The metric of `key`, made at the first call; undefined where there are too many. */
  of(key: string): Of | undefined {
    let metric = this.get(key);
    if (metric === undefined && this.size < keysMax) this.set(key, (metric = this.make()));
    return metric;
  }

  reset(): void {
    for (const metric of this.values()) metric.reset();
  }
}

export class SummarySet<Of extends Summary> extends MetricSet<Of> {}
class CounterSet extends MetricSet<Counter> {}

/** The top-level znode of a path; the root has none, and is ''. */
export function namespaceOf(path: string): string {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? path.slice(1) : path.slice(1, slash);
}

function build<Name extends string, Metric>(
  names: readonly Name[],
  make: () => Metric,
): Readonly<Record<Name, Metric>> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Metric>;
}

/**
 * The counters of one running server. Whoever measures on a hot path takes the counter out once
 * (`const received = metrics.counters.bytes_received_count`) and adds to it; adding allocates nothing.
 */
export class ServerMetrics {
  readonly counters = build(counterNames, () => new Counter());
  readonly summaries = build(summaryNames, () => new Summary());
  readonly percentiles = build(percentileNames, () => new PercentileSummary());
  /** Bytes (path and data) written and read below each top-level znode. */
  readonly writePerNamespace = new SummarySet(() => new Summary());
  readonly readPerNamespace = new SummarySet(() => new Summary());
  /** Of a leader's learners, by server id: packets that wait for one, how long, and how long one takes to acknowledge; ms. */
  readonly learnerQueueSize = new SummarySet(() => new Summary());
  readonly learnerQueueTime = new SummarySet(() => new PercentileSummary());
  readonly ackLatency = new SummarySet(() => new PercentileSummary());

  /** Writes that a quota refused, by top-level znode. */
  readonly quotaExceededPerNamespace = new CounterSet(() => new Counter());

  /** The sets under what follows the key in their metrics' names. */
  get summarySets() {
    return {
      write_per_namespace: this.writePerNamespace,
      read_per_namespace: this.readPerNamespace,
      learner_handler_qp_size: this.learnerQueueSize,
    };
  }

  get counterSets() {
    return { quota_exceeded_error_per_namespace: this.quotaExceededPerNamespace };
  }

  get percentileSets() {
    return { learner_handler_qp_time_ms: this.learnerQueueTime, ack_latency: this.ackLatency };
  }

  /** Counts `bytes` for the top-level znode of `path`; the root itself has no namespace. */
  addNamespace(perNamespace: SummarySet<Summary>, path: string, bytes: number): void {
    const namespace = namespaceOf(path);
    if (namespace !== '') perNamespace.of(namespace)?.add(bytes);
  }

  /** What `srst` does. */
  reset(): void {
    for (const group of [this.counters, this.summaries, this.percentiles]) {
      for (const metric of Object.values(group)) metric.reset();
    }
    const sets = { ...this.counterSets, ...this.summarySets, ...this.percentileSets };
    for (const set of Object.values(sets)) set.reset();
  }
}
