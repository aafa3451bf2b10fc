/**
 * What all clients together have not taken yet. Beyond a bound, whoever holds the most is let go, and the next, until the
 * rest is within it: memory is the server's, not that of a client that reads slowly.
 */

/** A connection, or whatever has output that waits. */
export interface BacklogHolder {
  /** Bytes that wait now. */
  readonly unsent: number;
  /** Its backlog is to go, and the connection with it. */
  drop(reason: string): void;
}

export class Backlogs {
  /** As last noted; what was sent since may still be in it. */
  private readonly noted = new Map<BacklogHolder, number>();
  private total = 0;

  constructor(private readonly bytesMax: number) {}

  /** Whether so much waits that nobody should be given much more. */
  get isCrowded(): boolean {
    return this.total > this.bytesMax / 2;
  }

  note(holder: BacklogHolder, bytes: number): void {
    this.total += bytes - (this.noted.get(holder) ?? 0);
    if (bytes === 0) this.noted.delete(holder);
    else this.noted.set(holder, bytes);
    if (this.total > this.bytesMax) this.relieve();
  }

  private relieve(): void {
    this.recount();
    while (this.total > this.bytesMax) {
      let most: BacklogHolder | null = null;
      let mostBytes = 0;
      for (const [holder, bytes] of this.noted) {
        if (bytes > mostBytes) [most, mostBytes] = [holder, bytes];
      }
      if (most === null) return;
      this.noted.delete(most);
      this.total -= mostBytes;
      most.drop(
        `it has ${mostBytes} bytes unread, the most of all, which together are above unreadLimitInKb=${this.bytesMax >> 10}`,
      );
    }
  }

  private recount(): void {
    this.total = 0;
    for (const holder of this.noted.keys()) {
      const { unsent } = holder;
      this.total += unsent;
      if (unsent === 0) this.noted.delete(holder);
      else this.noted.set(holder, unsent);
    }
  }
}
