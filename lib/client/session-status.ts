import type { ConnectionString } from '@/lib/base/connection-string';
import type { Login } from '@/lib/sasl/digest-md5';
import type { ConnectionTls } from './socket';

/** What a connection is told and what it tells. */

export interface ConnectionOptions {
  readonly connection: ConnectionString;
  readonly sessionTimeoutMs: number;
  /** For dialling, TLS and the session's handshake together, per member. */
  readonly connectTimeoutMs: number;
  /** Replies above this are not kept: the request fails with `tooLarge` and the connection lives on. */
  readonly replyBytesMax: number;
  readonly tls: ConnectionTls | null;
  readonly sasl: Login | null;
  readonly random: () => number;
  /** Frames that set the watches again on a new connection, given the newest zxid seen. */
  readonly watchFrames: (lastZxid: bigint) => Buffer[];
}

export type SessionState = 'connecting' | 'connected' | 'readOnly' | 'disconnected' | 'authFailed' | 'closed';

/** The session as the console shows it. Times are epoch milliseconds. */
export interface SessionStatus {
  readonly state: SessionState;
  readonly sessionId: bigint | null;
  readonly member: string | null;
  readonly timeoutMs: number | null;
  readonly since: number;
  readonly fault: string | null;
  readonly nextAttemptAt: number | null;
}

export interface WatchNotification {
  readonly type: number;
  /** As the member wrote it, chroot included. */
  readonly path: string;
  /** From 3.9 on the zxid of the change; null before. */
  readonly zxid: bigint | null;
}
