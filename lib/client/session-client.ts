import { createClient } from 'node-zookeeper-client';
import type { ConnectionString } from '@/lib/base/connection-string';
import type { JuteReader } from '@/lib/jute/reader';
import type { RecordCodec } from '@/lib/jute/codec';
import { errorName, KeeperError } from '@/lib/protocol/errors';
import type { Op } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import type { Login } from '@/lib/sasl/digest-md5';
import { Connection } from './connection';
import { ConnectionFault } from './faults';
import { ProtocolRequest, type RawReply } from './protocol-request';
import type { SessionStatus, WatchNotification } from './session-status';
import type { ConnectionTls } from './socket';
import { WatchRegistry } from './watch-registry';

/**
 * The package's client with one way out: every request is a promise with a timeout, and none waits in a queue for a
 * member that may never come back. What the requests are is `client.ts`.
 */

export interface ClientOptions {
  readonly connection: ConnectionString;
  readonly sessionTimeoutMs: number;
  readonly connectTimeoutMs?: number;
  /** For each operation, from the call to its answer, waiting for a connection included. */
  readonly requestTimeoutMs?: number;
  /** The members' jute.maxbuffer: a request above it would end the connection, so it is refused here. */
  readonly requestBytesMax?: number;
  readonly replyBytesMax?: number;
  readonly tls?: ConnectionTls | null;
  /** As whom to authenticate by SASL DIGEST-MD5, before anything else. */
  readonly sasl?: Login | null;
  readonly credentials?: readonly { readonly scheme: string; readonly auth: Buffer }[];
  readonly random?: () => number;
  /** Called as each request is made, in the caller's own context. */
  readonly onRequest?: () => void;
}

/** What an operation gave, with the member that answered and the newest zxid it had then. */
export interface Answered<T> {
  readonly value: T;
  readonly member: string;
  readonly zxid: bigint;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface WatchEvent {
  readonly type: proto.EventName;
  readonly path: string;
  readonly zxid: bigint | null;
}

export const jutemaxbufferDefault = 1_048_575;
const replyBytesMaxDefault = 67_108_864;
const connectTimeoutMsDefault = 3_000;
const requestTimeoutMsDefault = 5_000;
/** Requests under way at once, over everyone this console serves: a bound on memory, far above ordinary use. */
export const requestsMax = 5_000;
/** A session that broke a moment ago is usually back at once on another member: requests wait for that, no longer. */
const reattachWaitMs = 3_000;

const eventNames = new Map<number, proto.EventName>(
  Object.entries(proto.eventTypes).map(([name, type]) => [type, name as proto.EventName]),
);

// The package exports a function that makes clients, not their class.
type PackageClient = ReturnType<typeof createClient>;
const PackageClientClass = Object.getPrototypeOf(createClient('localhost:1')).constructor as new (
  connectionString: string,
) => PackageClient;

export interface RequestShape<T> {
  readonly op: Op;
  readonly path: string;
  readonly body: Uint8Array | null;
  readonly read: (body: JuteReader) => T;
  /** Called in the moment the member's answer arrives, before any later event of the connection. */
  readonly onAnswer?: (err: number) => void;
}

export class SessionClient extends PackageClientClass {
  declare connectionManager: Connection;
  protected readonly watches = new WatchRegistry();
  private underWay = 0;
  private readonly requestTimeoutMs: number;
  private readonly requestBytesMax: number;
  private readonly chroot: string;
  private readonly onRequest: () => void;

  constructor(options: ClientOptions) {
    super('localhost:1');
    // One listener for each request that waits for the session; their number is bounded by their timeout.
    this.setMaxListeners(0);
    this.chroot = options.connection.chroot;
    this.onRequest = options.onRequest ?? (() => undefined);
    this.requestTimeoutMs = options.requestTimeoutMs ?? requestTimeoutMsDefault;
    this.requestBytesMax = options.requestBytesMax ?? jutemaxbufferDefault;
    const connection = new Connection(
      {
        connection: options.connection,
        sessionTimeoutMs: options.sessionTimeoutMs,
        connectTimeoutMs: options.connectTimeoutMs ?? connectTimeoutMsDefault,
        replyBytesMax: options.replyBytesMax ?? replyBytesMaxDefault,
        tls: options.tls ?? null,
        sasl: options.sasl ?? null,
        random: options.random ?? Math.random,
        watchFrames: (zxid) => this.watches.frames(zxid),
      },
      this.onConnectionManagerState.bind(this),
    );
    this.connectionManager = connection;
    for (const { scheme, auth } of options.credentials ?? []) this.addAuthInfo(scheme, auth);
    connection.on('status', (status: SessionStatus) => this.emit('status', status));
    connection.on('attached', (how: { newSession: boolean }) => this.emit('attached', how));
    connection.on('notification', (event: WatchNotification) => this.onNotification(event));
    // Only a member older than 3.6 refuses; persistent watches are over then, and asking again would end the connection.
    connection.on('watchesRefused', () => {
      this.watches.clearPersistent();
      this.emit('watchesLost');
    });
  }

  get status(): SessionStatus {
    return this.connectionManager.status;
  }

  get lastZxid(): bigint {
    return this.connectionManager.lastZxid;
  }

  /** Watches standing upstream for this session. */
  get watchCount(): number {
    return this.watches.size;
  }

  /** The address members see this console at, unless something translates it on the way. */
  get localAddress(): string | null {
    return this.connectionManager.socket?.localAddress ?? null;
  }

  onStatus(listener: (status: SessionStatus) => void): () => void {
    this.on('status', listener);
    return () => this.off('status', listener);
  }

