import { JuteError } from '@/lib/jute/error';
import type { ServerId } from '@/server/quorum/contract';
import type { LearnerRef, LinkHandler, PeerLink } from './contract';
import type { LearnerMeter, ZabSettings } from './options';
import { earlyDataBytesMax, PacketReader } from './packet-reader';
import { packetTypes, type QuorumPacket } from './quorum-packet';
import type { SyncPlan } from './sync-choice';

/**
 * One learner as its leader, or observer master, sees it (the state of Apache's LearnerHandler). What is sent to it while a
 * snapshot is under way waits here, in order and bounded.
 */

export type HandlerPhase =
  /** Connected; has not said who it is. */
  | 'new'
  /** Has said who it is; waits for the epoch. */
  | 'registered'
  /** Knows the new epoch; has to acknowledge it. */
  | 'discovery'
  /** Has acknowledged it; waits until a quorum has. */
  | 'elected'
  /** Is being brought level; has to acknowledge NEWLEADER. */
  | 'synchronization'
  /** Has the leader's history; waits until a quorum has, or is served. */
  | 'synced'
  | 'closed';

/** A learner that is behind by more than this is given up: it comes back and is brought level anew. */
const backlogBytesMax = 256 << 20;

export interface HandlerEvents {
  packet(handler: LearnerHandler, packet: QuorumPacket, nowMs: number): void;
  /** All packets of a chunk were handled. */
  chunkDone(nowMs: number): void;
  /** What it sent is no packet, or none that this learner may send; `handler` is still open. */
  malformed(handler: LearnerHandler, reason: string, nowMs: number): void;
  gone(handler: LearnerHandler, nowMs: number): void;
}

export class LearnerHandler implements LinkHandler, LearnerRef {
  serverId: ServerId = Number.NaN;
  isObserver = false;
  phase: HandlerPhase = 'new';
  /** As in its LearnerInfo; below 0x10000 there is no discovery. */
  protocolVersion = 0;
  /** Its last logged transaction, as said in ACKEPOCH. */
  peerZxid = 0n;
  /** All proposals up to this one are on its disk. */
  acked = -1n;
  /** Gets the live stream. */
  isForwarding = false;
  heardMs: number;
  /** The proposal whose acknowledgement is awaited, and since when; null when it owes none. */
  awaited: { readonly zxid: bigint; readonly sinceMs: number } | null = null;
  /** How it is, or was, brought level. */
  syncMode: SyncPlan['mode'] | null = null;
  /** Counted since it connected, or since an operator had them start again. */
  packetsReceived = 0;
  packetsSent = 0;
  requests = 0;
  private backlog: Buffer[] | null = null;
  private backlogBytes = 0;
  private heldBackBytesMax = 0;
  /** Sent since nothing was waiting the last time, and since when that is so. */
  private unsent = { packets: 0, sinceMs: 0 };
  private readonly packets: PacketReader;

  constructor(
    readonly link: PeerLink,
    private readonly events: HandlerEvents,
    private readonly options: {
      readonly settings: Pick<ZabSettings, 'packetBytesMax'>;
      readonly meter?: LearnerMeter;
    },
    readonly connectedMs: number,
  ) {
    this.heardMs = connectedMs;
    this.packets = new PacketReader(earlyDataBytesMax);
  }

  bytes(chunk: Buffer, nowMs: number): void {
    if (this.phase === 'closed') return;
    this.heardMs = nowMs;
    this.observeQueue(nowMs);
    this.packets.push(chunk);
    try {
      for (let packet = this.packets.next(); packet !== null; packet = this.packets.next()) {
        this.packetsReceived += 1;
        if (packet.type === packetTypes.REQUEST) this.requests += 1;
        this.events.packet(this, packet, nowMs);
        if (this.phase === 'synced') this.packets.dataBytesMax = this.options.settings.packetBytesMax;
        if ((this.phase as HandlerPhase) === 'closed') break;
      }
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      this.events.malformed(this, error.message, nowMs);
    }
    this.events.chunkDone(nowMs);
  }

