import type { QuorumConfig, ServerId } from '@/server/quorum/contract';

/**
 * What is proposed and not committed, and how far each voter has acknowledged it. Acknowledgements come in the order of
 * proposals, so one zxid a voter is all there is to know, and a whole batch of them is judged at once.
 */
export class Proposals {
  /** The last transaction each voter, the leader included, has on its disk. */
  private readonly acked = new Map<ServerId, bigint>();
  /** A reconfig under way: from this zxid on, quorums of both configs are needed. */
  pending: { readonly zxid: bigint; readonly config: QuorumConfig } | null = null;

  constructor(public config: QuorumConfig) {}

  /** False where it says nothing new. */
  acknowledge(serverId: ServerId, zxid: bigint): boolean {
    const before = this.acked.get(serverId);
    if (before !== undefined && before >= zxid) return false;
    this.acked.set(serverId, zxid);
    return true;
  }

  forget(serverId: ServerId): void {
    this.acked.delete(serverId);
  }

  /** The last transaction that quorums have, at most `upTo`; null where that is not beyond `from`. */
  committable(from: bigint, upTo: bigint): bigint | null {
    const { pending } = this;
    // Before a reconfig that the new config has no quorum for yet, the old one's is enough.
    let least = from;
    for (const candidate of this.acknowledgedZxids()) {
      const zxid = candidate < upTo ? candidate : upTo;
      if (zxid <= least) break;
      const servers = this.havingAcked(candidate);
      if (!this.config.hasQuorum(servers)) continue;
      if (pending === null || zxid < pending.zxid || pending.config.hasQuorum(servers)) return zxid;
      if (pending.zxid - 1n > least) least = pending.zxid - 1n;
    }
    return least > from ? least : null;
  }

  /** Latest first. */
  private acknowledgedZxids(): bigint[] {
    return [...new Set(this.acked.values())].sort((a, b) => (a < b ? 1 : -1));
  }

  havingAcked(zxid: bigint): ReadonlySet<ServerId> {
    const servers = new Set<ServerId>();
    for (const [serverId, acked] of this.acked) if (acked >= zxid) servers.add(serverId);
    return servers;
  }

  /** Of the new config's voters that have the reconfig, the one that has most; the leader itself left out. */
  successor(self: ServerId, zxid: bigint): ServerId | null {
    let best: ServerId | null = null;
    for (const [serverId, acked] of this.acked) {
      const eligible =
        serverId !== self && acked >= zxid && (this.pending?.config.voters.has(serverId) ?? false);
      if (eligible && (best === null || acked > this.acked.get(best)!)) best = serverId;
    }
    return best;
  }
}
