import type { LinkHandler, PeerLink, ZabStorage } from '@/server/zab/contract';
import type { HostPort, QuorumConfig, ServerId } from '@/server/quorum/contract';

/**
 * What a member of an ensemble (`quorum-peer.ts`) needs of the outside. The shells in `server/peer` and `server/net` give
 * it sockets, files and timers; `tests/sim` gives it virtual ones and runs the same member, pipeline and tree.
 */

export interface PeerClock {
  /** Never goes back. */
  monotonicMs(): number;
  /** May jump: only for the times in transactions and the seeds of ids. */
  wallMs(): number;
}

/** Messages between members on the election ports; connections are the shell's business. */
export interface ElectionNetwork {
  /** Puts `notification` in place of an unsent one; connects where there is no connection. Never to itself. */
  send(to: ServerId, notification: Buffer): void;
  /** Connects to every server that there is no connection to. */
  connectAll(): void;
  /** Who may be dialled, and where: called at the start and whenever a config changes, which may change where this member listens. */
  configure(config: QuorumConfig, next: QuorumConfig | null): void;
}

export interface Dialling {
  cancel(): void;
}

export interface QuorumNetwork {
  /**
   * Tries the addresses (of one server, or of several observer masters) until one connects, for at most `timeoutMs`,
   * pausing between rounds as `leaderConnectDelayDuringRetryMs` says. One of the two events follows, with the address that
   * answered.
   */
  dial<Address extends HostPort>(
    addresses: readonly Address[],
    timeoutMs: number,
    connected: (link: PeerLink, nowMs: number, address: Address) => LinkHandler,
    failed: (reason: string, nowMs: number) => void,
  ): Dialling;
  /** Takes learners in on these addresses until `close`; `connected` may refuse with null. */
  listen(
    addresses: readonly HostPort[],
    connected: (link: PeerLink, nowMs: number) => LinkHandler | null,
  ): { close(): void };
}

/** Timers as events; a cancelled one never fires. */
export interface PeerTimers {
  after(ms: number, event: (nowMs: number) => void): { cancel(): void };
}

/** Where the configuration lives on disk: zoo.cfg and its dynamic file. Durable on return, or the member ends. */
export interface ConfigStore {
  /** Writes `<file>.dynamic.<version hex>` and points zoo.cfg at it. */
  commit(config: QuorumConfig): void;
  /** `<file>.dynamic.next`: seen but not committed. */
  setNext(config: QuorumConfig): void;
  clearNext(): void;
}

export interface PeerPorts {
  readonly clock: PeerClock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly timers: PeerTimers;
  readonly election: ElectionNetwork;
  readonly quorum: QuorumNetwork;
  readonly storage: ZabStorage;
  readonly configs: ConfigStore;
}
