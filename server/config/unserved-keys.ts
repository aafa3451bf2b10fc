/**
 * Keys of Apache's zoo.cfg that this server does not act on: either refused, because starting without them would be a
 * different server than the file asks for, or passed over, because they change nothing here.
 */

/** Why a value is refused; null when this value asks for nothing that is missing. */
type Refusal = (value: string) => string | null;

const always =
  (reason: string): Refusal =>
  () =>
    reason;

const refusals: readonly (readonly [RegExp, Refusal])[] = [
  [/^ensembleAuthName$/, always('the ensemble scheme is not served yet; remove it')],
];

/** What Apache's members tune with these works of itself here, or does not arise. */
const moot =
  /^(quorum\.cnxn\.threads\.size|quorum\.auth\.kerberos\..*|quorumCnxnTimeoutMs|leader\..*|learner\..*|follower\..*|commitProcessor\..*|enableEagerACLCheck|admin\..*)$/;

/** These shape threads, queues and caches that only Apache's server has. */
const internal =
  /^(flushDelay|maxWriteQueuePollTime|maxBatchSize|maxResponseCacheSize|maxGetChildrenResponseCacheSize|nio\.(numSelectorThreads|numWorkerThreads|directBufferBytes|workerShutdownTimeoutMS|shutdownTimeout)|serverCnxnFactory|netty\..*|watchManagerName|watcherCleanThreadsNum|watcherCleanThreshold|watcherCleanIntervalInSeconds|maxInProcessingDeadWatchers|bitHashCacheSize|jvm\.pause\.monitor|jvm\.pause\..*|fips-mode|request_throttler\.shutdownTimeout|requestPathMetricsCollector\..*|messageTracker\..*|pathStats\..*|forward_learner_requests_to_commit_processor_disabled|intBufferStartingSizeBytes|serializeLastProcessedZxid\.enabled|metricsProvider\..*|jmx\..*|jute\.maxbuffer\.extrasize|request\.timeout|client\..*|sasl\.client.*|config\.expiry.*)$/;

export type Unserved =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'moot' }
  | { readonly kind: 'ignored' };

/**
 * What becomes of a key that is not served: refused, moot, ignored with a warning; null for a key that Apache does not
 * know either.
 */
export function unserved(key: string, value: string): Unserved | null {
  for (const [pattern, refusal] of refusals) {
    if (!pattern.test(key)) continue;
    const reason = refusal(value);
    return reason === null ? { kind: 'moot' } : { kind: 'refused', reason };
  }
  if (moot.test(key)) return { kind: 'moot' };
  return internal.test(key) ? { kind: 'ignored' } : null;
}
