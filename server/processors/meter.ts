/** What is measured along the way (server/metrics); sizes are frames with their length field. */
export interface PipelineMeter {
  requestRead(bytes: number): void;
  readDone(latencyMs: number, replyBytes: number): void;
  writeDone(latencyMs: number, replyBytes: number): void;
  /** An answer outside the chain: to a handshake, an auth, an operation that does not exist. */
  answerSent(): void;
  authFailed(): void;
  sessionExpired(): void;
  /** A write was refused for the quota above `path`. */
  quotaExceeded(path: string): void;
  /** A znode was read or changed, `bytes` being its data or its children's names: counted by its top-level znode. */
  nodeRead(path: string, bytes: number): void;
  nodeWritten(path: string, bytes: number): void;
}
