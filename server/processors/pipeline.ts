import { JuteReader } from '@/lib/jute/reader';
import { permissions, type Acl, type Id } from '@/lib/protocol/data';
import { errorCodes } from '@/lib/protocol/errors';
import { ops } from '@/lib/protocol/ops';
import type { LocalSessions } from '@/server/session/local-sessions';
import type { SessionIds } from '@/server/session/session-ids';
import type { Session } from '@/server/session/session-tracker';
import { readTxn } from '@/server/tree/txn';
import { Access } from './access';
import { Admission } from './admission';
import type { Audit } from './audit';
import { makesEphemeral } from './create-kinds';
import { Attachments } from './attachments';
import { Authentication } from './authentication';
import { beginReply, countAnswer, endConnection, endReply, type Client, type WaitingRead } from './client';
import type { Database } from './database';
import { FinalProcessor } from './final';
import { opKind, opKinds, overdueOp, shortName } from './op-kinds';
import { LargeRequests } from './large-requests';
import type { PipelineMeter } from './meter';
import { PrepProcessor, type EvaluateReconfig } from './prep';
import { PrimaryPath, type TxnAppender } from './primary-path';
import { ReadProcessor } from './reads';
import type { PendingWrite, RequestPath, WriteFinisher } from './request-path';
import { isReconfig, noFaults, type WriteRequest } from './requests';
import type { PipelineSettings, SaslMechanism } from './settings';
import { sweepable } from './sweep';

/**
 * The front of a server, the same in every role: one call an event (a frame came, a write is committed, a tick passed, a
 * connection went). Writes go to the path of the role; reads see the applied tree only, at once, or behind their own
 * session's earlier writes. Nothing is answered before the path says that it is on disk, or that a quorum has it.
 */

export class Pipeline implements WriteFinisher {
  private path: RequestPath | null = null;
  private takesClients = true;
  private readonly access: Access;
  private readonly reads: ReadProcessor;
  private readonly final: FinalProcessor;
  private readonly attachments: Attachments;
  private readonly authentication: Authentication;
  private readonly large: LargeRequests;
  readonly admission: Admission;
  private waitingReads = 0;

  constructor(
    private readonly database: Database,
    private readonly sessionIds: SessionIds,
    private readonly settings: PipelineSettings,
    private readonly meter: PipelineMeter,
    /** Where sessions begin as this server's own; null where each is the whole ensemble's. */
    readonly locals: LocalSessions | null = null,
    /** null where clients cannot authenticate by SASL. */
    sasl: SaslMechanism | null = null,
    /** null where no audit log is kept. */
    private readonly audit: Audit | null = null,
  ) {
    this.access = new Access(settings);
    this.authentication = new Authentication(this.access, settings.auth, sasl, meter);
    this.reads = new ReadProcessor(database.tree, this.access, meter);
    this.final = new FinalProcessor(database, meter, audit);
    const { largeRequestBytes, largeRequestsBytesMax } = settings.throttle;
    this.admission = new Admission(settings, meter);
    this.large = new LargeRequests(largeRequestBytes, largeRequestsBytesMax);
    this.attachments = new Attachments(database, sessionIds, settings, meter, locals);
  }

  /** A path for a server that gives out zxids, the first after `zxid`; `appender` logs, or proposes. */
  primaryPath(
    zxid: bigint,
    appender: TxnAppender,
    wallMs: () => number,
    askSync: ((client: Client, nowMs: number) => void) | null = null,
    evaluateReconfig: EvaluateReconfig | null = null,
  ): PrimaryPath {
    const { tree } = this.database;
    const prep = new PrepProcessor(tree, this.access, this.settings, this.meter, evaluateReconfig);
    prep.start(zxid);
    const mayBeLocal = (sessionId: bigint): boolean =>
      this.locals !== null && !this.sessionIds.isOwn(sessionId);
    return new PrimaryPath(prep, this.database, appender, this, this.meter, wallMs, askSync, mayBeLocal);
  }

  /**
   * Serves along `path`, until the next `stop`; without `takesClients` only other servers' clients, and what this server
   * does by itself (leaderServes=no).
   */
  serve(path: RequestPath, takesClients = true): void {
    this.path = path;
    this.takesClients = takesClients;
  }

  /** Serves nobody: what is under way is forgotten. The connections are the listener's to close. */
  stop(): void {
    this.locals?.clear();
    this.large.clear();
    this.path = null;
  }

  /** Whether it serves reads only, its member being cut off. */
  get isReadOnly(): boolean {
    return this.path?.isReadOnly ?? false;
  }

  get isServing(): boolean {
    return this.path !== null && this.takesClients;
  }

