import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import type { LeaderHost, ZabState, ZabStorage } from './contract';
import type { History } from './history';

/** What the Zab roles are told when they begin: limits of the ensemble, and what a leader starts from. */

export interface ZabSettings {
  readonly tickTimeMs: number;
  readonly initLimitMs: number;
  readonly syncLimitMs: number;
  /** Most bytes of data in a packet. */
  readonly packetBytesMax: number;
  readonly reconfigEnabled: boolean;
  /** How much of the newest snapshot's size a DIFF from the log files may have; negative: never from files. */
  readonly snapshotSizeFactor: number;
  readonly alwaysSnapshot: boolean;
  /** Learners brought level at the same time by snapshots, and by transactions; at least 1. Followers never wait. */
  readonly maxConcurrentSnapSyncs: number;
  readonly maxConcurrentDiffSyncs: number;
}

/** Who measures how learners keep up; a learner is named by its id. */
export interface LearnerMeter {
  /** From sending a proposal to its acknowledgement; one proposal at a time is timed. */
  acknowledged(serverId: ServerId, ms: number): void;
  /** Packets waiting behind one just sent. */
  queued(serverId: ServerId, packets: number): void;
  /** How long packets had to wait, as far as events tell: 0 where the system took them at once. */
  waited(serverId: ServerId, ms: number): void;
}

/** Who counts what a member does; times are ms. */
export interface ZabMeter extends LearnerMeter {
  /** Of a leader: the transaction's bytes. */
  proposed(payload: Buffer): void;
  committed(payload: Buffer): void;
  /** A learner is brought level, beside so many others in this way. */
  synchronizing(mode: 'DIFF' | 'TRUNC' | 'SNAP', underWay: number): void;
  /** A learner asked whether a session may come back. */
  revalidated(): void;
  /** Of a learner that serves. */
  proposalReceived(payload: Buffer): void;
  commitReceived(payload: Buffer): void;
  /** Of who votes: everything up to `zxid` is on the own disk, and acknowledged. */
  selfAcknowledged(zxid: bigint): void;
  /** It took so long from the leader's first word of its history until it may serve. */
  synchronized(isObserver: boolean, ms: number): void;
  looking(): void;
  /** Of those that vote. */
  elected(ms: number): void;
  /** From looking for a leader to serving. */
  available(isLeader: boolean, ms: number): void;
}

/** What whoever takes learners in is made of: a leader, or an observer master. */
export interface MasterOptions {
  readonly serverId: ServerId;
  readonly settings: ZabSettings;
  readonly history: History;
  readonly storage: ZabStorage;
  readonly state: ZabState;
  /** Bytes of what is broadcast while a learner is sent a snapshot; one that is behind by more is given up. */
  readonly heldBackBytesMax?: number;
  readonly warn: (sentence: string) => void;
  /** What an operator wants to read later: how each learner was brought level. */
  info?(sentence: string): void;
  readonly meter?: ZabMeter;
  readonly nowMs: number;
}

export interface LeaderOptions extends MasterOptions {
  /** The committed config, and the last one seen where that is later. */
  readonly config: QuorumConfig;
  readonly lastSeen: QuorumConfig | null;
  readonly host: LeaderHost;
}
