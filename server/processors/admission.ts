import { ops } from '@/lib/protocol/ops';
import type { Client } from './client';
import type { PipelineMeter } from './meter';
import type { PipelineSettings } from './settings';

/**
 * How many requests may be in flight, and what becomes of one that had to wait for that (Apache's RequestThrottler and
 * ZooKeeperServer.shouldThrottle). Whoever waits, waits unread in its connection.
 */

/** Reads of one connection that may wait behind its own writes; past this the connection is not read further. */
export const waitingReadsMax = 128;

/** What becomes of a request that waited: `overdue` is answered with THROTTLEDOP, `stale` ends its connection. */
export type Verdict = 'taken' | 'overdue' | 'stale';

export class Admission {
  constructor(
    private readonly settings: Pick<PipelineSettings, 'globalOutstandingLimit' | 'limitShares' | 'throttle'>,
    private readonly meter: PipelineMeter,
  ) {}

  /** Whether so many requests are in flight that every further one must wait (request_throttle_max_requests). */
  isFull(outstanding: number): boolean {
    const { requestsMax } = this.settings.throttle;
    return requestsMax > 0 && outstanding >= requestsMax;
  }

  /** Whether a connection's next frame must wait: its handshake is not over, or too much is in flight. */
  isHeld(client: Client, outstanding: number): boolean {
    if (client.phase === 'connecting') return true;
    if (this.isFull(outstanding)) {
      this.meter.requestHeld();
      return true;
    }
    if (client.waitingReads.length >= waitingReadsMax) return true;
    if (client.outstanding === 0) return false;
    const { globalOutstandingLimit, limitShares } = this.settings;
    return outstanding >= globalOutstandingLimit / limitShares();
  }

  /** Whether what a closed connection had sent is still done where it had to wait. */
  get outlivesConnection(): boolean {
    const { dropsStale, isStaleUnconnected } = this.settings.throttle;
    return !dropsStale || !isStaleUnconnected;
  }

  /** Requests went with the connection in which they waited, which counts once. */
  dropped(): void {
    this.meter.requestStale(true);
  }

  /** A request waited `waitedMs`; what ends and keeps sessions is never refused for it, the end of one not even old. */
  judge(client: Client, type: number, waitedMs: number, isConnected: boolean): Verdict {
    const { opWaitMs, dropsStale, isStaleUnconnected, isStaleOverdue } = this.settings.throttle;
    const isOld = isStaleOverdue && waitedMs > client.sessionTimeoutMs;
    if (type !== ops.closeSession.code && (isOld || (isStaleUnconnected && !isConnected))) {
      this.meter.requestStale(dropsStale);
      if (dropsStale) return 'stale';
    }
    const isThrottlable = type !== ops.ping.code && type !== ops.closeSession.code;
    const isOverdue = isThrottlable && opWaitMs > 0 && waitedMs > opWaitMs;
    this.meter.requestThrottled(waitedMs, isOverdue);
    return isOverdue ? 'overdue' : 'taken';
  }
}
