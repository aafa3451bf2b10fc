import { text } from '@/lib/jute/codec';
import { JuteError } from '@/lib/jute/error';
import { permissions, readAskedAcl, type AskedAcl, type Id } from '@/lib/protocol/data';
import { errorCodes } from '@/lib/protocol/errors';
import { readMultiRequest, type MultiOp } from '@/lib/protocol/multi';
import { opName, ops } from '@/lib/protocol/ops';
import { pathFault } from '@/lib/protocol/path';
import { reconfigRequest } from '@/lib/protocol/proto';
import type { ReconfigRequest, ReconfigResult } from '@/server/quorum/reconfig';
import { type DataTree, specialPaths } from '@/server/tree/data-tree';
import { highHalf, highInt, joinHalves, longNumber, lowHalf } from '@/server/tree/ints';
import { column, noSlot } from '@/server/tree/node-store';
import { ttlMsOf, type OwnerKind } from '@/server/tree/owners';
import { ownerOf, Txn } from '@/server/tree/txn';
import type { Access } from './access';
import {
  isEphemeralKind,
  isSequential,
  isTtl,
  isTtlWithoutTtl,
  kindFault,
  partType,
  sequenceSuffix,
  type CreateFields,
} from './create-kinds';
import type { PipelineMeter } from './meter';
import type { ChangeRecord } from './change-records';
import { OutstandingChanges } from './outstanding-changes';
import { QuotaGate } from './quota-gate';
import { readCreate, type WriteRequest } from './requests';
import type { PipelineSettings } from './settings';

/**
 * Makes a transaction of every write (Apache's PrepRequestProcessor): checks it against the tree as it will be when all
 * writes before it are applied, gives it the next zxid and says exactly what it changes. A write that fails becomes an
 * error transaction with a zxid of its own, so that every server and log agrees on it. Order of checks as in 3.8.
 */

/** What a leader makes of a reconfig request: the config to propose under `version`, or why not. */
export type EvaluateReconfig = (request: ReconfigRequest, version: bigint) => ReconfigResult;

const reserved: ReadonlySet<string> = new Set(['/', ...Object.values(specialPaths)]);

export class PrepProcessor {
  readonly changes: OutstandingChanges;
  private readonly quotas: QuotaGate;
  private nextUse = 0;
  private zxid = 0n;
  private zxidHigh = 0;
  private zxidLow = 0;
  private timeMs = 0;
  private use = 0;
  /** Why the session of the request at hand may own no ephemeral znode, or 0. */
  private ephemeralFault = 0;

  constructor(
    private readonly tree: DataTree,
    private readonly access: Access,
    private readonly settings: PipelineSettings,
    meter: PipelineMeter,
    /** null on a server that stands alone. */
    private readonly evaluateReconfig: EvaluateReconfig | null,
  ) {
    this.changes = new OutstandingChanges(tree, settings.digestEnabled);
    this.quotas = new QuotaGate(tree, settings.enforceQuota, meter);
  }

  /** Starts from the restored tree; the next transaction follows `zxid`. */
  start(zxid: bigint): void {
    this.zxid = zxid;
    this.zxidHigh = highHalf(zxid);
    this.zxidLow = lowHalf(zxid);
    this.changes.reset();
  }

  /** The transaction of a write, with the next zxid, and the number to release its changes by. */
  prepare(request: WriteRequest, timeMs: number): { readonly txn: Txn; readonly use: number } {
    this.zxid += 1n;
    this.zxidLow = (this.zxidLow + 1) | 0;
    if (this.zxidLow === 0) this.zxidHigh += 1;
    this.timeMs = timeMs;
    this.use = this.nextUse += 1;
    const txn = new Txn(
      request.type,
      request.sessionId,
      request.xid,
      this.zxid,
      this.zxidHigh,
      this.zxidLow,
      timeMs,
    );
    const code = this.tryPrepare(request, txn);
    if (code !== 0) this.fail(txn, code);
    else this.seal(txn);
    return { txn, use: this.use };
  }

