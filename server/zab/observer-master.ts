import { JuteReader } from '@/lib/jute/reader';
import { ops } from '@/lib/protocol/ops';
import { epochOf, formatZxid } from '@/lib/protocol/zxid';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import type { LevelSource } from './bring-level';
import type { LoggedTxn } from './contract';
import { Informs } from './informs';
import type { LearnerHandler } from './learner-handler';
import { readForwarded, readTouched } from './learner-requests';
import { LearnerMaster, type LearnerVoice } from './learner-master';
import type { MasterOptions } from './options';
import { packetBytes, packetTypes, revalidatedBytes, type QuorumPacket } from './quorum-packet';
import type { Registration } from './registration';
import type { Upstream } from './upstream';

/**
 * A follower that takes observers in, in place of its leader (Apache's ObserverMaster): it brings them level with what it has
 * applied, tells them of every commit, and passes on what their clients ask. To the leader their sessions are the
 * follower's own. It lives for as long as the follower is served by one leader.
 */

export interface ObserverMasterOptions extends MasterOptions {
  readonly epoch: number;
  readonly upstream: Upstream;
  /** The committed config, as it is now. */
  readonly config: () => QuorumConfig;
}

export class ObserverMaster extends LearnerMaster<ObserverMasterOptions> {
  protected readonly stream: Informs;
  protected readonly voice: LearnerVoice;
  protected readonly isServing = true;
  protected isEnded = false;

  constructor(options: ObserverMasterOptions) {
    super(options);
    this.stream = new Informs(this.handlers);
    this.voice = new Relay(options.upstream, () => this.flush());
  }

  override get epoch(): number {
    return this.options.epoch;
  }

  override get lastProposed(): bigint {
    return this.lastCommitted;
  }

  protected override get configVersion(): bigint {
    return this.options.config().version;
  }

  protected override refusal({ isObserver }: Registration): string | null {
    return isObserver ? null : 'it wants to follow, and an observer master takes observers only';
  }

  protected override registered(handler: LearnerHandler): void {
    this.offerEpoch(handler);
  }

  /**
   * The leader has been through this with a quorum: nothing is to be waited for. What an observer has of this epoch is
   * committed; one that has more than this follower must not lose it, as it would by Apache's TRUNC, which may even reach
   * behind its only snapshot. It comes again, or finds a follower that is further.
   */
  protected override following(handler: LearnerHandler): void {
    const { peerZxid } = handler;
    if (epochOf(peerZxid) === this.epoch && peerZxid > this.lastCommitted)
      return this.refuse(
        handler,
        `it is ahead of this follower, at ${formatZxid(peerZxid)} and not ${formatZxid(this.lastCommitted)}`,
      );
    this.synchronize(handler);
  }

  protected override levelSource(): LevelSource {
    const { epoch, config } = this.options;
    return { epoch, config: config(), isReconfiguring: false, inheritTail: null };
  }

  protected override level(): void {}

  protected override proposalAcknowledged(handler: LearnerHandler): void {
    this.refuse(handler, 'observers acknowledge no transactions');
  }

  protected override departed(): void {}

  override chunkDone(): void {}

  /** The follower has applied it. */
  committed(txn: LoggedTxn): void {
    this.stream.commit(txn);
  }

  /** So it has a reconfig, after which `designatedLeader` leads. */
  activated(txn: LoggedTxn, designatedLeader: ServerId): void {
    this.stream.activate(txn, designatedLeader);
  }

  override flush(): void {
    this.stream.flush(this.nowMs);
  }

  /** Twice a tick. */
  tick(nowMs: number): void {
    this.nowMs = nowMs;
    this.closeSilent();
    this.pingAll();
  }

  /** Every observer is let go, and looks for another master. */
  close(reason: string): void {
    if (this.isEnded) return;
    this.flush();
    this.isEnded = true;
    this.closeAll(reason);
  }
}

/** Passes on what observers say for their clients, read first: what is malformed must not be said in the follower's name. */
class Relay implements LearnerVoice {
  constructor(
    private readonly upstream: Upstream,
    /** What was committed so far leaves before an answer. */
    private readonly flush: () => void,
  ) {}

  touched(_handler: LearnerHandler, data: Buffer | null): void {
    for (const [sessionId, timeoutMs] of readTouched(data)) this.upstream.touched(sessionId, timeoutMs);
  }

  revalidate(handler: LearnerHandler, data: Buffer | null): void {
    const reader = new JuteReader(data ?? Buffer.alloc(0));
    const sessionId = reader.long();
    this.upstream.revalidate(sessionId, reader.int(), (valid, nowMs) => {
      this.answer(
        handler,
        packetBytes(packetTypes.REVALIDATE, -1n, revalidatedBytes(sessionId, valid)),
        nowMs,
      );
    });
  }

  requested(handler: LearnerHandler, packet: QuorumPacket): void {
    const request = readForwarded(packet);
    if (request.type !== ops.sync.code) return this.upstream.request(request);
    this.upstream.sync(request, (nowMs) => this.answer(handler, packetBytes(packetTypes.SYNC, 0n), nowMs));
  }

  private answer(handler: LearnerHandler, bytes: Buffer, nowMs: number): void {
    this.flush();
    handler.send(bytes, nowMs);
  }
}
