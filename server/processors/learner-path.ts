import { Fifo } from '@/lib/base/fifo';
import { ops } from '@/lib/protocol/ops';
import type { ForwardedRequest } from '@/server/zab/contract';
import type { Session } from '@/server/session/session-tracker';
import { readTxn, type Txn } from '@/server/tree/txn';
import type { AskedWrite } from './audit';
import type { Client } from './client';
import type { PendingWrite, RequestPath, WriteFinisher } from './request-path';
import type { WriteRequest } from './requests';

/**
 * The path of a server that follows or observes: its clients' writes go to the leader, and come back as transactions among
 * all others. A client is answered when the transaction with its session and cxid is committed (Apache's CommitProcessor):
 * there is no other answer, a write that failed is a transaction too.
 */

/** What the path needs of server/zab/learner. */
export interface LeaderLink {
  request(request: ForwardedRequest): void;
  sync(sessionId: bigint, cxid: number, body: Buffer): void;
  revalidate(sessionId: bigint, timeoutMs: number): void;
}

interface Waiting {
  readonly cxid: number;
  readonly type: number;
  readonly client: Client | null;
  readonly receivedMs: number;
  /** The leader, who knows no local session, calls it expired; this is what it is. */
  readonly ephemeralFault: number;
  readonly asked: AskedWrite | null;
}

export class LearnerPath implements RequestPath {
  readonly isPrimary = false;
  readonly isReadOnly = false;
  readonly canLag = true;
  outstanding = 0;
  /** Of each session, the writes sent and not come back, in order. */
  private readonly waiting = new Map<bigint, Fifo<Waiting>>();
  private readonly syncs = new Fifo<Client>();

  constructor(
    private readonly leader: LeaderLink,
    private readonly finisher: WriteFinisher,
  ) {}

  submit(request: WriteRequest, client: Client | null, receivedMs: number): void {
    const { type, xid: cxid, sessionId, authInfo, body, ephemeralFault, asked = null } = request;
    let queue = this.waiting.get(sessionId);
    if (queue === undefined) this.waiting.set(sessionId, (queue = new Fifo<Waiting>()));
    queue.push({ cxid, type, client, receivedMs, ephemeralFault, asked });
    this.outstanding += 1;
    const bytes = body === null ? noBytes : body.bytes.subarray(body.offset, body.end);
    this.leader.request({ sessionId, cxid, type, body: bytes, authInfo });
  }

  committed(payload: Buffer, nowMs: number): void {
    const txn = readTxn(payload);
    const waiting = this.takeWaiting(txn);
    if (txn.type === ops.error.code && waiting !== undefined && waiting.ephemeralFault !== 0)
      txn.err = waiting.ephemeralFault;
    const write: PendingWrite = {
      txn,
      type: waiting?.type ?? txn.type,
      client: waiting?.client ?? null,
      receivedMs: waiting?.receivedMs ?? nowMs,
      asked: waiting?.asked ?? null,
    };
    this.finisher.finish(write, nowMs);
  }

  private takeWaiting(txn: Txn): Waiting | undefined {
    const queue = this.waiting.get(txn.clientId);
    const oldest = queue?.at(0);
    if (queue === undefined || oldest === undefined || oldest.cxid !== txn.cxid) return undefined;
    // The leader ends sessions by itself with cxid 0; that answers nobody who asked for something else.
    if (txn.type === ops.closeSession.code && oldest.type !== ops.closeSession.code) return undefined;
    queue.shift();
    this.outstanding -= 1;
    if (queue.size === 0) this.waiting.delete(txn.clientId);
    return oldest;
  }

  sync(client: Client, xid: number): void {
    this.outstanding += 1;
    this.syncs.push(client);
    this.leader.sync(client.session!.sessionId, xid, noBytes);
  }

  syncDone(nowMs: number): void {
    const client = this.syncs.shift();
    if (client === undefined) return;
    this.outstanding -= 1;
    this.finisher.syncDone(client, nowMs);
  }

  claim(_session: Session | undefined, sessionId: bigint, timeoutMs: number): null {
    this.leader.revalidate(sessionId, timeoutMs);
    return null;
  }
}

const noBytes = Buffer.alloc(0);
