import { AwaitedAge, StageMeter, TxnAges, txnTimeMs } from './stage-meter';
import { namespaceOf, type ServerMetrics, type SummarySet } from '@/server/metrics/registry';
import type { ServerStats } from '@/server/metrics/server-stats';
import type { Summary } from '@/server/metrics/summary';
import type { PipelineMeter } from '@/server/processors/meter';
import type { StorageEvents } from '@/server/storage/storage';
import type { ZabMeter } from '@/server/zab/options';
import { eventTypes } from '@/lib/protocol/proto';

/** Where the pipeline's figures go: the counters of the four-letter words, and the metrics of mntr. */
export function meterOf(stats: ServerStats, metrics: ServerMetrics, isMember: boolean): PipelineMeter {
  const {
    bytes_received_count: received,
    response_bytes: sent,
    stale_sessions_expired: expired,
    stale_requests: stale,
    stale_requests_dropped: staleDropped,
    connection_request_count: asked,
    connection_revalidate_count: returned,
    connection_rejected: rejected,
    request_throttle_wait_count: held,
    throttled_ops: refused,
    large_requests_rejected: tooLarge,
  } = metrics.counters;
  const { connection_token_deficit: deficit } = metrics.summaries;
  const { request_throttle_queue_time_ms: throttled } = metrics.percentiles;
  const { readlatency, updatelatency, write_commitproc_time_ms: waited } = metrics.percentiles;
  const { local_write_committed_time_ms: committed, read_commitproc_time_ms: readWaited } =
    metrics.percentiles;
  const { outstanding_changes_queued: changed, outstanding_changes_removed: released } = metrics.counters;
  const { request_commit_queued: commits } = metrics.counters;
  const stages = new StageMeter(metrics, isMember);
  const ages = new TxnAges(metrics.percentiles.propagation_latency);
  const replied = (latencyMs: number, replyBytes: number): void => {
    stats.packetsSent.add();
    stats.requestLatency.add(latencyMs);
    stats.addResponse(replyBytes);
    sent.add(replyBytes);
  };
  return {
    requestRead(bytes) {
      stats.packetsReceived.add();
      received.add(bytes);
    },
    readDone(latencyMs, replyBytes) {
      replied(latencyMs, replyBytes);
      readlatency.add(latencyMs);
    },
    writeDone(latencyMs, replyBytes) {
      replied(latencyMs, replyBytes);
      updatelatency.add(latencyMs);
      if (!isMember) return;
      waited.add(latencyMs);
      committed.add(latencyMs);
    },
    prepBegins: (isClose) => stages.prepBegins(isClose),
    prepDone(changes) {
      stages.prepDone();
      changed.add(changes);
    },
    writeProposed: () => stages.proposed(),
    changesReleased: (changes) => released.add(changes),
    applyBegins(madeMs) {
      ages.add(madeMs);
      if (!isMember) return;
      commits.add();
      stages.applyBegins();
    },
    applyDone: () => stages.applyDone(),
    readWaited(waitedMs) {
      if (isMember) readWaited.add(waitedMs);
    },
    answerSent: () => stats.packetsSent.add(),
    sessionAsked(tokenDeficit, isReturn) {
      asked.add();
      deficit.add(tokenDeficit);
      if (isReturn) returned.add();
    },
    sessionRejected: () => rejected.add(),
    requestHeld: () => held.add(),
    requestThrottled(waitedMs, isRefused) {
      throttled.add(waitedMs);
      if (isRefused) refused.add();
    },
    requestStale: (isDropped) => (isDropped ? staleDropped : stale).add(),
    largeRequestRejected: () => tooLarge.add(),
    authFailed: () => stats.authFailed.add(),
    sessionExpired: () => expired.add(),
    quotaExceeded: (path) => metrics.quotaExceededPerNamespace.of(namespaceOf(path))?.add(),
    nodeRead: byNamespace(metrics, metrics.readPerNamespace),
    nodeWritten: byNamespace(metrics, metrics.writePerNamespace),
  };
}

