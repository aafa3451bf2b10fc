import type { QuorumConfig, ServerId } from '@/server/quorum/contract';

/** What a member of an ensemble says of its part in it; standalone servers have none. */
export interface EnsembleView {
  readonly serverId: ServerId;
  readonly mode: 'leader' | 'follower' | 'observer' | 'read-only';
  /** `leading - broadcast`: state and phase in mntr's words. */
  readonly peerState: string;
  /** `election`, `discovery`, `synchronization` or `broadcast`. */
  readonly phase: string;
  /** Whom it follows, or itself; null while it looks. */
  readonly leaderId: ServerId | null;
  readonly config: QuorumConfig;
  /** The last zxid of the epoch that is led: its zero before anything was proposed. Null where nothing is led. */
  readonly leader: LeaderView | null;
  /** Of an observer: the server it gets everything from. */
  readonly masterId: ServerId | null;
  /** Of a follower that takes observers in. */
  readonly observerMaster: MasterView | null;
}

/** Who takes observers in, a leader or an observer master, and whom. */
export interface MasterView {
  readonly syncedObservers: number;
  observers(): Iterable<ObserverView>;
  /** `orst`: the counters of all observers start again. */
  resetObservers(): void;
}

export interface LeaderView extends MasterView {
  readonly lastProposed: bigint;
  readonly learners: number;
  readonly syncedFollowers: number;
  /** Followers that vote in no config, such as one that waits to be added. */
  readonly syncedNonVoting: number;
  readonly pendingSyncs: number;
  /** Since it was elected, ms. */
  readonly uptimeMs: number;
  /** Bytes of proposals; −1 before the first. */
  readonly proposalBytes: { readonly last: number; readonly min: number; readonly max: number };
}

/** An observer as its leader, or observer master, sees it. */
export interface ObserverView {
  /** `127.0.0.1:41812`. */
  readonly remote: string;
  readonly serverId: ServerId;
  /** When it connected, wall clock, ms. */
  readonly establishedMs: number;
  /** Handed over, and not known to have left: at most so many. */
  readonly queuedPackets: number;
  readonly queuedBytes: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  /** Writes of its clients. */
  readonly requests: number;
  /** The last it was sent. */
  readonly lastZxid: bigint;
}
