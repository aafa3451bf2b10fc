import { Counter } from './counter';
import { Summary } from './summary';

/** The server's own statistics, as `srvr` and the first lines of `mntr` show them (Apache's ServerStats). */
export class ServerStats {
  /** Requests and four-letter words read, and replies, events and four-letter answers written. */
  readonly packetsReceived = new Counter();
  readonly packetsSent = new Counter();
  /** Time from a request's arrival to its reply, in ms. */
  readonly requestLatency = new Summary();
  readonly authFailed = new Counter();
  readonly fsyncThresholdExceeded = new Counter();
  /** Sizes of client responses in bytes; −1 before the first. */
  lastResponseBytes = -1;
  minResponseBytes = -1;
  maxResponseBytes = -1;

  addResponse(bytes: number): void {
    this.lastResponseBytes = bytes;
    if (this.minResponseBytes < 0 || bytes < this.minResponseBytes) this.minResponseBytes = bytes;
    if (bytes > this.maxResponseBytes) this.maxResponseBytes = bytes;
  }

  reset(): void {
    this.packetsReceived.reset();
    this.packetsSent.reset();
    this.requestLatency.reset();
    this.authFailed.reset();
    this.fsyncThresholdExceeded.reset();
    this.lastResponseBytes = this.minResponseBytes = this.maxResponseBytes = -1;
  }
}
