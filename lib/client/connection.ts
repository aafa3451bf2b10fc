import ConnectionManager from 'node-zookeeper-client/lib/ConnectionManager.js';
import { formatConnectionString, memberName } from '@/lib/base/connection-string';
import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { errorCodes } from '@/lib/protocol/errors';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { backoffMaxMs, backoffMs, shuffled } from './backoff';
import { ConnectionFault, loginRequired } from './faults';
import { foreignProtocol, refusedSession } from './foreign';
import { FrameReader, type Frame } from './framing';
import { frameOf, ProtocolRequest, type RawReply } from './protocol-request';
import { SaslLogin } from './sasl-login';
import type { ConnectionOptions, SessionStatus, WatchNotification } from './session-status';
import { openSocket } from './socket';

/**
 * The package's connection manager, extended where it falls short. What stays the package's: its states, its packet
 * queue with back-pressure, the queue of requests in flight, xids, the session's id and password, closing. What is
 * replaced, and why:
 *
 * - framing: the package copies everything it holds for every chunk, and recurses once a frame;
 * - dialling: it retries without growing pauses, waits a share of the session timeout for a hung member, and knows
 *   neither TLS nor IPv6;
 * - liveness: it pings but never notices that nothing comes back;
 * - the session: an expired one ended the client; here a new one is opened;
 * - zxids: it kept the zxid of error replies (-1) as the last one seen.
 */

const { STATES } = ConnectionManager;
/** A connection that lived shorter than this counts as a failed attempt, so that a member that drops us is not hammered. */
const steadyAfterMs = 5_000;
/** How long a session on a read-only member lasts before a member that takes writes is looked for again. */
const readOnlySpellMs = 60_000;
const closeWaitMs = 1_000;

export class Connection extends ConnectionManager {
  lastZxid = 0n;
  status: SessionStatus;
  private frames: FrameReader;
  private member: string | null = null;
  private attempts = 0;
  private connectedAt: number | null = null;
  private lostAt: number | null = null;
  private lastReceivedAt = 0;
  private lastSentAt = 0;
  private newSession = true;
  private authRefused = false;
  private handshake: 'hello' | 'sasl' | 'auth' | 'done' = 'hello';
  private sasl: SaslLogin | null = null;
  private authRepliesDue = 0;
  private takesNoWrites = false;
  private dialTimer: NodeJS.Timeout | null = null;
  private connectTimer: NodeJS.Timeout | null = null;
  private liveness: NodeJS.Timeout | null = null;

  constructor(
    private readonly settings: ConnectionOptions,
    stateListener: (state: number) => void,
  ) {
    super(
      formatConnectionString(settings.connection),
      { sessionTimeout: settings.sessionTimeoutMs },
      stateListener,
    );
    // The package's own reading of the text splits IPv6 addresses at their colons.
    this.servers = shuffled(settings.connection.members, settings.random).map((member) => ({ ...member }));
    this.frames = this.newFrames();
    this.status = {
      state: 'connecting',
      sessionId: null,
      member: null,
      timeoutMs: null,
      since: Date.now(),
      fault: null,
      nextAttemptAt: null,
    };
  }

  /** For how long there has been no session, where there was one; null before the first, or while one stands. */
  get lostForMs(): number | null {
    return this.lostAt === null ? null : Date.now() - this.lostAt;
  }

  get attached(): boolean {
    return this.state === STATES.CONNECTED || this.state === STATES.CONNECTED_READ_ONLY;
  }

  private newFrames(): FrameReader {
    return new FrameReader(this.settings.replyBytesMax, proto.replyHeaderBytes);
  }

  private setStatus(change: Partial<Omit<SessionStatus, 'since'>>): void {
    const next = { ...this.status, ...change };
    if (next.state !== this.status.state) next.since = Date.now();
    this.status = next;
    this.emit('status', next);
  }

  // --- dialling ---------------------------------------------------------------------------------------------------

  /** Dials the next member, after a pause where every member was tried and none took us. */
  override connect(): void {
    this.setState(STATES.CONNECTING);
    const rounds = Math.floor(this.attempts / this.servers.length);
    const roundEnded = this.attempts > 0 && this.attempts % this.servers.length === 0;
    const pauseMs = this.authRefused
      ? backoffMaxMs
      : roundEnded
        ? backoffMs(rounds, this.settings.random())
        : 0;
    const failing = this.attempts >= this.servers.length;
    this.setStatus({
      state: this.authRefused ? 'authFailed' : failing ? 'disconnected' : 'connecting',
      member: null,
      nextAttemptAt: pauseMs > 0 ? Date.now() + pauseMs : null,
    });
    this.dialTimer = setTimeout(() => this.dial(), pauseMs);
  }

