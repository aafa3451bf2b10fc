/** What is measured of a write where its transaction is made. */
export interface PrepMeter {
  /** A write is about to be checked; `isClose` where it ends a session. */
  prepBegins(isClose: boolean): void;
  /** It is a transaction now, and so many more znodes have changes in flight. */
  prepDone(changes: number): void;
  /** It is logged, or proposed. */
  writeProposed(): void;
  /** So many znodes have no change in flight any more. */
  changesReleased(changes: number): void;
}

/** What is measured along the way (server/metrics); sizes are frames with their length field. */
export interface PipelineMeter extends PrepMeter {
  requestRead(bytes: number): void;
  readDone(latencyMs: number, replyBytes: number): void;
  writeDone(latencyMs: number, replyBytes: number): void;
  /** A committed write is about to be applied, which was made at `madeMs` by the wall clock of who made it. */
  applyBegins(madeMs: number): void;
  /** It is applied and answered. */
  applyDone(): void;
  /** A read was answered that waited so long behind its session's writes. */
  readWaited(waitedMs: number): void;
  /** An answer outside the chain: to a handshake, an auth, an operation that does not exist. */
  answerSent(): void;
  /** A handshake was let in, with so many tokens of the throttle out; `isReturn` for a session that is to come back. */
  sessionAsked(tokenDeficit: number, isReturn: boolean): void;
  /** A handshake was one too many. */
  sessionRejected(): void;
  /** A connection has to wait for requests in flight. */
  requestHeld(): void;
  /** A request had to wait so long for those in flight, and is refused for it where `isRefused`. */
  requestThrottled(waitedMs: number, isRefused: boolean): void;
  /** A request was older than its session lasts, or its client was gone, when its turn came; dropped or not. */
  requestStale(isDropped: boolean): void;
  /** A request was too much beside the large ones in flight. */
  largeRequestRejected(): void;
  authFailed(): void;
  sessionExpired(): void;
  /** A write was refused for the quota above `path`. */
  quotaExceeded(path: string): void;
  /** A znode was read or changed, `bytes` being its data or its children's names: counted by its top-level znode. */
  nodeRead(path: string, bytes: number): void;
  nodeWritten(path: string, bytes: number): void;
}
