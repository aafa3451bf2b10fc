import type { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import type { Acl } from '@/lib/protocol/data';

/**
 * What the storage shell and the replicated state (tree, sessions) ask of each other. Storage knows file formats,
 * disks and order; it knows nothing of paths, watches or permissions.
 */

/** The state as a snapshot is being written: fixed at `zxid` for sessions and ACLs, fuzzy for nodes (see storage/snapshot). */
export interface SnapshotCursor {
  /** Last processed zxid when the snapshot began: the file's name, and where replay starts. */
  readonly zxid: bigint;
  readonly sessions: readonly { readonly sessionId: bigint; readonly timeoutMs: number }[];
  readonly acls: readonly { readonly aclId: bigint; readonly acl: readonly Acl[] }[];
  /** Writes up to `nodesMax` further nodes (ustring path, buffer data, long aclId, StatPersisted), parents first. False when none is left. */
  writeNodes(writer: JuteWriter, nodesMax: number): boolean;
  /** The digest as it is now, with the zxid it belongs to; asked for after the last node. */
  digest(): { readonly zxid: bigint; readonly treeDigest: bigint };
}

/** State that can be saved and restored. */
export interface Snapshotable {
  beginSnapshot(): SnapshotCursor;
  /** Starts an empty restore; the calls below follow in file order. */
  beginRestore(): SnapshotSink;
}

export interface SnapshotSink {
  session(sessionId: bigint, timeoutMs: number): void;
  acl(aclId: bigint, acl: readonly Acl[]): void;
  /** Reads one node's `buffer data, long aclId, StatPersisted` after its path. Throws where the parent or ACL is missing. */
  node(path: string, reader: JuteReader): void;
  digest(zxid: bigint, treeDigest: bigint): void;
  /** The whole snapshot was read; it stands for the state at `zxid`. */
  finish(zxid: bigint): void;
}

/** Applies logged transactions again, in order; must be idempotent (a fuzzy snapshot may hold later changes). */
export interface Replayable {
  /** `payload` is TxnHeader, body and optional TxnDigest, as in the log; a view valid during the call. */
  replay(payload: Buffer): void;
}

/**
 * The transaction log as the sync processor drives it. An entry is written in place: `begin()` gives the writer, the
 * caller writes the payload, `end(zxid)` seals it. Sealed entries go to disk together (group commit): at the end of
 * the turn, or as soon as the sync in flight returns. `onSynced(count)` then says that the oldest `count` sealed
 * entries are on disk; nothing may be acknowledged before.
 */
export interface TxnLog {
  begin(): JuteWriter;
  end(zxid: bigint): void;
  onSynced: (count: number) => void;
  /** A disk that cannot write or sync: the server must stop; nothing more is acknowledged. */
  onFailure: (error: Error) => void;
  /** The next entry starts a new file (called when a snapshot begins). */
  roll(): void;
  /** Sealed entries not yet on disk. */
  readonly pending: number;
  /** Resolves once everything sealed is on disk and the file is closed. */
  close(): Promise<void>;
}