  private dial(): void {
    this.dialTimer = null;
    this.authRefused = false;
    this.forgetLongLostSession();
    const server = this.servers[this.nextServerIndex % this.servers.length]!;
    this.nextServerIndex += 1;
    this.attempts += 1;
    this.member = memberName(server);
    this.frames = this.newFrames();
    this.xid = 1;
    this.handshake = 'hello';
    const socket = openSocket(server, this.settings.tls);
    this.socket = socket;
    const { connectTimeoutMs } = this.settings;
    this.connectTimer = setTimeout(() => {
      this.drop(`${this.member} did not open a session within ${connectTimeoutMs} ms`);
    }, connectTimeoutMs);
    socket.setNoDelay(true);
    const current = <Arguments extends unknown[]>(listener: (...received: Arguments) => void) => {
      return (...received: Arguments) => {
        if (this.socket === socket) listener(...received);
      };
    };
    socket.on(
      this.settings.tls === null ? 'connect' : 'secureConnect',
      current(() => this.onSocketConnected()),
    );
    socket.on(
      'data',
      current((chunk: Buffer) => this.onSocketData(chunk)),
    );
    socket.on(
      'drain',
      current(() => this.onPacketQueueReadable()),
    );
    socket.on(
      'error',
      current((error: Error) => this.onSocketError(error)),
    );
    socket.on(
      'close',
      current((hadError: boolean) => this.onSocketClosed(hadError)),
    );
  }

  /**
   * A session unreachable for one and a half times its timeout is gone. Letting go of it, and of the zxid that came
   * with it, also ends the silence of a member whose data was replaced: it refuses clients that saw more than it has.
   */
  private forgetLongLostSession(): void {
    if (this.lostAt === null || Date.now() - this.lostAt < this.sessionTimeout * 1.5) return;
    this.forgetSession();
    this.lastZxid = 0n;
  }

  private forgetSession(): void {
    this.sessionId.fill(0);
    this.sessionPassword.fill(0);
    this.updateTimeout(this.settings.sessionTimeoutMs);
    this.newSession = true;
    if (this.status.sessionId !== null) this.setStatus({ sessionId: null });
  }

  /** Ends the connection, with the sentence that says why; what was in flight fails and the next member is dialled. */
  drop(fault: string): void {
    this.setStatus({ fault });
    this.socket?.destroy();
  }

  // --- the session's handshake ------------------------------------------------------------------------------------

  override onSocketConnected(): void {
    const writer = new JuteWriter(64);
    writer.int(0);
    proto.connectRequest.write(writer, {
      protocolVersion: 0,
      lastZxidSeen: this.lastZxid,
      timeOut: this.sessionTimeout,
      sessionId: this.sessionId.readBigInt64BE(0),
      passwd: this.sessionPassword,
    });
    // A member without a quorum is taken only when a whole round found none that has one.
    writer.boolean(this.attempts > this.servers.length);
    writer.patchInt(0, writer.size - 4);
    this.socket?.write(writer.take());
  }

  private onConnectResponse(bytes: Buffer): void {
    const reader = new JuteReader(bytes);
    const response = proto.connectResponse.read(reader);
    this.takesNoWrites = reader.remaining > 0 && reader.boolean();
    if (response.timeOut <= 0) {
      this.setState(STATES.SESSION_EXPIRED);
      this.forgetSession();
      this.attempts = 0;
      this.nextServerIndex += this.servers.length - 1;
      return this.drop('the session expired; a new one is opened');
    }
    this.sessionId.writeBigInt64BE(response.sessionId);
    this.sessionPassword = Buffer.from(response.passwd ?? Buffer.alloc(16));
    this.updateTimeout(response.timeOut);
    if (this.settings.sasl === null) return this.introduce();
    this.handshake = 'sasl';
    this.sasl = new SaslLogin(this.settings.sasl);
    this.socket?.write(this.sasl.start());
  }

  private introduce(): void {
    this.greet();
    if (this.authRepliesDue === 0) this.attach();
    else this.handshake = 'auth';
  }

  private onSaslReply(header: proto.ReplyHeader, body: JuteReader): void {
    const move = this.sasl!.heard(header.err, body);
    if (move === 'passed') return this.introduce();
    if ('send' in move) return void this.socket?.write(move.send);
    this.refusedAs(`${this.member} ${move.fault}`);
  }

