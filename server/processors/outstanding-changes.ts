import type { Acl } from '@/lib/protocol/data';
import { openAcl } from '@/lib/protocol/data';
import { column, noSlot, statInts } from '@/server/tree/node-store';
import type { DataTree } from '@/server/tree/data-tree';
import { nodeCrc, TreeDigest } from '@/server/tree/tree-digest';

/**
 * A znode as it will be once every write in flight is applied (Apache's ChangeRecord). Writes are checked against these,
 * so that they can be logged together without waiting for each other; reads never see them.
 */
export class ChangeRecord {
  path = '';
  exists = false;
  /** Where the tree has the node, −1 where it does not have it yet. Valid for the next txn of this path. */
  slot = noSlot;
  /** StatPersisted, as the first ints of a node's row. */
  readonly stat = new Int32Array(statInts);
  numChildren = 0;
  acl: readonly Acl[] = openAcl;
  /** Data that the tree does not have yet; `dataInTree` says to look there instead. */
  data: Buffer | null = null;
  dataInTree = false;
  crc = 0;
  /** The last write that looked at it: once that one is applied, the tree is as good as this record. */
  lastUse = 0;

  copyFrom(other: ChangeRecord): void {
    this.path = other.path;
    this.exists = other.exists;
    this.slot = other.slot;
    this.stat.set(other.stat);
    this.numChildren = other.numChildren;
    this.acl = other.acl;
    this.data = other.data;
    this.dataInTree = other.dataInTree;
    this.crc = other.crc;
  }
}

const poolMax = 4096;

/**
 * The records of all writes in flight, and the tree's digest as it will be after them. A use is the number of a write,
 * counted up; records are let go in that order.
 */
export class OutstandingChanges {
  readonly digest = new TreeDigest();
  private readonly records = new Map<string, ChangeRecord>();
  private readonly pool: ChangeRecord[] = [];
  /** Records in the order of use, with the use beside; consumed from `head`. */
  private touched: ChangeRecord[] = [];
  private uses: number[] = [];
  private head = 0;
  /** While a multi is checked: how each record was before it, newest last. */
  private undo: { record: ChangeRecord; before: ChangeRecord }[] | null = null;
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

  all(): Iterable<ChangeRecord> {
    return this.records.values();
  }

  exists(path: string): boolean {
    if (path === '/') return true;
    const record = this.records.get(path);
    return record === undefined ? this.tree.nodes.find(path) !== noSlot : record.exists;
  }

  /** The node as it will be, or null where there will be none. */
  find(name: string, use: number): ChangeRecord | null {
    const path = name === '/' ? '' : name;
    const known = this.records.get(path);
    if (known !== undefined) {
      this.touch(known, use);
      return known.exists ? known : null;
    }
    const slot = this.tree.nodes.find(path);
    if (slot === noSlot) return null;
    const record = this.load(slot);
    this.records.set(path, record);
    this.touch(record, use);
    return record;
  }

  private load(slot: number): ChangeRecord {
    const { nodes } = this.tree;
    const record = this.pool.pop() ?? new ChangeRecord();
    const row = nodes.row(slot);
    const base = nodes.base(slot);
    record.path = nodes.path(slot);
    record.exists = true;
    record.slot = slot;
    for (let at = 0; at < statInts; at += 1) record.stat[at] = row[base + at]!;
    record.numChildren = row[base + column.numChildren]!;
    record.acl = this.tree.acl(slot);
    record.dataInTree = true;
    record.crc = row[base + column.crc]!;
    return record;
  }

  /** The record of a node that is to come; it does not exist until the caller says so. */
  make(path: string, use: number): ChangeRecord {
    let record = this.records.get(path);
    if (record === undefined) {
      record = this.pool.pop() ?? new ChangeRecord();
      record.path = path;
      record.exists = false;
      record.slot = noSlot;
      record.crc = 0;
      this.records.set(path, record);
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
    if (this.undo === null) return;
    const before = new ChangeRecord();
    before.copyFrom(record);
    this.undo.push({ record, before });
  }

  /** Brings a changed record's CRC and the digest up to date. */
  count(record: ChangeRecord): void {
    if (!this.digestEnabled) return;
    const data = record.dataInTree ? this.tree.nodes.data(record.slot) : record.data;
    const crc = nodeCrc(record.path, data, record.stat, 0);
    this.digest.remove(record.crc);
    this.digest.add(crc);
    record.crc = crc;
  }

  /** Marks a node as gone. */
  remove(record: ChangeRecord): void {
    this.change(record);
    this.digest.remove(record.crc);
    record.exists = false;
    record.slot = noSlot;
    record.crc = 0;
    record.data = null;
    record.dataInTree = false;
  }

  beginMulti(): void {
    this.undo = [];
    this.digestBefore.copyFrom(this.digest);
  }

  endMulti(): void {
    this.undo = null;
  }

  /** Takes back every change since `beginMulti`. */
  rollBack(): void {
    for (const { record, before } of (this.undo ?? []).reverse()) record.copyFrom(before);
    this.digest.copyFrom(this.digestBefore);
    this.undo = null;
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
    this.records.delete(record.path);
    record.data = null;
    record.lastUse = 0;
    if (this.pool.length < poolMax) this.pool.push(record);
  }
}
