import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ServerConfig } from '@/server/config/server-config';
import type { ServerMetrics } from '@/server/metrics/registry';
import type { ServerStats } from '@/server/metrics/server-stats';
import type { Client } from '@/server/processors/client';
import type { Pipeline } from '@/server/processors/pipeline';
import type { Clock } from '@/server/runtime/clock';
import type { Log } from '@/server/runtime/log';
import { ClientConnection } from './client-connection';
import { OutputPool } from './output-pool';

/**
 * The client port: accepts connections within the limits, and runs every event (a chunk came, writes were synced, a tick
 * passed) in one frame: the event first, then connections that were held back, then one flush of all that was written.
 */

/** What the listener needs of the four-letter words (server/admin). */
export interface FourLetterWords {
  /** The answer's pieces, or null where the first four bytes are no word. */
  answer(first: number, rest: Buffer, client: Client): Iterable<string> | null;
}

export interface ListenerParts {
  readonly settings: ServerConfig;
  /** Connections that the process has file descriptors for, beside those its own files need. */
  readonly descriptorsMax: number;
  readonly pipeline: Pipeline;
  readonly fourLetterWords: FourLetterWords;
  readonly stats: ServerStats;
  readonly metrics: ServerMetrics;
  readonly clock: Clock;
  readonly log: Log;
}

export class ClientListener {
  readonly settings: ServerConfig;
  readonly pipeline: Pipeline;
  readonly stats: ServerStats;
  readonly clock: Clock;
  readonly pool = new OutputPool();
  /** Connections with output of this event, and those to be closed after it. */
  readonly dirty: ClientConnection[] = [];
  readonly ending: ClientConnection[] = [];
  /** Monotonic time of the event being handled. */
  nowMs = 0;
  readonly eventMeter: { eventSent(bytes: number): void };
  /** Called at the end of every event, before what it wrote is sent: what other servers are to be told. */
  beforeSettling: () => void = () => {};

  private server: Server;
  /** Where it listens, as configured: null for any address. */
  private place: { readonly host: string | null; readonly port: number };
  private readonly connections = new Set<ClientConnection>();
  private readonly held = new Set<ClientConnection>();
  private readonly countByAddress = new Map<string, number>();
  private depth = 0;

  constructor(private readonly parts: ListenerParts) {
    this.settings = parts.settings;
    this.pipeline = parts.pipeline;
    this.stats = parts.stats;
    this.clock = parts.clock;
    const { watch_bytes: watchBytes } = parts.metrics.counters;
    this.eventMeter = {
      eventSent: (bytes) => {
        this.stats.packetsSent.add();
        watchBytes.add(bytes);
      },
    };
    this.place = { host: parts.settings.clientPortAddress, port: parts.settings.clientPort };
    this.server = this.makeServer();
  }

  private makeServer(): Server {
    return createServer({ noDelay: true, keepAlive: this.settings.clientTcpKeepAlive }, (socket) =>
      this.accepted(socket),
    );
  }

  /** Resolves with the address bound. */
  listen(): Promise<AddressInfo> {
    const { server, place } = this;
    const { clientPortListenBacklog } = this.settings;
    const backlog = clientPortListenBacklog > 0 ? clientPortListenBacklog : undefined;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: place.port, host: place.host ?? undefined, backlog }, () => {
        server.off('error', reject);
        // Out of file descriptors, for one: the connection is lost, the server is not.
        server.on('error', (error) => this.parts.log.warn(`A connection was not accepted: ${error.message}`));
        resolve(server.address() as AddressInfo);
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

  get size(): number {
    return this.connections.size;
  }

  all(): Iterable<ClientConnection> {
    return this.connections;
  }

  private accepted(socket: Socket): void {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const ofAddress = this.countByAddress.get(address) ?? 0;
    const { connection_rejected: rejected, connection_request_count: asked } = this.parts.metrics.counters;
    asked.add();
    const limit = this.limitReached(ofAddress);
    if (limit !== null) {
      rejected.add();
      this.parts.log.warn('A connection was refused: too many are open.', { address, limit });
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    this.countByAddress.set(address, ofAddress + 1);
    this.connections.add(new ClientConnection(socket, this, address));
  }

  /** What one more connection would exceed, beside `ofAddress` from where it comes. */
  private limitReached(ofAddress: number): string | null {
    const { maxClientCnxns, maxCnxns } = this.settings;
    if (maxClientCnxns > 0 && ofAddress >= maxClientCnxns) return 'maxClientCnxns';
    if (maxCnxns > 0 && this.size >= maxCnxns) return 'maxCnxns';
    return this.size >= this.parts.descriptorsMax ? 'open files (ulimit -n)' : null;
  }

  /** Takes a connection out of every list; harmless when it is in none. */
  detach(connection: ClientConnection): void {
    if (!this.connections.delete(connection)) return;
    this.held.delete(connection);
    const { remoteAddress } = connection;
    const left = (this.countByAddress.get(remoteAddress) ?? 1) - 1;
    if (left === 0) this.countByAddress.delete(remoteAddress);
    else this.countByAddress.set(remoteAddress, left);
  }

  hold(connection: ClientConnection): void {
    this.held.add(connection);
  }

  dropped(connection: ClientConnection, reason: string): void {
    this.parts.metrics.counters.connection_drop_count.add();
    this.parts.log.warn(`A connection was closed: ${reason}.`, {
      client: `${connection.remoteAddress}:${connection.remotePort}`,
    });
  }

  fourLetterAnswer(first: number, rest: Buffer, client: Client): Iterable<string> | null {
    return this.parts.fourLetterWords.answer(first, rest, client);
  }

  /** Runs one event and sends what it caused. */
  handle(event: () => void): void {
    if (this.depth === 0) this.nowMs = Math.floor(this.clock.monotonicMs());
    this.depth += 1;
    event();
    this.depth -= 1;
    if (this.depth === 0) this.settle();
  }

  private settle(): void {
    this.beforeSettling();
    for (let connection = this.dirty.pop(); connection !== undefined; connection = this.dirty.pop()) {
      connection.flush();
    }
    for (let connection = this.ending.pop(); connection !== undefined; connection = this.ending.pop()) {
      connection.finish();
    }
  }

  /** Lets connections that were held back go on, after something was answered. */
  pumpHeld(): void {
    if (this.held.size === 0) return;
    const waiting = [...this.held];
    this.held.clear();
    for (const connection of waiting) connection.pump();
  }

  /** Closes connections that never became a session. */
  dropSessionless(): void {
    const before = this.clock.monotonicMs() - this.settings.sessionlessTimeoutMs;
    for (const connection of this.connections) {
      if (connection.acceptedMs > before) return;
      if (connection.client.session !== null || connection.answering) continue;
      this.parts.metrics.counters.sessionless_connections_expired.add();
      connection.drop('no session was asked for in time');
    }
  }

  /** Closes the connections of all clients; sessions live on, and may come back. */
  dropClients(): void {
    for (const connection of this.connections) {
      if (connection.answering) continue;
      this.pipeline.disconnected(connection.client);
      // What was answered in this very event: a reconfig, for one, that ends the role of the server that took it.
      connection.flush();
      connection.destroy();
    }
  }

  /** Takes no more connections and closes those there are; sessions live on. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.connections) connection.destroy();
    await closed;
  }
}