  /** Credentials first, then the watches, before any request: members handle them in the order they come. */
  private greet(): void {
    for (const { scheme, auth } of this.credentials) {
      const body = proto.authPacket.encode({ type: 0, scheme, auth });
      this.socket?.write(frameOf(proto.xids.auth, ops.auth.code, body));
    }
    this.authRepliesDue = this.credentials.length;
    for (const frame of this.settings.watchFrames(this.lastZxid)) this.socket?.write(frame);
  }

  /** The session stands and every credential was taken. */
  private attach(): void {
    if (this.connectTimer !== null) clearTimeout(this.connectTimer);
    this.handshake = 'done';
    this.authRefused = false;
    this.connectedAt = this.lastReceivedAt = this.lastSentAt = Date.now();
    this.lostAt = null;
    this.watchLiveness();
    const { newSession, takesNoWrites } = this;
    // What a read-only member calls a session means nothing to the others.
    this.newSession = takesNoWrites;
    this.setState(takesNoWrites ? STATES.CONNECTED_READ_ONLY : STATES.CONNECTED);
    this.setStatus({
      state: takesNoWrites ? 'readOnly' : 'connected',
      sessionId: this.sessionId.readBigInt64BE(0),
      member: this.member,
      timeoutMs: this.sessionTimeout,
      fault: null,
      nextAttemptAt: null,
    });
    this.emit('attached', { newSession });
    this.onPacketQueueReadable();
  }

  // --- liveness ---------------------------------------------------------------------------------------------------

  /** Pings after a third of the session timeout without traffic, and gives the member up after two thirds of silence. */
  private watchLiveness(): void {
    const thirdMs = this.pingTimeout;
    this.liveness = setInterval(
      () => {
        const now = Date.now();
        const silentMs = now - this.lastReceivedAt;
        if (silentMs >= thirdMs * 2) return this.drop(`${this.member} was silent for ${silentMs} ms`);
        if (this.takesNoWrites && now - (this.connectedAt ?? now) > readOnlySpellMs) {
          return this.drop('looking for a member that takes writes');
        }
        if (silentMs < thirdMs && now - this.lastSentAt < thirdMs) return;
        this.lastSentAt = now;
        this.socket?.write(frameOf(proto.xids.ping, ops.ping.code, null));
      },
      Math.max(50, Math.floor(thirdMs / 4)),
    );
    this.liveness.unref();
  }

  /** Called when a request got no answer in its time: where nothing at all came since it was sent, the member hangs. */
  suspect(sentAt: number): void {
    if (this.attached && this.lastReceivedAt < sentAt) {
      this.drop(`${this.member} has not answered for ${Date.now() - this.lastReceivedAt} ms`);
    }
  }

  // --- what comes in ----------------------------------------------------------------------------------------------

  override onSocketData(chunk: Buffer): void {
    this.lastReceivedAt = Date.now();
    try {
      this.frames.push(chunk, (frame) => {
        if (this.socket?.destroyed === false) this.onFrame(frame);
      });
    } catch (error) {
      const foreign = this.handshake === 'hello' ? (refusedSession(chunk) ?? foreignProtocol(chunk)) : null;
      const reason = foreign ?? `sent bytes that are not ZooKeeper's: ${(error as Error).message}`;
      this.drop(`${this.member} ${reason}`);
    }
  }

  private onFrame(frame: Frame): void {
    if (this.handshake === 'hello') return this.onConnectResponse(frame.bytes);
    const reader = new JuteReader(frame.bytes);
    const header = proto.replyHeader.read(reader);
    if (header.err === errorCodes.SESSIONCLOSEDREQUIRESASLAUTH && this.handshake !== 'sasl')
      return this.requiresLogin();
    if (this.handshake === 'sasl') return this.onSaslReply(header, reader);
    switch (header.xid) {
      case proto.xids.ping:
        return;
      case proto.xids.auth:
        return this.onAuthReply(header.err);
      case proto.xids.notification: {
        const event = proto.watcherEvent.read(reader);
        const zxid = header.zxid > 0n ? header.zxid : null;
        this.emit('notification', { type: event.type, path: event.path, zxid } satisfies WatchNotification);
        return;
      }
      case proto.xids.setWatches:
        if (header.err !== 0) this.emit('watchesRefused', header.err);
        return;
      default:
        this.onReply(header, reader, frame);
    }
  }

