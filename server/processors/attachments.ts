import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import { ops } from '@/lib/protocol/ops';
import type { SessionIds } from '@/server/session/session-ids';
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
import type { RequestPath } from './request-path';
import type { PipelineSettings } from './settings';

/**
 * Which connection has which session: handshakes, sessions that come back, here or from another server, and what becomes
 * of a connection whose session ends.
 */

/** A connection in the middle of its handshake. */
interface Connecting {
  readonly timeoutMs: number;
  readonly hasReadOnly: boolean;
}

export class Attachments {
  private readonly connecting = new Map<Client, Connecting>();
  /** The open connection of a session, by the session itself. */
  private readonly owners = new Map<Session, Client>();
  /** Connections whose sessions the leader has been asked about, oldest first. */
  private readonly returning: {
    readonly client: Client;
    readonly sessionId: bigint;
    readonly hasReadOnly: boolean;
  }[] = [];

  constructor(
    private readonly database: Database,
    private readonly sessionIds: SessionIds,
    private readonly settings: PipelineSettings,
    private readonly meter: PipelineMeter,
  ) {}

  /** The first frame of a connection. */
  connect(client: Client, frame: Buffer, path: RequestPath, nowMs: number): void {
    let handshake: Handshake;
    try {
      handshake = readHandshake(frame, 0, frame.length);
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      return client.io.drop(error.message);
    }
    const { tree, sessions } = this.database;
    if (handshake.lastZxidSeen > tree.lastZxid) {
      return client.io.drop('the client has seen a later zxid than this server');
    }
    client.sessionTimeoutMs = negotiateTimeout(handshake.timeOut, this.settings);
    if (handshake.sessionId !== 0n) return this.reattach(client, handshake, path, nowMs);
    client.phase = 'connecting';
    this.connecting.set(client, { timeoutMs: client.sessionTimeoutMs, hasReadOnly: handshake.hasReadOnly });
    const sessionId = this.sessionIds.take((taken) => sessions.get(taken) !== undefined);
    const body = Buffer.alloc(4);
    body.writeInt32BE(client.sessionTimeoutMs);
    client.writesTaken += 1;
    const request = {
      type: ops.createSession.code,
      xid: 0,
      sessionId,
      session: null,
      moved: false,
      authInfo: client.authInfo,
      body: new JuteReader(body),
    };
    path.submit(request, client, nowMs);
  }

  /** The new session's transaction is applied: the connection opens. */
  created(client: Client, sessionId: bigint, nowMs: number): void {
    const asked = this.connecting.get(client);
    const session = this.database.sessions.get(sessionId);
    this.connecting.delete(client);
    if (asked === undefined || session === undefined || client.phase !== 'connecting') return;
    this.open(client, session, asked.hasReadOnly, nowMs);
    client.stats.answered('SESS', -1, this.database.tree.lastZxid, nowMs, 0);
  }

  private open(client: Client, session: Session, hasReadOnly: boolean, nowMs: number): void {
    client.session = session;
    client.phase = 'open';
    this.owners.set(session, client);
    this.database.sessions.touch(session, client.sessionTimeoutMs, nowMs);
    writeHandshakeReply(client.io.output(), session.sessionId, client.sessionTimeoutMs, hasReadOnly);
    countAnswer(client, this.meter);
  }

  /** A session comes back. Its old connection goes first, whatever the password says, as in Apache. */
  private reattach(client: Client, handshake: Handshake, path: RequestPath, nowMs: number): void {
    const session = this.database.sessions.get(handshake.sessionId);
    const before = session === undefined ? undefined : this.owners.get(session);
    before?.io.drop('the session came back on another connection');
    const { sessionId, hasReadOnly } = handshake;
    const timeoutMs = client.sessionTimeoutMs;
    const right = passwordMatches(sessionId, handshake.passwd);
    const claimed = right ? path.claim(session, sessionId, timeoutMs) : false;
    if (claimed === null) {
      client.phase = 'connecting';
      this.returning.push({ client, sessionId, hasReadOnly });
    } else {
      this.admit(client, claimed ? session : undefined, hasReadOnly, nowMs);
    }
  }

  /** The leader has said whether a session may come back; it answers in the order it was asked. */
  revalidated(sessionId: bigint, valid: boolean, nowMs: number): void {
    const at = this.returning.findIndex((asked) => asked.sessionId === sessionId);
    const [asked] = at < 0 ? [] : this.returning.splice(at, 1);
    if (asked === undefined || asked.client.phase !== 'connecting') return;
    const { client, hasReadOnly } = asked;
    const { sessions } = this.database;
    // The leader may know of it before its transaction has come by here.
    const session = valid
      ? (sessions.get(sessionId) ?? sessions.add(sessionId, client.sessionTimeoutMs, nowMs))
      : undefined;
    this.admit(client, session, hasReadOnly, nowMs);
  }

  private admit(client: Client, session: Session | undefined, hasReadOnly: boolean, nowMs: number): void {
    if (session !== undefined) return this.open(client, session, hasReadOnly, nowMs);
    writeHandshakeReply(client.io.output(), 0n, 0, hasReadOnly);
    countAnswer(client, this.meter);
    endConnection(client);
  }

  /** Of the sessions served here, those heard of since the last call: what a learner tells its leader. */
  *takeTouched(): IterableIterator<readonly [sessionId: bigint, timeoutMs: number]> {
    for (const [session, client] of this.owners) {
      if (!session.heard) continue;
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