  /** Requests taken in and not answered. */
  get outstanding(): number {
    return (this.path?.outstanding ?? 0) + this.waitingReads;
  }

  private oneDone(client: Client): void {
    client.writesDone += 1;
    if (client.largeRequests.length > 0) this.large.done(client);
  }

  /** The share of handshakes that is dropped by chance, 0 to 1. */
  get dropShare(): number {
    return this.attachments.throttle.dropShare;
  }

  get isFull(): boolean {
    return this.admission.isFull(this.outstanding);
  }

  /** Whether a connection's next frame must wait. */
  isHeld(client: Client): boolean {
    return this.admission.isHeld(client, this.outstanding);
  }

  /** Of a client: see `Client.notify`. */
  readonly mayRead = (acl: readonly Acl[], ids: readonly Id[]): boolean =>
    this.access.allows(acl, permissions.READ, ids);

  /** A connection is there; whoever came with a certificate is known by it. */
  connected(client: Client): void {
    this.authentication.certify(client);
  }

  /**
   * One frame of a connection, without its length. `nowMs` is monotonic; `waitedMs` is how long it was full before, and
   * `isConnected` whether its client is still there.
   */
  receive(
    client: Client,
    bytes: Buffer,
    start: number,
    end: number,
    nowMs: number,
    waitedMs = 0,
    isConnected = true,
  ): void {
    this.meter.requestRead(end - start + 4);
    client.stats.packetsReceived += 1;
    if (this.path === null || !this.takesClients) return client.io.drop('this server serves nobody now');
    if (client.phase === 'new')
      return this.attachments.connect(client, bytes.subarray(start, end), this.path, nowMs);
    if (end - start < 8) return client.io.drop(`a request of ${end - start} bytes has no header`);
    const xid = bytes.readInt32BE(start);
    const type = bytes.readInt32BE(start + 4);
    const kind = opKind(type);
    if (kind === opKinds.auth) return this.authentication.auth(client, xid, bytes, start + 8, end);
    if (kind === opKinds.sasl) return this.authentication.sasl(client, xid, bytes, start + 8, end);
    if (this.authentication.isEnforced && this.authentication.turnsAway(client, xid)) return;
    const { session } = client;
    if (session === null || session.closing) return;
    this.attachments.touch(session, client.sessionTimeoutMs, nowMs);
    if (PrimaryPath.isMoved(session) && this.path.isPrimary)
      return client.io.drop('its session is served by another server');
    if (!this.large.admits(end - start)) {
      this.meter.largeRequestRejected();
      return client.io.drop(`a request of ${end - start} bytes is too much beside those in flight (largeRequestMaxBytes)`); // prettier-ignore
    }
    if (waitedMs > 0 || !isConnected) {
      const verdict = this.admission.judge(client, type, waitedMs, isConnected);
      if (verdict === 'stale') return client.io.drop('a request waited too long for those in flight (request_stale_latency_check)'); // prettier-ignore
      if (verdict === 'overdue') return this.takeRead(client, overdueOp, xid, bytes, start + 8, end, nowMs);
    }
    if (type === ops.sync.code) this.takeSync(client, xid, bytes, start + 8, end, nowMs);
    else if (kind === opKinds.read) this.takeRead(client, type, xid, bytes, start + 8, end, nowMs);
    else if (kind === opKinds.write) this.takeWrite(client, session, type, xid, bytes, start + 8, end, nowMs);
    else this.refuse(client, type, xid);
    this.large.took(client, end - start);
  }

  /** An operation that does not exist here: told so with zxid −1, and closed. A read-only server knows these as writes. */
  private refuse(client: Client, type: number, xid: number): void {
    if (this.isReadOnly && (type === ops.check.code || type === ops.deleteContainer.code)) {
      client.writesTaken += 1;
      return this.refused(client, type, xid, errorCodes.NOTREADONLY);
    }
    const writer = client.io.output();
    endReply(writer, beginReply(writer, xid, -1, -1, errorCodes.UNIMPLEMENTED));
    countAnswer(client, this.meter);
    endConnection(client);
  }

  private takeRead(
    client: Client,
    type: number,
    xid: number,
    bytes: Buffer,
    bodyStart: number,
    end: number,
    nowMs: number,
  ): void {
    if (client.writesTaken === client.writesDone) {
      const body = new JuteReader(bytes, bodyStart, end);
      return this.answerRead(client, type, xid, body, client.authInfo, nowMs, nowMs);
    }
    const { authInfo, writesTaken } = client;
    client.waitingReads.push({
      type,
      xid,
      bytes,
      bodyStart,
      end,
      authInfo,
      receivedMs: nowMs,
      afterWrites: writesTaken,
    });
    this.waitingReads += 1;
  }

