import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import type { RecordCodec } from '@/lib/jute/codec';
import { errorCodes } from '@/lib/protocol/errors';
import { ops, type OpName } from '@/lib/protocol/ops';
import {
  connectRequest,
  connectResponse,
  replyHeader,
  requestHeader,
  setWatches,
  watcherEvent,
  xids,
} from '@/lib/protocol/proto';
import { RawConnection } from '../support/raw-connection';
import type { Random } from '../sim/random';
import type { Outcome } from './history';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Reply {
  readonly outcome: Outcome;
  readonly error: number;
  readonly zxid: bigint;
  readonly invokedMs: number;
  readonly repliedMs: number;
  /** Behind the header; null unless the outcome is `ok`. */
  readonly body: JuteReader | null;
}

/** Called in the order of the replies, before the next is looked at. */
export type Answered = (reply: Reply) => void;

interface Pending {
  readonly invokedMs: number;
  readonly answered: Answered;
}

const connectTimeoutMs = 1_500;
const retryMs = 40;
/** Refusals that say nothing about whether the operation happened. */
const unsure = new Set<number>([
  errorCodes.CONNECTIONLOSS,
  errorCodes.OPERATIONTIMEOUT,
  errorCodes.REQUESTTIMEOUT,
]);

/**
 * One session, on whichever of its members answers. A connection that breaks makes what was in flight `unknown`, and
 * nothing is ever sent twice. Watches go along to the next member.
 */
export class FaultSession {
  sessionId = 0n;
  /** Expired, closed or given up: it will never answer again. */
  over = false;
  private passwd = Buffer.alloc(16);
  private zxidSeen = 0n;
  private xid = 0;
  private connection: RawConnection | null = null;
  private connecting: Promise<void> | null = null;
  private readonly pending = new Map<number, Pending>();
  private readonly watched = new Set<string>();
  private readonly pinger: NodeJS.Timeout;

  constructor(
    private readonly members: readonly Address[],
    private readonly random: Random,
    private readonly timeoutMs: number,
    private readonly onEvent: (path: string) => void,
  ) {
    this.pinger = setInterval(() => this.ping(), timeoutMs / 3);
  }

  /** Until a member has accepted the session; false where it is over. */
  async connected(): Promise<boolean> {
    while (!this.over && this.connection === null) {
      this.connecting ??= this.connect().finally(() => {
        this.connecting = null;
      });
      await this.connecting;
    }
    return !this.over;
  }

  private async connect(): Promise<void> {
    const { host, port } = this.random.pick(this.members);
    try {
      const connection = await RawConnection.open(port, host, connectTimeoutMs);
      await this.shakeHands(connection).catch((error: unknown) => {
        connection.destroy();
        throw error;
      });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  private async shakeHands(connection: RawConnection): Promise<void> {
    const request = connectRequest.encode({
      protocolVersion: 0,
      lastZxidSeen: this.zxidSeen,
      timeOut: this.timeoutMs,
      sessionId: this.sessionId,
      passwd: this.passwd,
    });
    connection.send(Buffer.concat([request, Buffer.from([0])]));
    const frame = await connection.next(connectTimeoutMs);
    if (frame === null) throw new Error('the member closed the connection');
    const response = connectResponse.decode(frame.subarray(0, frame.length - 1));
    if (this.over) throw new Error('the session was given up');
    if (response.timeOut <= 0) {
      this.end();
      throw new Error('the session is over');
    }
    this.sessionId = response.sessionId;
    this.passwd = Buffer.from(response.passwd!);
    this.connection = connection;
    this.renewWatches(connection);
    void this.pump(connection, response.timeOut);
  }

  private renewWatches(connection: RawConnection): void {
    if (this.watched.size === 0) return;
    const writer = new JuteWriter();
    requestHeader.write(writer, { xid: xids.setWatches, type: ops.setWatches.code });
    const dataWatches = [...this.watched];
    setWatches.write(writer, {
      relativeZxid: this.zxidSeen,
      dataWatches,
      existWatches: [],
      childWatches: [],
    });
    connection.send(writer.take());
  }

  private async pump(connection: RawConnection, timeOutMs: number): Promise<void> {
    for (;;) {
      const frame = await connection.next((timeOutMs * 2) / 3).catch(() => null);
      if (frame === null || this.connection !== connection) break;
      this.take(frame);
    }
    if (this.connection === connection) this.drop();
  }

  private take(frame: Buffer): void {
    const reader = new JuteReader(frame);
    const { xid, zxid, err } = replyHeader.read(reader);
    if (xid === xids.notification) {
      const { path } = watcherEvent.read(reader);
      this.watched.delete(path!);
      return this.onEvent(path!);
    }
    if (zxid > this.zxidSeen) this.zxidSeen = zxid;
    const pending = this.pending.get(xid);
    if (pending === undefined) return;
    this.pending.delete(xid);
    const outcome = err === 0 ? 'ok' : unsure.has(err) ? 'unknown' : 'failed';
    const repliedMs = outcome === 'unknown' ? Infinity : performance.now();
    const body = outcome === 'ok' ? reader : null;
    pending.answered({ outcome, error: err, zxid, invokedMs: pending.invokedMs, repliedMs, body });
    if (err === errorCodes.SESSIONEXPIRED) this.end();
    else if (err === errorCodes.SESSIONMOVED) this.drop();
  }

  private ping(): void {
    this.connection?.send(requestHeader.encode({ xid: xids.ping, type: ops.ping.code }));
  }

  /** Ends the connection and not the session. */
  drop(): void {
    this.connection?.destroy();
    this.connection = null;
    const lost = [...this.pending.values()];
    this.pending.clear();
    for (const { invokedMs, answered } of lost) answered(unanswered(invokedMs));
  }

  /** Nothing more is heard of it; its server expires it. */
  end(): void {
    this.over = true;
    clearInterval(this.pinger);
    this.drop();
  }

  /** Sends at once, behind what was sent before; `unknown` where there is no connection. Wait for `connected` first. */
  call(op: OpName, body: Record<string, unknown> | Buffer | null, answered: Answered): void {
    const invokedMs = performance.now();
    const { connection } = this;
    if (connection === null) return answered(unanswered(invokedMs));
    const xid = (this.xid += 1);
    const writer = new JuteWriter();
    requestHeader.write(writer, { xid, type: ops[op].code });
    if (Buffer.isBuffer(body)) writer.raw(body);
    else if (body !== null) (ops[op].request as RecordCodec<unknown>).write(writer, body);
    this.pending.set(xid, { invokedMs, answered });
    connection.send(writer.take());
  }

  /** A watch was left with the last read of `path`. */
  watch(path: string): void {
    this.watched.add(path);
  }
}

const unanswered = (invokedMs: number): Reply => ({
  outcome: 'unknown',
  error: 0,
  zxid: 0n,
  invokedMs,
  repliedMs: Infinity,
  body: null,
});
