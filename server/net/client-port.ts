import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ServerConfig } from '@/server/config/server-config';
import type { ServerMetrics } from '@/server/metrics/registry';
import type { Log } from '@/server/runtime/log';

/** One of the ports clients come to, with limits of its own, as each of Apache's connection factories has them. */

export type PortKind = 'plain' | 'secure';

/** What a connection goes through before it is a client's (TLS); a connection may not come out of it. */
export interface Door {
  take(socket: Socket, accepted: (socket: Socket) => void): void;
  /** Lets those go that are in it. */
  close(): void;
}

/** Where to listen: null for any address. */
export interface Place {
  readonly host: string | null;
  readonly port: number;
}

export interface PortParts {
  readonly kind: PortKind;
  readonly place: Place;
  /** null where connections are clients' as they come. */
  readonly door: Door | null;
  readonly settings: ServerConfig;
  readonly metrics: ServerMetrics;
  readonly log: Log;
  /** Connections of all ports that the process has file descriptors for, and how many there are. */
  readonly descriptorsMax: number;
  openInAll(): number;
  accepted(socket: Socket, remoteAddress: string, port: ClientPort): void;
}

export class ClientPort {
  readonly kind: PortKind;
  /** Connections, also those that are still in the door. */
  open = 0;
  private server: Server;
  private place: Place;
  private readonly countByAddress = new Map<string, number>();

  constructor(private readonly parts: PortParts) {
    this.kind = parts.kind;
    this.place = parts.place;
    this.server = this.makeServer();
  }

  private makeServer(): Server {
    const { settings } = this.parts;
    return createServer({ noDelay: true, keepAlive: settings.clientTcpKeepAlive }, (socket) =>
      this.accept(socket),
    );
  }

  /** Resolves once it listens. */
  listen(): Promise<void> {
    const { server, place } = this;
    const { clientPortListenBacklog } = this.parts.settings;
    const backlog = clientPortListenBacklog > 0 ? clientPortListenBacklog : undefined;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: place.port, host: place.host ?? undefined, backlog }, () => {
        server.off('error', reject);
        // Out of file descriptors, for one: the connection is lost, the server is not.
        server.on('error', (error) => this.parts.log.warn(`A connection was not accepted: ${error.message}`));
        resolve();
      });
    });
  }

  /** Takes clients in at another address from now on. Those that are connected stay, also where it cannot be bound. */
  moveTo({ host, port }: { readonly host: string; readonly port: number }): void {
    const anywhere = host === '0.0.0.0' || host === '::';
    const place = { host: anywhere ? null : host, port };
    if (place.host === this.place.host && place.port === this.place.port) return;
    const { log } = this.parts;
    this.place = place;
    this.server.close();
    this.server = this.makeServer();
    this.listen().then(
      () => log.info(`Serving clients at ${host}:${port} from now on.`),
      (error: Error) => log.error(`Clients cannot be served at ${host}:${port}: ${error.message}`),
    );
  }

  /** The port clients are told to come to. */
  get port(): number {
    return this.place.port;
  }

  /** Where it listens; after `listen`. */
  get address(): AddressInfo {
    return this.server.address() as AddressInfo;
  }

  private accept(socket: Socket): void {
    const { door, accepted } = this.parts;
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const ofAddress = this.countByAddress.get(address) ?? 0;
    const limit = this.limitReached(ofAddress);
    if (limit !== null) return this.reject(socket, address, limit);
    this.countByAddress.set(address, ofAddress + 1);
    this.open += 1;
    socket.once('close', () => this.gone(address));
    if (door === null) accepted(socket, address, this);
    else door.take(socket, (known) => accepted(known, address, this));
  }

  private gone(address: string): void {
    this.open -= 1;
    const left = (this.countByAddress.get(address) ?? 1) - 1;
    if (left === 0) this.countByAddress.delete(address);
    else this.countByAddress.set(address, left);
  }

  private reject(socket: Socket, address: string, limit: string): void {
    const { metrics, log } = this.parts;
    metrics.counters.connection_rejected.add();
    log.warn('A connection was refused: too many are open.', { address, limit });
    socket.on('error', () => {});
    socket.destroy();
  }

  /** What one more connection would exceed, beside `ofAddress` from where it comes. */
  private limitReached(ofAddress: number): string | null {
    const { settings, descriptorsMax, openInAll } = this.parts;
    const { maxClientCnxns, maxCnxns } = settings;
    if (maxClientCnxns > 0 && ofAddress >= maxClientCnxns) return 'maxClientCnxns';
    if (maxCnxns > 0 && this.open >= maxCnxns) return 'maxCnxns';
    return openInAll() >= descriptorsMax ? 'open files (ulimit -n)' : null;
  }

  /** Takes no more connections; resolves when the last has gone. */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.parts.door?.close();
    return closed;
  }
}