  /** After every (re)connection, once watches were set again. `newSession`: ephemerals of the last one are gone. */
  onAttached(listener: (how: { newSession: boolean }) => void): () => void {
    this.on('attached', listener);
    return () => this.off('attached', listener);
  }

  onWatch(listener: (event: WatchEvent) => void): () => void {
    this.on('watch', listener);
    return () => this.off('watch', listener);
  }

  /** Persistent watches could not be set again on this member and are gone. */
  onWatchesLost(listener: () => void): () => void {
    this.on('watchesLost', listener);
    return () => this.off('watchesLost', listener);
  }

  private onNotification(notification: WatchNotification): void {
    const type = eventNames.get(notification.type);
    if (type === undefined) return;
    this.watches.fired(notification.type, notification.path);
    const event: WatchEvent = { type, path: this.fromWire(notification.path), zxid: notification.zxid };
    this.emit('watch', event);
  }

  // --- the one way out --------------------------------------------------------------------------------------------

  protected toWire(path: string): string {
    if (this.chroot === '') return path;
    return path === '/' ? this.chroot : this.chroot + path;
  }

  protected fromWire(path: string): string {
    if (this.chroot === '') return path;
    return path === this.chroot ? '/' : path.slice(this.chroot.length);
  }

  protected answered<T>(value: T, member: string, zxid: bigint): Answered<T> {
    return { value, member, zxid: zxid > 0n ? zxid : this.lastZxid, at: Date.now() };
  }

  /** An operation whose request is one record with a path. */
  protected call<
    Fields extends { path: string } | { path: string | null } | { prefixPath: string | null },
    T,
  >(
    op: Op,
    record: RecordCodec<Fields>,
    fields: Fields,
    read: (body: JuteReader) => T,
  ): Promise<Answered<T>> {
    const path = 'path' in fields ? (fields.path ?? '/') : '/';
    const wired = 'path' in fields ? { ...fields, path: this.toWire(path) } : fields;
    return this.request({ op, path, body: record.encode(wired), read });
  }

  protected async request<T>(shape: RequestShape<T>): Promise<Answered<T>> {
    const request = new ProtocolRequest(shape.op.code, shape.body);
    if (request.frameBytes > this.requestBytesMax) {
      throw new ConnectionFault(
        'tooLarge',
        `the request has ${request.frameBytes} bytes, members take at most ${this.requestBytesMax} (jute.maxbuffer)`,
        request.frameBytes,
        this.requestBytesMax,
      );
    }
    if (this.underWay >= requestsMax) {
      throw new ConnectionFault('busy', `${requestsMax} requests are under way`);
    }
    const deadline = Date.now() + this.requestTimeoutMs;
    this.underWay += 1;
    this.onRequest();
    try {
      if (!this.connectionManager.attached) await this.waitForSession(deadline);
      return await this.send(request, shape, Math.max(1, deadline - Date.now()));
    } finally {
      this.underWay -= 1;
    }
  }

  private send<T>(request: ProtocolRequest, shape: RequestShape<T>, timeoutMs: number): Promise<Answered<T>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(this.unanswered(request, shape, `no answer within ${this.requestTimeoutMs} ms`, 'timeout'));
        if (request.sentAt !== null) this.connectionManager.suspect(request.sentAt);
      }, timeoutMs);
      this.connectionManager.queue(request, (error, response) => {
        clearTimeout(timer);
        if (error instanceof ConnectionFault && ['tooLarge', 'authFailed'].includes(error.kind))
          return reject(error);
        if (error !== null) return reject(this.unanswered(request, shape, 'the connection ended', 'lost'));
        const { header, body, member } = response as RawReply;
        shape.onAnswer?.(header.err);
        if (header.err !== 0) return reject(keeperError(header.err, shape.path));
        try {
          resolve(this.answered(shape.read(body), member, header.zxid));
        } catch (cause) {
          reject(cause as Error);
        }
      });
    });
  }

  /** A write whose answer was not seen may have happened; a read only failed; what was never sent is neither. */
  private unanswered<T>(
    request: ProtocolRequest,
    shape: RequestShape<T>,
    reason: string,
    readKind: 'timeout' | 'lost',
  ): ConnectionFault {
    if (request.sentAt === null) return new ConnectionFault('disconnected', `nothing was sent: ${reason}`);
    return new ConnectionFault(shape.op.write ? 'outcomeUnknown' : readKind, reason);
  }

  private refusal(): ConnectionFault | null {
    const { state, fault } = this.status;
    const lostForMs = this.connectionManager.lostForMs ?? Number.POSITIVE_INFINITY;
    const why = fault ?? 'no member was reached yet';
    if (state === 'authFailed') return new ConnectionFault('authFailed', why);
    if (state === 'closed') return new ConnectionFault('closed', 'the session was closed');
    return state === 'connecting' || lostForMs < reattachWaitMs
      ? null
      : new ConnectionFault('disconnected', why);
  }

  /** Waits while a session is about to stand; refuses at once where none has stood for longer than that takes. */
  private async waitForSession(deadline: number): Promise<void> {
    while (!this.connectionManager.attached) {
      const refusal = this.refusal();
      if (refusal !== null) throw refusal;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) {
        throw new ConnectionFault('disconnected', this.status.fault ?? 'no member was reached in time');
      }
      await this.statusChange(Math.min(leftMs, reattachWaitMs / 10));
    }
  }

  private statusChange(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.off('status', done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.on('status', done);
    });
  }
}

function keeperError(code: number, path: string): KeeperError {
  const name = errorName(code);
  if (name !== null) return new KeeperError(name, { path });
  return new KeeperError('SYSTEMERROR', {
    path,
    reason: `the member answered with the unknown code ${code}`,
  });
}
