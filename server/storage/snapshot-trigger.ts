/**
 * When the next snapshot is due (Apache's SyncRequestProcessor.shouldSnapshot): more transactions than snapCount/2 plus
 * a random part of as much again, or log bytes by the same rule. The random part keeps the members of an ensemble from
 * writing snapshots at the same moment.
 */
export class SnapshotTrigger {
  private txns = 0;
  private bytes = 0;
  private txnsMax = 0;
  private bytesMax = 0;

  /** `snapSizeLimitBytes` of 0 or below turns the rule for bytes off; `random` gives values from 0 up to 1. */
  constructor(
    private readonly snapCount: number,
    private readonly snapSizeLimitBytes: number,
    private readonly random: () => number,
  ) {
    this.reset();
  }

  /** A snapshot begins: counting starts again. */
  reset(): void {
    this.txns = 0;
    this.bytes = 0;
    this.txnsMax = (this.snapCount / 2) * (1 + this.random());
    this.bytesMax = (this.snapSizeLimitBytes / 2) * (1 + this.random());
  }

  add(txns: number, bytes: number): void {
    this.txns += txns;
    this.bytes += bytes;
  }

  get isDue(): boolean {
    return this.txns > this.txnsMax || (this.snapSizeLimitBytes > 0 && this.bytes > this.bytesMax);
  }
}
