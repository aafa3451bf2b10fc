import type { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import type { Acl, Id } from '@/lib/protocol/data';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';

/**
 * What the Zab roles (leader, follower, observer) ask of the world, and what they tell it. The roles are pure: they hold
 * no timer, socket, file or clock; every event is a call with the time in it, every effect a call on one of the ports
 * below. A port never calls back within the call, so that an event is decided whole before the next begins.
 *
 * Transactions are opaque here: a zxid and the payload that is logged and proposed (TxnHeader, body, TxnDigest).
 */

/** One connection on the quorum port, seen from either end. An ordered stream of bytes; packets are the roles' business. */
export interface PeerLink {
  /** Host and port of the other side, for messages. */
  readonly remote: string;
  /** Bytes handed to `send` that the other side's system has not taken yet. */
  readonly queuedBytes: number;
  /** The buffer must not be changed afterwards: it may be sent to several links. */
  send(bytes: Buffer): void;
  /** Calls once, later, when `queuedBytes` has fallen below what a snapshot in slices should wait for. */
  whenDrained(event: () => void): void;
  /** Reads no more until `resume`: bounds memory while the disk works. */
  pause(): void;
  resume(): void;
  /** Closes at once; `closed` of the handler is not called for it. */
  close(reason: string): void;
}

/** Who hears what a link delivers. */
export interface LinkHandler {
  /** The chunk is the handler's own from then on. */
  bytes(chunk: Buffer, nowMs: number): void;
  closed(reason: string, nowMs: number): void;
}

export interface LoggedTxn {
  readonly zxid: bigint;
  readonly payload: Buffer;
}

/**
 * The durable side of a member, as the roles use it. A failure of the disk never comes back here: the member ends.
 * `done` is called in a later event, when the thing is on disk and synced.
 */
export interface ZabStorage {
  readonly log: {
    begin(): JuteWriter;
    end(zxid: bigint): void;
    /** Sealed entries not yet on disk. */
    readonly pending: number;
  };
  readonly epochs: EpochStore;
  /** Calls `done` once every entry sealed before this call is on disk. */
  whenSynced(done: () => void): void;
  /** As `whenSynced`, and nothing on disk is being made of the state in memory any more: it may be replaced. */
  whenReplaceable(done: () => void): void;
  /**
   * Cuts the log so that `zxid` is the last transaction on disk, drops snapshots that are later, and, when `reload` is
   * true, restores the state in memory from what is left. The log must be idle (`whenSynced`). `reached` is earlier than
   * `zxid` where only a snapshot later than it had it: that one is gone, and the state is restored whatever `reload` says.
   */
  truncate(zxid: bigint, reload: boolean, done: (reached: bigint) => void): void;
  /**
   * The state in memory, just received whole from a leader, becomes what the disk holds: a synced snapshot of it, with
   * nothing later beside it. A crash in between leaves the old history or the new one, never a mixture.
   */
  installSnapshot(done: () => void): void;
  /**
   * The transactions on disk behind `after`, oldest first; null where `after` itself is not in the log files, or where
   * they hold more than `bytesMax` behind it. Payloads are copies. Read while the log is being written.
   */
  readAfter(after: bigint, bytesMax: number): Iterable<LoggedTxn> | null;
  /** Size of the newest snapshot file in bytes, 0 for none: what a leader compares the log against when it may send a DIFF. */
  readonly snapshotBytes: number;
}

/** acceptedEpoch and currentEpoch. Setting returns when the file is synced, or ends the member. 0 to 2^31 − 1. */
export interface EpochStore {
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  setAcceptedEpoch(epoch: number): void;
  setCurrentEpoch(epoch: number): void;
}

/** The state in memory as it goes into a SNAP, and comes out of one (server/processors/database). */
export interface ZabState {
  /** The last transaction applied. Uncommitted ones are never applied, but for those that recovery found in the log. */
  readonly lastApplied: bigint;
  /** Fixed at its zxid for sessions and ACLs, fuzzy for nodes (server/storage/contract: SnapshotCursor). */
  beginSnapshot(): SnapshotCursor;
  beginRestore(): SnapshotSink;
}

/** As in server/storage/contract. */
export interface SnapshotCursor {
  readonly zxid: bigint;
  readonly sessions: readonly { readonly sessionId: bigint; readonly timeoutMs: number }[];
  readonly acls: readonly { readonly aclId: bigint; readonly acl: readonly Acl[] }[];
  writeNodes(writer: JuteWriter, nodesMax: number): boolean;
}

/** As in server/storage/contract. */
export interface SnapshotSink {
  session(sessionId: bigint, timeoutMs: number): void;
  acl(aclId: bigint, acl: readonly Acl[]): void;
  node(path: string, reader: JuteReader): void;
  finish(zxid: bigint): void;
}

/** A learner as the leader's pipeline knows it: where a forwarded request came from, and whose a session is. */
export interface LearnerRef {
  readonly serverId: ServerId;
}

/** A client's request on its way from a learner to the leader (REQUEST packet). */
export interface ForwardedRequest {
  readonly sessionId: bigint;
  readonly cxid: number;
  readonly type: number;
  /** The client's request body, without header; its own copy. */
  readonly body: Buffer;
  readonly authInfo: readonly Id[];
}

/** What a leader tells its member. */
export interface LeaderHost {
  /** A transaction of the history this leader began with is committed: apply it. All come before `established`. */
  inherited(txn: LoggedTxn, nowMs: number): void;
  /** A quorum follows: requests may be prepared now, the first with `epoch << 32 | 1`. */
  established(epoch: number, nowMs: number): void;
  /** `zxid`, the oldest not yet committed, is: apply and answer. COMMIT has been written to the learners. */
  commit(zxid: bigint, nowMs: number): void;
  /** A request of a learner's client. `sync` (type 9) is not among them: the leader answers it by itself. */
  forwarded(from: LearnerRef, request: ForwardedRequest, nowMs: number): void;
  /** A learner's client wants its session back; true makes it that learner's. */
  revalidate(from: LearnerRef, sessionId: bigint, timeoutMs: number, nowMs: number): boolean;
  /** A learner heard of a session since it last said so. */
  touched(from: LearnerRef, sessionId: bigint, timeoutMs: number, nowMs: number): void;
  /** A sync of an own client, asked with `Leader.sync(tag)`, has got its place. */
  syncDone(tag: unknown, nowMs: number): void;
  /** A reconfig to `config` is about to be proposed: kept as last seen, on disk, before anybody hears of it. */
  configProposed(config: QuorumConfig): void;
  /** A reconfig is committed and applied; `designatedLeader` is who leads the new ensemble. */
  configCommitted(config: QuorumConfig, designatedLeader: ServerId): void;
  /** Leads no longer: lost its quorum, was replaced, or ran out of zxids. Called once. */
  ended(reason: string): void;
}

/** What a follower or observer tells its member. */
export interface LearnerHost {
  /** UPTODATE: the state is the leader's, clients may be served. */
  serving(epoch: number, nowMs: number): void;
  /** Apply `payload`, and answer the own client that asked for it, if one did. */
  commit(zxid: bigint, payload: Buffer, nowMs: number): void;
  /** The oldest forwarded sync has got its place. */
  syncDone(nowMs: number): void;
  revalidated(sessionId: bigint, valid: boolean, nowMs: number): void;
  /** Sessions heard of since the last call, with their timeouts: they go into the answer to a PING. */
  takeTouched(): Iterable<readonly [sessionId: bigint, timeoutMs: number]>;
  /** A config as text, to be kept as last seen: the leader's (NEWLEADER), or that of a reconfig just proposed. */
  configProposed(text: string): void;
  /** A reconfig to this config is committed, and says who leads from now on. The learner may be closed within this call. */
  reconfigCommitted(text: string, designatedLeader: ServerId, nowMs: number): void;
  /** Follows no longer. Called once. */
  ended(reason: string): void;
}
