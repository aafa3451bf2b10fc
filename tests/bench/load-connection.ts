import { connect, type Socket } from 'node:net';
import { connectRequest } from '@/lib/protocol/proto';

/**
 * The load generator's connection: as cheap as a client can be, so that the server is what is measured. Requests are
 * copies of one template with a few bytes changed; of a reply only the length and the error code are read. One write
 * answers each chunk received, so that a connection keeps its number of outstanding requests.
 */

/** Where the changing bytes of a request are, and how to fill them. */
export interface RequestTemplate {
  readonly frame: Buffer;
  /** Writes the number of this request into its copy at `at`. */
  patch(target: Buffer, at: number, sequence: number): void;
}

const replyErrorOffset = 12;

export class LoadConnection {
  private rest: Buffer = Buffer.alloc(0);
  private sequence = 0;
  private inFlight = 0;
  private choose: ((sequence: number) => RequestTemplate) | null = null;
  private idle: (() => void) | null = null;
  private limit = Infinity;
  completed = 0;
  receivedBytes = 0;
  failed = 0;
  /** Called for each reply when set; latency is measured with one request outstanding. */
  onReply: (() => void) | null = null;
  /** Why nothing more can be asked. */
  broken: Error | null = null;

  private constructor(private readonly socket: Socket) {}

  static async open(port: number): Promise<LoadConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => resolve());
    });
    const hello = connectRequest.encode({
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut: 40_000,
      sessionId: 0n,
      passwd: Buffer.alloc(16),
    });
    const length = Buffer.alloc(4);
    length.writeInt32BE(hello.length + 1);
    socket.write(Buffer.concat([length, hello, Buffer.from([0])]));
    await new Promise<void>((resolve, reject) => {
      socket.once('data', () => resolve());
      socket.once('close', () => reject(new Error('the server closed the connection')));
    });
    const connection = new LoadConnection(socket);
    socket.on('data', (chunk) => connection.take(chunk));
    socket.on('error', (error) => connection.breakOff(error));
    socket.on('close', () => connection.breakOff(new Error('the server closed the connection')));
    return connection;
  }

  private breakOff(error: Error): void {
    this.broken ??= error;
    this.inFlight = 0;
    this.idle?.();
  }

  private take(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    let replies = 0;
    while (at + 4 <= bytes.length) {
      const end = at + 4 + bytes.readInt32BE(at);
      if (end > bytes.length) break;
      // A ping's or an event's xid is below zero; this client causes neither.
      if (bytes.readInt32BE(at + 4 + replyErrorOffset) !== 0) this.failed += 1;
      replies += 1;
      at = end;
    }
    this.rest = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
    this.completed += replies;
    this.inFlight -= replies;
    this.onReply?.();
    this.send(replies);
    if (this.inFlight === 0) this.idle?.();
  }

  private send(count: number): void {
    const choose = this.choose;
    if (choose === null) return;
    const many = Math.min(count, this.limit - this.sequence);
    if (many <= 0) return;
    const templates = Array.from({ length: many }, (_, index) => choose(this.sequence + index));
    const batch = Buffer.allocUnsafe(templates.reduce((sum, template) => sum + template.frame.length, 0));
    let at = 0;
    for (const template of templates) {
      template.frame.copy(batch, at);
      template.patch(batch, at, this.sequence);
      this.sequence += 1;
      at += template.frame.length;
    }
    this.inFlight += many;
    this.socket.write(batch);
  }

  /** Keeps `outstanding` requests in flight until `stop`, or until `limit` were sent; `from` is the first number. */
  start(
    choose: (sequence: number) => RequestTemplate,
    outstanding: number,
    from = 0,
    limit = Infinity,
  ): void {
    this.choose = choose;
    this.sequence = from;
    this.limit = limit;
    this.send(outstanding);
  }

  /** The next request's number. */
  get position(): number {
    return this.sequence;
  }

  /** Sends no more and waits for what is in flight. */
  async stop(): Promise<void> {
    this.limit = this.sequence;
    await this.drained();
    this.choose = null;
  }

  /** Resolves once everything sent was answered. Rejects when the connection broke. */
  async drained(): Promise<void> {
    if (this.inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.idle = resolve;
      });
      this.idle = null;
    }
    if (this.broken !== null) throw this.broken;
    if (this.failed > 0) throw new Error(`${this.failed} requests were refused by the server`);
  }

  close(): void {
    this.socket.destroy();
  }
}
