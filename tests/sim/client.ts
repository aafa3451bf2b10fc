import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { writeMultiRequest } from '@/lib/protocol/multi';
import { ops, type OpName } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import { Client, type ClientIo } from '@/server/processors/client';
import { specialPaths } from '@/server/tree/data-tree';
import type { Checker } from './checker';
import { randomReconfig } from './configs';
import type { SimMember } from './member';
import type { World } from './world';

/** A client of the ensemble: one session, moved from member to member, one request at a time, all of it checked. */

/** What was asked, and what the checker needs to judge the answer. */
export interface Asked {
  readonly op: OpName;
  readonly path: string;
  readonly xid: number;
  /** The greatest zxid that any client had been answered with when this was sent. */
  readonly floor: bigint;
  readonly watch: boolean;
  /** A sync was answered on this connection, and nothing else was asked since. */
  readonly afterSync: bigint;
}

/** What `exists` and `getData` watch is one kind, as in the server. */
export type WatchKind = 'data' | 'child';

const reads: Partial<Record<OpName, WatchKind>> = { getData: 'data', exists: 'data', getChildren: 'child' };
export const watchKindOf = (op: OpName): WatchKind | undefined => reads[op];

const eventTypes = { created: 1, deleted: 2, changed: 3, children: 4 };

const paths = ['/a', '/b', '/c', '/a/x', '/b/y'];
const timeoutMs = 2_000;
const largeBytes = 300_000;
const replyHeaderBytes = 16;
/** How long an answer may take before the client looks for another member. */
const patienceMs = 1_500;

export class SimClient {
  sessionId = 0n;
  lastZxid = 0n;
  private passwd: Buffer = Buffer.alloc(16);
  private member: SimMember | null = null;
  private client: Client | null = null;
  private out = new JuteWriter(1024);
  private asked: Asked | null = null;
  private isClosing = false;
  /** The first frame of a connection answers its handshake. */
  private awaitsWelcome = true;
  private readonly arrivals = { up: 0, down: 0 };
  private nextXid = 1;
  private value = 0;
  private syncFloor = 0n;
  /** The process at the other end of the present connection. */
  private memberLife = 0;
  /** Connections that were left, and whose members have not heard of it. */
  private readonly lingering = new Set<Client>();
  /** One-time watches of this connection, by kind and path: the zxid at which they were set. */
  readonly watches: Readonly<Record<WatchKind, Map<string, bigint>>> = { data: new Map(), child: new Map() };
  isStopped = false;
  acknowledged = 0;

  constructor(
    readonly name: string,
    private readonly world: World,
    private readonly members: readonly SimMember[],
    private readonly checker: Checker,
    /** Whether this client may ask for another ensemble now. */
    private readonly reconfigures: () => boolean,
    /** It is content with members that may only be read. */
    private readonly isContentToRead: boolean,
  ) {}

  start(): void {
    this.world.after(this.world.random.int(0, 500), () => this.connect());
  }

  // The connection.

  private connect(): void {
    if (this.isStopped || this.client !== null) return;
    const member = this.world.random.pick(this.members);
    if (!member.isUp || member.isPaused || this.checker.isIsolated(member)) {
      this.world.after(100, () => this.connect());
      return;
    }
    this.member = member;
    this.memberLife = member.life;
    const client: Client = new Client(
      this.ioOf(() => client),
      '127.0.0.1',
      { eventSent() {} },
      () => true,
    );
    this.client = client;
    this.isClosing = false;
    this.awaitsWelcome = true;
    member.clients.add(this);
    this.watches.data.clear();
    this.watches.child.clear();
    this.syncFloor = 0n;
    const request = proto.connectRequest.encode({
      protocolVersion: 0,
      lastZxidSeen: this.lastZxid,
      timeOut: timeoutMs,
      sessionId: this.sessionId,
      passwd: this.passwd,
    });
    this.give(Buffer.concat([request, Buffer.from([Number(this.isContentToRead)])]));
    this.world.after(patienceMs, () => client === this.client && client.phase !== 'open' && this.leave());
  }