  private tryPrepare(request: WriteRequest, txn: Txn): number {
    try {
      return this.prepareOp(request, txn);
    } catch (error) {
      if (error instanceof JuteError) return errorCodes.MARSHALLINGERROR;
      throw error;
    }
  }

  private fail(txn: Txn, code: number): void {
    txn.type = ops.error.code;
    txn.err = code;
    txn.prepared = true;
  }

  private seal(txn: Txn): void {
    txn.prepared = true;
    if (!this.settings.digestEnabled) return;
    txn.hasDigest = true;
    txn.digestHigh = this.changes.digest.highHalf;
    txn.digestLow = this.changes.digest.lowHalf;
  }

  private prepareOp(request: WriteRequest, txn: Txn): number {
    const { session, body, authInfo } = request;
    if (request.fault !== 0) return request.fault;
    this.ephemeralFault = request.ephemeralFault;
    if (request.type === ops.closeSession.code) return this.closeSession(txn);
    if (session?.closing) return errorCodes.SESSIONEXPIRED;
    if (body === null) throw new Error(`a request of type ${request.type} needs a body`);
    switch (request.type) {
      case ops.create.code:
      case ops.create2.code:
      case ops.createContainer.code:
        return this.create(txn, readCreate(body), authInfo);
      case ops.createTTL.code: {
        const asked = readCreate(body, true);
        // Apache 3.8.0 takes a negative TTL for other kinds, and dies of it.
        return isTtl(asked.flags) ? this.create(txn, asked, authInfo) : errorCodes.BADARGUMENTS;
      }
      case ops.delete.code:
        return this.delete(txn, text.read(body), body.int(), authInfo);
      case ops.deleteContainer.code:
        return this.deleteContainer(txn, body.bytes.toString('utf8', body.offset, body.end));
      case ops.setData.code: {
        const path = body.ustring() ?? '';
        const data = body.buffer();
        return this.setData(txn, path, data, body.int(), authInfo);
      }
      case ops.setACL.code: {
        const path = body.ustring() ?? '';
        const acl = readAskedAcl(body);
        return this.setAcl(txn, path, acl, body.int(), authInfo);
      }
      case ops.multi.code:
        return this.multi(txn, readMultiRequest(body), authInfo);
      case ops.createSession.code:
        txn.timeoutMs = body.int();
        return 0;
      case ops.reconfig.code:
        return this.reconfig(txn, reconfigRequest.read(body), authInfo);
      default:
        throw new Error(`${opName(request.type) ?? request.type} is not a write`);
    }
  }

  private create(txn: Txn, request: CreateFields, authInfo: readonly Id[]): number {
    const { path: asked, data, acl, flags, ttl = 0n } = request;
    const fault = kindFault(flags, ttl, this.tree.extendedTypes);
    if (fault !== 0) return fault;
    const isEphemeral = isEphemeralKind(flags);
    if (isEphemeral && this.ephemeralFault !== 0) return this.ephemeralFault;
    if (asked === null) return errorCodes.MARSHALLINGERROR;
    const slash = asked.lastIndexOf('/');
    if (slash < 0 || asked.includes('\0')) return errorCodes.BADARGUMENTS;
    const fixed = this.access.fix(acl, authInfo);
    if (fixed === null) return errorCodes.INVALIDACL;
    const parent = this.changes.findParent(asked, slash, this.use);
    if (parent === null) return errorCodes.NONODE;
    if (!this.access.allows(parent.acl, permissions.CREATE, authInfo)) return errorCodes.NOAUTH;
    const created = parent.stat[column.cversion]!;
    const path = isSequential(flags) ? asked + sequenceSuffix(created) : asked;
    if (pathFault(path) !== null) return errorCodes.BADARGUMENTS;
    const node = this.changes.vacant(path, this.use);
    if (node === null) return errorCodes.NODEEXISTS;
    if (this.ownerKindOf(parent) === 'session') return errorCodes.NOCHILDRENFOREPHEMERALS;
    if (!this.quotas.allows(path, data?.length ?? 0, 1)) return errorCodes.QUOTAEXCEEDED;
    if (this.tree.nodes.size >= this.settings.znodesMax) return errorCodes.QUOTAEXCEEDED;

    txn.path = path;
    txn.data = data;
    txn.acl = fixed;
    // createContainer makes a container whatever its flags say.
    txn.ephemeral = isEphemeral && txn.type !== ops.createContainer.code;
    txn.ttl = ttl;
    txn.parentCVersion = (created + 1) | 0;
    txn.parentSlot = parent.slot;
    this.addChild(parent, node, txn);
    return 0;
  }