  /** A sync counts as a write of its session: what is asked behind it is answered behind it. */
  private takeSync(
    client: Client,
    xid: number,
    bytes: Buffer,
    bodyStart: number,
    end: number,
    nowMs: number,
  ): void {
    if (!this.path!.canLag) return this.takeRead(client, ops.sync.code, xid, bytes, bodyStart, end, nowMs);
    client.writesTaken += 1;
    client.syncs.push({ xid, bytes, bodyStart, end, receivedMs: nowMs });
    this.path!.sync(client, xid, nowMs);
  }

  syncDone(client: Client, nowMs: number): void {
    const sync = client.syncs.shift();
    this.oneDone(client);
    if (sync === undefined || client.phase !== 'open') return;
    const body = new JuteReader(sync.bytes, sync.bodyStart, sync.end);
    this.answerRead(client, ops.sync.code, sync.xid, body, client.authInfo, sync.receivedMs, nowMs);
    if (client.waitingReads.length > 0) this.runWaitingReads(client, nowMs);
  }

  private answerRead(
    client: Client,
    type: number,
    xid: number,
    body: JuteReader,
    authInfo: Client['authInfo'],
    receivedMs: number,
    nowMs: number,
  ): void {
    const sent = this.reads.answer(client, type, xid, body, authInfo);
    client.stats.packetsSent += 1;
    client.stats.answered(shortName(type), xid, this.database.tree.lastZxid, nowMs, nowMs - receivedMs);
    this.meter.readDone(nowMs - receivedMs, sent);
    if (type === ops.closeSession.code) this.endLocal(client, client.session!);
  }

  private takeWrite(
    client: Client,
    session: Session,
    type: number,
    xid: number,
    bytes: Buffer,
    bodyStart: number,
    end: number,
    nowMs: number,
  ): void {
    // What follows a close on the wire is dropped, as it would be once the session is gone.
    if (type === ops.closeSession.code) session.closing = true;
    let ephemeralFault = 0;
    if (type === ops.reconfig.code && !this.isReadOnly && !isReconfig(new JuteReader(bytes, bodyStart, end)))
      return this.takeRead(client, type, xid, bytes, bodyStart, end, nowMs);
    if (session.scope === 'local') {
      if (type === ops.closeSession.code)
        return this.takeRead(client, type, xid, bytes, bodyStart, end, nowMs);
      ephemeralFault = this.upgrade(client, session, type, new JuteReader(bytes, bodyStart, end), nowMs);
    }
    client.writesTaken += 1;
    this.submit(client, nowMs, {
      type,
      xid,
      sessionId: session.sessionId,
      session,
      fault: 0,
      ephemeralFault,
      authInfo: client.authInfo,
      body: new JuteReader(bytes, bodyStart, end),
      asked: this.audit?.asked(type, new JuteReader(bytes, bodyStart, end), client.authInfo) ?? null,
    });
  }

  /** A local session is about to write: where that makes an ephemeral znode it becomes global first, or may not. */
  private upgrade(client: Client, session: Session, type: number, body: JuteReader, nowMs: number): number {
    if (this.isReadOnly || !makesEphemeral(type, body)) return 0;
    if (!this.settings.localSessionsUpgradingEnabled) return errorCodes.EPHEMERALONLOCALSESSION;
    this.locals!.beginUpgrade(session);
    const { sessionId, timeoutMs } = session;
    this.submit(null, nowMs, this.attachments.createSession(client, sessionId, timeoutMs));
    return 0;
  }

  /** A local session is over; nobody else has to know. */
  private endLocal(asker: Client | null, session: Session): void {
    this.locals!.close(session);
    this.attachments.forget(session, asker);
    if (asker !== null) endConnection(asker);
  }

  refused(client: Client, type: number, xid: number, err: number): void {
    const { lastZxidHigh, lastZxidLow } = this.database.tree;
    if (type === ops.sync.code) client.syncs.shift();
    this.oneDone(client);
    const writer = client.io.output();
    endReply(writer, beginReply(writer, xid, lastZxidHigh, lastZxidLow, err));
    countAnswer(client, this.meter);
    if (client.phase === 'connecting') endConnection(client);
  }

  /** The leader has said whether a session may come back; it answers in the order it was asked. */
  revalidated(sessionId: bigint, valid: boolean, nowMs: number): void {
    this.attachments.revalidated(sessionId, valid, nowMs);
  }