  private give(frame: Buffer): void {
    const { member, client, memberLife } = this;
    this.world.after(this.delay('up'), () => {
      if (client === null || member!.life !== memberLife) return;
      if (client !== this.client && !this.lingering.has(client)) return;
      member!.handle(() => {
        if (client.phase !== 'closed')
          member!.pipeline!.receive(client, frame, 0, frame.length, member!.nowMs);
      });
    });
  }

  /** When what is sent now arrives: never before what was sent earlier. */
  private delay(direction: 'up' | 'down'): number {
    const { world, arrivals } = this;
    const at = Math.max(world.nowMs + world.random.int(1, 20) / 10, arrivals[direction]);
    arrivals[direction] = at;
    return at - world.nowMs;
  }

  /**
   * Goes to another member; what was asked is of unknown outcome. The member that is left may hear of it late: what is under
   * way to it arrives, and must not be done behind what the session asks elsewhere.
   */
  private leave(): void {
    const { member, client, memberLife, world } = this;
    if (client === null) return;
    member!.clients.delete(this);
    const hear = (): void => {
      this.lingering.delete(client);
      if (member!.life === memberLife) member!.handle(() => member!.pipeline?.disconnected(client));
    };
    if (world.random.chance(0.7)) hear();
    else {
      this.lingering.add(client);
      world.after(world.random.int(5, 3_000), hear);
    }
    this.lostConnection();
  }

  lostConnection(): void {
    this.client = null;
    this.asked = null;
    this.out = new JuteWriter(1024);
    if (!this.isStopped) this.world.after(this.world.random.int(10, 200), () => this.connect());
  }

  stop(): void {
    this.isStopped = true;
    this.leave();
  }

  /** The socket side of one connection: what a member writes to one that was left goes nowhere. */
  private ioOf(client: () => Client): ClientIo {
    const isCurrent = (): boolean => client() === this.client;
    return {
      output: () => (isCurrent() ? this.out : new JuteWriter(64)),
      spill() {},
      eventWritten() {},
      endAfterOutput: () => {
        if (isCurrent()) this.isClosing = true;
      },
      drop: () => {
        if (isCurrent()) this.drop();
      },
    };
  }

  drop(): void {
    const { member, client } = this;
    if (client === null) return;
    member!.pipeline?.disconnected(client);
    member!.clients.delete(this);
    this.lostConnection();
  }

  /** The member lets out what it wrote for this client. */
  flush(): void {
    if (this.out.size === 0) {
      if (this.isClosing) this.drop();
      return;
    }
    const bytes = this.out.take();
    this.out.reset();
    const { client, isClosing } = this;
    this.world.after(this.delay('down'), () => {
      if (client === this.client) this.received(bytes, client!);
    });
    if (isClosing) this.world.after(this.delay('down'), () => client === this.client && this.drop());
  }

