import type { Acl } from '@/lib/protocol/data';
import { openAcl } from '@/lib/protocol/data';
import { noSlot, statInts } from '@/server/tree/node-store';

/**
 * A znode as it will be once every write in flight is applied (Apache's ChangeRecord). Writes are checked against these,
 * so that they can be logged together without waiting for each other; reads never see them.
 */
export class ChangeRecord {
  path = '';
  /** Of the path, as the tree's index hashes it. */
  hash = 0;
  /** The next record in the same place of the table. */
  alike: ChangeRecord | null = null;
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
  /** The last multi that changed it, and the last one at whose end it was counted. */
  changedIn = 0;
  countedIn = 0;

  /** As one of a node that does not exist. */
  clear(): void {
    this.exists = false;
    this.slot = noSlot;
    this.data = null;
    this.dataInTree = false;
    this.crc = 0;
  }

  copyFrom(other: ChangeRecord): void {
    this.path = other.path;
    this.hash = other.hash;
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

const placesFirst = 1024;

/** Records by their paths: many come and go with every write, which a Map does not take as lightly. */
export class ChangeTable {
  private places: (ChangeRecord | null)[] = new Array<null>(placesFirst).fill(null);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** `hash` is the path's. */
  find(path: string, hash: number): ChangeRecord | null {
    let record: ChangeRecord | null = this.places[hash & (this.places.length - 1)] ?? null;
    while (record !== null && (record.hash !== hash || record.path !== path)) record = record.alike;
    return record;
  }

  /** No record of its path may be there. */
  add(record: ChangeRecord): void {
    this.count += 1;
    if (this.count > this.places.length) this.grow();
    this.put(record);
  }

  private put(record: ChangeRecord): void {
    const place = record.hash & (this.places.length - 1);
    record.alike = this.places[place] ?? null;
    this.places[place] = record;
  }

  private grow(): void {
    const before = this.places;
    this.places = new Array<null>(before.length * 2).fill(null);
    for (const first of before) {
      let record: ChangeRecord | null = first;
      while (record !== null) {
        const next: ChangeRecord | null = record.alike;
        this.put(record);
        record = next;
      }
    }
  }

  /** Takes out a record that is there. */
  remove(record: ChangeRecord): void {
    const place = record.hash & (this.places.length - 1);
    let before = this.places[place]!;
    if (before === record) this.places[place] = record.alike;
    else {
      while (before.alike !== record) before = before.alike!;
      before.alike = record.alike;
    }
    record.alike = null;
    this.count -= 1;
  }
}
