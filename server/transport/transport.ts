import type { Socket } from 'node:net';

/**
 * Sockets between members, for the election and the quorum port. Whatever secures them stands behind this interface, so
 * that the protocols above do not know of it.
 */

export interface Address {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

export interface Attempt {
  /** Neither event follows any more. */
  cancel(): void;
}

export interface Verdict {
  /** What the other side said behind it is still to be read: the socket is paused. */
  passed(): void;
  failed(reason: string): void;
}

export interface PeerTransport {
  /** Tries the addresses one after the other, all within `timeoutMs`. */
  connect<To extends Address>(
    addresses: readonly To[],
    timeoutMs: number,
    connected: (socket: Socket, address: To) => void,
    failed: (reason: string) => void,
  ): Attempt;
  /** Listens on every address; `failed` once for the first that cannot be bound. */
  listen(
    addresses: readonly Address[],
    accepted: (socket: Socket) => void,
    failed: (error: Error) => void,
  ): { close(): void };
  /** Proves to the server that was dialled that we may connect; at once where nothing is asked. */
  prove(socket: Socket, verdict: Verdict): void;
  /** Lets the member that connected prove it. */
  verify(socket: Socket, verdict: Verdict): void;
}

/** Who is at the other end, for messages. */
export function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress ?? 'somewhere'}:${socket.remotePort ?? 0}`;
}
