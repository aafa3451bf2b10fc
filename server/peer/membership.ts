import { epochOf, formatZxid, zxidCounter } from '@/lib/protocol/zxid';
import type { QuorumConfig, QuorumServer, ServerId } from '@/server/quorum/contract';
import { parseQuorumText, QuorumConfigError } from '@/server/quorum/quorum-config';
import { specialPaths } from '@/server/tree/data-tree';
import { column, noSlot } from '@/server/tree/node-store';
import type { PeerOptions } from './options';

/**
 * What a member knows of its ensemble: the config that counts, and a later one that it has seen and nobody has called
 * committed yet (Apache's quorum verifier and last seen one). Both are on disk before anything follows from them; with a
 * config that begins to count come its ports, and what `/zookeeper/config` says.
 */
export class Membership {
  config: QuorumConfig;
  lastSeen: QuorumConfig | null;

  constructor(
    private readonly options: PeerOptions,
    private readonly serverId: ServerId,
  ) {
    this.config = options.config;
    this.lastSeen = options.lastSeen;
  }

  start(): void {
    this.options.ports.election.configure(this.config, this.lastSeen);
    this.show();
  }

  get self(): QuorumServer | undefined {
    return this.config.servers.get(this.serverId);
  }

  get isVoter(): boolean {
    return this.config.voters.has(this.serverId);
  }

  /** Who is in no config follows as a voter does, and does not count. */
  get isObserver(): boolean {
    return this.config.observers.has(this.serverId);
  }

  private get isEnabled(): boolean {
    return this.options.settings.zab.reconfigEnabled;
  }

  /** null, with a line in the log, where the text is none of a config. */
  read(text: string, source: string): QuorumConfig | null {
    try {
      return parseQuorumText(text);
    } catch (error) {
      if (!(error instanceof QuorumConfigError)) throw error;
      this.options.limitedLog.warn(`The config in ${source} is not taken: ${error.message}`);
      return null;
    }
  }

  /** The last word on what is to come, also where it takes back what another leader said. */
  see(config: QuorumConfig): void {
    if (!this.isEnabled || config.version === (this.lastSeen ?? this.config).version) return;
    const { election, configs } = this.options.ports;
    this.lastSeen = config.version > this.config.version ? config : null;
    if (this.lastSeen === null) configs.clearNext();
    else configs.setNext(config);
    election.configure(this.config, this.lastSeen);
  }

  /** False where it was known already, or configs do not change here. */
  activate(config: QuorumConfig): boolean {
    if (!this.isEnabled || config.version <= this.config.version) return false;
    const { ports, log } = this.options;
    ports.configs.commit(config);
    this.config = config;
    if (this.lastSeen !== null && this.lastSeen.version <= config.version) this.lastSeen = null;
    ports.election.configure(config, this.lastSeen);
    if (!this.isShown()) this.show();
    const clientAddress = this.self?.clientAddress ?? null;
    if (clientAddress !== null) this.options.serveClientsAt(clientAddress);
    log.info('The configuration of the ensemble is another now.', { version: formatZxid(config.version) });
    return true;
  }

  /**
   * Whether the config seen last is one to take up with UPTODATE: it got there by the leader's becoming established. One
   * that this very leader proposes, and that is not committed here, waits for its commit.
   */
  isSettled(epoch: number, lastCommitted: bigint): boolean {
    const { lastSeen } = this;
    if (lastSeen === null) return false;
    const { version } = lastSeen;
    return version <= lastCommitted || epochOf(version) !== epoch || zxidCounter(version) === 0n;
  }

  /** Whether the reconfig's own transaction has put the config where clients read it. */
  private isShown(): boolean {
    const { nodes } = this.options.database.tree;
    const slot = nodes.find(specialPaths.config);
    return slot !== noSlot && nodes.getLong(slot, column.mzxid) === this.config.version;
  }

  /** `/zookeeper/config` says what this member's own files say, where no transaction does. */
  show(): void {
    const { database, ports } = this.options;
    database.tree.showConfig(this.config.toText(), this.config.version, ports.clock.wallMs());
  }
}

/** Whether learners of `leader` have to look for another: it votes no more, or is reached elsewhere. */
export function losesLeader(before: QuorumConfig, after: QuorumConfig, leader: ServerId): boolean {
  const door = (config: QuorumConfig): string | null =>
    config.voters.has(leader)
      ? JSON.stringify(
          config.servers.get(leader)!.addresses.map(({ host, quorumPort }) => [host, quorumPort]),
        )
      : null;
  return door(after) === null || door(before) !== door(after);
}
