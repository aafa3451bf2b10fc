import { connect, type Socket } from 'node:net';
import tls, { type ConnectionOptions } from 'node:tls';

/**
 * A client socket that knows frames and nothing else: tests and the load generator speak the protocol themselves, so
 * that what is on the wire is what they meant.
 */
export class RawConnection {
  private readonly frames: Buffer[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private waiting: ((frame: Buffer | null) => void) | null = null;
  private ended = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', () => this.end());
    socket.on('close', () => this.end());
  }

  /** `secure`: over TLS with these keys; a handshake that fails rejects. */
  static open(
    port: number,
    host = '127.0.0.1',
    timeoutMs = 10_000,
    secure: ConnectionOptions | null = null,
  ): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket =
        secure === null
          ? connect({ host, port, noDelay: true })
          : tls.connect({ host, port, ...secure }).setNoDelay();
      socket.once('error', reject);
      socket.setTimeout(timeoutMs, () =>
        socket.destroy(new Error(`no connection to ${host}:${port} within ${timeoutMs} ms`)),
      );
      socket.once(secure === null ? 'connect' : 'secureConnect', () => {
        socket.off('error', reject);
        socket.setTimeout(0);
        socket.removeAllListeners('timeout');
        resolve(new RawConnection(socket));
      });
    });
  }

  get closed(): boolean {
    return this.ended;
  }

  private take(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= 4) {
      const end = 4 + this.rest.readInt32BE(0);
      if (this.rest.length < end) return;
      this.deliver(this.rest.subarray(4, end));
      this.rest = this.rest.subarray(end);
    }
  }

  private deliver(frame: Buffer): void {
    const waiting = this.waiting;
    this.waiting = null;
    if (waiting === null) this.frames.push(frame);
    else waiting(frame);
  }

  private end(): void {
    this.ended = true;
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.(null);
  }

  /** Bytes as they are. */
  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** A frame: length, then `body`. */
  send(body: Buffer): void {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    this.socket.write(Buffer.concat([length, body]));
  }

  /** The next frame's body; null once the server closed. Rejects when neither comes within `timeoutMs`. */
  next(timeoutMs = 10_000): Promise<Buffer | null> {
    const frame = this.frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (this.ended) return Promise.resolve(null);
    if (this.waiting !== null) throw new Error('two readers on one connection');
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting = null;
        reject(new Error(`no frame within ${timeoutMs} ms`));
      }, timeoutMs);
      this.waiting = (found) => {
        clearTimeout(timer);
        resolve(found);
      };
    });
  }

  destroy(): void {
    this.socket.destroy();
  }
}
