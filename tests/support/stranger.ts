import { connect, type Socket } from 'node:net';
import { until } from './wait';

/** Someone at a peer port of a member who says what a test has it say. */
export class Stranger {
  received: Buffer = Buffer.alloc(0);
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]).subarray(-1_000_000);
    });
    socket.on('error', () => (this.isClosed = true));
    socket.on('close', () => (this.isClosed = true));
  }

  static open(port: number): Promise<Stranger> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Stranger(socket));
      });
    });
  }

  say(...bytes: readonly Uint8Array[]): this {
    this.socket.write(Buffer.concat(bytes));
    return this;
  }

  /** Waits until the member closed the connection. */
  async closed(timeoutMs = 30_000): Promise<void> {
    await until('the stranger is shown the door', () => this.isClosed || undefined, timeoutMs);
  }

  /** Waits until it was sent at least so much. */
  async heard(bytes: number): Promise<Buffer> {
    return until(`${bytes} bytes are heard`, () =>
      this.received.length >= bytes ? this.received : undefined,
    );
  }

  leave(): void {
    this.socket.destroy();
  }
}
