import type { ServerId } from '@/server/quorum/contract';

/**
 * How a new leader finds its epoch: one later than any that a quorum has accepted. Then a quorum has to acknowledge it, and
 * after that to have the leader's history. Only counts; who counts as a quorum is the leader's question.
 */
export class Discovery {
  /** The epoch offered; null before a quorum is there. */
  epoch: number | null = null;
  private readonly acceptedEpochs = new Map<ServerId, number>();
  private readonly epochAcks = new Set<ServerId>();
  private readonly newLeaderAcks = new Set<ServerId>();

  constructor(
    private readonly serverId: ServerId,
    acceptedEpoch: number,
  ) {
    this.acceptedEpochs.set(serverId, acceptedEpoch);
  }

  /** Who has said which epoch it accepted. */
  get present(): ReadonlySet<ServerId> {
    return new Set(this.acceptedEpochs.keys());
  }

  /** Who follows into the new epoch. */
  get following(): ReadonlySet<ServerId> {
    return this.epochAcks;
  }

  /** Who has the leader's history. */
  get level(): ReadonlySet<ServerId> {
    return this.newLeaderAcks;
  }

  accepted(serverId: ServerId, epoch: number): void {
    this.acceptedEpochs.set(serverId, epoch);
  }

  /** Settles on the epoch, which this server follows by itself. */
  decide(): number {
    this.epoch = Math.max(...this.acceptedEpochs.values()) + 1;
    this.epochAcks.add(this.serverId);
    return this.epoch;
  }

  epochAcknowledged(serverId: ServerId): void {
    this.epochAcks.add(serverId);
  }

  newLeaderAcknowledged(serverId: ServerId): void {
    this.newLeaderAcks.add(serverId);
  }

  /** Its connection is gone. What it said before the epoch was settled counts no more; afterwards it stays accepted. */
  forget(serverId: ServerId): void {
    this.newLeaderAcks.delete(serverId);
    if (this.epoch === null) this.acceptedEpochs.delete(serverId);
    this.epochAcks.delete(serverId);
  }
}
