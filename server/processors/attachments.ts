import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import { ops } from '@/lib/protocol/ops';
import type { LocalSessions } from '@/server/session/local-sessions';
import type { SessionIds } from '@/server/session/session-ids';
import { SessionThrottle } from '@/server/session/session-throttle';
import type { Session } from '@/server/session/session-tracker';
import { countAnswer, endConnection, type Client } from './client';
import type { Database } from './database';
import {
  negotiateTimeout,
  passwordMatches,
  readHandshake,
  writeHandshakeReply,
  type Handshake,
} from './handshake';
import type { PipelineMeter } from './meter';
import { noFaults, type WriteRequest } from './requests';
import type { RequestPath } from './request-path';
import type { PipelineSettings } from './settings';

/**
 * Which connection has which session: handshakes, sessions that come back, here or from another server, and what becomes
 * of a connection whose session ends.
 */

/** A connection in the middle of its handshake. */
interface Connecting {
  readonly timeoutMs: number;
  /** What the answer says, as of `writeHandshakeReply`. */
  readonly isReadOnly: boolean | null;
}

export class Attachments {
  readonly throttle: SessionThrottle;
  private readonly connecting = new Map<Client, Connecting>();
  /** The open connection of a session, by the session itself. */
  private readonly owners = new Map<Session, Client>();
  /** Connections whose sessions the leader has been asked about, oldest first. */
  private readonly returning: {
    readonly client: Client;
    readonly sessionId: bigint;
    readonly isReadOnly: boolean | null;
  }[] = [];

  constructor(
    private readonly database: Database,
    private readonly sessionIds: SessionIds,
    private readonly settings: PipelineSettings,
    private readonly meter: PipelineMeter,
    /** null where every session is the whole ensemble's. */
    private readonly locals: LocalSessions | null,
  ) {
    this.throttle = new SessionThrottle(settings.throttle.sessions, 0, settings.random);
  }

  /** The first frame of a connection. */
  connect(client: Client, frame: Buffer, path: RequestPath, nowMs: number): void {
    let handshake: Handshake;
    try {
      handshake = readHandshake(frame, 0, frame.length);
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      return client.io.drop(error.message);
    }
    if (path.isReadOnly && !handshake.readOnly) {
      return client.io.drop('this server is read-only, and the client does not take that');
    }
    if (!this.isLetIn(client, handshake.sessionId !== 0n, nowMs)) return;
    const { tree } = this.database;
    if (handshake.lastZxidSeen > tree.lastZxid) {
      return client.io.drop('the client has seen a later zxid than this server');
    }
    client.sessionTimeoutMs = negotiateTimeout(handshake.timeOut, this.settings);
    if (handshake.sessionId !== 0n) return this.reattach(client, handshake, path, nowMs);
    const isReadOnly = handshake.hasReadOnly ? path.isReadOnly : null;
    const sessionId = this.sessionIds.take((taken) => this.find(taken) !== undefined);
    if (this.locals === null) return this.ask(client, sessionId, isReadOnly, path, nowMs);
    this.open(client, this.locals.open(sessionId, client.sessionTimeoutMs, nowMs), isReadOnly, nowMs);
    client.stats.answered('SESS', -1, tree.lastZxid, nowMs, 0);
  }

  private isLetIn(client: Client, isReturn: boolean, nowMs: number): boolean {
    const { throttle } = this;
    const asked = isReturn ? 'renewed' : this.locals === null ? 'global' : 'local';
    if (throttle.admits(asked, nowMs)) {
      this.meter.sessionAsked(throttle.deficit, isReturn);
      return true;
    }
    this.meter.sessionRejected();
    client.io.drop('too many sessions begin at once (connection_throttle_tokens)');
    return false;
  }

  private find(sessionId: bigint): Session | undefined {
    return this.locals?.get(sessionId) ?? this.database.sessions.get(sessionId);
  }

  /** Asks for a session that the whole ensemble knows. */
  private ask(
    client: Client,
    sessionId: bigint,
    isReadOnly: boolean | null,
    path: RequestPath,
    nowMs: number,
  ): void {
    client.phase = 'connecting';
    this.connecting.set(client, { timeoutMs: client.sessionTimeoutMs, isReadOnly });
    client.writesTaken += 1;
    path.submit(this.createSession(client, sessionId, client.sessionTimeoutMs), client, nowMs);
  }

  /** The request that makes a session global. */
  createSession(client: Client, sessionId: bigint, timeoutMs: number): WriteRequest {
    const body = Buffer.alloc(4);
    body.writeInt32BE(timeoutMs);
    return {
      type: ops.createSession.code,
      xid: 0,
      sessionId,
      session: null,
      ...noFaults,
      authInfo: client.authInfo,
      body: new JuteReader(body),
    };
  }

