import { epochOf, formatZxid, makeZxid, zxidCounter } from '@/lib/protocol/zxid';
import { planLevel, sendLevel, type LevelSource } from './bring-level';
import type { PeerLink } from './contract';
import { LearnerHandler, type HandlerEvents } from './learner-handler';
import type { MasterOptions } from './options';
import {
  describePacket,
  intBytes,
  packetBytes,
  packetTypes,
  protocolVersion,
  type QuorumPacket,
} from './quorum-packet';
import { readRegistration, type Registration } from './registration';
import type { SyncPlan } from './sync-choice';

/**
 * What a leader and an observer master have in common (Apache's LearnerMaster and LearnerHandler): learners register, hear
 * of the epoch, are brought level, and are heard of and spoken to for as long as they stay. Who is taken in, and what
 * becomes of what they ask and acknowledge, is the subclass's word.
 */

/** Where learners' words for their clients go. */
export interface LearnerVoice {
  /** A PING's answer: which sessions the learner heard of. */
  touched(handler: LearnerHandler, data: Buffer | null, nowMs: number): void;
  revalidate(handler: LearnerHandler, data: Buffer | null, nowMs: number): void;
  requested(handler: LearnerHandler, packet: QuorumPacket, nowMs: number): void;
}

export abstract class LearnerMaster<Options extends MasterOptions> implements HandlerEvents {
  readonly handlers = new Set<LearnerHandler>();
  protected nowMs: number;
  private anonymous = -1;

  protected constructor(protected readonly options: Options) {
    this.nowMs = options.nowMs;
  }

  /** The epoch that is offered; null before there is one. */
  abstract get epoch(): number | null;
  /** What a PING says. */
  abstract get lastProposed(): bigint;
  /** Whether learners that are level may serve clients. */
  protected abstract readonly isServing: boolean;
  protected abstract readonly isEnded: boolean;
  /** Of the newest config that is known here. */
  protected abstract readonly configVersion: bigint;
  protected abstract readonly stream: {
    join(handler: LearnerHandler): void;
    leave(handler: LearnerHandler): void;
  };
  protected abstract readonly voice: LearnerVoice;

  /** A sentence where that learner is none of this server's. */
  protected abstract refusal(registration: Registration): string | null;
  /** It has said who it is; it is offered the epoch once there is one. */
  protected abstract registered(handler: LearnerHandler, acceptedEpoch: number): void;
  /** It follows into the epoch; `currentEpoch` −1 where it did before. */
  protected abstract following(handler: LearnerHandler, currentEpoch: number): void;
  protected abstract levelSource(): LevelSource;
  /** It has the history, and is not served yet. */
  protected abstract level(handler: LearnerHandler): void;
  protected abstract proposalAcknowledged(handler: LearnerHandler, zxid: bigint): void;
  /** Its connection is gone, and no other has taken its place. */
  protected abstract departed(handler: LearnerHandler): void;
  abstract chunkDone(nowMs: number): void;
  /** Sends what was broadcast since the last time; called at the end of every event. */
  abstract flush(): void;

  get lastCommitted(): bigint {
    return this.options.history.lastCommitted;
  }

  // Connections.

  connected(link: PeerLink, nowMs: number): LearnerHandler {
    const handler = new LearnerHandler(link, this, this.options, nowMs);
    this.handlers.add(handler);
    return handler;
  }

  gone(handler: LearnerHandler, nowMs: number): void {
    this.nowMs = nowMs;
    this.handlers.delete(handler);
    this.stream.leave(handler);
    // Another connection of the same server may have taken over.
    if ([...this.handlers].some((other) => other.serverId === handler.serverId)) return;
    this.departed(handler);
  }

  malformed(handler: LearnerHandler, reason: string, nowMs: number): void {
    this.nowMs = nowMs;
    this.refuse(handler, reason);
  }

  protected refuse(handler: LearnerHandler, reason: string): void {
    this.options.warn(`The connection of ${handler.describe()} is closed: ${reason}.`);
    handler.close(reason, this.nowMs);
  }

  packet(handler: LearnerHandler, packet: QuorumPacket, nowMs: number): void {
    this.nowMs = nowMs;
    if (this.isEnded) return;
    switch (handler.phase) {
      case 'new':
        return this.register(handler, packet);
      case 'discovery':
        return this.epochAcknowledged(handler, packet);
      case 'synchronization':
      case 'synced':
        return this.learnerSaid(handler, packet);
      default:
        this.refuse(handler, `${describePacket(packet)} came out of turn`);
    }
  }

  // Discovery.

  private register(handler: LearnerHandler, packet: QuorumPacket): void {
    const { serverId, settings } = this.options;
    const configVersion = settings.reconfigEnabled ? this.configVersion : null;
    const registration = readRegistration(packet, { serverId, configVersion });
    if (typeof registration === 'string') return this.refuse(handler, registration);
    const refusal = this.refusal(registration);
    if (refusal !== null) return this.refuse(handler, refusal);
    handler.serverId = registration.serverId ?? this.anonymous--;
    handler.isObserver = registration.isObserver;
    handler.protocolVersion = registration.protocolVersion;
    if (!this.replaceOlder(handler)) return;
    handler.phase = 'registered';
    this.registered(handler, epochOf(packet.zxid));
  }

