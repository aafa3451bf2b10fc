import type { Socket } from 'node:net';
import type { TlsAcceptor } from './peer-tls';
import { remoteOf } from './transport';
import { WaitingRoom } from './waiting-room';

/**
 * Where accepted connections wait until they have shown that they may come in. The first byte tells TLS from what else is
 * spoken at a port (Apache's UnifiedServerSocket and DualModeSslHandler): at all of them the side that dialled speaks first.
 */

/** How a TLS handshake begins; nothing else at these ports begins so. */
const handshakeRecord = 0x16;

export interface DoorOptions {
  /** From the connection to the end of its handshake. */
  readonly timeoutMs: number;
  /** Why a connection without TLS is closed; null lets it in. */
  readonly plainFault: string | null;
  /** Connections that may wait at the same time. */
  readonly waitingMax?: number;
}

export class TlsDoor {
  private readonly room: WaitingRoom;

  constructor(
    private readonly acceptor: TlsAcceptor,
    private readonly options: DoorOptions,
    private readonly log: { warn(sentence: string): void },
    /** Of connections that do not get in. */
    private readonly refused: () => void = () => {},
  ) {
    this.room = new WaitingRoom((socket, reason) => this.refuse(socket, reason), options.waitingMax);
  }

  /** Connections that wait. */
  get size(): number {
    return this.room.size;
  }

  /** `accepted` follows once, with the connection as it is or with TLS on it, unless it is closed. */
  take(socket: Socket, accepted: (socket: Socket) => void): void {
    const { timeoutMs, plainFault } = this.options;
    this.room.enter(socket, timeoutMs, 'begin to speak');
    // HTTP's sockets stay half open otherwise.
    const hungUp = (): void => void socket.destroy();
    socket.once('end', hungUp);
    socket.once('data', (chunk: Buffer) => {
      socket.off('end', hungUp);
      socket.pause();
      socket.unshift(chunk);
      if (chunk[0] === handshakeRecord) return this.handshake(socket, accepted);
      if (plainFault !== null) return this.room.drop(socket, plainFault);
      this.room.leave(socket);
      accepted(socket);
      socket.resume();
    });
  }

  private handshake(socket: Socket, accepted: (socket: Socket) => void): void {
    this.acceptor.accept(
      socket,
      (secure) => {
        this.room.leave(socket);
        accepted(secure);
      },
      (reason) => {
        this.room.leave(socket);
        this.refuse(socket, reason);
      },
    );
  }

  private refuse(socket: Socket, reason: string): void {
    this.refused();
    this.log.warn(`A connection from ${remoteOf(socket)} to port ${socket.localPort} is closed: ${reason}.`);
  }

  close(): void {
    this.room.close();
    this.acceptor.close();
  }
}
