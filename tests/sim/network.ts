import { readNotification } from '@/server/election/notification';
import type { Dialling, ElectionNetwork, QuorumNetwork } from '@/server/peer/ports';
import type { HostPort, QuorumConfig, QuorumServer, ServerId } from '@/server/quorum/contract';
import type { LinkHandler, PeerLink } from '@/server/zab/contract';
import { serverOfHost } from './configs';
import type { Bugs } from './faults';
import type { SimMember } from './member';
import { Violation, type World } from './world';

/**
 * The network between members: ordered streams with latency, cut in one direction or both, clogged, reset. What is sent
 * into a cut waits, as TCP would keep trying; what was on its way when a member dies is lost with it.
 */
export class SimNetwork {
  readonly members = new Map<ServerId, SimMember>();
  /** `from>to` pairs that deliver nothing now. */
  private readonly cuts = new Set<string>();
  readonly links = new Set<SimPipe>();
  /** Pairs of servers, the lower first, that have a connection between their election ports. */
  readonly electionLinks = new Set<string>();
  latencyMaxMs = 3;

  constructor(
    readonly world: World,
    readonly bugs: Bugs,
  ) {}

  isCut(from: ServerId, to: ServerId): boolean {
    return this.cuts.has(`${from}>${to}`);
  }

  cut(from: ServerId, to: ServerId): void {
    this.cuts.add(`${from}>${to}`);
  }

  heal(): void {
    this.cuts.clear();
    for (const pipe of this.links) pipe.wake();
  }

  latencyMs(): number {
    return this.world.random.int(1, this.latencyMaxMs * 10) / 10;
  }

  /** Every connection between two members ends, and both hear of it. */
  reset(a: ServerId, b: ServerId): void {
    for (const pipe of [...this.links]) if (pipe.joins(a, b)) pipe.reset();
  }
}

/** One connection on the quorum port: two directions. */
export class SimPipe {
  readonly ends: readonly [SimEnd, SimEnd];

  constructor(
    readonly network: SimNetwork,
    readonly from: SimMember,
    readonly to: SimMember,
  ) {
    this.ends = [new SimEnd(this, from, to), new SimEnd(this, to, from)];
    network.links.add(this);
  }

  other(end: SimEnd): SimEnd {
    return end === this.ends[0] ? this.ends[1] : this.ends[0];
  }

  joins(a: ServerId, b: ServerId): boolean {
    const { from, to } = this;
    return (from.serverId === a && to.serverId === b) || (from.serverId === b && to.serverId === a);
  }

  wake(): void {
    for (const end of this.ends) end.deliverLater();
  }

  reset(): void {
    for (const end of this.ends) end.hear('reset');
    this.network.links.delete(this);
  }
}

/** One side of a connection, as its member holds it. */
export class SimEnd implements PeerLink {
  readonly remote: string;
  /** Which life of its member it belongs to. */
  private readonly life: number;
  private handler: LinkHandler | null = null;
  private readonly onTheWay: (Buffer | 'end')[] = [];
  private inbox: (Buffer | 'end')[] = [];
  private isPaused = false;
  private isClosed = false;
  private isDelivering = false;

  constructor(
    private readonly pipe: SimPipe,
    private readonly own: SimMember,
    private readonly peer: SimMember,
  ) {
    this.remote = `server.${peer.serverId}`;
    this.life = own.life;
  }

  attach(handler: LinkHandler): void {
    this.handler = handler;
    this.read();
  }

  get queuedBytes(): number {
    return 0;
  }

  send(bytes: Buffer): void {
    if (this.isClosed) return;
    this.onTheWay.push(bytes);
    this.deliverLater();
  }

  whenDrained(event: () => void): void {
    const { world } = this.pipe.network;
    world.after(world.random.int(1, 10) / 10, () => this.inOwn(event));
  }

  private inOwn(event: () => void): void {
    if (this.own.life === this.life && !this.isClosed) this.own.handle(() => !this.isClosed && event());
  }