  private onAuthReply(err: number): void {
    if (err === 0) {
      this.authRepliesDue -= 1;
      if (this.authRepliesDue === 0 && this.handshake === 'auth') this.attach();
      return;
    }
    this.refusedAs(`${this.member} refused the console's credentials`);
  }

  /** The answer to whatever was asked first, even a ping: the connection ends, and none of it was done. */
  private requiresLogin(): void {
    const reason = `${this.member} ${loginRequired}`;
    for (const { request, callback } of this.pendingQueue.splice(0))
      if (request instanceof ProtocolRequest) callback(new ConnectionFault('authFailed', reason));
    this.refusedAs(reason);
  }

  private refusedAs(reason: string): void {
    this.authRefused = true;
    this.setState(STATES.AUTHENTICATION_FAILED);
    this.drop(reason);
  }

  private onReply(header: proto.ReplyHeader, body: JuteReader, frame: Frame): void {
    const packet = this.pendingQueue[0];
    if (packet === undefined || packet.request.header?.xid !== header.xid) {
      return this.drop(
        `${this.member} answered request ${header.xid}, which was not the next to be answered`,
      );
    }
    // Error replies of unknown operations carry -1, and a member behind a fail-over an older zxid: neither counts back.
    if (header.zxid > this.lastZxid) this.lastZxid = header.zxid;
    if (!(packet.request instanceof ProtocolRequest)) {
      const whole = Buffer.alloc(4 + frame.bytes.length);
      whole.writeInt32BE(frame.bytes.length, 0);
      whole.set(frame.bytes, 4);
      return super.onSocketData(whole);
    }
    this.pendingQueue.shift();
    if (frame.oversizeBytes > 0) {
      const { replyBytesMax } = this.settings;
      const message = `the reply has ${frame.oversizeBytes} bytes, the console takes at most ${replyBytesMax}`;
      packet.callback(new ConnectionFault('tooLarge', message, frame.oversizeBytes, replyBytesMax));
      return;
    }
    packet.callback(null, { header, body, member: this.member ?? '' } satisfies RawReply);
  }

  // --- the end of a connection ------------------------------------------------------------------------------------

  override onSocketError(error: Error): void {
    const text = 'code' in error ? String(error.code) : error.message;
    this.setStatus({ fault: `${this.member}: ${error.message === '' ? text : error.message}` });
  }

  override onSocketClosed(hadError: boolean): void {
    this.clearTimers();
    const wasAttached = this.connectedAt !== null;
    if (wasAttached) {
      this.lostAt = Date.now();
      if (this.lostAt - this.connectedAt! >= steadyAfterMs) this.attempts = 0;
      this.connectedAt = null;
    }
    if (this.newSession) this.forgetSession();
    if (this.status.fault === null) {
      const fault = wasAttached
        ? 'closed the connection'
        : 'closed the connection without opening a session: it may expect TLS, be at maxClientCnxns, or be behind what this session has seen';
      this.setStatus({ fault: `${this.member} ${fault}` });
    }
    // What was queued and not sent fails now: nothing waits in a queue for a member that may never come back.
    const unsent = this.packetQueue.queue.splice(0);
    // From these two states the package would close for good; here the next attempt opens a new session.
    if (this.state === STATES.SESSION_EXPIRED || this.state === STATES.AUTHENTICATION_FAILED) {
      this.setState(STATES.DISCONNECTED);
    }
    super.onSocketClosed(hadError);
    for (const packet of unsent) packet.callback(new ConnectionFault('disconnected', 'the connection ended'));
    if (this.state === STATES.CLOSED) this.setStatus({ state: 'closed', member: null, nextAttemptAt: null });
  }

  private clearTimers(): void {
    for (const timer of [this.dialTimer, this.connectTimer, this.liveness]) {
      if (timer !== null) clearTimeout(timer);
    }
    this.dialTimer = this.connectTimer = this.liveness = null;
  }

  /** Closes the session where there is one (ephemerals go at once), and stops dialling. */
  override close(): void {
    if (!this.attached) {
      this.clearTimers();
      const { socket } = this;
      this.socket = undefined;
      socket?.destroy();
      this.setState(STATES.CLOSED);
      this.setStatus({ state: 'closed', member: null, nextAttemptAt: null });
      return;
    }
    const { socket } = this;
    super.close();
    setTimeout(() => socket?.destroy(), closeWaitMs).unref();
  }
}
