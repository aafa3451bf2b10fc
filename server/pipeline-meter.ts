import { namespaceOf, type ServerMetrics, type SummarySet } from '@/server/metrics/registry';
import type { ServerStats } from '@/server/metrics/server-stats';
import type { Summary } from '@/server/metrics/summary';
import type { PipelineMeter } from '@/server/processors/meter';
import type { ZabMeter } from '@/server/zab/options';
import { eventTypes } from '@/lib/protocol/proto';

/** Where the pipeline's figures go: the counters of the four-letter words, and the metrics of mntr. */
export function meterOf(stats: ServerStats, metrics: ServerMetrics): PipelineMeter {
  const {
    bytes_received_count: received,
    response_bytes: sent,
    stale_sessions_expired: expired,
    connection_request_count: asked,
    connection_revalidate_count: returned,
    connection_rejected: rejected,
    request_throttle_wait_count: held,
    throttled_ops: refused,
    large_requests_rejected: tooLarge,
  } = metrics.counters;
  const { connection_token_deficit: deficit } = metrics.summaries;
  const { request_throttle_queue_time_ms: throttled } = metrics.percentiles;
  const { readlatency, updatelatency, propagation_latency: propagation } = metrics.percentiles;
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
      propagation.add(latencyMs);
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

/** Where a member's figures go: of the ensemble's work, and of a leader's learners. */
export function zabMeterOf(metrics: ServerMetrics): ZabMeter {
  const { ackLatency, learnerQueueSize, learnerQueueTime, counters, summaries } = metrics;
  const { proposal_count: proposals, commit_count: commits } = counters;
  const { learner_proposal_received_count: received, learner_commit_received_count: heard } = counters;
  return {
    proposed: () => proposals.add(),
    committed: () => commits.add(),
    synchronizing(mode, underWay) {
      const isSnap = mode === 'SNAP';
      (isSnap ? counters.snap_count : counters.diff_count).add();
      (isSnap ? summaries.inflight_snap_count : summaries.inflight_diff_count).add(underWay);
    },
    revalidated: () => counters.revalidate_count.add(),
    proposalReceived: () => received.add(),
    commitReceived: () => heard.add(),
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