  closed(_reason: string, nowMs: number): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.events.gone(this, nowMs);
  }

  /** Ends the connection from this side. */
  close(reason: string, nowMs: number): void {
    if (this.phase === 'closed') return;
    this.link.close(reason);
    this.closed(reason, nowMs);
  }

  /** `packets` is how many there are in `bytes`. */
  send(bytes: Buffer, nowMs: number, packets = 1): void {
    if (this.phase === 'closed' || bytes.length === 0) return;
    this.observeQueue(nowMs);
    if (this.unsent.packets === 0) this.unsent.sinceMs = nowMs;
    this.unsent.packets += packets;
    this.packetsSent += packets;
    if (this.backlog === null) {
      this.link.send(bytes);
    } else {
      this.backlog.push(bytes);
      this.backlogBytes += bytes.length;
    }
    this.observeQueue(nowMs);
    this.options.meter?.queued(this.serverId, this.unsent.packets);
    if (this.backlogBytes > this.heldBackBytesMax)
      this.giveUp(this.backlogBytes, this.heldBackBytesMax, nowMs);
    const waiting = this.queuedBytes;
    if (waiting > backlogBytesMax) this.giveUp(waiting, backlogBytesMax, nowMs);
  }

  /** Bytes that wait to be taken by its system. */
  get queuedBytes(): number {
    return this.backlogBytes + this.link.queuedBytes;
  }

  /** Packets among which those that wait are: at most so many do. */
  get queuedPackets(): number {
    return this.queuedBytes === 0 ? 0 : this.unsent.packets;
  }

  /** How long packets waited is known when an event first finds none waiting. */
  private observeQueue(nowMs: number): void {
    const { unsent } = this;
    if (unsent.packets === 0 || this.queuedBytes > 0) return;
    this.options.meter?.waited(this.serverId, nowMs - unsent.sinceMs);
    unsent.packets = 0;
  }

  /** It has everything up to `zxid` on its disk. */
  acknowledged(zxid: bigint, lastProposed: bigint, nowMs: number): void {
    this.acked = zxid;
    const { awaited } = this;
    if (awaited === null || zxid < awaited.zxid) return;
    this.options.meter?.acknowledged(this.serverId, nowMs - awaited.sinceMs);
    this.awaited = zxid >= lastProposed ? null : { zxid: lastProposed, sinceMs: nowMs };
  }

  private giveUp(bytes: number, bytesMax: number, nowMs: number): void {
    this.close(`it is ${bytes} bytes behind, more than ${bytesMax}`, nowMs);
  }

  /**
   * From here on `send` keeps what it is given, behind `first` and at most `bytesMax`; a snapshot goes out on the link
   * itself.
   */
  holdBack(first: Buffer, bytesMax = backlogBytesMax): void {
    this.backlog = [first];
    this.packetsSent += 1;
    this.heldBackBytesMax = bytesMax;
  }

  /** The snapshot is out: what was kept follows. */
  release(): void {
    const kept = this.backlog ?? [];
    this.backlog = null;
    this.backlogBytes = 0;
    if (this.phase === 'closed') return;
    for (const bytes of kept) this.link.send(bytes);
  }

  get isSendingSnapshot(): boolean {
    return this.backlog !== null;
  }

  /** Why it is to be given up: silent, or behind with an acknowledgement, for too long; null while it is in time. */
  overdue(limits: Pick<ZabSettings, 'initLimitMs' | 'syncLimitMs'>, nowMs: number): string | null {
    if (this.isSendingSnapshot) {
      // It hears the snapshot out before it says anything.
      this.heardMs = nowMs;
      return null;
    }
    const isSynced = this.phase === 'synced';
    const silentMs = nowMs - this.heardMs;
    if (silentMs > (isSynced ? limits.syncLimitMs : limits.initLimitMs))
      return `it was silent for ${Math.round(silentMs)} ms`;
    const owedMs = this.awaited === null ? 0 : nowMs - this.awaited.sinceMs;
    if (isSynced && owedMs > limits.syncLimitMs)
      return `it has not acknowledged a proposal for ${Math.round(owedMs)} ms`;
    return null;
  }

  describe(): string {
    const who = Number.isNaN(this.serverId)
      ? 'a peer'
      : `${this.isObserver ? 'observer' : 'server'} ${this.serverId}`;
    return `${who} at ${this.link.remote}`;
  }
}
