import { assert } from '@/lib/base/assert';
import type { JuteWriter } from '@/lib/jute/writer';
import { epochOf, formatZxid, makeZxid, zxidCounter } from '@/lib/protocol/zxid';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import { bringLevel } from './bring-level';
import { Broadcast } from './broadcast';
import { countLearners } from './census';
import { Commits } from './commits';
import type { PeerLink } from './contract';
import { Discovery } from './discovery';
import { LearnerHandler, type HandlerEvents } from './learner-handler';
import { LearnerRequests } from './learner-requests';
import type { LeaderOptions } from './options';
import {
  describePacket,
  intBytes,
  packetBytes,
  packetTypes,
  protocolVersion,
  type QuorumPacket,
} from './quorum-packet';
import { reconfigText } from './reconfig-txn';
import { readRegistration } from './registration';

/**
 * The leader's side of Zab (Apache's Leader and LearnerHandler): discovery (a new epoch that a quorum accepts),
 * synchronisation (every learner gets the leader's history), broadcast (proposals, committed in order once a quorum has
 * them on disk).
 *
 * What must be on disk before what leaves:
 * - acceptedEpoch before LEADERINFO: a leader that comes back must not offer the same epoch to others.
 * - currentEpoch before NEWLEADER: whoever acknowledges it must find this server at least as far.
 * - the own log before the own acknowledgement counts; its tail was synced before the election began.
 */

/** Zxids left of an epoch when a leader hands over: more than any tick can use. */
const countersReserved = 0x10_0000n;
const counterMax = 0xffff_ffffn;

type Phase = 'DISCOVERY' | 'SYNCHRONIZATION' | 'BROADCAST' | 'ended';

export class Leader implements HandlerEvents {
  phase: Phase = 'DISCOVERY';
  readonly handlers = new Set<LearnerHandler>();
  private readonly discovery: Discovery;
  private readonly broadcast: Broadcast;
  private readonly requests: LearnerRequests;
  private readonly commits: Commits;
  /** Seen and not committed when this leader began: to be completed by becoming established. */
  private lastSeen: QuorumConfig | null;
  private ticks = 0;
  private anonymous = -1;
  private nowMs: number;
  private readonly startedMs: number;

  constructor(private readonly options: LeaderOptions) {
    const { config, lastSeen, nowMs, serverId, storage, history } = options;
    this.lastSeen = lastSeen !== null && lastSeen.version > config.version ? lastSeen : null;
    this.nowMs = this.startedMs = nowMs;
    this.discovery = new Discovery(serverId, storage.epochs.acceptedEpoch);
    this.broadcast = new Broadcast(history, storage.log, this.handlers);
    this.requests = this.makeRequests();
    this.commits = new Commits(options, this.broadcast, this.requests);
  }

  private makeRequests(): LearnerRequests {
    const { broadcast, options } = this;
    return new LearnerRequests({
      host: options.host,
      get lastProposed() {
        return broadcast.lastProposed;
      },
      get outstanding() {
        return options.history.uncommitted.size;
      },
      flush: () => this.flush(),
    });
  }

  /** A server that is a quorum by itself goes on at once. */
  start(): void {
    this.considerEpoch();
  }

  /** The epoch this leader offers; null before a quorum is there. */
  get epoch(): number | null {
    return this.discovery.epoch;
  }

  /** The last zxid proposed, or the epoch's zero. */
  get lastProposed(): bigint {
    return this.broadcast.lastProposed;
  }

  get config(): QuorumConfig {
    return this.commits.config;
  }

  /** The last config seen, committed or not. */
  get newestConfig(): QuorumConfig {
    return this.commits.pendingConfig ?? this.lastSeen ?? this.config;
  }

  /** Who follows, and what was proposed: for mntr. */
  census() {
    const { lastProposed, requests, broadcast } = this;
    return {
      ...countLearners(this.handlers, this.config),
      lastProposed,
      lastCommitted: this.options.history.lastCommitted,
      pendingSyncs: requests.pendingSyncs,
      proposalBytes: broadcast.proposalBytes,
    };
  }