/** Adds to the summary of a path's top-level znode; the last one is kept at hand, as most requests name the same. */
function byNamespace(metrics: ServerMetrics, summaries: SummarySet<Summary>): PipelineMeter['nodeRead'] {
  let prefix = '';
  let last: Summary | undefined;
  return (path, bytes) => {
    if (last !== undefined && path.startsWith(prefix)) return last.add(bytes);
    metrics.addNamespace(summaries, path, bytes);
    const slash = path.indexOf('/', 1);
    last = slash < 0 ? undefined : summaries.get(path.slice(1, slash));
    prefix = path.slice(0, slash + 1);
  };
}

/** Where goes how many watches an event fires. */
export function watchMeterOf({ summaries }: ServerMetrics): (eventType: number, watches: number) => void {
  const byType = new Map<number, Summary>([
    [eventTypes.NodeCreated, summaries.node_created_watch_count],
    [eventTypes.NodeDeleted, summaries.node_deleted_watch_count],
    [eventTypes.NodeDataChanged, summaries.node_changed_watch_count],
    [eventTypes.NodeChildrenChanged, summaries.node_children_watch_count],
  ]);
  return (eventType, watches) => byType.get(eventType)?.add(watches);
}

/** Where go the times of the log; a batch's stand for each of its entries. */
export function logMeterOf({ counters, percentiles, summaries }: ServerMetrics): StorageEvents['onCommit'] {
  const { sync_processor_queue_flush_time_ms: flush, sync_processor_queue_time_ms: queue } = percentiles;
  const { sync_processor_queue_and_flush_time_ms: both } = percentiles;
  const { fsynctime, sync_processor_batch_size: batchSize, sync_processor_queue_size: queueSize } = summaries;
  const { sync_processor_request_queued: queued } = counters;
  return ({ entries, durationMs, waitedMs, behind }) => {
    const ms = Math.round(durationMs);
    fsynctime.add(ms);
    flush.add(ms);
    batchSize.add(entries);
    queueSize.add(behind);
    queued.add(entries);
    queue.add(Math.round(waitedMs), entries);
    both.add(Math.round(waitedMs + durationMs), entries);
  };
}

/** Where a member's figures go: of the ensemble's work, and of a leader's learners. */
export function zabMeterOf(metrics: ServerMetrics): ZabMeter {
  const { ackLatency, learnerQueueSize, learnerQueueTime, counters, summaries } = metrics;
  const { proposal_count: proposals, commit_count: commits } = counters;
  const { proposal_latency: proposalAge, commit_propagation_latency: commitAge } = metrics.percentiles;
  const ages = new AwaitedAge(metrics.percentiles.proposal_ack_creation_latency);
  const [atQuorum, atProposal, atCommit] = [
    new TxnAges(metrics.percentiles.quorum_ack_latency),
    new TxnAges(proposalAge),
    new TxnAges(commitAge),
  ];
  const { learner_proposal_received_count: received, learner_commit_received_count: heard } = counters;
  return {
    proposed(payload) {
      proposals.add();
      ages.await(payload);
    },
    committed(payload) {
      commits.add();
      atQuorum.add(txnTimeMs(payload));
    },
    synchronizing(mode, underWay) {
      const isSnap = mode === 'SNAP';
      (isSnap ? counters.snap_count : counters.diff_count).add();
      (isSnap ? summaries.inflight_snap_count : summaries.inflight_diff_count).add(underWay);
    },
    revalidated: () => counters.revalidate_count.add(),
    proposalReceived(payload) {
      received.add();
      atProposal.add(txnTimeMs(payload));
      ages.await(payload);
    },
    commitReceived(payload) {
      heard.add();
      atCommit.add(txnTimeMs(payload));
    },
    selfAcknowledged: (zxid) => ages.reached(zxid),
    synchronized(isObserver, ms) {
      (isObserver ? summaries.observer_sync_time : summaries.follower_sync_time).add(Math.round(ms));
    },
    looking: () => counters.looking_count.add(),
    elected: (ms) => summaries.election_time.add(Math.round(ms)),
    available(isLeader, ms) {
      summaries.unavailable_time.add(Math.round(ms));
      if (isLeader) summaries.leader_unavailable_time.add(Math.round(ms));
    },
    acknowledged: (serverId, ms) => ackLatency.of(String(serverId))?.add(Math.round(ms)),
    queued: (serverId, packets) => learnerQueueSize.of(String(serverId))?.add(packets),
    waited: (serverId, ms) => learnerQueueTime.of(String(serverId))?.add(Math.round(ms)),
  };
}
