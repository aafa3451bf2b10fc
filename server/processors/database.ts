import type { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import type { Acl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import type { SessionTracker } from '@/server/session/session-tracker';
import { DataTree } from '@/server/tree/data-tree';
import { looksLikeTtl, type ExtendedTypes } from '@/server/tree/owners';
import { highHalf } from '@/server/tree/ints';
import { TreeRestore, TreeWalk } from '@/server/tree/tree-snapshot';
import { readTxn, Txn } from '@/server/tree/txn';

/** Above every zxid: nothing is compared until recovery is over. */
const never = 1n << 63n;

/** How many digests are kept, one of every `digestLogInterval` zxids. */
const digestLogMax = 1024;
const digestLogMask = 128 - 1;

/**
 * Tree and session table together: what transactions change, snapshots hold and logs rebuild (Apache's ZKDatabase). It
 * has the shape that storage asks for (server/storage/contract: Snapshotable and Replayable).
 */
export class Database {
  readonly tree: DataTree;
  /** Digests of the past, oldest first. */
  readonly digestLog: { readonly zxid: bigint; readonly treeDigest: bigint }[] = [];
  /** Called where the tree's digest is not the one a transaction or snapshot foretold. */
  onDigestMismatch: (zxid: bigint) => void = () => {};
  /** A snapshot's digest holds from this zxid on; what is replayed before cannot be compared. */
  private comparableFrom = 0n;

  constructor(
    readonly sessions: SessionTracker,
    private readonly digestEnabled: boolean,
    /** Monotonic ms, for the timers of sessions that a transaction makes. */
    private readonly nowMs: () => number,
    extendedTypes: ExtendedTypes = 'off',
    /** A random int where clients choose the paths, so that none can foretell which of them hash alike. */
    hashSeed = 0,
  ) {
    this.tree = new DataTree(digestEnabled, extendedTypes, hashSeed);
  }

  get lastApplied(): bigint {
    return this.tree.lastZxid;
  }

  /** Applies a transaction to the tree and the session table; returns its code. */
  apply(txn: Txn, onPart: ((part: Txn) => void) | null = null): number {
    const { tree } = this;
    tree.setLast(txn);
    const code = txn.type === ops.multi.code ? tree.applyParts(txn, onPart) : tree.apply(txn);
    if (txn.type === ops.createSession.code) this.sessions.add(txn.clientId, txn.timeoutMs, this.nowMs());
    else if (txn.type === ops.closeSession.code) this.sessions.remove(txn.clientId);
    if (txn.hasDigest && this.digestEnabled) this.compare(txn);
    return code;
  }

  private compare(txn: Txn): void {
    const { digest } = this.tree;
    if (txn.zxid < this.comparableFrom) return;
    if (digest.lowHalf !== txn.digestLow || digest.highHalf !== txn.digestHigh)
      this.onDigestMismatch(txn.zxid);
    if ((txn.zxidLow & digestLogMask) !== 0) return;
    this.digestLog.push({ zxid: txn.zxid, treeDigest: digest.value });
    if (this.digestLog.length > digestLogMax) this.digestLog.shift();
  }

  replay(payload: Buffer): void {
    this.apply(readTxn(payload));
  }

  /**
   * Paths that have a TTL in their owner field while TTL znodes are off, so that they count as ephemerals of a session that
   * nobody has.
   */
  *unservedTtls(): Iterable<string> {
    if (this.tree.extendedTypes !== 'off') return;
    for (const [owner, paths] of this.tree.ephemeralOwners()) {
      if (looksLikeTtl(highHalf(owner)) && this.sessions.get(owner) === undefined) yield* paths;
    }
  }

  /** Everything is replayed: what belongs to sessions that are gone goes too, and timers start. */
  recovered(): void {
    const { tree } = this;
    const asOf = new Txn(ops.closeSession.code, 0n, 0, tree.lastZxid, tree.lastZxidHigh, tree.lastZxidLow, 0);
    tree.dropOrphans((sessionId) => this.sessions.get(sessionId) !== undefined, asOf);
    this.sessions.restartTimers(this.nowMs());
    this.comparableFrom = 0n;
  }

  beginSnapshot() {
    const { tree } = this;
    const walk = new TreeWalk(tree);
    return {
      zxid: tree.lastZxid,
      sessions: [...this.sessions.all()].map(({ sessionId, timeoutMs }) => ({ sessionId, timeoutMs })),
      acls: tree.acls.entries(),
      writeNodes: (writer: JuteWriter, nodesMax: number) => walk.write(writer, nodesMax),
      digest: () => ({ zxid: tree.lastZxid, treeDigest: tree.digest.value }),
    };
  }

  beginRestore() {
    const { tree, sessions } = this;
    tree.clear();
    sessions.clear();
    this.digestLog.length = 0;
    const nodes = new TreeRestore(tree);
    let foretold: { readonly zxid: bigint; readonly treeDigest: bigint } | null = null;
    return {
      session: (sessionId: bigint, timeoutMs: number) =>
        void sessions.add(sessionId, timeoutMs, this.nowMs()),
      acl: (aclId: bigint, acl: readonly Acl[]) => tree.acls.restore(Number(aclId), acl),
      node: (path: string, reader: JuteReader) => nodes.node(path, reader),
      digest: (zxid: bigint, treeDigest: bigint) => {
        foretold = { zxid, treeDigest };
      },
      finish: (zxid: bigint) => {
        tree.acls.dropUnused();
        tree.addReserved();
        tree.quotas.recountAll();
        tree.setLastZxid(zxid);
        // The first snapshot of all is of a tree that stands still, and carries no digest.
        this.comparableFrom = foretold?.zxid ?? (zxid === 0n ? 0n : never);
        const exact = foretold !== null && foretold.zxid === zxid;
        if (exact && this.digestEnabled && foretold!.treeDigest !== tree.digest.value)
          this.onDigestMismatch(zxid);
      },
    };
  }
}
