import type { PipelineMeter } from './meter';
import type { JuteWriter } from '@/lib/jute/writer';
import type { Acl, Id } from '@/lib/protocol/data';
import type { Session } from '@/server/session/session-tracker';
import { putInt } from '@/server/tree/ints';
import type { Watcher } from '@/server/tree/watch-manager';
import { EventFrames } from './event-frames';
import type { SaslMechanism } from './settings';

/** What a connection's socket side does for the processors. */
export interface ClientIo {
  /** Where this turn's output of the connection goes; sent when the event being handled is done. */
  output(): JuteWriter;
  /** An event of so many bytes was written there. */
  eventWritten(bytes: number): void;
  /** Between two replies of one event: lets go of what was written, where it is much. */
  spill(): void;
  /** Takes no more requests; closes when what was written has left. */
  endAfterOutput(): void;
  /** Closes at once. */
  drop(reason: string): void;
}

export type ClientPhase =
  | 'new'
  /** The connect request is being logged; no request is read before its answer left. */
  | 'connecting'
  | 'open'
  | 'closed';

/** What `cons` tells of a connection. */
export class ClientStats {
  packetsReceived = 0;
  packetsSent = 0;
  lastOperation = 'NA';
  lastCxid = -1;
  lastZxid = -1n;
  lastResponseTimeMs = 0;
  lastLatencyMs = 0;
  minLatencyMs = 0;
  maxLatencyMs = 0;
  private latencySumMs = 0;
  private latencyCount = 0;

  get avgLatencyMs(): number {
    return this.latencyCount === 0 ? 0 : Math.floor(this.latencySumMs / this.latencyCount);
  }

  answered(operation: string, cxid: number, zxid: bigint, nowMs: number, latencyMs: number): void {
    this.lastOperation = operation;
    if (cxid >= 0) this.lastCxid = cxid;
    this.lastZxid = zxid;
    this.lastResponseTimeMs = nowMs;
    this.lastLatencyMs = latencyMs;
    if (this.latencyCount === 0 || latencyMs < this.minLatencyMs) this.minLatencyMs = latencyMs;
    if (latencyMs > this.maxLatencyMs) this.maxLatencyMs = latencyMs;
    this.latencySumMs += latencyMs;
    this.latencyCount += 1;
  }

  reset(): void {
    this.packetsReceived = this.packetsSent = 0;
    this.lastOperation = 'NA';
    this.lastCxid = -1;
    this.lastZxid = -1n;
    this.lastResponseTimeMs = this.lastLatencyMs = this.minLatencyMs = this.maxLatencyMs = 0;
    this.latencySumMs = this.latencyCount = 0;
  }
}

/** A read that waits for its own session's earlier writes. The frame is a view of the chunk it came in. */
export interface WaitingRead {
  readonly type: number;
  readonly xid: number;
  readonly bytes: Buffer;
  readonly bodyStart: number;
  readonly end: number;
  readonly authInfo: readonly Id[];
  readonly receivedMs: number;
  /** `Client.writesTaken` when it came: runs once as many writes are done. */
  readonly afterWrites: number;
}

/** A sync that waits for its place among the writes of all servers. */
export interface WaitingSync {
  readonly xid: number;
  readonly bytes: Buffer;
  readonly bodyStart: number;
  readonly end: number;
  readonly receivedMs: number;
}

/** One for all clients: they are told of the same event one after the other. */
const eventFrames = new EventFrames();

/** One client connection as the processors see it, without its socket. */
export class Client implements Watcher {
  phase: ClientPhase = 'new';
  session: Session | null = null;
  /** As negotiated on this connection. */
  sessionTimeoutMs = 0;
  /** Replaced, never changed, when an auth succeeds: a request keeps the array it came with. */
  authInfo: readonly Id[];
  /** Begun with the client's first SASL token. */
  saslExchange: ReturnType<SaslMechanism['begin']> | null = null;
  readonly stats = new ClientStats();
  /** Writes taken in and done, counted up; equal when none is in flight. */
  writesTaken = 0;
  writesDone = 0;
  readonly waitingReads: WaitingRead[] = [];
  readonly syncs: WaitingSync[] = [];
  /** Large requests in flight, oldest first; see `./large-requests`. */
  readonly largeRequests: { readonly length: number; readonly afterWrites: number }[] = [];

  constructor(
    readonly io: ClientIo,
    readonly remoteAddress: string,
    /** Replies, events and bytes of them are counted here for the whole server. */
    private readonly sent: { eventSent(bytes: number): void },
    /** Whether somebody with these ids may read what has that ACL. */
    private readonly mayRead: (acl: readonly Acl[], ids: readonly Id[]) => boolean,
    /** Of the certificate that the client came with, as the scheme x509 has it. */
    readonly subject: string | null = null,
  ) {
    this.authInfo = [{ scheme: 'ip', id: remoteAddress }];
  }

  get outstanding(): number {
    return this.writesTaken - this.writesDone + this.waitingReads.length;
  }

  /** A watch event, written where it happens: before any reply that shows the change. */
  notify(eventType: number, path: string, acl: readonly Acl[] | null): void {
    if (this.phase === 'closed') return;
    if (acl !== null && !this.mayRead(acl, this.authInfo)) return;
    const frame = eventFrames.of(eventType, path);
    this.io.output().raw(frame);
    this.stats.packetsSent += 1;
    this.sent.eventSent(frame.length);
    this.io.eventWritten(frame.length);
  }
}

/** Length and ReplyHeader; returns where the frame starts, for `endReply`. */
export function beginReply(
  writer: JuteWriter,
  xid: number,
  zxidHigh: number,
  zxidLow: number,
  err: number,
): number {
  const at = writer.reserve(20);
  const { target } = writer;
  putInt(target, at + 4, xid);
  putInt(target, at + 8, zxidHigh);
  putInt(target, at + 12, zxidLow);
  putInt(target, at + 16, err);
  return at;
}

/** Fills in the frame's length; returns its bytes in all. */
export function endReply(writer: JuteWriter, start: number): number {
  const length = writer.size - start;
  putInt(writer.target, start, length - 4);
  return length;
}

export function countAnswer(client: Client, meter: PipelineMeter): void {
  client.stats.packetsSent += 1;
  meter.answerSent();
}

/** Takes no more from a connection; it closes once what was written has left. */
export function endConnection(client: Client): void {
  client.phase = 'closed';
  client.io.endAfterOutput();
}