  /** Sends what is on the way, in pieces, one after the other. */
  deliverLater(): void {
    const { network } = this.pipe;
    if (this.isDelivering || this.onTheWay.length === 0) return;
    if (network.isCut(this.own.serverId, this.peer.serverId)) return;
    this.isDelivering = true;
    network.world.after(network.latencyMs(), () => {
      this.isDelivering = false;
      if (network.isCut(this.own.serverId, this.peer.serverId)) return;
      const taken = this.onTheWay.splice(0, network.world.random.int(1, this.onTheWay.length));
      if (network.bugs.reordersLinks && taken.length > 1) taken.reverse();
      this.pipe.other(this).arrived(taken);
      this.deliverLater();
    });
  }

  private arrived(pieces: readonly (Buffer | 'end')[]): void {
    this.inbox.push(...pieces);
    this.inOwn(() => this.read());
  }

  private read(): void {
    const { world } = this.pipe.network;
    while (!this.isPaused && this.handler !== null && this.inbox.length > 0) {
      const piece = this.inbox.shift()!;
      if (piece === 'end') return this.gone('it was closed');
      const cutAt = piece.length > 1 && world.random.chance(0.2) ? world.random.int(1, piece.length - 1) : 0;
      if (cutAt > 0) this.inbox.unshift(piece.subarray(cutAt));
      this.handler.bytes(cutAt > 0 ? piece.subarray(0, cutAt) : piece, this.own.nowMs);
      // The rest of a piece may be long in coming, and anything may happen before.
      if (cutAt > 0 && world.random.chance(0.5))
        return void world.after(world.random.int(0, 50), () => this.inOwn(() => this.read()));
    }
  }

  private gone(reason: string): void {
    const { handler } = this;
    this.isClosed = true;
    this.handler = null;
    handler?.closed(reason, this.own.nowMs);
  }

  /** The other side, or the network, ends it. */
  hear(reason: string): void {
    if (this.isClosed || this.own.life !== this.life) return;
    this.own.handle(() => this.gone(reason));
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.pipe.network.world.after(0, () => this.inOwn(() => this.read()));
  }

  close(): void {
    if (this.isClosed) return;
    this.onTheWay.push('end');
    this.deliverLater();
    this.isClosed = true;
    this.handler = null;
  }

  /** Its member died: the other side may hear of it, or only its silence. */
  died(): void {
    this.isClosed = true;
    this.handler = null;
    this.onTheWay.length = 0;
    const { world } = this.pipe.network;
    if (world.random.chance(0.8)) {
      this.onTheWay.push('end');
      this.deliverLater();
    }
  }

  isOf(member: SimMember): boolean {
    return this.own === member;
  }
}

const pairOf = (a: ServerId, b: ServerId): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

/**
 * The election port of one member: of what is to be said to a server, the newest alone is kept. Whoever knows the other's
 * address makes the connection; it carries both ways.
 */
export class SimElection implements ElectionNetwork {
  private readonly unsent = new Map<ServerId, Buffer>();
  private servers: ReadonlyMap<ServerId, QuorumServer> = new Map();
  /** Where this member listens; a server that no config names any more, where it did. */
  private port = 0;

  constructor(
    private readonly network: SimNetwork,
    private readonly own: SimMember,
  ) {}

  send(to: ServerId, notification: Buffer): void {
    this.unsent.set(to, notification);
    this.connect(to);
  }

  /** Takes what time a message takes, and lets out what waits here; over a new connection also what waits there. */
  private connect(to: ServerId): void {
    const { network, own } = this;
    const { life } = own;
    network.world.after(network.latencyMs(), () => {
      const target = network.members.get(to);
      if (own.life !== life || target?.isUp !== true) return;
      if (network.isCut(own.serverId, to) || network.isCut(to, own.serverId)) return;
      const pair = pairOf(own.serverId, to);
      const isNew = !network.electionLinks.has(pair);
      if (isNew && !this.reaches(target)) return;
      network.electionLinks.add(pair);
      this.deliver(target);
      if (isNew) target.election.connect(own.serverId);
    });
  }

