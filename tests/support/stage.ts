import type { ConnectionOptions } from 'node:tls';
import type { RecordCodec } from '@/lib/jute/codec';
import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { connectRequest, connectResponse, replyHeader, requestHeader, xids } from '@/lib/protocol/proto';
import { ops, type OpName } from '@/lib/protocol/ops';
import { fourLetter } from './four-letter';
import { RawConnection } from './raw-connection';
import { replyText, zxidText, type Names } from './transcript';

export interface HandshakeOptions {
  readonly lastZxidSeen?: bigint;
  readonly timeOut?: number;
  readonly sessionId?: bigint;
  readonly passwd?: Buffer | null;
  readonly protocolVersion?: number;
  /** undefined leaves the byte out, as clients before 3.4 do. */
  readonly readOnly?: boolean | undefined;
}

interface Actor {
  readonly connection: RawConnection;
  sessionId: bigint;
  passwd: Buffer;
  xid: number;
  /** Operations sent and not answered, by xid. */
  readonly pending: Map<number, string>;
}

/**
 * Several raw connections to one server, and the transcript of what they sent and got. The same scenario played on two
 * stages gives two transcripts to compare.
 */
export class Stage {
  readonly lines: string[] = [];
  private readonly actors = new Map<string, Actor>();
  private readonly sessions = new Map<bigint, string>();
  private baseZxid = 0n;

  constructor(
    readonly port: number,
    private readonly secure: ConnectionOptions | null = null,
  ) {}

  private get names(): Names {
    return { baseZxid: this.baseZxid, sessions: this.sessions };
  }

  say(line: string): void {
    this.lines.push(line);
  }

  private actor(name: string): Actor {
    const actor = this.actors.get(name);
    if (actor === undefined) throw new Error(`${name} is not on stage`);
    return actor;
  }

  session(name: string): { sessionId: bigint; passwd: Buffer } {
    return this.actor(name);
  }

  /** Connects and shakes hands; the zxid the first actor meets becomes the base of the transcript. */
  async open(name: string, options: HandshakeOptions = { readOnly: false }): Promise<void> {
    await this.socket(name);
    await this.handshake(name, options);
    if (this.actors.size === 1 && this.actors.get(name)!.sessionId !== 0n) await this.setBase(name);
  }

  /** A socket without handshake. */
  async socket(name: string): Promise<void> {
    const connection = await RawConnection.open(this.port, '127.0.0.1', 10_000, this.secure);
    this.actors.set(name, {
      connection,
      sessionId: 0n,
      passwd: Buffer.alloc(16),
      xid: 0,
      pending: new Map(),
    });
  }

  private async setBase(name: string): Promise<void> {
    const { connection } = this.actor(name);
    connection.send(requestHeader.encode({ xid: xids.ping, type: ops.ping.code }));
    this.baseZxid = replyHeader.decode((await connection.next())!).zxid;
  }

  async handshake(name: string, options: HandshakeOptions): Promise<void> {
    const actor = this.actor(name);
    const request = connectRequest.encode({
      protocolVersion: options.protocolVersion ?? 0,
      lastZxidSeen: options.lastZxidSeen ?? 0n,
      // As long as the server allows: no session of one scenario may end in another.
      timeOut: options.timeOut ?? 600_000,
      sessionId: options.sessionId ?? 0n,
      passwd: options.passwd === undefined ? Buffer.alloc(16) : options.passwd,
    });
    const readOnly = options.readOnly === undefined ? [] : [Buffer.from([options.readOnly ? 1 : 0])];
    actor.connection.send(Buffer.concat([request, ...readOnly]));
    await this.hearHandshake(name);
  }

