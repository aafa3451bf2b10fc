import type { Socket } from 'node:net';
import type { QuorumConfig, QuorumServer, ServerId } from '@/server/quorum/contract';
import { remoteOf, type Address, type Attempt, type PeerTransport } from '@/server/transport/transport';
import { WaitingRoom } from '@/server/transport/waiting-room';
import { initialMessage, readInitial, type Initial } from './initial-message';
import { MessageReader } from './message-reader';
import { readNotification, type Notification } from './notification';

/**
 * The connections of the election port (Apache's QuorumCnxManager): one between each pair of servers, made by the one with
 * the greater id. A server that is dialled by a lesser one hangs up and dials itself. Of what is to be sent to a server only
 * the newest message matters, so one is kept, and it is said again on every new connection.
 */

export interface ConnectionSettings {
  readonly serverId: ServerId;
  readonly cnxTimeoutMs: number;
  /** How long a dialling server may take to say who it is. */
  readonly headerTimeoutMs: number;
  /** Whether all own addresses are told in the header (multiAddress.enabled). */
  readonly isMultiAddress: boolean;
  /** How often binding the election port is tried before it is given up; 0 for ever. */
  readonly electionPortBindRetry: number;
}

/** Between two tries to bind the election port, as in Apache. */
const bindAgainMs = 1_000;

export interface ConnectionEvents {
  received(from: ServerId, notification: Notification): void;
  warn(sentence: string): void;
}

/** Servers without an id of their own (anonymous observers) at the same time. */
const anonymousMax = 100;

interface Peer {
  socket: Socket | null;
  dialling: Attempt | null;
  /** Not handed to a socket yet. */
  unsent: Buffer | null;
  last: Buffer | null;
  /** Where an unknown server said it can be reached. */
  saidAddresses: readonly Address[];
}