  private reaches(target: SimMember): boolean {
    const address = this.servers.get(target.serverId)?.addresses[0];
    return address !== undefined && address.electionPort === target.election.port;
  }

  private deliver(target: SimMember): void {
    const { network, own } = this;
    const bytes = this.unsent.get(target.serverId);
    if (bytes === undefined) return;
    this.unsent.delete(target.serverId);
    const notification = readNotification(bytes);
    if (typeof notification === 'string') throw new Violation(`a member sent ${notification}`);
    network.world.log(
      () =>
        `${own.name} to ${target.name}: ${notification.state} for ${notification.leader} round ${notification.electionEpoch}`,
    );
    target.handle(() => target.peer?.notified(own.serverId, notification, target.nowMs));
  }

  connectAll(): void {
    for (const to of this.servers.keys()) if (to !== this.own.serverId) this.connect(to);
  }

  configure(config: QuorumConfig, next: QuorumConfig | null): void {
    this.servers = new Map([...(next?.servers ?? []), ...config.servers]);
    const own = config.servers.get(this.own.serverId)?.addresses[0];
    if (own !== undefined) this.port = own.electionPort;
  }

  died(): void {
    const { network, own } = this;
    this.unsent.clear();
    for (const to of network.members.keys()) network.electionLinks.delete(pairOf(own.serverId, to));
  }
}

/** The same at every host. */
export const observerMasterPort = 2191;

type Accepting = (link: PeerLink, nowMs: number) => LinkHandler | null;

export class SimQuorum implements QuorumNetwork {
  private readonly listeners = new Map<number, Accepting>();

  constructor(
    private readonly network: SimNetwork,
    private readonly own: SimMember,
  ) {}

  dial<Address extends HostPort>(
    addresses: readonly Address[],
    timeoutMs: number,
    connected: (link: PeerLink, nowMs: number, address: Address) => LinkHandler,
    failed: (reason: string, nowMs: number) => void,
  ): Dialling {
    const { network, own } = this;
    const { world } = network;
    const { life } = own;
    const deadlineMs = world.nowMs + timeoutMs;
    let isCancelled = false;
    const attempt = (): void => {
      if (isCancelled || own.life !== life) return;
      for (const address of addresses) {
        const target = network.members.get(serverOfHost(address.host));
        if (target?.quorum.accepts(own, address.port) === true)
          return target.quorum.accept(own, address.port, (link, nowMs) => connected(link, nowMs, address));
      }
      if (world.nowMs > deadlineMs) own.handle(() => !isCancelled && failed('no answer', own.nowMs));
      else world.after(100, attempt);
    };
    world.after(network.latencyMs(), attempt);
    return {
      cancel() {
        isCancelled = true;
      },
    };
  }

  accepts(from: SimMember, port: number): boolean {
    const { network, own } = this;
    const cut = network.isCut(own.serverId, from.serverId) || network.isCut(from.serverId, own.serverId);
    return own.isUp && this.listeners.has(port) && !cut;
  }

  accept(from: SimMember, port: number, connected: (link: PeerLink, nowMs: number) => LinkHandler): void {
    const pipe = new SimPipe(this.network, from, this.own);
    this.own.handle(() => {
      const handler = this.listeners.get(port)?.(pipe.ends[1], this.own.nowMs) ?? null;
      if (handler === null) pipe.ends[1].close();
      else pipe.ends[1].attach(handler);
    });
    from.handle(() => pipe.ends[0].attach(connected(pipe.ends[0], from.nowMs)));
  }

  /** Nowhere without an address, as a server that no config names any more. */
  listen(addresses: readonly HostPort[], connected: Accepting): { close(): void } {
    for (const { port } of addresses) this.listeners.set(port, connected);
    return {
      close: () => {
        for (const { port } of addresses)
          if (this.listeners.get(port) === connected) this.listeners.delete(port);
      },
    };
  }

  die(): void {
    this.listeners.clear();
  }
}
