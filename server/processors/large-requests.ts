import type { Client } from './client';

/**
 * Bounds the bytes of large requests that wait to be answered (largeRequestThreshold, largeRequestMaxBytes). Small ones
 * are not counted: the limit on their number bounds them.
 */
export class LargeRequests {
  /** Bytes of large requests in flight. */
  private bytes = 0;

  constructor(
    /** Requests above this are large; 0 and below for none. */
    private readonly largeBytes: number,
    private readonly bytesMax: number,
  ) {}

  /** Whether a request of this size has room. */
  admits(length: number): boolean {
    return this.largeBytes <= 0 || length <= this.largeBytes || this.bytes + length <= this.bytesMax;
  }

  /** Counts a request that was taken in, until what is in flight of its client by now is done. */
  took(client: Client, length: number): void {
    if (this.largeBytes <= 0 || length <= this.largeBytes || client.writesTaken === client.writesDone) return;
    this.bytes += length;
    client.largeRequests.push({ length, afterWrites: client.writesTaken });
  }

  /** One more write of the client is done. */
  done(client: Client): void {
    while (client.largeRequests.length > 0 && client.largeRequests[0]!.afterWrites <= client.writesDone)
      this.bytes -= client.largeRequests.shift()!.length;
  }

  /** Everything in flight is forgotten, and so are its clients. */
  clear(): void {
    this.bytes = 0;
  }
}
