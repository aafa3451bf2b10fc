import { namespaceOf, type ServerMetrics, type SummarySet } from '@/server/metrics/registry';
import type { ServerStats } from '@/server/metrics/server-stats';
import type { Summary } from '@/server/metrics/summary';
import type { PipelineMeter } from '@/server/processors/meter';
import type { LearnerMeter } from '@/server/zab/options';

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

/** Where a leader's figures of its learners go. */
export function learnerMeterOf({
  ackLatency,
  learnerQueueSize,
  learnerQueueTime,
}: ServerMetrics): LearnerMeter {
  return {
    acknowledged: (serverId, ms) => ackLatency.of(String(serverId))?.add(Math.round(ms)),
    queued: (serverId, packets) => learnerQueueSize.of(String(serverId))?.add(packets),
    waited: (serverId, ms) => learnerQueueTime.of(String(serverId))?.add(Math.round(ms)),
  };
}