  /** Of the sessions served here, those heard of since the last call: what a learner tells its leader. */
  takeTouched(): Iterable<readonly [sessionId: bigint, timeoutMs: number]> {
    return this.attachments.takeTouched();
  }

  private submit(client: Client | null, receivedMs: number, request: WriteRequest): void {
    this.path!.submit(request, client, receivedMs);
  }

  finish(write: PendingWrite, nowMs: number): void {
    this.meter.applyBegins(write.txn.timeMs);
    this.settle(write, nowMs);
    this.meter.applyDone();
  }

  private settle(write: PendingWrite, nowMs: number): void {
    const { client, txn, type } = write;
    const closed = txn.type === ops.closeSession.code ? this.database.sessions.get(txn.clientId) : undefined;
    if (txn.type === ops.createSession.code) this.adoptUpgraded(txn.clientId);
    const sent = this.final.finish(write);
    if (closed !== undefined) this.attachments.forget(closed, client);
    if (client === null) return;
    this.oneDone(client);
    if (type === ops.createSession.code) return this.attachments.created(client, txn.clientId, nowMs);
    if (client.phase !== 'open') return;
    if (txn.err === errorCodes.SESSIONMOVED) return client.io.drop('its session is served by another server');
    const latencyMs = nowMs - write.receivedMs;
    client.stats.packetsSent += 1;
    client.stats.answered(shortName(type), txn.cxid, txn.zxid, nowMs, latencyMs);
    this.meter.writeDone(latencyMs, sent);
    if (type === ops.closeSession.code) return endConnection(client);
    if (client.waitingReads.length > 0) this.runWaitingReads(client, nowMs);
  }

  /** A local session becomes global as the same object: its connection need not hear of it. */
  private adoptUpgraded(sessionId: bigint): void {
    const session = this.locals?.takeUpgraded(sessionId);
    if (session !== undefined) this.database.sessions.adopt(session);
  }

  private runWaitingReads(client: Client, nowMs: number): void {
    while (client.phase === 'open') {
      const read = client.waitingReads[0];
      if (read === undefined || read.afterWrites > client.writesDone) return;
      client.waitingReads.shift();
      this.waitingReads -= 1;
      this.runWaiting(client, read, nowMs);
      client.io.spill();
    }
  }

  private runWaiting(client: Client, read: WaitingRead, nowMs: number): void {
    const body = new JuteReader(read.bytes, read.bodyStart, read.end);
    this.answerRead(client, read.type, read.xid, body, read.authInfo, read.receivedMs, nowMs);
    this.meter.readWaited(nowMs - read.receivedMs);
  }

  /** A transaction that no client here asked for, before clients are served. */
  applyLearned(payload: Buffer, nowMs: number): void {
    const txn = readTxn(payload);
    this.settle({ txn, type: txn.type, client: null, receivedMs: nowMs }, nowMs);
  }

  /** The socket is gone. The session lives on until it expires or comes back. */
  disconnected(client: Client): void {
    client.phase = 'closed';
    this.attachments.disconnected(client);
    this.waitingReads -= client.waitingReads.length;
    client.waitingReads.length = 0;
    client.syncs.length = 0;
    this.database.tree.dataWatches.removeWatcher(client);
    this.database.tree.childWatches.removeWatcher(client);
  }

  /** Closes the sessions whose time is over, where that is for this server to say. */
  tick(nowMs: number): void {
    if (this.path === null) return;
    for (const session of this.locals?.takeExpired(nowMs) ?? []) {
      this.meter.sessionExpired();
      this.endLocal(null, session);
    }
    if (!this.path.isPrimary) return;
    for (const session of this.database.sessions.takeExpired(nowMs)) {
      this.meter.sessionExpired();
      this.submit(null, nowMs, {
        type: ops.closeSession.code,
        xid: 0,
        sessionId: session.sessionId,
        session: null,
        ...noFaults,
        authInfo: [],
        body: null,
      });
    }
  }

  /** Containers and TTL znodes to be deleted, where that is for this server to say; see `./sweep`. */
  sweepable(wallMs: number, maxNeverUsedMs: number): readonly string[] {
    return this.path?.isPrimary ? sweepable(this.database.tree, wallMs, maxNeverUsedMs) : [];
  }

  /** Deletes one of them, if it still is one. */
  deleteContainer(path: string, nowMs: number): void {
    if (!this.path?.isPrimary) return;
    const body = new JuteReader(Buffer.from(path, 'utf8'));
    const { code: type } = ops.deleteContainer;
    const request = { type, xid: 0, sessionId: 0n, session: null, ...noFaults, authInfo: [], body };
    this.submit(null, nowMs, request);
  }
}