  private addChild(parent: ChangeRecord, node: ChangeRecord, txn: Txn): void {
    this.changes.change(parent);
    parent.numChildren += 1;
    // Apply raises the count and moves pzxid together, and only upward: when the count wraps, both stay.
    if (txn.parentCVersion > parent.stat[column.cversion]!) {
      parent.stat[column.cversion] = txn.parentCVersion;
      this.setLong(parent, column.pzxid, this.zxidHigh, this.zxidLow);
    }
    this.changes.count(parent, txn, 'parentCrc');
    this.changes.change(node);
    node.exists = true;
    node.slot = noSlot;
    node.numChildren = 0;
    node.acl = txn.acl;
    node.data = txn.data;
    node.dataInTree = false;
    node.stat.fill(0);
    this.setLong(node, column.czxid, this.zxidHigh, this.zxidLow);
    this.setLong(node, column.mzxid, this.zxidHigh, this.zxidLow);
    this.setLong(node, column.pzxid, this.zxidHigh, this.zxidLow);
    this.setLong(node, column.ctime, highInt(this.timeMs), this.timeMs | 0);
    this.setLong(node, column.mtime, highInt(this.timeMs), this.timeMs | 0);
    const owner = ownerOf(txn);
    if (owner !== 0n) this.setLong(node, column.ephemeralOwner, highHalf(owner), lowHalf(owner));
    this.changes.count(node, txn, 'nodeCrc');
  }

  private setLong(record: ChangeRecord, at: number, high: number, low: number): void {
    record.stat[at] = high;
    record.stat[at + 1] = low;
  }

  private delete(txn: Txn, path: string, version: number, authInfo: readonly Id[]): number {
    const slash = path.lastIndexOf('/');
    if (slash < 0 || path.includes('\0') || reserved.has(path)) return errorCodes.BADARGUMENTS;
    const parent = this.changes.findParent(path, slash, this.use);
    if (parent === null) return errorCodes.NONODE;
    if (!this.access.allows(parent.acl, permissions.DELETE, authInfo)) return errorCodes.NOAUTH;
    const node = this.changes.find(path, this.use);
    if (node === null) return errorCodes.NONODE;
    if (version !== -1 && version !== node.stat[column.version]) return errorCodes.BADVERSION;
    if (node.numChildren > 0) return errorCodes.NOTEMPTY;
    this.removeChild(parent, node, txn);
    return 0;
  }

  private removeChild(parent: ChangeRecord, node: ChangeRecord, txn: Txn): void {
    txn.path = node.path;
    txn.slot = node.slot;
    this.changes.remove(node);
    this.changes.change(parent);
    parent.numChildren -= 1;
    this.setLong(parent, column.pzxid, this.zxidHigh, this.zxidLow);
    this.changes.count(parent, txn, 'parentCrc');
  }

  /**
   * Asked by the server itself for containers that ran empty and TTL nodes whose time is over; a client of another server
   * may ask too. Unlike Apache's it deletes nothing else, so that a node made anew since it was looked at stays.
   */
  private deleteContainer(txn: Txn, path: string): number {
    const slash = path.lastIndexOf('/');
    if (slash < 0 || path.includes('\0') || reserved.has(path)) return errorCodes.BADARGUMENTS;
    const parent = this.changes.findParent(path, slash, this.use);
    const node = parent === null ? null : this.changes.find(path, this.use);
    if (parent === null || node === null) return errorCodes.NONODE;
    if (node.numChildren > 0) return errorCodes.NOTEMPTY;
    if (!this.isSweepable(node)) return errorCodes.BADVERSION;
    this.removeChild(parent, node, txn);
    return 0;
  }