  /** The new session's transaction is applied: the connection opens. */
  created(client: Client, sessionId: bigint, nowMs: number): void {
    const asked = this.connecting.get(client);
    const session = this.database.sessions.get(sessionId);
    this.connecting.delete(client);
    if (asked === undefined || session === undefined || client.phase !== 'connecting') return;
    this.open(client, session, asked.isReadOnly, nowMs);
    client.stats.answered('SESS', -1, this.database.tree.lastZxid, nowMs, 0);
  }

  private open(client: Client, session: Session, isReadOnly: boolean | null, nowMs: number): void {
    client.session = session;
    client.phase = 'open';
    this.owners.set(session, client);
    this.touch(session, client.sessionTimeoutMs, nowMs);
    writeHandshakeReply(client.io.output(), session.sessionId, client.sessionTimeoutMs, isReadOnly);
    countAnswer(client, this.meter);
  }

  touch(session: Session, timeoutMs: number, nowMs: number): void {
    if (session.scope === 'global') this.database.sessions.touch(session, timeoutMs, nowMs);
    else this.locals!.touch(session, timeoutMs, nowMs);
  }

  /** A session comes back. Its old connection goes first, whatever the password says, as in Apache. */
  private reattach(client: Client, handshake: Handshake, path: RequestPath, nowMs: number): void {
    const session = this.find(handshake.sessionId);
    const right = passwordMatches(handshake.sessionId, handshake.passwd);
    if (path.isReadOnly && right && this.mayLiveElsewhere(session, handshake.sessionId)) {
      return client.io.drop('a session of the whole ensemble cannot come back to a read-only server');
    }
    const before = session === undefined ? undefined : this.owners.get(session);
    before?.io.drop('the session came back on another connection');
    const { sessionId } = handshake;
    const isReadOnly = handshake.hasReadOnly ? path.isReadOnly : null;
    const timeoutMs = client.sessionTimeoutMs;
    const isOwn = session !== undefined && session.scope !== 'global';
    const claimed = right ? isOwn || path.claim(session, sessionId, timeoutMs) : false;
    if (claimed === null) {
      client.phase = 'connecting';
      this.returning.push({ client, sessionId, isReadOnly });
    } else {
      this.admit(client, claimed ? session : undefined, isReadOnly, nowMs);
    }
  }

  /** Whether the quorum may know a session that this member, cut off from it, must then not call expired. */
  private mayLiveElsewhere(session: Session | undefined, sessionId: bigint): boolean {
    return session === undefined ? !this.sessionIds.isOwn(sessionId) : session.scope === 'global';
  }

  /** The leader has said whether a session may come back; it answers in the order it was asked. */
  revalidated(sessionId: bigint, valid: boolean, nowMs: number): void {
    const at = this.returning.findIndex((asked) => asked.sessionId === sessionId);
    const [asked] = at < 0 ? [] : this.returning.splice(at, 1);
    if (asked === undefined || asked.client.phase !== 'connecting') return;
    const { client, isReadOnly } = asked;
    const { sessions } = this.database;
    // The leader may know of it before its transaction has come by here.
    const session = valid
      ? (sessions.get(sessionId) ?? sessions.add(sessionId, client.sessionTimeoutMs, nowMs))
      : undefined;
    this.admit(client, session, isReadOnly, nowMs);
  }

  private admit(
    client: Client,
    session: Session | undefined,
    isReadOnly: boolean | null,
    nowMs: number,
  ): void {
    if (session !== undefined) return this.open(client, session, isReadOnly, nowMs);
    writeHandshakeReply(client.io.output(), 0n, 0, isReadOnly);
    countAnswer(client, this.meter);
    endConnection(client);
  }

  /** Of the sessions served here, those heard of since the last call: what a learner tells its leader. */
  *takeTouched(): IterableIterator<readonly [sessionId: bigint, timeoutMs: number]> {
    for (const [session, client] of this.owners) {
      if (!session.heard || session.scope !== 'global') continue;
      session.heard = false;
      yield [session.sessionId, client.sessionTimeoutMs];
    }
  }

  /** A session is gone; the connection it had, unless that one asked for it, is told by closing it. */
  forget(session: Session, asker: Client | null): void {
    const owner = this.owners.get(session);
    this.owners.delete(session);
    if (owner !== undefined && owner !== asker) endConnection(owner);
  }

  /** The socket is gone. The session lives on until it expires or comes back. */
  disconnected(client: Client): void {
    this.connecting.delete(client);
    const returning = this.returning.findIndex((asked) => asked.client === client);
    if (returning >= 0) this.returning.splice(returning, 1);
    if (client.session !== null && this.owners.get(client.session) === client)
      this.owners.delete(client.session);
  }
}