  /** Proposals not committed yet. */
  get outstanding(): number {
    return this.options.history.uncommitted.size;
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
    this.broadcast.leave(handler);
    // Another connection of the same server may have taken over.
    if ([...this.handlers].some((other) => other.serverId === handler.serverId)) return;
    this.discovery.forget(handler.serverId);
  }

  malformed(handler: LearnerHandler, reason: string, nowMs: number): void {
    this.nowMs = nowMs;
    this.refuse(handler, reason);
  }

  private refuse(handler: LearnerHandler, reason: string): void {
    this.options.warn(`The connection of ${handler.describe()} is closed: ${reason}.`);
    handler.close(reason, this.nowMs);
  }

  packet(handler: LearnerHandler, packet: QuorumPacket, nowMs: number): void {
    this.nowMs = nowMs;
    if (this.phase === 'ended') return;
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

  chunkDone(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.phase === 'BROADCAST') this.commits.advance(nowMs);
  }

  // Discovery.

  private register(handler: LearnerHandler, packet: QuorumPacket): void {
    const { serverId, settings } = this.options;
    const configVersion = settings.reconfigEnabled ? this.newestConfig.version : null;
    const registration = readRegistration(packet, { serverId, configVersion });
    if (typeof registration === 'string') return this.refuse(handler, registration);
    handler.serverId = registration.serverId ?? this.anonymous--;
    handler.isObserver = registration.isObserver;
    handler.protocolVersion = registration.protocolVersion;
    if (!this.replaceOlder(handler)) return;
    handler.phase = 'registered';
    if (this.epoch !== null) return this.offerEpoch(handler);
    if (!handler.isObserver) this.discovery.accepted(handler.serverId, epochOf(packet.zxid));
    this.considerEpoch();
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

  /** Takes the new epoch as soon as a quorum said which ones it has accepted. */
  private considerEpoch(): void {
    if (this.epoch !== null || !this.isQuorum(this.discovery.present)) return;
    const epoch = this.discovery.decide();
    this.options.storage.epochs.setAcceptedEpoch(epoch);
    this.broadcast.lastProposed = makeZxid(BigInt(epoch), 0n);
    this.versionFirstConfig();
    for (const handler of this.handlers) if (handler.phase === 'registered') this.offerEpoch(handler);
    this.considerElected();
  }

  /** A config that never had a version gets one, so that it counts for more than what a newcomer's file says. */
  private versionFirstConfig(): void {
    if (!this.options.settings.reconfigEnabled || this.newestConfig.version !== 0n) return;
    this.lastSeen = this.config.withVersion(this.lastProposed);
    this.options.host.configProposed(this.lastSeen);
  }

  private isQuorum(serverIds: ReadonlySet<ServerId>): boolean {
    return this.commits.hasQuorum(serverIds) && (this.lastSeen?.hasQuorum(serverIds) ?? true);
  }

  private offerEpoch(handler: LearnerHandler): void {
    handler.phase = 'discovery';
    const bytes = packetBytes(
      packetTypes.LEADERINFO,
      makeZxid(BigInt(this.epoch!), 0n),
      intBytes(protocolVersion),
    );
    handler.send(bytes, this.nowMs);
  }

  private epochAcknowledged(handler: LearnerHandler, packet: QuorumPacket): void {
    if (packet.type !== packetTypes.ACKEPOCH || packet.data?.length !== 4)
      return this.refuse(handler, `${describePacket(packet)} came instead of ACKEPOCH`);
    const currentEpoch = packet.data.readInt32BE(0);
    handler.peerZxid = packet.zxid;
    handler.phase = 'elected';
    if (!handler.isObserver && currentEpoch !== -1 && this.phase === 'DISCOVERY') {
      if (this.isAhead(currentEpoch, packet.zxid)) {
        return this.refuse(
          handler,
          `it is ahead of this leader, at epoch ${currentEpoch} and zxid ${formatZxid(packet.zxid)}`,
        );
      }
      this.discovery.epochAcknowledged(handler.serverId);
    }
    if (this.phase === 'DISCOVERY') this.considerElected();
    else this.synchronize(handler);
  }

  private isAhead(currentEpoch: number, zxid: bigint): boolean {
    const own = this.options.storage.epochs.currentEpoch;
    return currentEpoch > own || (currentEpoch === own && zxid > this.options.history.lastLogged);
  }

  // Synchronisation.

  private considerElected(): void {
    if (this.phase !== 'DISCOVERY' || !this.isQuorum(this.discovery.following)) return;
    this.options.storage.epochs.setCurrentEpoch(this.epoch!);
    this.phase = 'SYNCHRONIZATION';
    this.discovery.newLeaderAcknowledged(this.options.serverId);
    for (const handler of this.handlers) if (handler.phase === 'elected') this.synchronize(handler);
    this.considerEstablished();
  }

  private synchronize(handler: LearnerHandler): void {
    // What was broadcast so far is in the history that is sent; what follows comes behind it.
    this.flush();
    handler.phase = 'synchronization';
    this.commits.forget(handler.serverId);
    this.broadcast.join(handler);
    const established = this.phase === 'BROADCAST';
    const source = {
      established,
      epoch: this.epoch!,
      config: this.lastSeen ?? this.config,
      isReconfiguring: this.isReconfiguring,
    };
    const mode = bringLevel(handler, source, this.options, this.nowMs);
    this.options.info?.(`${handler.describe()} is synchronized by ${mode}.`);
  }

  private considerEstablished(): void {
    if (this.phase !== 'SYNCHRONIZATION' || !this.isQuorum(this.discovery.level)) return;
    this.phase = 'BROADCAST';
    const { history, host, serverId } = this.options;
    // The history a quorum now shares is committed, whoever proposed it; learners were told so as they got it.
    while (history.uncommitted.size > 0) host.inherited(history.commit(), this.nowMs);
    this.commits.acknowledged(serverId, history.lastSynced);
    host.established(this.epoch!, this.nowMs);
    for (const handler of this.handlers) if (handler.phase === 'synced') this.sendUpToDate(handler);
    const { lastSeen } = this;
    this.lastSeen = null;
    if (lastSeen !== null) this.commits.complete(lastSeen, this.discovery.level);
  }

  private sendUpToDate(handler: LearnerHandler): void {
    this.flush();
    handler.send(packetBytes(packetTypes.UPTODATE, -1n), this.nowMs);
  }

  // Broadcast: from learners.

  private learnerSaid(handler: LearnerHandler, packet: QuorumPacket): void {
    switch (packet.type) {
      case packetTypes.ACK:
        return this.acknowledged(handler, packet.zxid);
      case packetTypes.PING:
        return this.requests.touched(handler, packet.data, this.nowMs);
      case packetTypes.REVALIDATE:
        return this.requests.revalidate(handler, packet.data, this.nowMs);
      case packetTypes.REQUEST:
        if (this.phase === 'BROADCAST') return this.requests.requested(handler, packet, this.nowMs);
        return this.refuse(handler, 'a request came before this leader serves');
      default:
        this.refuse(handler, `${describePacket(packet)} is nothing a learner says`);
    }
  }

  private acknowledged(handler: LearnerHandler, zxid: bigint): void {
    if (zxidCounter(zxid) === 0n) return this.newLeaderAcknowledged(handler, zxid);
    handler.acknowledged(zxid, this.lastProposed, this.nowMs);
    if (!handler.isObserver) this.commits.acknowledged(handler.serverId, zxid);
  }

  private newLeaderAcknowledged(handler: LearnerHandler, zxid: bigint): void {
    if (handler.phase !== 'synchronization') return;
    if (zxid !== makeZxid(BigInt(this.epoch!), 0n))
      return this.refuse(handler, `it acknowledges ${formatZxid(zxid)}, which is no epoch of this leader`);
    handler.phase = 'synced';
    if (handler.awaited !== null) handler.awaited = { zxid: handler.awaited.zxid, sinceMs: this.nowMs };
    if (this.phase === 'BROADCAST') return this.sendUpToDate(handler);
    if (handler.isObserver) return;
    this.discovery.newLeaderAcknowledged(handler.serverId);
    this.considerEstablished();
  }

  // Broadcast: from the own pipeline.

  /** The sync of an own client; `syncDone(tag)` follows, at once where nothing is outstanding. */
  sync(tag: unknown, nowMs: number): void {
    this.nowMs = nowMs;
    this.requests.sync(tag, nowMs);
  }

  /** Begins a proposal: the payload is written in place, `end` seals, logs and sends it. */
  begin(): JuteWriter {
    return this.broadcast.begin();
  }

  end(zxid: bigint): void {
    assert(this.phase === 'BROADCAST', 'a proposal came while this server does not lead');
    this.broadcast.end(zxid);
    const { last } = this.options.history.uncommitted;
    const text = reconfigText(last!.payload);
    if (text !== null) this.commits.reconfigProposed(zxid, parseQuorumText(text));
  }

  /** A config was proposed and is not committed. */
  get isReconfiguring(): boolean {
    return this.commits.pendingConfig !== null;
  }

  /** Whether the followers, with this server, are a quorum of `config`. Whom a reconfig made an observer follows no more. */
  followersAreQuorumOf(config: QuorumConfig): boolean {
    const synced = new Set([this.options.serverId]);
    for (const { phase, isObserver, serverId } of this.handlers)
      if (phase === 'synced' && !isObserver && !this.config.observers.has(serverId)) synced.add(serverId);
    return config.hasQuorum(synced);
  }

  /** The own log is on disk up to `zxid`. */
  logSynced(zxid: bigint, nowMs: number): void {
    this.nowMs = nowMs;
    if (this.phase !== 'BROADCAST') return;
    this.commits.acknowledged(this.options.serverId, zxid);
    this.commits.advance(nowMs);
  }

  /** Sends what was proposed and committed since the last time; called at the end of every event. */
  flush(): void {
    this.broadcast.flush(this.nowMs);
  }

  // Time.

  /** Twice a tick: pings, and every other time whether a quorum is still there. */
  tick(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.phase === 'ended') return;
    // The learners have heard of it by now.
    if (this.commits.successor !== null)
      return this.finish(`server ${this.commits.successor} leads the new ensemble`);
    const { settings } = this.options;
    this.closeSilent();
    if (this.phase !== 'BROADCAST') {
      if (nowMs - this.startedMs > settings.initLimitMs)
        this.finish(`no quorum followed within ${settings.initLimitMs} ms (initLimit)`);
      return;
    }
    if (counterMax - zxidCounter(this.lastProposed) < countersReserved)
      return this.finish('the zxids of this epoch run out');
    this.flush();
    const ping = packetBytes(packetTypes.PING, this.lastProposed);
    for (const handler of this.handlers) {
      if (handler.phase === 'synced' || handler.phase === 'synchronization') handler.send(ping, nowMs);
    }
    this.ticks += 1;
    if (this.ticks % 2 === 0) this.checkQuorum();
  }

  private closeSilent(): void {
    for (const handler of this.handlers) {
      const reason = handler.overdue(this.options.settings, this.nowMs);
      if (reason !== null) this.refuse(handler, reason);
    }
  }

  private checkQuorum(): void {
    const { serverId, settings } = this.options;
    const here = new Set([serverId]);
    for (const handler of this.handlers) {
      if (handler.phase === 'synced' && this.nowMs - handler.heardMs <= settings.syncLimitMs)
        here.add(handler.serverId);
    }
    if (this.isQuorum(here)) return;
    this.finish(`only servers ${[...here].sort((a, b) => a - b).join(', ')} are left, which are no quorum`);
  }

  private finish(reason: string): void {
    if (this.phase === 'ended') return;
    this.close(reason);
    this.options.host.ended(reason);
  }

  /** Ends from outside: every learner is let go. */
  close(reason: string): void {
    if (this.phase === 'ended') return;
    this.flush();
    this.phase = 'ended';
    for (const handler of [...this.handlers]) handler.close(reason, this.nowMs);
  }
}
