/**
 * What the parts of an ensemble member say of servers and quorums. `quorum-config.ts` makes these values; election, zab
 * and peer only read them.
 */

/** An id as in `myid` and `server.N`: 0 to 255 for members, negative for observers that were assigned one by a leader. */
export type ServerId = number;

export interface HostPort {
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;
}

/** One of the addresses a server may be reached at (several are joined with `|` in server.N). */
export interface QuorumAddress {
  readonly host: string;
  /** Where a leader takes learners in. */
  readonly quorumPort: number;
  readonly electionPort: number;
}

export type LearnerType = 'participant' | 'observer';

/** One server.N line. */
export interface QuorumServer {
  readonly serverId: ServerId;
  /** At least one. */
  readonly addresses: readonly QuorumAddress[];
  readonly type: LearnerType;
  /** null where the line does not say it. */
  readonly clientAddress: HostPort | null;
}

/** The members of an ensemble and what counts as a quorum of them (Apache's QuorumVerifier). Never changed: replaced. */
export interface QuorumConfig {
  /** 0 where nothing was ever reconfigured; otherwise the zxid of the reconfig transaction. */
  readonly version: bigint;
  readonly servers: ReadonlyMap<ServerId, QuorumServer>;
  /** Participants. With groups, also those of weight 0. */
  readonly voters: ReadonlySet<ServerId>;
  readonly observers: ReadonlySet<ServerId>;
  /** Whether these servers, of which only voters count, are a quorum. */
  hasQuorum(serverIds: ReadonlySet<ServerId>): boolean;
  /** 1 for a voter of a majority config, 0 for whoever cannot be elected. */
  weight(serverId: ServerId): number;
  /** The same members under another version. */
  withVersion(version: bigint): QuorumConfig;
  /** The text that travels in notifications, NEWLEADER, reconfig transactions and `/zookeeper/config`. */
  toText(): string;
}
