import { assert } from '@/lib/base/assert';
import { Fifo } from '@/lib/base/fifo';
import { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import { errorCodes } from '@/lib/protocol/errors';
import { formatZxid } from '@/lib/protocol/zxid';
import { ops } from '@/lib/protocol/ops';
import type { ForwardedRequest, LearnerRef } from '@/server/zab/contract';
import type { Session } from '@/server/session/session-tracker';
import { writeTxn } from '@/server/tree/txn';
import type { Client } from './client';
import type { Database } from './database';
import type { PrepMeter } from './meter';
import type { PrepProcessor } from './prep';
import type { PendingWrite, RequestPath, WriteFinisher } from './request-path';
import { noFaults, type WriteRequest } from './requests';

/**
 * The path of a server that gives out zxids: one that stands alone, or leads. Prep makes the transaction, the appender logs
 * it (and, on a leader, proposes it); once it is on disk here, or a quorum has it, `finishNext` applies it and answers.
 */

/** Where transactions are written: the log (server/storage/contract: TxnLog), or a leader in front of it. */
export interface TxnAppender {
  begin(): JuteWriter;
  end(zxid: bigint): void;
}

interface PrimaryWrite extends PendingWrite {
  /** Number to release prep's changes by. */
  readonly use: number;
  readonly owner: object;
}

/** Owner of the sessions whose clients are connected to this very server. */
const here = {};

export class PrimaryPath implements RequestPath {
  readonly isPrimary = true;
  readonly isReadOnly = false;
  private readonly pending = new Fifo<PrimaryWrite>();
  private syncs = 0;
  /** Sessions whose createSession is under way. */
  private readonly creating = new Set<bigint>();

  constructor(
    readonly prep: PrepProcessor,
    private readonly database: Database,
    private readonly appender: TxnAppender,
    private readonly finisher: WriteFinisher,
    private readonly meter: PrepMeter,
    /** Wall clock, ms: the times of transactions. */
    private readonly wallMs: () => number,
    /** Asks for a place behind what is proposed; null where nothing is ever behind (a server that stands alone). */
    private readonly askSync: ((client: Client, nowMs: number) => void) | null = null,
    /** Whether a session unknown here can be a local one of another server. */
    private readonly mayBeLocal: (sessionId: bigint) => boolean = () => false,
  ) {}

  get outstanding(): number {
    return this.pending.size + this.syncs;
  }

  submit(request: WriteRequest, client: Client | null, receivedMs: number): void {
    this.take(request, client, here, receivedMs);
  }

  private take(request: WriteRequest, client: Client | null, owner: object, receivedMs: number): void {
    const { prep, meter } = this;
    const before = prep.changes.size;
    meter.prepBegins(request.type === ops.closeSession.code);
    const { txn, use } = prep.prepare(request, this.wallMs());
    meter.prepDone(prep.changes.size - before);
    writeTxn(this.appender.begin(), txn);
    this.appender.end(txn.zxid);
    meter.writeProposed();
    const { type, asked } = request;
    this.pending.push({ txn, type, use, client, receivedMs, owner, asked });
    if (request.type === ops.createSession.code) this.creating.add(request.sessionId);
  }

  /** A request of another server's client: that server answers it when the transaction comes by. */
  forwarded(from: LearnerRef, request: ForwardedRequest, nowMs: number): void {
    const { sessionId, cxid, type, body, authInfo } = request;
    const session = this.database.sessions.get(sessionId) ?? null;
    const write: WriteRequest = {
      type,
      xid: cxid,
      sessionId,
      session,
      ...this.faults(session, sessionId, type, from),
      authInfo,
      body: new JuteReader(body),
    };
    this.take(write, null, from, nowMs);
    if (type === ops.closeSession.code && session !== null && write.fault === 0) session.closing = true;
  }

  /** A session unknown here is over, or local to the server it comes from. */
  private faults(
    session: Session | null,
    sessionId: bigint,
    type: number,
    from: LearnerRef,
  ): Pick<WriteRequest, 'fault' | 'ephemeralFault'> {
    const isMoved = session !== null && session.owner !== null && session.owner !== from;
    if (isMoved) return { fault: errorCodes.SESSIONMOVED, ephemeralFault: 0 };
    const isKnown = session !== null || this.creating.has(sessionId);
    if (isKnown || type === ops.createSession.code || type === ops.closeSession.code) return noFaults;
    const fault = this.mayBeLocal(sessionId) ? 0 : errorCodes.SESSIONEXPIRED;
    return { fault, ephemeralFault: errorCodes.SESSIONEXPIRED };
  }

  /** The oldest write is on disk, or committed. */
  finishNext(nowMs: number): void {
    const write = this.pending.shift();
    assert(write !== undefined, 'a write was said to be on disk that nobody logged');
    this.finisher.finish(write, nowMs);
    const { changes } = this.prep;
    const before = changes.size;
    changes.release(write.use);
    this.meter.changesReleased(before - changes.size);
    if (write.type !== ops.createSession.code) return;
    this.creating.delete(write.txn.clientId);
    const session = this.database.sessions.get(write.txn.clientId);
    if (session !== undefined) session.owner = write.owner;
  }

  /** As `finishNext`, for a leader that says which one it means. */
  committed(zxid: bigint, nowMs: number): void {
    const next = this.pending.at(0)?.txn.zxid;
    assert(
      next === zxid,
      `${formatZxid(zxid)} was committed where ${next === undefined ? 'nothing' : formatZxid(next)} was next`,
    );
    this.finishNext(nowMs);
  }

  get canLag(): boolean {
    return this.askSync !== null;
  }

  sync(client: Client, _xid: number, nowMs: number): void {
    this.syncs += 1;
    this.askSync!(client, nowMs);
  }

  /** A client asked for by `askSync` has got its place. */
  syncDone(client: Client, nowMs: number): void {
    this.syncs -= 1;
    this.finisher.syncDone(client, nowMs);
  }

  claim(session: Session | undefined): boolean {
    if (session === undefined || session.closing) return false;
    session.owner = here;
    return true;
  }

  /** A learner's client wants its session back. */
  revalidate(from: LearnerRef, sessionId: bigint, timeoutMs: number, nowMs: number): boolean {
    const session = this.database.sessions.get(sessionId);
    if (session === undefined || session.closing) return false;
    session.owner = from;
    this.database.sessions.touch(session, timeoutMs, nowMs);
    return true;
  }

  /** A learner heard of a session. */
  touched(sessionId: bigint, timeoutMs: number, nowMs: number): void {
    const session = this.database.sessions.get(sessionId);
    if (session !== undefined) this.database.sessions.touch(session, timeoutMs, nowMs);
  }

  /** Whether an own client's request comes too late: its session is served elsewhere. */
  static isMoved(session: Session): boolean {
    return session.owner !== null && session.owner !== here;
  }
}
