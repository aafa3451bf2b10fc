import { assert } from '@/lib/base/assert';
import type { JuteWriter } from '@/lib/jute/writer';
import { formatZxid, makeZxid, zxidCounter } from '@/lib/protocol/zxid';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import type { LevelSource } from './bring-level';
import { Broadcast } from './broadcast';
import { countLearners } from './census';
import { Commits } from './commits';
import { Discovery } from './discovery';
import type { LearnerHandler } from './learner-handler';
import { LearnerMaster } from './learner-master';
import { LearnerRequests } from './learner-requests';
import type { LeaderOptions } from './options';
import { reconfigText } from './reconfig-txn';

/**
 * The leader's side of Zab (Apache's Leader): discovery (a new epoch that a quorum accepts),
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

export class Leader extends LearnerMaster<LeaderOptions> {
  phase: Phase = 'DISCOVERY';
  protected readonly stream: Broadcast;
  protected readonly voice: LearnerRequests;
  private readonly discovery: Discovery;
  private readonly commits: Commits;
  /** Seen and not committed when this leader began: to be completed by becoming established. */
  private lastSeen: QuorumConfig | null;
  private ticks = 0;
  private readonly startedMs: number;

  constructor(options: LeaderOptions) {
    super(options);
    const { config, lastSeen, nowMs, serverId, storage, history } = options;
    this.lastSeen = lastSeen !== null && lastSeen.version > config.version ? lastSeen : null;
    this.startedMs = nowMs;
    this.discovery = new Discovery(serverId, storage.epochs.acceptedEpoch);
    this.stream = new Broadcast(history, storage.log, this.handlers);
    this.voice = this.makeRequests();
    this.commits = new Commits(options, this.stream, this.voice);
  }

  private makeRequests(): LearnerRequests {
    const { stream, options } = this;
    return new LearnerRequests({
      host: options.host,
      get lastProposed() {
        return stream.lastProposed;
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
  override get epoch(): number | null {
    return this.discovery.epoch;
  }

  /** The last zxid proposed, or the epoch's zero. */
  override get lastProposed(): bigint {
    return this.stream.lastProposed;
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
    const { lastProposed, voice, stream } = this;
    return {
      ...countLearners(this.handlers, this.config),
      lastProposed,
      pendingSyncs: voice.pendingSyncs,
      proposalBytes: stream.proposalBytes,
    };
  }

  /** Proposals not committed yet. */
  get outstanding(): number {
    return this.options.history.uncommitted.size;
  }

  protected override get isServing(): boolean {
    return this.phase === 'BROADCAST';
  }

  protected override get isEnded(): boolean {
    return this.phase === 'ended';
  }

  protected override get configVersion(): bigint {
    return this.newestConfig.version;
  }

  protected override departed(handler: LearnerHandler): void {
    this.discovery.forget(handler.serverId);
  }

  override chunkDone(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.phase === 'BROADCAST') this.commits.advance(nowMs);
  }

  // Discovery.

  protected override refusal(): null {
    return null;
  }

  protected override registered(handler: LearnerHandler, acceptedEpoch: number): void {
    if (this.epoch !== null) return this.offerEpoch(handler);
    if (!handler.isObserver) this.discovery.accepted(handler.serverId, acceptedEpoch);
    this.considerEpoch();
  }

  /** Takes the new epoch as soon as a quorum said which ones it has accepted. */
  private considerEpoch(): void {
    if (this.epoch !== null || !this.isQuorum(this.discovery.present)) return;
    const epoch = this.discovery.decide();
    this.options.storage.epochs.setAcceptedEpoch(epoch);
    this.stream.lastProposed = makeZxid(BigInt(epoch), 0n);
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

  protected override following(handler: LearnerHandler, currentEpoch: number): void {
    if (!handler.isObserver && currentEpoch !== -1 && this.phase === 'DISCOVERY') {
      if (this.isAhead(currentEpoch, handler.peerZxid)) {
        return this.refuse(
          handler,
          `it is ahead of this leader, at epoch ${currentEpoch} and zxid ${formatZxid(handler.peerZxid)}`,
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

  protected override levelSource(): LevelSource {
    return {
      epoch: this.epoch!,
      config: this.lastSeen ?? this.config,
      isReconfiguring: this.isReconfiguring,
      inheritTail: this.phase === 'BROADCAST' ? null : () => this.inheritTail(),
    };
  }

  protected override synchronize(handler: LearnerHandler): void {
    this.commits.forget(handler.serverId);
    super.synchronize(handler);
  }

  /** The history a quorum shares, or is to, is committed, whoever proposed it. Should it come otherwise, a TRUNC reloads the state. */
  private inheritTail(): void {
    const { history, host } = this.options;
    while (history.uncommitted.size > 0) host.inherited(history.commit(), this.nowMs);
  }

  private considerEstablished(): void {
    if (this.phase !== 'SYNCHRONIZATION' || !this.isQuorum(this.discovery.level)) return;
    this.phase = 'BROADCAST';
    const { history, host, serverId } = this.options;
    // Learners were told so as they got it.
    this.inheritTail();
    this.commits.acknowledged(serverId, history.lastSynced);
    host.established(this.epoch!, this.nowMs);
    this.welcome();
    const { lastSeen } = this;
    this.lastSeen = null;
    if (lastSeen !== null) this.commits.complete(lastSeen, this.discovery.level);
  }

  protected override level(handler: LearnerHandler): void {
    if (handler.isObserver) return;
    this.discovery.newLeaderAcknowledged(handler.serverId);
    this.considerEstablished();
  }

  // Broadcast: from learners.

  protected override proposalAcknowledged(handler: LearnerHandler, zxid: bigint): void {
    handler.acknowledged(zxid, this.lastProposed, this.nowMs);
    if (!handler.isObserver) this.commits.acknowledged(handler.serverId, zxid);
  }

  // Broadcast: from the own pipeline.

  /** The sync of an own client; `syncDone(tag)` follows, at once where nothing is outstanding. */
  sync(tag: unknown, nowMs: number): void {
    this.nowMs = nowMs;
    this.voice.sync(tag, nowMs);
  }

  /** Begins a proposal: the payload is written in place, `end` seals, logs and sends it. */
  begin(): JuteWriter {
    return this.stream.begin();
  }

  end(zxid: bigint): void {
    assert(this.phase === 'BROADCAST', 'a proposal came while this server does not lead');
    this.stream.end(zxid);
    const { payload } = this.options.history.uncommitted.last!;
    this.options.meter?.proposed(payload);
    const text = reconfigText(payload);
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
    this.options.meter?.selfAcknowledged(zxid);
    this.commits.acknowledged(this.options.serverId, zxid);
    this.commits.advance(nowMs);
  }

  override flush(): void {
    this.stream.flush(this.nowMs);
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
    if (this.isEpochSpent()) return this.finish('the zxids of this epoch run out');
    this.pingAll();
    this.ticks += 1;
    if (this.ticks % 2 === 0) this.checkQuorum();
  }

  /** So few zxids are left that a new epoch must begin: the counter must never run into the epoch's half. */
  isEpochSpent(): boolean {
    return counterMax - zxidCounter(this.lastProposed) < countersReserved;
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
    this.closeAll(reason);
  }
}
