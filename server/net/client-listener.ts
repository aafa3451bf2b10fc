import type { AddressInfo } from 'node:net';
import type { ServerConfig } from '@/server/config/server-config';
import type { ServerMetrics } from '@/server/metrics/registry';
import type { ServerStats } from '@/server/metrics/server-stats';
import type { Pipeline } from '@/server/processors/pipeline';
import type { Clock } from '@/server/runtime/clock';
import type { Log } from '@/server/runtime/log';
import { Backlogs } from './backlogs';
import { ClientConnection } from './client-connection';
import { ClientPort, type Door, type Place, type PortKind } from './client-port';
import { OutputPool } from './output-pool';

/**
 * The client ports' connections: runs every event (a chunk came, writes were synced, a tick passed) in one frame: the event first, then connections that were held back, then one flush of all that was written.
 */

/** What the listener needs of the four-letter words (server/admin). */
export interface FourLetterWords {
  /** The answer's pieces, or null where the first four bytes are no word. */
  answer(first: number, rest: Buffer, port: PortKind): Iterable<string> | null;
}

export interface ListenerParts {
  readonly settings: ServerConfig;
  /** Connections that the process has file descriptors for, beside those its own files need. */
  readonly descriptorsMax: number;
  readonly pipeline: Pipeline;
  /** What stands before the two ports; null where nothing does. */
  readonly doors: { readonly plain: Door | null; readonly secure: Door | null };
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
  readonly backlogs: Backlogs;
  /** Connections with output of this event, and those to be closed after it. */
  readonly dirty: ClientConnection[] = [];
  readonly ending: ClientConnection[] = [];
  /** Monotonic time of the event being handled. */
  nowMs = 0;
  readonly eventMeter: { eventSent(bytes: number): void };
  /** Called at the end of every event, before what it wrote is sent: what other servers are to be told. */
  beforeSettling: () => void = () => {};

  /** null where clients come over TLS only, and where they come without it only. */
  private readonly plain: ClientPort | null;
  private readonly secure: ClientPort | null;
  private readonly connections = new Set<ClientConnection>();
  private readonly held = new Set<ClientConnection>();
  private depth = 0;

  constructor(private readonly parts: ListenerParts) {
    this.settings = parts.settings;
    this.pipeline = parts.pipeline;
    this.stats = parts.stats;
    this.clock = parts.clock;
    this.backlogs = new Backlogs(parts.settings.unreadBytesMax);
    const { watch_bytes: watchBytes } = parts.metrics.counters;
    this.eventMeter = {
      eventSent: (bytes) => {
        this.stats.packetsSent.add();
        watchBytes.add(bytes);
      },
    };
    const { clientPort, clientPortAddress, clientTls } = parts.settings;
    const securePort = clientTls?.securePort ?? null;
    this.plain =
      clientPort < 0 ? null : this.makePort('plain', { host: clientPortAddress, port: clientPort });
    this.secure =
      clientTls === null || securePort === null
        ? null
        : this.makePort('secure', { host: clientTls.secureAddress, port: securePort });
  }

  private makePort(kind: PortKind, place: Place): ClientPort {
    const { doors, settings, metrics, log, descriptorsMax } = this.parts;
    return new ClientPort({
      kind,
      place,
      door: doors[kind],
      settings,
      metrics,
      log,
      descriptorsMax,
      openInAll: () => (this.plain?.open ?? 0) + (this.secure?.open ?? 0),
      accepted: (socket, address) =>
        void this.connections.add(new ClientConnection(socket, this, address, kind)),
    });
  }

  private get ports(): ClientPort[] {
    return [this.plain, this.secure].filter((port) => port !== null);
  }

  /** Resolves once all ports are bound; where one cannot be, none is. */
  async listen(): Promise<void> {
    try {
      for (const port of this.ports) await port.listen();
    } catch (error) {
      for (const port of this.ports) void port.close();
      throw error;
    }
  }

  /** Takes clients in at another address from now on, those without a port for TLS of their own. */
  moveTo(address: { readonly host: string; readonly port: number }): void {
    this.plain?.moveTo(address);
  }

  /** The port clients are told to come to; −1 for none. */
  get port(): number {
    return this.plain?.port ?? -1;
  }

  /** Where clients come over TLS only; −1 for nowhere. */
  get securePort(): number {
    return this.secure?.port ?? -1;
  }

  /** Where it listens; after `listen`. */
  get address(): AddressInfo {
    return this.ports[0]!.address;
  }

  get size(): number {
    return this.connections.size;
  }

  all(): Iterable<ClientConnection> {
    return this.connections;
  }

  /** Takes a connection out of every list; harmless when it is in none. */
  detach(connection: ClientConnection): void {
    this.connections.delete(connection);
    this.held.delete(connection);
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

  fourLetterAnswer(first: number, rest: Buffer, port: PortKind): Iterable<string> | null {
    return this.parts.fourLetterWords.answer(first, rest, port);
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
    const closed = this.ports.map((port) => port.close());
    for (const connection of this.connections) connection.destroy();
    await Promise.all(closed);
  }
}