  private isSweepable(node: ChangeRecord): boolean {
    const kind = this.ownerKindOf(node);
    if (kind !== 'ttl') return kind === 'container';
    const { stat } = node;
    const mtimeMs = longNumber(stat[column.mtime]!, stat[column.mtime + 1]!);
    return this.timeMs - mtimeMs > ttlMsOf(stat[column.ephemeralOwner]!, stat[column.ephemeralOwner + 1]!);
  }

  private ownerKindOf({ stat }: ChangeRecord): OwnerKind {
    return this.tree.kindOf(stat[column.ephemeralOwner]!, stat[column.ephemeralOwner + 1]!);
  }

  private setData(
    txn: Txn,
    path: string,
    data: Buffer | null,
    version: number,
    authInfo: readonly Id[],
  ): number {
    const node = this.findWhole(path);
    if (node === null) return this.missing(path);
    if (!this.access.allows(node.acl, permissions.WRITE, authInfo)) return errorCodes.NOAUTH;
    const before = node.stat[column.version]!;
    if (!this.quotas.allows(path, (data?.length ?? 0) - this.dataLength(node), 0))
      return errorCodes.QUOTAEXCEEDED;
    if (version !== -1 && version !== before) return errorCodes.BADVERSION;
    txn.path = path;
    this.writeNode(node, txn, data, (before + 1) | 0);
    return 0;
  }

  private writeNode(node: ChangeRecord, txn: Txn, data: Buffer | null, version: number): void {
    this.changes.change(node);
    node.stat[column.version] = version;
    this.setLong(node, column.mzxid, this.zxidHigh, this.zxidLow);
    this.setLong(node, column.mtime, highInt(this.timeMs), this.timeMs | 0);
    node.data = data;
    node.dataInTree = false;
    this.changes.count(node, txn, 'nodeCrc');
    txn.data = data;
    txn.version = version;
    txn.slot = node.slot;
  }

  /** Who may write `/zookeeper/config` is asked last, as Apache does. Its version stays −1. */
  private reconfig(txn: Txn, request: ReconfigRequest, authInfo: readonly Id[]): number {
    if (!this.settings.reconfigEnabled) return errorCodes.RECONFIGDISABLED;
    if (this.evaluateReconfig === null) return errorCodes.UNIMPLEMENTED;
    const result = this.evaluateReconfig(request, txn.zxid);
    if ('error' in result) return errorCodes[result.error];
    const node = this.changes.find(specialPaths.config, this.use);
    if (node === null) return errorCodes.NONODE;
    if (!this.access.allows(node.acl, permissions.WRITE, authInfo)) return errorCodes.NOAUTH;
    txn.path = specialPaths.config;
    this.writeNode(node, txn, Buffer.from(result.config.toText(), 'utf8'), -1);
    return 0;
  }

  /** A node by a path that is one: "", the root's other name, is not. A node that exists needs no check of its path. */
  private findWhole(path: string): ChangeRecord | null {
    return path === '' ? null : this.changes.find(path, this.use);
  }

  private missing(path: string): number {
    return pathFault(path) === null ? errorCodes.NONODE : errorCodes.BADARGUMENTS;
  }

  private dataLength(node: ChangeRecord): number {
    if (!node.dataInTree) return node.data?.length ?? 0;
    return Math.max(this.tree.nodes.get(node.slot, column.dataLength), 0);
  }