  /**
   * A server that comes back takes the place of its old connection, unless that one is alive: a server is heard of twice a
   * tick, so two that are heard of have the same id by mistake, and the first stays.
   */
  private replaceOlder(handler: LearnerHandler): boolean {
    const { tickTimeMs } = this.options.settings;
    for (const other of this.handlers) {
      if (other === handler || other.serverId !== handler.serverId) continue;
      if (other.phase === 'synced' && this.nowMs - other.heardMs <= tickTimeMs) {
        this.refuse(handler, `that server is connected from ${other.link.remote}`);
        return false;
      }
      this.refuse(other, 'the same server connected again');
    }
    return true;
  }

  protected offerEpoch(handler: LearnerHandler): void {
    handler.phase = 'discovery';
    const bytes = packetBytes(packetTypes.LEADERINFO, this.epochStart, intBytes(protocolVersion));
    handler.send(bytes, this.nowMs);
  }

  private get epochStart(): bigint {
    return makeZxid(BigInt(this.epoch!), 0n);
  }

  private epochAcknowledged(handler: LearnerHandler, packet: QuorumPacket): void {
    if (packet.type !== packetTypes.ACKEPOCH || packet.data?.length !== 4)
      return this.refuse(handler, `${describePacket(packet)} came instead of ACKEPOCH`);
    handler.peerZxid = packet.zxid;
    handler.phase = 'elected';
    this.following(handler, packet.data.readInt32BE(0));
  }

  // Synchronisation.

  protected synchronize(handler: LearnerHandler): void {
    // What was broadcast so far is in the history that is sent; what follows comes behind it.
    this.flush();
    const source = this.levelSource();
    const plan = planLevel(handler, source, this.options);
    const underWay = this.underWay(plan.mode);
    const refusal = this.isTooMany(handler, plan.mode, underWay);
    if (refusal !== null) return this.refuse(handler, refusal);
    handler.phase = 'synchronization';
    handler.syncMode = plan.mode;
    this.options.meter?.synchronizing(plan.mode, underWay + 1);
    this.stream.join(handler);
    sendLevel(handler, plan, source, this.options, this.nowMs);
    this.options.info?.(`${handler.describe()} is synchronized by ${plan.mode}.`);
  }

  /**
   * As in Apache: only observers have to wait for their turn, by coming again; the ensemble needs its followers. Those that
   * are being brought level count, whoever they are.
   */
  private isTooMany(handler: LearnerHandler, mode: SyncPlan['mode'], underWay: number): string | null {
    if (!handler.isObserver) return null;
    const isSnap = mode === 'SNAP';
    const { maxConcurrentSnapSyncs, maxConcurrentDiffSyncs } = this.options.settings;
    const [key, max] = isSnap
      ? ['leader.maxConcurrentSnapSyncs', maxConcurrentSnapSyncs]
      : ['leader.maxConcurrentDiffSyncs', maxConcurrentDiffSyncs];
    return underWay < max ? null : `${underWay} learners are being synchronized, as many as ${key} allows`;
  }

  /** Learners that are being brought level by a snapshot, or by transactions. */
  private underWay(mode: SyncPlan['mode']): number {
    let underWay = 0;
    for (const { phase, syncMode } of this.handlers)
      if (phase === 'synchronization' && (syncMode === 'SNAP') === (mode === 'SNAP')) underWay += 1;
    return underWay;
  }

  private sendUpToDate(handler: LearnerHandler): void {
    this.flush();
    handler.send(packetBytes(packetTypes.UPTODATE, -1n), this.nowMs);
  }

  /** All that are level may serve from now on. */
  protected welcome(): void {
    for (const handler of this.handlers) if (handler.phase === 'synced') this.sendUpToDate(handler);
  }

  // Broadcast.

  private learnerSaid(handler: LearnerHandler, packet: QuorumPacket): void {
    switch (packet.type) {
      case packetTypes.ACK:
        if (zxidCounter(packet.zxid) === 0n) return this.newLeaderAcknowledged(handler, packet.zxid);
        return this.proposalAcknowledged(handler, packet.zxid);
      case packetTypes.PING:
        return this.voice.touched(handler, packet.data, this.nowMs);
      case packetTypes.REVALIDATE:
        this.options.meter?.revalidated();
        return this.voice.revalidate(handler, packet.data, this.nowMs);
      case packetTypes.REQUEST:
        if (this.isServing) return this.voice.requested(handler, packet, this.nowMs);
        return this.refuse(handler, 'a request came before this leader serves');
      default:
        this.refuse(handler, `${describePacket(packet)} is nothing a learner says`);
    }
  }

  private newLeaderAcknowledged(handler: LearnerHandler, zxid: bigint): void {
    if (handler.phase !== 'synchronization') return;
    if (zxid !== this.epochStart)
      return this.refuse(
        handler,
        `it acknowledges ${formatZxid(zxid)}, which is not the epoch it was offered`,
      );
    handler.phase = 'synced';
    if (handler.awaited !== null) handler.awaited = { zxid: handler.awaited.zxid, sinceMs: this.nowMs };
    if (this.isServing) this.sendUpToDate(handler);
    else this.level(handler);
  }

  // Time.

  protected closeSilent(): void {
    for (const handler of this.handlers) {
      const reason = handler.overdue(this.options.settings, this.nowMs);
      if (reason !== null) this.refuse(handler, reason);
    }
  }

  protected pingAll(): void {
    this.flush();
    const ping = packetBytes(packetTypes.PING, this.lastProposed);
    for (const handler of this.handlers) {
      if (handler.phase === 'synced' || handler.phase === 'synchronization') handler.send(ping, this.nowMs);
    }
  }

  protected closeAll(reason: string): void {
    for (const handler of [...this.handlers]) handler.close(reason, this.nowMs);
  }
}
