import type { AskedWrite } from './audit';
import type { Client } from './client';
import type { WriteRequest } from './requests';
import type { Session } from '@/server/session/session-tracker';
import type { Txn } from '@/server/tree/txn';

/**
 * What becomes of a write, by the role of the server: a server that stands alone, or leads, makes a transaction of it and
 * logs it (`primary-path`); one that follows sends it to its leader (`learner-path`). Either way it comes back, later, as a
 * transaction to apply and answer: `WriteFinisher.finish`. One that is cut off refuses it (`read-only-path`).
 */

/** A write under way, with who waits for it. */
export interface PendingWrite {
  readonly txn: Txn;
  /** What was asked; the txn may have become an error. */
  readonly type: number;
  /** null for the server's own (an expired session, an empty container), and for those of other servers' clients. */
  readonly client: Client | null;
  readonly receivedMs: number;
  /** As of the request. */
  readonly asked?: AskedWrite | null | undefined;
}

export interface WriteFinisher {
  /** Applies a committed write, and answers it. */
  finish(write: PendingWrite, nowMs: number): void;
  /** Answers a write or sync that is not taken: nothing happened. */
  refused(client: Client, type: number, xid: number, err: number): void;
  /** The oldest sync of `client` has got its place. */
  syncDone(client: Client, nowMs: number): void;
  /** Whether a session that asked to come back may. */
  revalidated(sessionId: bigint, valid: boolean, nowMs: number): void;
}

export interface RequestPath {
  /** Writes and syncs taken and not finished. */
  readonly outstanding: number;
  /** Whether this server decides on sessions: makes them expire, and lets them come back without asking. */
  readonly isPrimary: boolean;
  /** Whether only clients that take a read-only server are served. */
  readonly isReadOnly: boolean;
  submit(request: WriteRequest, client: Client | null, receivedMs: number): void;
  /** Whether other servers can be ahead of the applied tree, so that a sync has to wait. */
  readonly canLag: boolean;
  /** `WriteFinisher.syncDone` follows, perhaps at once. */
  sync(client: Client, xid: number, nowMs: number): void;
  /** A session is to be served here from now on. Null: the answer comes as `revalidated`. */
  claim(session: Session | undefined, sessionId: bigint, timeoutMs: number): boolean | null;
}
