import type { Socket } from 'node:net';
import type { HostPort } from '@/server/quorum/contract';
import { remoteOf } from '@/server/transport/transport';
import type { LinkHandler, PeerLink } from '@/server/zab/contract';
import type { Dialling, QuorumNetwork } from './ports';
import { QuorumDoor, type DoorParts } from './quorum-door';

/** The quorum port over sockets: what server/zab calls a link. Every event runs inside `handle`. */

export interface NetworkParts extends DoorParts {
  /** leaderConnectDelayDuringRetryMs: between two tries to reach a leader that does not listen yet. */
  readonly retryDelayMs: number;
  handle(event: (nowMs: number) => void): void;
  /** A port that cannot be bound: the member cannot do its part. */
  failed(error: Error): void;
}

/** How long a closed link may take to get its last bytes out. */
const lingerMs = 2_000;

export class SocketNetwork implements QuorumNetwork {
  constructor(private readonly parts: NetworkParts) {}

  dial<Address extends HostPort>(
    addresses: readonly Address[],
    timeoutMs: number,
    connected: (link: PeerLink, nowMs: number, address: Address) => LinkHandler,
    failed: (reason: string, nowMs: number) => void,
  ): Dialling {
    const { parts } = this;
    const deadlineMs = performance.now() + timeoutMs;
    let stop = (): void => {};
    const again = (reason: string): void => {
      if (performance.now() + parts.retryDelayMs < deadlineMs) {
        const timer = setTimeout(attempt, parts.retryDelayMs);
        stop = () => clearTimeout(timer);
      } else {
        parts.handle((nowMs) => failed(reason, nowMs));
      }
    };
    const attempt = (): void => {
      const leftMs = Math.max(deadlineMs - performance.now(), 1);
      const dialled = parts.transport.connect(addresses, leftMs, prove, again);
      stop = () => dialled.cancel();
    };
    const prove = (socket: Socket, address: Address): void => {
      let isStopped = false;
      stop = () => {
        isStopped = true;
        socket.destroy();
      };
      parts.transport.prove(socket, {
        passed: () => parts.handle((nowMs) => this.attach(socket, (link) => connected(link, nowMs, address))),
        failed: (reason) => {
          socket.destroy();
          if (!isStopped) again(reason);
        },
      });
    };
    attempt();
    return { cancel: () => stop() };
  }

  listen(
    addresses: readonly HostPort[],
    connected: (link: PeerLink, nowMs: number) => LinkHandler | null,
  ): { close(): void } {
    const { parts } = this;
    const door = new QuorumDoor(parts, (socket) =>
      parts.handle((nowMs) => this.attach(socket, (link) => connected(link, nowMs))),
    );
    const listening = parts.transport.listen(
      addresses,
      (socket) => door.take(socket),
      (error) => parts.failed(error),
    );
    return {
      close() {
        listening.close();
        door.close();
      },
    };
  }

  private attach(socket: Socket, connected: (link: PeerLink) => LinkHandler | null): void {
    const link = new SocketLink(socket, this.parts);
    const handler = connected(link);
    if (handler === null) return link.close();
    link.attach(handler);
  }
}

class SocketLink implements PeerLink {
  readonly remote: string;
  private handler: LinkHandler | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly parts: NetworkParts,
  ) {
    this.remote = remoteOf(socket);
    socket.on('error', (error) => this.gone(error.message));
    socket.on('close', () => this.gone('it was closed'));
  }

  attach(handler: LinkHandler): void {
    this.handler = handler;
    this.socket.on('data', (chunk: Buffer) =>
      this.parts.handle((nowMs) => this.handler?.bytes(chunk, nowMs)),
    );
    this.socket.resume();
  }

  private gone(reason: string): void {
    const { handler } = this;
    this.handler = null;
    if (handler !== null) this.parts.handle((nowMs) => handler.closed(reason, nowMs));
  }

  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  whenDrained(event: () => void): void {
    const run = (): void => this.parts.handle(() => this.handler !== null && event());
    if (this.socket.writableNeedDrain) this.socket.once('drain', run);
    else setImmediate(run);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** What was sent may still leave, for a moment. */
  close(): void {
    this.handler = null;
    const { socket } = this;
    socket.removeAllListeners('data');
    socket.resume();
    socket.end();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  }
}
