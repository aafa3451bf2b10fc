import type { ServerMetrics } from '@/server/metrics/registry';
import type { PercentileSummary } from '@/server/metrics/summary';
import { zxidEpoch } from '@/lib/protocol/zxid';

/** The times of the stages that a write goes through, taken so that they cost next to nothing. */

/** The first write is timed, and then one of so many, which stands for them: two readings of the clock are a hundredth of a write's own time. */
const sampled = 16;

/** The stages within one event of the server: making a transaction, logging it, and applying it. */
export class StageMeter {
  private prepLeft = 1;
  private applyLeft = 1;
  /** For how many writes the next timed one stands: those since the last. */
  private prepStandsFor = 1;
  private applyStandsFor = 1;
  /** When the stage of a timed write began; −1 where the write at hand is not timed. */
  private beganMs = -1;
  private applyBeganMs = -1;
  private weight = 0;
  private isClose = false;
  private readonly queued;
  private readonly summaries;
  private readonly percentiles;

  constructor(
    { counters, summaries, percentiles }: ServerMetrics,
    /** Apache's server that stands alone times no applying. */
    private readonly isMember: boolean,
  ) {
    this.queued = counters.prep_processor_request_queued;
    this.summaries = summaries;
    this.percentiles = percentiles;
  }

  prepBegins(isClose: boolean): void {
    this.queued.add();
    this.isClose = isClose;
    this.prepLeft -= 1;
    if (this.prepLeft > 0 && !isClose) return;
    this.weight = this.prepLeft > 0 ? 0 : this.prepStandsFor;
    if (this.prepLeft <= 0) this.prepLeft = this.prepStandsFor = sampled;
    this.beganMs = performance.now();
  }

  prepDone(): void {
    if (this.beganMs < 0) return;
    const nowMs = performance.now();
    const ms = Math.round(nowMs - this.beganMs);
    if (this.isClose) this.percentiles.close_session_prep_time.add(ms);
    if (this.weight > 0) this.summaries.prep_process_time.add(ms, this.weight);
    this.beganMs = nowMs;
  }

  proposed(): void {
    if (this.beganMs < 0) return;
    if (this.weight > 0)
      this.summaries.proposal_process_time.add(Math.round(performance.now() - this.beganMs), this.weight);
    this.beganMs = -1;
  }

  applyBegins(): void {
    this.applyLeft -= 1;
    if (this.applyLeft > 0 || !this.isMember) return;
    this.applyLeft = sampled;
    this.applyBeganMs = performance.now();
  }

  applyDone(): void {
    if (this.applyBeganMs < 0) return;
    const ms = Math.round(performance.now() - this.applyBeganMs);
    this.percentiles.write_final_proc_time_ms.add(ms, this.applyStandsFor);
    this.applyStandsFor = sampled;
    this.applyBeganMs = -1;
  }
}

/** How old transactions are at some point of their way, by the wall clock; those of a maker whose clock is ahead are left out. */
export class TxnAges {
  constructor(private readonly summary: PercentileSummary) {}

  add(madeMs: number): void {
    const ageMs = Date.now() - madeMs;
    if (ageMs >= 0) this.summary.add(ageMs);
  }
}

/** The age of one transaction at a time when a later event reaches it; the next one is awaited after that. */
export class AwaitedAge {
  private zxid: bigint | null = null;
  private madeMs = 0;
  private readonly ages: TxnAges;

  constructor(summary: PercentileSummary) {
    this.ages = new TxnAges(summary);
  }

  await(payload: Buffer): void {
    if (this.zxid !== null) return;
    this.zxid = payload.readBigInt64BE(txnZxidAt);
    this.madeMs = txnTimeMs(payload);
  }

  reached(zxid: bigint): void {
    if (this.zxid === null || zxid < this.zxid) return;
    const isOfThisEpoch = zxidEpoch(zxid) === zxidEpoch(this.zxid);
    this.zxid = null;
    // One of an earlier epoch may have been cut off.
    if (isOfThisEpoch) this.ages.add(this.madeMs);
  }
}

/** `long clientId, int cxid, long zxid, long time`: TxnHeader of zookeeper.jute. */
const txnZxidAt = 12;
const txnTimeAt = 20;

/** When a transaction was made, ms by its maker's wall clock. */
export function txnTimeMs(payload: Buffer): number {
  return payload.readInt32BE(txnTimeAt) * 2 ** 32 + payload.readUInt32BE(txnTimeAt + 4);
}
