/**
 * Session ids: the server's id in the top byte, then the time of the start, then a counter, so that servers and restarts
 * never give the same one. The time is the wall clock, because a monotonic one begins anew with the machine.
 */
export class SessionIds {
  private next: bigint;

  constructor(
    private readonly serverId: number,
    startedAtMs: number,
  ) {
    const time = BigInt.asUintN(64, BigInt(startedAtMs) << 24n) >> 8n;
    this.next = BigInt.asIntN(64, (BigInt(serverId) << 56n) | time);
  }

  /** Whether an id is of this server's making. */
  isOwn(sessionId: bigint): boolean {
    return BigInt.asUintN(8, sessionId >> 56n) === BigInt(this.serverId);
  }

  /** An id that `taken` does not know. */
  take(taken: (sessionId: bigint) => boolean): bigint {
    let sessionId = this.next;
    while (taken(sessionId)) sessionId += 1n;
    this.next = BigInt.asIntN(64, sessionId + 1n);
    return sessionId;
  }
}
