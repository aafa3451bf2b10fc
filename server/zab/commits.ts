import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import type { Broadcast } from './broadcast';
import type { LoggedTxn } from './contract';
import type { LearnerRequests } from './learner-requests';
import type { LeaderOptions } from './options';
import { Proposals } from './proposals';

/**
 * What an established leader commits, and when: in the order of zxids, as soon as a quorum has it on disk. A reconfig, and
 * what is proposed behind it, needs quorums of the old config and of the new one; with its commit the new one counts. A
 * leader that does not lead the new ensemble commits nothing after that: the designated leader does.
 */
export class Commits {
  /**
   * Who leads from a reconfig on that this server does not lead on from: another, or itself where it votes alone and is to
   * be reached elsewhere. Null while this server commits.
   */
  successor: ServerId | null = null;
  private readonly proposals: Proposals;

  constructor(
    private readonly options: LeaderOptions,
    private readonly broadcast: Broadcast,
    private readonly requests: LearnerRequests,
  ) {
    this.proposals = new Proposals(options.config);
  }

  get config(): QuorumConfig {
    return this.proposals.config;
  }

  /** The config of a reconfig that is proposed and not committed. */
  get pendingConfig(): QuorumConfig | null {
    return this.proposals.pending?.config ?? null;
  }

  /** Whether these servers are a quorum of the config, and of the pending one where there is one. */
  hasQuorum(serverIds: ReadonlySet<ServerId>): boolean {
    return this.config.hasQuorum(serverIds) && (this.pendingConfig?.hasQuorum(serverIds) ?? true);
  }

  /** A server has everything up to `zxid` on its disk. */
  acknowledged(serverId: ServerId, zxid: bigint): void {
    this.proposals.acknowledge(serverId, zxid);
  }

  /** A voter comes anew: what it has acknowledged so far may be cut off, and is acknowledged again. */
  forget(serverId: ServerId): void {
    this.proposals.forget(serverId);
  }

  /** `zxid`, proposed just now, is a reconfig to `config`. */
  reconfigProposed(zxid: bigint, config: QuorumConfig): void {
    this.proposals.pending = { zxid, config };
    this.options.host.configProposed(config);
  }

  /** Commits all that quorums have. */
  advance(nowMs: number): void {
    const { history } = this.options;
    if (this.successor !== null || history.uncommitted.size === 0) return;
    const reached = this.proposals.committable(history.lastCommitted, history.lastLogged);
    if (reached === null) return;
    while (this.successor === null && (history.uncommitted.at(0)?.zxid ?? reached + 1n) <= reached)
      this.commitNext(nowMs);
  }

  private commitNext(nowMs: number): void {
    const { history, host } = this.options;
    const txn = history.commit();
    this.options.meter?.committed(txn.payload);
    const { pending } = this.proposals;
    if (pending !== null && pending.zxid === txn.zxid) return this.commitReconfig(txn, pending.config, nowMs);
    this.broadcast.commit(txn);
    host.commit(txn.zxid, nowMs);
    this.requests.committed(txn.zxid, nowMs);
  }

  private commitReconfig(txn: LoggedTxn, config: QuorumConfig, nowMs: number): void {
    const { serverId, host } = this.options;
    const keeps = this.keepsLeading(config);
    const designated = keeps ? serverId : (this.proposals.successor(serverId, txn.zxid) ?? serverId);
    this.broadcast.activate(txn, designated);
    this.proposals.config = config;
    this.proposals.pending = null;
    host.commit(txn.zxid, nowMs);
    this.requests.committed(txn.zxid, nowMs);
    if (!keeps) this.successor = designated;
    host.configCommitted(config, designated);
  }

  /** A config that was seen before this leader began, and that a quorum of both now shares: `acks` has who follows. */
  complete(config: QuorumConfig, acks: ReadonlySet<ServerId>): void {
    const { serverId, host } = this.options;
    const keeps = this.keepsLeading(config);
    const other = [...acks].find((acked) => acked !== serverId && config.voters.has(acked));
    const designated = keeps ? serverId : (other ?? serverId);
    this.proposals.config = config;
    if (!keeps) this.successor = designated;
    host.configCommitted(config, designated);
  }

  /** While it votes in the new config under the address it has. */
  private keepsLeading(config: QuorumConfig): boolean {
    const { serverId } = this.options;
    const addresses = (of: QuorumConfig): string =>
      JSON.stringify(of.servers.get(serverId)?.addresses.map(({ host, quorumPort }) => [host, quorumPort]));
    return config.voters.has(serverId) && addresses(config) === addresses(this.config);
  }
}
