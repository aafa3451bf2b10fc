import { errorCodes } from '@/lib/protocol/errors';
import { permissions, type Acl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import { eventTypes } from '@/lib/protocol/proto';
import { AclCache, openAclId } from './acl-cache';
import { compareHalves, highHalf, highInt, lowHalf } from './ints';
import { column, NodeStore, noSlot, rootSlot } from './node-store';
import { ownerKind, type ExtendedTypes, type OwnerKind } from './owners';
import { Quotas, quotaOwner } from './quota';
import { nodeCrc, TreeDigest } from './tree-digest';
import { ownerOf, type Txn } from './txn';
import { WatchTable } from './watch-manager';
import { emptyValue } from './value-store';

/**
 * The replicated state: znodes, their ACLs, and the watches of this server's clients (Apache's DataTree). It changes only
 * by `apply`, with transactions in zxid order, and answers every server alike: an apply that cannot be done (a node
 * missing or already there, which happens when a fuzzy snapshot is replayed) returns a code and changes what Apache
 * would change. Watches are told while a transaction is applied, before anyone can see the new state.
 */

export const specialPaths = {
  zookeeper: '/zookeeper',
  quota: '/zookeeper/quota',
  config: '/zookeeper/config',
} as const;

const configAcl: readonly Acl[] = [{ perms: permissions.READ, scheme: 'world', id: 'anyone' }];

export class DataTree {
  readonly nodes: NodeStore;
  acls = new AclCache();
  readonly dataWatches = new WatchTable();
  readonly childWatches = new WatchTable();
  readonly digest = new TreeDigest();
  readonly quotas: Quotas;
  readonly containers = new Set<string>();
  readonly ttls = new Set<string>();
  private readonly ephemeralsOf = new Map<bigint, Set<string>>();
  private ephemeralTotal = 0;

  /** zxid of the last transaction applied, failed ones included; and its halves. */
  lastZxid = 0n;
  lastZxidHigh = 0;
  lastZxidLow = 0;

  constructor(
    private readonly digestEnabled = true,
    readonly extendedTypes: ExtendedTypes = 'off',
    /** See `NodeStore`. */
    hashSeed = 0,
  ) {
    this.nodes = new NodeStore(hashSeed);
    this.quotas = new Quotas(this.nodes);
    this.startRoot();
    this.addReserved();
  }

  private startRoot(): void {
    this.nodes.set(rootSlot, column.aclId, openAclId);
    this.recountCrc(rootSlot);
  }

  /** Adds those of the reserved nodes that are missing: all in an empty tree, some in one of an older ZooKeeper. */
  addReserved(): void {
    for (const path of Object.values(specialPaths)) {
      if (this.nodes.find(path) !== noSlot) continue;
      const slot = this.nodes.add(path, this.nodes.find(path.slice(0, path.lastIndexOf('/'))));
      this.nodes.set(slot, column.aclId, openAclId);
      this.nodes.setData(slot, emptyValue);
      if (path === specialPaths.config) {
        this.nodes.set(slot, column.aversion, -1);
        this.nodes.set(slot, column.aclId, this.acls.take(configAcl));
      }
      this.recountCrc(slot);
    }
  }

  /** Puts a config into its node, as members do by themselves at a start, without a transaction. */
  showConfig(text: string, version: bigint, timeMs: number): void {
    const slot = this.nodes.find(specialPaths.config);
    if (slot === noSlot) return;
    this.nodes.setData(slot, Buffer.from(text, 'utf8'));
    this.nodes.set(slot, column.version, -1);
    this.nodes.set(slot, column.mzxid, highHalf(version));
    this.nodes.set(slot, column.mzxid + 1, lowHalf(version));
    this.nodes.set(slot, column.mtime, highInt(timeMs));
    this.nodes.set(slot, column.mtime + 1, timeMs | 0);
  }

  /** Back to an empty root, without the reserved nodes; watches stay with their connections. */
  clear(): void {
    this.nodes.clear();
    this.acls = new AclCache();
    this.digest.clear();
    this.quotas.clear();
    this.containers.clear();
    this.ttls.clear();
    this.ephemeralsOf.clear();
    this.ephemeralTotal = 0;
    this.startRoot();
  }

  setLastZxid(zxid: bigint): void {
    this.lastZxid = zxid;
    this.lastZxidHigh = highHalf(zxid);
    this.lastZxidLow = lowHalf(zxid);
  }

  get ephemeralsCount(): number {
    return this.ephemeralTotal;
  }

  /** Paths of a session's ephemerals; the live set, not to be changed. */
  ephemerals(sessionId: bigint): ReadonlySet<string> {
    return this.ephemeralsOf.get(sessionId) ?? noPaths;
  }

  ephemeralOwners(): ReadonlyMap<bigint, ReadonlySet<string>> {
    return this.ephemeralsOf;
  }

  acl(slot: number): readonly Acl[] {
    return this.acls.get(this.nodes.get(slot, column.aclId));
  }

  /** Notes a transaction as the last one, before it is applied: what it causes already carries its zxid. */
  setLast(txn: Txn): void {
    this.lastZxid = txn.zxid;
    this.lastZxidHigh = txn.zxidHigh;
    this.lastZxidLow = txn.zxidLow;
  }

  /**
   * Applies the parts of a multi in order, or none of them when one is an error. `onApplied` sees each part right after
   * it, while the tree is as that part left it.
   */
  applyParts(multi: Txn, onApplied: ((part: Txn) => void) | null): number {
    const failed = multi.txns.find((part) => part.type === ops.error.code);
    if (failed !== undefined) return failed.err;
    for (const part of multi.txns) {
      this.apply(part);
      onApplied?.(part);
    }
    return 0;
  }

  /** Applies a transaction other than multi, or a part of one, and returns its code. */
  apply(txn: Txn): number {
    switch (txn.type) {
      case ops.create.code:
      case ops.create2.code:
      case ops.createContainer.code:
      case ops.createTTL.code:
        return this.create(txn);
      case ops.delete.code:
      case ops.deleteContainer.code:
        return this.delete(txn);
      case ops.setData.code:
      case ops.reconfig.code:
        return this.setData(txn);
      case ops.setACL.code:
        return this.setAcl(txn);
      case ops.closeSession.code:
        return this.closeSession(txn);
      case ops.error.code:
        return txn.err;
      default:
        return 0;
    }
  }

  private create(txn: Txn): number {
    const { path } = txn;
    const known = txn.prepared ? txn.parentSlot : noSlot;
    const parent = known === noSlot ? this.nodes.find(path.slice(0, path.lastIndexOf('/'))) : known;
    if (parent === noSlot) return errorCodes.NONODE;
    this.countChildCreate(parent, txn);
    if (!txn.prepared && this.nodes.find(path) !== noSlot) return errorCodes.NODEEXISTS;
    const slot = this.nodes.add(path, parent);
    const row = this.nodes.row(slot);
    const base = this.nodes.base(slot);
    const timeHigh = highInt(txn.timeMs);
    const timeLow = txn.timeMs | 0;
    row[base + column.czxid] = row[base + column.mzxid] = row[base + column.pzxid] = txn.zxidHigh;
    row[base + column.czxid + 1] = row[base + column.mzxid + 1] = row[base + column.pzxid + 1] = txn.zxidLow;
    row[base + column.ctime] = row[base + column.mtime] = timeHigh;
    row[base + column.ctime + 1] = row[base + column.mtime + 1] = timeLow;
    row[base + column.aclId] = this.acls.take(txn.acl);
    this.nodes.setData(slot, txn.data);
    this.setOwner(slot, txn);
    this.putCrc(slot, txn);
    if (!this.quotas.none) this.quotas.account(path, 1, txn.data?.length ?? 0);
    this.noteQuotaNode(path);
    this.dataWatches.trigger(path, eventTypes.NodeCreated, txn.acl);
    this.childrenChanged(parent);
    return 0;
  }

  /** Counts a create in the parent: also where the node is already there, as a replayed snapshot may have it. */
  private countChildCreate(parent: number, txn: Txn): void {
    const row = this.nodes.row(parent);
    const base = this.nodes.base(parent);
    const counted = row[base + column.cversion]!;
    const cversion = txn.parentCVersion === -1 ? counted + 1 : txn.parentCVersion;
    if (cversion <= counted) return;
    row[base + column.cversion] = cversion;
    row[base + column.pzxid] = txn.zxidHigh;
    row[base + column.pzxid + 1] = txn.zxidLow;
    this.putParentCrc(parent, txn);
  }

  private setOwner(slot: number, txn: Txn): void {
    const owner = ownerOf(txn);
    if (owner === 0n) return;
    this.nodes.set(slot, column.ephemeralOwner, highHalf(owner));
    this.nodes.set(slot, column.ephemeralOwner + 1, lowHalf(owner));
    this.indexOwner(slot);
  }

  /** Lists a node with its session, the containers or the TTL nodes, by its owner field. */
  indexOwner(slot: number): void {
    const path = this.nodes.path(slot);
    switch (this.kind(slot)) {
      case 'container':
        this.containers.add(path);
        return;
      case 'ttl':
        this.ttls.add(path);
        return;
      case 'session': {
        const owner = this.nodes.getLong(slot, column.ephemeralOwner);
        const paths = this.ephemeralsOf.get(owner);
        if (paths === undefined) this.ephemeralsOf.set(owner, new Set([path]));
        else paths.add(path);
        this.ephemeralTotal += 1;
      }
    }
  }

  kind(slot: number): OwnerKind {
    return this.kindOf(
      this.nodes.get(slot, column.ephemeralOwner),
      this.nodes.get(slot, column.ephemeralOwner + 1),
    );
  }

  /** What an owner field, given as halves, means to this server. */
  kindOf(high: number, low: number): OwnerKind {
    return ownerKind(high, low, this.extendedTypes);
  }

  private dropOwner(slot: number): void {
    const kind = this.kind(slot);
    if (kind === 'none') return;
    const path = this.nodes.path(slot);
    if (kind === 'container') this.containers.delete(path);
    if (kind === 'ttl') this.ttls.delete(path);
    if (kind !== 'session') return;
    const owner = this.nodes.getLong(slot, column.ephemeralOwner);
    const paths = this.ephemeralsOf.get(owner);
    if (paths === undefined || !paths.delete(path)) return;
    this.ephemeralTotal -= 1;
    if (paths.size === 0) this.ephemeralsOf.delete(owner);
  }

  private delete(txn: Txn): number {
    const { path } = txn;
    const slot = txn.prepared && txn.slot !== noSlot ? txn.slot : this.nodes.find(path);
    if (slot === noSlot || slot === rootSlot) return this.deleteMissing(txn);
    // Only a damaged log asks for this; the children would be left without a parent.
    if (this.nodes.get(slot, column.numChildren) > 0) return errorCodes.NOTEMPTY;
    const parent = this.nodes.get(slot, column.parent);
    const dataLength = Math.max(this.nodes.get(slot, column.dataLength), 0);
    const acl = this.acl(slot);
    this.dropOwner(slot);
    this.acls.give(this.nodes.get(slot, column.aclId));
    this.digest.remove(this.nodes.get(slot, column.crc));
    this.nodes.remove(slot);
    this.countChildDelete(parent, txn);
    if (!this.quotas.none) this.quotas.account(path, -1, -dataLength);
    const limited = quotaOwner(path, 'limits');
    if (limited !== null) this.quotas.unregister(limited);
    const told = this.dataWatches.trigger(path, eventTypes.NodeDeleted, acl);
    this.childWatches.trigger(path, eventTypes.NodeDeleted, acl, told);
    this.childrenChanged(parent);
    return 0;
  }

  private childrenChanged(parent: number): void {
    const path = this.nodes.path(parent) || '/';
    this.childWatches.trigger(path, eventTypes.NodeChildrenChanged, this.acl(parent));
  }

  /** A replayed delete of what the snapshot no longer had: the parent may be from before, and still has to learn of it. */
  private deleteMissing(txn: Txn): number {
    const parent = this.nodes.find(txn.path.slice(0, txn.path.lastIndexOf('/')));
    if (parent !== noSlot) this.countChildDelete(parent, txn);
    return errorCodes.NONODE;
  }

  private countChildDelete(parent: number, txn: Txn): void {
    const row = this.nodes.row(parent);
    const base = this.nodes.base(parent) + column.pzxid;
    if (compareHalves(txn.zxidHigh, txn.zxidLow, row[base]!, row[base + 1]!) <= 0) return;
    row[base] = txn.zxidHigh;
    row[base + 1] = txn.zxidLow;
    this.putParentCrc(parent, txn);
  }

  private setData(txn: Txn): number {
    const { path } = txn;
    const slot = txn.prepared && txn.slot !== noSlot ? txn.slot : this.nodes.find(path);
    if (slot === noSlot) return errorCodes.NONODE;
    const row = this.nodes.row(slot);
    const base = this.nodes.base(slot);
    const lengthBefore = Math.max(row[base + column.dataLength]!, 0);
    this.nodes.setData(slot, txn.data);
    row[base + column.version] = txn.version;
    row[base + column.mzxid] = txn.zxidHigh;
    row[base + column.mzxid + 1] = txn.zxidLow;
    row[base + column.mtime] = highInt(txn.timeMs);
    row[base + column.mtime + 1] = txn.timeMs | 0;
    this.putCrc(slot, txn);
    if (!this.quotas.none) this.quotas.account(path, 0, (txn.data?.length ?? 0) - lengthBefore);
    this.dataWatches.trigger(path, eventTypes.NodeDataChanged, this.acl(slot));
    return 0;
  }

  private setAcl(txn: Txn): number {
    const slot = this.nodes.find(txn.path);
    if (slot === noSlot) return errorCodes.NONODE;
    this.acls.give(this.nodes.get(slot, column.aclId));
    this.nodes.set(slot, column.aclId, this.acls.take(txn.acl));
    this.nodes.set(slot, column.aversion, txn.version);
    this.putCrc(slot, txn);
    return 0;
  }

  /** Removes the ephemerals that the txn lists and all others of the session: an older log lists none. */
  private closeSession(txn: Txn): number {
    for (const path of txn.paths ?? []) this.deleteEphemeral(path, txn);
    for (const path of [...this.ephemerals(txn.clientId)]) this.deleteEphemeral(path, txn);
    return 0;
  }

  private deleteEphemeral(path: string, closing: Txn): void {
    const part = closing.part(ops.delete.code);
    part.path = path;
    this.delete(part);
  }

  /** Deletes ephemerals of sessions that `alive` does not know; after a restore, without a transaction. */
  dropOrphans(alive: (sessionId: bigint) => boolean, asOf: Txn): number {
    const gone = [...this.ephemeralsOf].filter(([owner]) => !alive(owner)).flatMap(([, paths]) => [...paths]);
    for (const path of gone) this.deleteEphemeral(path, asOf);
    return gone.length;
  }

  /** A node that came from a snapshot: into the digest, the owners' lists and the quotas. */
  adopt(slot: number): void {
    this.recountCrc(slot);
    this.indexOwner(slot);
    const limited = quotaOwner(this.nodes.path(slot), 'limits');
    if (limited !== null) this.quotas.register(limited);
  }

  /** Quota nodes are ordinary nodes whose coming starts the bookkeeping. */
  private noteQuotaNode(path: string): void {
    if (!path.startsWith('/zookeeper/quota/')) return;
    const limited = quotaOwner(path, 'limits');
    if (limited !== null) this.quotas.register(limited);
    const counted = quotaOwner(path, 'stats');
    if (counted !== null) this.quotas.recount(counted);
  }

  /** Brings crc column and digest up to date with a node that changed. */
  private putCrc(slot: number, txn: Txn): void {
    if (txn.prepared) this.replaceCrc(slot, txn.nodeCrc);
    else this.recountCrc(slot);
  }

  private putParentCrc(slot: number, txn: Txn): void {
    if (txn.prepared) this.replaceCrc(slot, txn.parentCrc);
    else this.recountCrc(slot);
  }

  private replaceCrc(slot: number, crc: number): void {
    this.digest.remove(this.nodes.get(slot, column.crc));
    this.digest.add(crc);
    this.nodes.set(slot, column.crc, crc);
  }

  recountCrc(slot: number): void {
    if (!this.digestEnabled) return;
    const row = this.nodes.row(slot);
    this.replaceCrc(slot, nodeCrc(this.nodes.path(slot), this.nodes.data(slot), row, this.nodes.base(slot)));
  }

  /** Every znode at or below `path` except itself. By its other name, "", Apache's counts the root among them. */
  countDescendants(path: string): number {
    if (path === '/' || path === '') return this.nodes.size - (path === '/' ? 2 : 1);
    const top = this.nodes.find(path);
    if (top === noSlot) return 0;
    let count = 0;
    const waiting = [top];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      let child = this.nodes.get(at, column.firstChild);
      for (; child !== noSlot; child = this.nodes.get(child, column.next)) {
        count += 1;
        waiting.push(child);
      }
    }
    return count;
  }
}

const noPaths: ReadonlySet<string> = new Set();
