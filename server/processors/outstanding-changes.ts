import { column, noSlot, statInts } from '@/server/tree/node-store';
import type { DataTree } from '@/server/tree/data-tree';
import { nodeCrc, TreeDigest } from '@/server/tree/tree-digest';
import type { Txn } from '@/server/tree/txn';
import { ChangeRecord, ChangeTable } from './change-records';

const poolMax = 16_384;

/** What a multi under way has done; its CRCs are counted at its end, once a node however many parts change it. */
interface Multi {
  readonly use: number;
  /** How each record was before it; null stands for one of no node. */
  readonly undo: { readonly record: ChangeRecord; readonly before: ChangeRecord | null }[];
  readonly counts: { readonly record: ChangeRecord; readonly part: Txn; readonly crc: CrcOf }[];
}

/** Whose CRC a transaction foretells. */
type CrcOf = 'nodeCrc' | 'parentCrc';

/**
 * The records of all writes in flight, and the tree's digest as it will be after them. A use is the number of a write,
 * counted up; records are let go in that order.
 */
export class OutstandingChanges {
  readonly digest = new TreeDigest();
  private readonly records = new ChangeTable();
  private readonly pool: ChangeRecord[] = [];
  /** Records in the order of use, with the use beside; consumed from `head`. */
  private touched: ChangeRecord[] = [];
  private uses: number[] = [];
  private head = 0;
  /** Of the last create or delete: the next is often below the same node. */
  private lastParent: ChangeRecord | null = null;
  /** While one is checked. */
  private multi: Multi | null = null;
  private readonly digestBefore = new TreeDigest();

  constructor(
    private readonly tree: DataTree,
    private readonly digestEnabled: boolean,
  ) {}

  /** After the tree was restored. */
  reset(): void {
    this.digest.copyFrom(this.tree.digest);
  }

  get size(): number {
    return this.records.size;
  }

  /** Every record, in the order of their last uses. */
  *all(): Generator<ChangeRecord> {
    for (let at = this.head; at < this.uses.length; at += 1) {
      const record = this.touched[at]!;
      if (record.lastUse === this.uses[at]) yield record;
    }
  }

  /** The node as it will be, or null where there will be none. */
  find(name: string, use: number): ChangeRecord | null {
    const path = name === '/' ? '' : name;
    const hash = this.tree.nodes.hash(path);
    const known = this.records.find(path, hash);
    if (known !== null) {
      this.touch(known, use);
      return known.exists ? known : null;
    }
    const slot = this.tree.nodes.findHashed(path, hash);
    if (slot === noSlot) return null;
    const record = this.load(slot, hash);
    this.records.add(record);
    this.touch(record, use);
    return record;
  }

  /** The parent of a path that holds its last slash at `slash`, as `find` gives it. */
  findParent(path: string, slash: number, use: number): ChangeRecord | null {
    const last = this.lastParent;
    if (last !== null && last.exists && last.path.length === slash && path.startsWith(last.path)) {
      this.touch(last, use);
      return last;
    }
    return (this.lastParent = this.find(path.slice(0, slash), use));
  }

  private load(slot: number, hash: number): ChangeRecord {
    const { nodes } = this.tree;
    const record = this.pool.pop() ?? new ChangeRecord();
    const row = nodes.row(slot);
    const base = nodes.base(slot);
    record.path = nodes.path(slot);
    record.hash = hash;
    record.exists = true;
    record.slot = slot;
    for (let at = 0; at < statInts; at += 1) record.stat[at] = row[base + at]!;
    record.numChildren = row[base + column.numChildren]!;
    record.acl = this.tree.acl(slot);
    record.dataInTree = true;
    record.crc = row[base + column.crc]!;
    return record;
  }

  /** The record of a node that may come, existing once the caller says so; null where there will be one already. */
  vacant(path: string, use: number): ChangeRecord | null {
    const { nodes } = this.tree;
    const hash = nodes.hash(path);
    let record = this.records.find(path, hash);
    if (record === null ? nodes.findHashed(path, hash) !== noSlot : record.exists) return null;
    if (record === null) {
      record = this.pool.pop() ?? new ChangeRecord();
      record.path = path;
      record.hash = hash;
      record.clear();
      this.records.add(record);
    }
    this.touch(record, use);
    return record;
  }

  private touch(record: ChangeRecord, use: number): void {
    if (record.lastUse === use) return;
    record.lastUse = use;
    this.touched.push(record);
    this.uses.push(use);
  }

  /** To be called before a record is changed. */
  change(record: ChangeRecord): void {
    const { multi } = this;
    if (multi === null || record.changedIn === multi.use) return;
    record.changedIn = multi.use;
    const before = record.exists ? (this.pool.pop() ?? new ChangeRecord()) : null;
    before?.copyFrom(record);
    multi.undo.push({ record, before });
  }

  /** Brings the digest up to date with a changed node and notes the node's CRC in the transaction; in a multi, at its end. */
  count(record: ChangeRecord, txn: Txn, crc: CrcOf): void {
    if (!this.digestEnabled) return;
    if (this.multi !== null) return void this.multi.counts.push({ record, part: txn, crc });
    this.recount(record);
    txn[crc] = record.crc;
  }

  private recount(record: ChangeRecord): void {
    const data = record.dataInTree ? this.tree.nodes.data(record.slot) : record.data;
    const crc = record.exists ? nodeCrc(record.path, data, record.stat, 0) : 0;
    this.digest.remove(record.crc);
    this.digest.add(crc);
    record.crc = crc;
  }

  /** Marks a node as gone. */
  remove(record: ChangeRecord): void {
    this.change(record);
    this.digest.remove(record.crc);
    record.clear();
  }

  beginMulti(use: number): void {
    this.multi = { use, undo: [], counts: [] };
    this.digestBefore.copyFrom(this.digest);
  }

  endMulti(): void {
    const { use, undo, counts } = this.multi!;
    for (const { record, part, crc } of counts) {
      if (record.countedIn !== use) this.recount(record);
      record.countedIn = use;
      part[crc] = record.crc;
    }
    for (const { before } of undo) if (before !== null) this.keep(before);
    this.multi = null;
  }

  /** Takes back every change since `beginMulti`, for `endMulti` to find none. */
  rollBack(): void {
    const { use, undo } = this.multi!;
    for (const { record, before } of undo) {
      if (before === null) record.clear();
      else record.copyFrom(before);
    }
    this.digest.copyFrom(this.digestBefore);
    this.multi = { use, undo: [], counts: [] };
  }

  /** The write numbered `use` is applied: lets go of what no later one has looked at. */
  release(use: number): void {
    while (this.head < this.uses.length && this.uses[this.head]! <= use) {
      const record = this.touched[this.head]!;
      if (record.lastUse === this.uses[this.head]) this.recycle(record);
      this.head += 1;
    }
    if (this.head === this.uses.length) {
      this.touched = this.uses.length > poolMax ? [] : (this.touched.splice(0), this.touched);
      this.uses.length = 0;
      this.head = 0;
    } else if (this.head > poolMax) {
      this.touched.splice(0, this.head);
      this.uses.splice(0, this.head);
      this.head = 0;
    }
  }

  private recycle(record: ChangeRecord): void {
    this.records.remove(record);
    if (record === this.lastParent) this.lastParent = null;
    record.lastUse = 0;
    this.keep(record);
  }

  private keep(record: ChangeRecord): void {
    record.data = null;
    if (this.pool.length < poolMax) this.pool.push(record);
  }
}