export class ElectionConnections {
  private readonly peers = new Map<ServerId, Peer>();
  /** Connections that have not said, or not proved, who they are. */
  private readonly room = new WaitingRoom((socket, reason) => this.warnClosed(socket, reason));
  private servers: ReadonlyMap<ServerId, QuorumServer> = new Map();
  private own: QuorumServer | null = null;
  private listening: { close(): void } | null = null;
  /** Where it listens, as text to compare; '' before it does. */
  private place = '';
  private failed: (error: Error) => void = () => {};
  private isClosed = false;

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly transport: PeerTransport,
    private readonly events: ConnectionEvents,
  ) {}

  listen(addresses: readonly Address[], failed: (error: Error) => void): void {
    this.failed = failed;
    this.listenAt(addresses);
  }

  private listenAt(addresses: readonly Address[]): void {
    const place = JSON.stringify(addresses);
    if (place === this.place) return;
    this.listening?.close();
    this.place = place;
    this.bind(addresses, 1);
  }

  private bind(addresses: readonly Address[], tries: number): void {
    const listening = this.transport.listen(
      addresses,
      (socket) => this.accepted(socket),
      (error) => {
        if (this.listening !== listening) return;
        listening.close();
        this.listening = null;
        this.unbound(addresses, tries, error);
      },
    );
    this.listening = listening;
  }

  private unbound(addresses: readonly Address[], tries: number, error: Error): void {
    const { electionPortBindRetry } = this.settings;
    const where = addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
    if (electionPortBindRetry > 0 && tries >= electionPortBindRetry)
      return this.failed(
        new Error(
          `The election port ${where} could not be bound in ${tries} tries, as many as electionPortBindRetry allows: ${error.message}.`,
          { cause: error },
        ),
      );
    this.events.warn(`The election port ${where} is not bound yet (try ${tries}): ${error.message}.`);
    const timer = setTimeout(() => this.bind(addresses, tries + 1), bindAgainMs);
    this.listening = { close: () => clearTimeout(timer) };
  }

  /** Who may be dialled, and where; the own line says where to listen. Connections to servers that are gone from both configs stay: they may still vote. */
  configure(config: QuorumConfig, next: QuorumConfig | null): void {
    this.servers = new Map([...(next?.servers ?? []), ...config.servers]);
    this.own = this.servers.get(this.settings.serverId) ?? null;
    const own = config.servers.get(this.settings.serverId);
    if (own !== undefined && this.place !== '') this.listenAt(electionAddresses(own));
  }

  private peer(serverId: ServerId): Peer {
    let peer = this.peers.get(serverId);
    if (peer === undefined) {
      peer = { socket: null, dialling: null, unsent: null, last: null, saidAddresses: [] };
      this.peers.set(serverId, peer);
    }
    return peer;
  }

  send(to: ServerId, notification: Buffer): void {
    const peer = this.peer(to);
    peer.unsent = peer.last = notification;
    if (peer.socket === null) this.dial(to);
    else this.sendUnsent(peer);
  }

  private sendUnsent(peer: Peer): void {
    const { socket, unsent } = peer;
    if (socket === null || unsent === null || socket.writableNeedDrain) return;
    peer.unsent = null;
    const frame = Buffer.allocUnsafe(4 + unsent.length);
    frame.writeInt32BE(unsent.length);
    unsent.copy(frame, 4);
    socket.write(frame);
  }

  connectAll(): void {
    for (const serverId of this.servers.keys()) {
      if (serverId !== this.settings.serverId && this.peer(serverId).socket === null) this.dial(serverId);
    }
  }

  private dial(serverId: ServerId): void {
    const peer = this.peer(serverId);
    if (peer.dialling !== null || this.isClosed) return;
    const known = this.servers.get(serverId);
    const addresses = known === undefined ? peer.saidAddresses : electionAddresses(known);
    if (addresses.length === 0) return;
    peer.dialling = this.transport.connect(
      addresses,
      this.settings.cnxTimeoutMs,
      (socket) => {
        peer.dialling = null;
        this.dialled(serverId, peer, socket);
      },
      () => {
        peer.dialling = null;
      },
    );
  }

  private dialled(serverId: ServerId, peer: Peer, socket: Socket): void {
    const addresses = this.own?.addresses ?? [];
    const told = this.settings.isMultiAddress ? addresses : addresses.slice(0, 1);
    peer.dialling = { cancel: () => socket.destroy() };
    socket.write(initialMessage(this.settings.serverId, told, this.settings.isMultiAddress));
    this.transport.prove(socket, {
      passed: () => {
        peer.dialling = null;
        this.introduced(serverId, peer, socket);
      },
      failed: (reason) => {
        peer.dialling = null;
        socket.destroy();
        if (!this.isClosed)
          this.events.warn(`Server ${serverId} at ${remoteOf(socket)} does not let this one in: ${reason}.`);
      },
    });
  }

  private introduced(serverId: ServerId, peer: Peer, socket: Socket): void {
    // The greater id keeps the connection it made; the lesser has only asked to be dialled.
    if (serverId < this.settings.serverId) return this.take(serverId, peer, socket);
    socket.on('error', () => {});
    socket.end();
    socket.resume();
  }

  private accepted(socket: Socket): void {
    if (this.isClosed) return void socket.destroy();
    const { room } = this;
    room.enter(socket, this.settings.headerTimeoutMs, 'say who it is');
    let bytes: Buffer = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const initial = readInitial(bytes);
      if (initial === null) return;
      if (typeof initial === 'string') return room.drop(socket, initial);
      socket.pause();
      socket.off('data', read);
      if (bytes.length > initial.bytes) socket.unshift(bytes.subarray(initial.bytes));
      this.transport.verify(socket, {
        passed: () => {
          room.leave(socket);
          this.identified(socket, initial);
        },
        failed: (reason) => room.drop(socket, `as server ${initial.serverId}, ${reason}`),
      });
    };
    socket.on('data', read);
  }

  private warnClosed(socket: Socket, reason: string): void {
    this.events.warn(`A connection to the election port from ${remoteOf(socket)} is closed: ${reason}.`);
  }

  private identified(socket: Socket, initial: Initial): void {
    const { serverId } = initial;
    if (serverId === this.settings.serverId) {
      this.events.warn(
        `${remoteOf(socket)} says on the election port that it is server ${serverId}, as this one is.`,
      );
      socket.destroy();
      return;
    }
    if (serverId < 0 && this.anonymous() >= anonymousMax) {
      this.warnClosed(socket, `${anonymousMax} servers without an id are connected`);
      return void socket.destroy();
    }
    const peer = this.peer(serverId);
    peer.saidAddresses = initial.addresses;
    if (serverId > this.settings.serverId || serverId < 0) return this.take(serverId, peer, socket);
    socket.destroy();
    if (peer.socket === null) this.dial(serverId);
  }

  private anonymous(): number {
    let count = 0;
    for (const serverId of this.peers.keys()) if (serverId < 0) count += 1;
    return count;
  }

  /** From here on this is the connection with that server. */
  private take(serverId: ServerId, peer: Peer, socket: Socket): void {
    if (this.isClosed) return void socket.destroy();
    peer.socket?.destroy();
    peer.socket = socket;
    const messages = new MessageReader();
    const gone = (): void => {
      if (peer.socket !== socket) return;
      peer.socket = null;
      // Ids without a server of their own are never given twice.
      if (serverId < 0) this.peers.delete(serverId);
    };
    const read = (chunk: Buffer): void => {
      messages.push(chunk);
      for (let message = messages.next(); message !== null; message = messages.next()) {
        if (typeof message === 'string') return this.refuse(serverId, socket, message);
        this.receive(serverId, message);
      }
    };
    socket.on('data', read);
    socket.on('drain', () => this.sendUnsent(peer));
    socket.on('error', gone);
    socket.on('close', gone);
    peer.unsent ??= peer.last;
    this.sendUnsent(peer);
    socket.resume();
  }

  /** As Apache: what cannot be understood may come from a later release, and is passed over. */
  private receive(serverId: ServerId, message: Buffer): void {
    const notification = readNotification(message);
    if (typeof notification === 'string') this.events.warn(`Server ${serverId} sent ${notification}.`);
    else this.events.received(serverId, notification);
  }

  private refuse(serverId: ServerId, socket: Socket, what: string): void {
    this.events.warn(`Server ${serverId} at ${remoteOf(socket)} sent ${what}; the connection is closed.`);
    socket.destroy();
  }

  close(): void {
    this.isClosed = true;
    this.listening?.close();
    for (const peer of this.peers.values()) {
      peer.dialling?.cancel();
      peer.socket?.destroy();
    }
    this.room.close();
  }
}

function electionAddresses({ addresses }: QuorumServer): Address[] {
  return addresses.map(({ host, electionPort: port }) => ({ host, port }));
}