  private received(bytes: Buffer, client: Client): void {
    for (let at = 0; at < bytes.length && client === this.client;) {
      const length = bytes.readInt32BE(at);
      this.frame(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
  }

  private frame(frame: Buffer): void {
    if (this.awaitsWelcome) return this.welcomed(frame);
    const reader = new JuteReader(frame);
    const { xid, zxid, err } = proto.replyHeader.read(reader);
    const body = frame.subarray(reader.offset);
    if (xid === proto.xids.notification) return this.event(body);
    const { asked } = this;
    if (asked === null || xid !== asked.xid)
      this.world.fail(`${this.name} got an answer to ${xid}, having asked ${asked?.xid}`);
    this.asked = null;
    if (zxid < this.lastZxid && zxid > 0n)
      this.world.fail(`${this.name} saw zxid ${zxid.toString(16)} after ${this.lastZxid.toString(16)}`);
    if (zxid > this.lastZxid) this.lastZxid = zxid;
    if (asked.op === 'sync' && err === 0) this.syncFloor = asked.floor;
    this.acknowledged += 1;
    this.world.log(
      () =>
        `${this.name} ${asked.op} ${asked.path} -> ${err} ${zxid.toString(16)}${asked.watch ? ' watched' : ''}`,
    );
    this.checker.answered(this, asked, err, zxid, body);
    this.world.after(this.world.random.int(0, 40), () => this.ask());
  }

  private welcomed(frame: Buffer): void {
    this.awaitsWelcome = false;
    // As Apache's, a member without a quorum answers who wants a global session with the refusal of a request, and hangs up.
    if (frame.length === replyHeaderBytes) return;
    const response = proto.connectResponse.read(new JuteReader(frame));
    if (response.timeOut === 0) {
      this.checker.expired(this.sessionId);
      this.sessionId = 0n;
      this.lastZxid = 0n;
      this.passwd = Buffer.alloc(16);
      return;
    }
    this.sessionId = response.sessionId;
    this.passwd = Buffer.from(response.passwd ?? Buffer.alloc(16));
    this.ask();
  }

  private event(body: Buffer): void {
    const event = proto.watcherEvent.decode(body);
    const path = event.path ?? '';
    this.world.log(() => `${this.name} event ${event.type} ${path}`);
    const { data, child } = this.watches;
    const hadData = event.type !== eventTypes.children && data.delete(path);
    const hadChild =
      (event.type === eventTypes.children || event.type === eventTypes.deleted) && child.delete(path);
    if (!hadData && !hadChild)
      this.world.fail(`${this.name} got event ${event.type} of ${path} without a watch`);
  }

  // Requests.

  private ask(): void {
    const { client, world } = this;
    if (client === null || client.phase !== 'open' || this.asked !== null || this.isStopped) return;
    const { op, path, body } = this.choose();
    const xid = this.nextXid++;
    const watch = watchKindOf(op) !== undefined && body.at(-1) === 1;
    this.asked = { op, path, xid, floor: this.checker.acknowledgedZxid, watch, afterSync: this.syncFloor };
    if (op !== 'sync') this.syncFloor = 0n;
    this.give(Buffer.concat([proto.requestHeader.encode({ xid, type: ops[op].code }), body]));
    const patience = world.random.chance(0.02) ? world.random.int(0, 5) : patienceMs;
    world.after(patience, () => client === this.client && this.asked?.xid === xid && this.leave());
  }

  private choose(): { op: OpName; path: string; body: Buffer } {
    const { random } = this.world;
    const path = random.pick(paths);
    const padding = random.chance(0.003) ? '.'.repeat(largeBytes) : '';
    const data = Buffer.from(`${this.name}-${(this.value += 1)}${padding}`);
    if (this.reconfigures() && random.chance(0.06)) return this.chooseReconfig();
    const roll = random.next();
    if (roll < 0.3) return this.chooseRead(path);
    if (roll < 0.38) return { op: 'sync', path, body: proto.syncRequest.encode({ path }) };
    if (roll < 0.6)
      return { op: 'setData', path, body: proto.setDataRequest.encode({ path, data, version: -1 }) };
    if (roll < 0.8) {
      const flags = random.pick([0, 0, 1, 2, 3]);
      return {
        op: 'create',
        path,
        body: proto.createRequest.encode({ path, data, acl: [...openAcl], flags }),
      };
    }
    if (roll < 0.9) return { op: 'delete', path, body: proto.deleteRequest.encode({ path, version: -1 }) };
    const writer = new JuteWriter();
    writeMultiRequest(writer, [
      { op: 'setData', path: '/a', data, version: -1 },
      { op: 'setData', path: '/b', data, version: -1 },
    ]);
    return { op: 'multi', path, body: writer.take() };
  }

  private chooseRead(path: string): { op: OpName; path: string; body: Buffer } {
    const { random } = this.world;
    const watch = random.chance(0.5);
    const roll = random.next();
    if (roll < 0.6) return { op: 'getData', path, body: proto.getDataRequest.encode({ path, watch }) };
    if (roll < 0.8) return { op: 'exists', path, body: proto.existsRequest.encode({ path, watch }) };
    const parent = random.pick(['/', '/a', '/b']);
    return {
      op: 'getChildren',
      path: parent,
      body: proto.getChildrenRequest.encode({ path: parent, watch }),
    };
  }

  private chooseReconfig(): { op: OpName; path: string; body: Buffer } {
    const ids = this.members.map(({ serverId }) => serverId);
    const request = randomReconfig(this.world.random, ids, this.checker.config);
    this.world.log(
      () =>
        `${this.name} asks for ${JSON.stringify({ ...request, curConfigId: String(request.curConfigId) })}`,
    );
    return { op: 'reconfig', path: specialPaths.config, body: proto.reconfigRequest.encode(request) };
  }
}