  /** Reads what answers a connect request, sent by whatever means. */
  async hearHandshake(name: string): Promise<void> {
    const actor = this.actor(name);
    const frame = await actor.connection.next();
    if (frame === null) return this.say(`${name} < closed without a response`);
    const reader = new JuteReader(frame);
    const response = connectResponse.read(reader);
    const passwd = response.passwd ?? Buffer.alloc(0);
    const known = this.sessions.get(response.sessionId);
    if (known === undefined && response.sessionId !== 0n)
      this.sessions.set(response.sessionId, `session(${name})`);
    const id = response.sessionId === 0n ? '0' : (known ?? `new, server ${response.sessionId >> 56n}`);
    const rest = reader.bytes.subarray(reader.offset).toString('hex');
    this.say(
      `${name} < connected version=${response.protocolVersion} timeOut=${response.timeOut} session=${id}` +
        ` passwd=${passwd.length} ${passwd.every((byte) => byte === 0) ? 'zeros' : 'bytes'} rest=${rest}`,
    );
    actor.sessionId = response.sessionId;
    actor.passwd = Buffer.from(passwd);
  }

  /** Sends a request and does not wait. */
  send(name: string, op: OpName | number, body: Record<string, unknown> | Buffer | null, xid?: number): void {
    const actor = this.actor(name);
    const number = xid ?? (actor.xid += 1);
    const type = typeof op === 'number' ? op : ops[op].code;
    const writer = new JuteWriter();
    requestHeader.write(writer, { xid: number, type });
    if (Buffer.isBuffer(body)) writer.raw(body);
    else if (body !== null && typeof op === 'string') {
      const codec: RecordCodec<Record<string, unknown>> | null = ops[op].request;
      codec?.write(writer, body);
    }
    actor.pending.set(number, String(op));
    const shown = Buffer.isBuffer(body) ? `0x${body.subarray(0, 64).toString('hex')}` : describe(body);
    this.say(`${name} > ${String(op)} ${shown}`);
    actor.connection.send(writer.take());
  }

  /** Sends a request and reads up to its reply; events that come first are in the transcript before it. */
  async call(name: string, op: OpName | number, body: Record<string, unknown> | Buffer | null, xid?: number) {
    this.send(name, op, body, xid);
    return this.receive(name);
  }

  /** Reads until nothing is pending or the server closes. Returns the last reply. */
  async receive(name: string): Promise<Buffer | null> {
    const actor = this.actor(name);
    let last: Buffer | null = null;
    while (actor.pending.size > 0) {
      last = await actor.connection.next();
      if (last === null) {
        this.say(`${name} < closed`);
        actor.pending.clear();
        return null;
      }
      const xid = last.readInt32BE(0);
      const op = actor.pending.get(xid) ?? 'none';
      actor.pending.delete(xid);
      this.say(`${name} < ${replyText(last, op, this.names)}`);
    }
    return last;
  }

  /** A ping: everything that was sent to this connection before its answer is in the transcript then. */
  async settle(name: string): Promise<void> {
    this.send(name, 'ping', null, xids.ping);
    await this.receive(name);
  }

  /** Waits for one event that no request of this connection causes. */
  async hear(name: string): Promise<void> {
    const frame = await this.actor(name).connection.next(15_000);
    this.say(`${name} < ${frame === null ? 'closed' : replyText(frame, 'none', this.names)}`);
  }

  /** The server must close this connection, without another frame. */
  async expectClosed(name: string): Promise<void> {
    const actor = this.actor(name);
    const frame = await actor.connection.next(15_000);
    this.say(`${name} < ${frame === null ? 'closed' : `a frame: ${frame.toString('hex')}`}`);
  }

  write(name: string, bytes: Buffer): void {
    this.say(`${name} > bytes ${bytes.subarray(0, 64).toString('hex')}`);
    this.actor(name).connection.write(bytes);
  }

  /** Closes the socket without closing the session. */
  drop(name: string): void {
    this.actor(name).connection.destroy();
  }

  async word(word: string): Promise<string> {
    return fourLetter(this.port, word);
  }

  /** The distance of a zxid from the base, for scenarios that print one themselves. */
  relative(zxid: bigint): string {
    return zxidText(zxid, this.baseZxid);
  }

  leave(): void {
    for (const actor of this.actors.values()) actor.connection.destroy();
    this.actors.clear();
  }
}

function describe(body: Record<string, unknown> | null): string {
  return JSON.stringify(body ?? {}, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  ).slice(0, 300);
}