  private setAcl(
    txn: Txn,
    path: string,
    acl: readonly AskedAcl[],
    version: number,
    authInfo: readonly Id[],
  ): number {
    const node = this.findWhole(path);
    if (node === null && pathFault(path) !== null) return errorCodes.BADARGUMENTS;
    const fixed = this.access.fix(acl, authInfo);
    if (fixed === null) return errorCodes.INVALIDACL;
    if (node === null) return errorCodes.NONODE;
    if (!this.access.allows(node.acl, permissions.ADMIN, authInfo)) return errorCodes.NOAUTH;
    const before = node.stat[column.aversion]!;
    if (version !== -1 && version !== before) return errorCodes.BADVERSION;
    this.changes.change(node);
    node.stat[column.aversion] = before + 1;
    node.acl = fixed;
    this.changes.count(node, txn, 'nodeCrc');
    txn.path = path;
    txn.acl = fixed;
    txn.version = (before + 1) | 0;
    return 0;
  }

  private check(txn: Txn, path: string, version: number, authInfo: readonly Id[]): number {
    const node = this.findWhole(path);
    if (node === null) return this.missing(path);
    if (!this.access.allows(node.acl, permissions.READ, authInfo)) return errorCodes.NOAUTH;
    const actual = node.stat[column.version]!;
    if (version !== -1 && version !== actual) return errorCodes.BADVERSION;
    txn.path = path;
    txn.version = (actual + 1) | 0;
    return 0;
  }

  /**
   * All parts or none: the first that fails takes back the others, which stay in the transaction by type only, and every
   * later one is an error too, whatever it asks for. Parts see the changes of earlier parts.
   */
  private multi(txn: Txn, operations: readonly MultiOp[], authInfo: readonly Id[]): number {
    const parts: Txn[] = [];
    let failure = 0;
    this.changes.beginMulti(this.use);
    for (const operation of operations) {
      if (failure === 0 && isTtlWithoutTtl(operation)) {
        this.changes.rollBack();
        this.changes.endMulti();
        return errorCodes.MARSHALLINGERROR;
      }
      const part = txn.part(partType(operation));
      part.prepared = true;
      const code =
        failure === 0 ? this.multiPart(part, operation, authInfo) : errorCodes.RUNTIMEINCONSISTENCY;
      if (code !== 0) this.fail(part, code);
      if (code !== 0 && failure === 0) {
        failure = code;
        this.changes.rollBack();
      }
      parts.push(part);
    }
    this.changes.endMulti();
    txn.txns = parts;
    return 0;
  }

  private multiPart(part: Txn, operation: MultiOp, authInfo: readonly Id[]): number {
    switch (operation.op) {
      case 'create':
      case 'create2':
      case 'createContainer':
      case 'createTTL':
        return this.create(part, operation, authInfo);
      case 'delete':
        return this.delete(part, operation.path, operation.version, authInfo);
      case 'setData':
        return this.setData(part, operation.path, operation.data, operation.version, authInfo);
      case 'check':
        return this.check(part, operation.path, operation.version, authInfo);
    }
  }

  /** Lists the session's ephemerals as they will be: those of the tree, less and more what is in flight. */
  private closeSession(txn: Txn): number {
    const paths = new Set(this.tree.ephemerals(txn.clientId));
    for (const record of this.changes.all()) {
      // One that was deleted and made again as another's, all in flight, stays.
      if (record.exists && this.ownedBy(record, txn.clientId)) paths.add(record.path);
      else paths.delete(record.path);
    }
    for (const path of paths) {
      const node = this.changes.find(path, this.use);
      const parent = this.changes.find(path.slice(0, path.lastIndexOf('/')), this.use);
      if (node !== null && parent !== null) this.removeChild(parent, node, new Txn(0, 0n, 0, 0n, 0, 0, 0));
    }
    if (this.settings.closeSessionTxnEnabled) txn.paths = [...paths];
    return 0;
  }

  private ownedBy(record: ChangeRecord, sessionId: bigint): boolean {
    if (this.ownerKindOf(record) !== 'session') return false;
    const high = record.stat[column.ephemeralOwner]!;
    return joinHalves(high, record.stat[column.ephemeralOwner + 1]!) === sessionId;
  }
}
