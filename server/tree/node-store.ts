import type { JuteWriter } from '@/lib/jute/writer';
import { ChildLists } from './child-lists';
import { PathIndex } from './path-index';
import { emptyValue, ValueStore } from './value-store';

/**
 * All znodes in columns: a znode is a slot number, its fields are `slotInts` ints in a row of a chunk, and its path is
 * the only JavaScript object it owns. The first 15 ints are StatPersisted in wire order (longs as two ints, high first),
 * so a Stat goes out as a copy with three fields computed. Children are a list threaded through the rows.
 *
 * Invariants: a node's parent has a slot for as long as the node has, which the snapshot relies on. The root is slot 0,
 * under both of its names, "" and "/"; its own path is "".
 */

export const column = {
  czxid: 0,
  mzxid: 2,
  ctime: 4,
  mtime: 6,
  version: 8,
  /** Creates of children only; the wire's cversion is 2 × this − numChildren. */
  cversion: 9,
  aversion: 10,
  ephemeralOwner: 11,
  pzxid: 13,
  parent: 15,
  firstChild: 16,
  next: 17,
  previous: 18,
  numChildren: 19,
  /** CRC-32 of the node as the tree digest counts it. */
  crc: 20,
  aclId: 21,
  valueIndex: 22,
  /** −1 for null. */
  dataLength: 23,
} as const;

export const statInts = 15;
const slotInts = 24;
const chunkBits = 12;
const chunkMask = (1 << chunkBits) - 1;

/**
 * A JavaScript Set, which the paths of containers, TTL nodes and a session's ephemerals are in, ends at 2^24 entries and
 * throws beyond. Creates are refused well before (what is in flight still fits), because a transaction that is in the log
 * must never fail to apply.
 */
export const znodesMax = 16_000_000;

export const noSlot = -1;
export const rootSlot = 0;

export class NodeStore {
  private readonly chunks: Int32Array[] = [];
  private readonly paths: (string | undefined)[] = [];
  private readonly index: PathIndex;
  private readonly freeSlots: number[] = [];
  private values = new ValueStore();
  private readonly childLists = new ChildLists();
  /** Characters of paths plus bytes of data, the root's "/" included. */
  approximateBytes = 1;

  /** `hashSeed` is a random int where clients choose the paths. */
  constructor(hashSeed = 0) {
    this.index = new PathIndex(this.paths, hashSeed);
    this.clear();
  }

  /** Back to an empty root. */
  clear(): void {
    this.index.clear();
    this.chunks.length = this.paths.length = this.freeSlots.length = 0;
    this.values = new ValueStore();
    this.childLists.clear();
    this.approximateBytes = 1;
    this.index.add(this.index.hash(''), this.take(''));
  }

  /** The row's chunk; the row starts at `base(slot)`. */
  row(slot: number): Int32Array {
    return this.chunks[slot >> chunkBits]!;
  }

  base(slot: number): number {
    return (slot & chunkMask) * slotInts;
  }

  get(slot: number, at: number): number {
    return this.chunks[slot >> chunkBits]![(slot & chunkMask) * slotInts + at]!;
  }

  set(slot: number, at: number, value: number): void {
    this.chunks[slot >> chunkBits]![(slot & chunkMask) * slotInts + at] = value;
  }

  getLong(slot: number, at: number): bigint {
    const row = this.row(slot);
    const base = this.base(slot) + at;
    return (BigInt(row[base]!) << 32n) | BigInt(row[base + 1]! >>> 0);
  }

  find(path: string): number {
    return this.findHashed(path, this.hash(path));
  }

  /** For whoever looks the path up in a table of its own too. */
  hash(path: string): number {
    return this.index.hash(path);
  }

  /** As `find`; `hash` is the path's. */
  findHashed(path: string, hash: number): number {
    return path === '/' ? rootSlot : this.index.find(path, hash);
  }

  /** "" for the root. */
  path(slot: number): string {
    return this.paths[slot]!;
  }

  /** As Apache counts: the root is there under two names. */
  get size(): number {
    return this.index.size + 1;
  }

  /**
   * Parents before children. Nodes may come and go meanwhile: each that stays is visited once, one that goes before its
   * turn is not, and of those that come some are.
   */
  *walk(): Generator<number> {
    const visited = new Uint8Array(this.paths.length);
    const line: number[] = [];
    for (let slot = 0; slot < visited.length; slot += 1) {
      if (this.paths[slot] === undefined) continue;
      for (let at = slot; at !== noSlot && visited[at] === 0; at = this.get(at, column.parent)) line.push(at);
      for (let at = line.pop(); at !== undefined; at = line.pop()) {
        if (!this.canVisit(at, visited)) continue;
        visited[at] = 1;
        yield at;
      }
    }
  }

  /** Not so where the node went while those above it were visited, even if another one has its slot now. */
  private canVisit(slot: number, visited: Uint8Array): boolean {
    if (this.paths[slot] === undefined) return false;
    const parent = this.get(slot, column.parent);
    return parent === noSlot || visited[parent] === 1;
  }

  private take(path: string): number {
    const slot = this.freeSlots.pop() ?? this.paths.length;
    if (slot >> chunkBits === this.chunks.length) this.chunks.push(new Int32Array(slotInts << chunkBits));
    this.paths[slot] = path;
    const row = this.row(slot);
    const base = this.base(slot);
    row.fill(0, base, base + slotInts);
    row[base + column.parent] = noSlot;
    row[base + column.firstChild] = noSlot;
    row[base + column.next] = noSlot;
    row[base + column.previous] = noSlot;
    return slot;
  }

  /** A new node below `parent` with an empty Stat and no data. The path must be new. */
  add(path: string, parent: number): number {
    const slot = this.take(path);
    this.index.add(this.index.hash(path), slot);
    this.childrenChange(parent);
    const first = this.get(parent, column.firstChild);
    const row = this.row(slot);
    const base = this.base(slot);
    row[base + column.parent] = parent;
    row[base + column.next] = first;
    row[base + column.dataLength] = -1;
    this.approximateBytes += path.length;
    if (first !== noSlot) this.set(first, column.previous, slot);
    this.set(parent, column.firstChild, slot);
    this.set(parent, column.numChildren, this.get(parent, column.numChildren) + 1);
    return slot;
  }

  /** Removes a node; its children, if the log ever asks for that, must be removed first. */
  remove(slot: number): void {
    const parent = this.get(slot, column.parent);
    this.childrenChange(parent);
    const next = this.get(slot, column.next);
    const previous = this.get(slot, column.previous);
    if (previous === noSlot) this.set(parent, column.firstChild, next);
    else this.set(previous, column.next, next);
    if (next !== noSlot) this.set(next, column.previous, previous);
    this.set(parent, column.numChildren, this.get(parent, column.numChildren) - 1);
    this.setData(slot, null);
    this.approximateBytes -= this.path(slot).length;
    this.index.remove(this.index.hash(this.path(slot)), slot);
    this.paths[slot] = undefined;
    this.freeSlots.push(slot);
  }

  /** Called before a child comes or goes, which happens in `add`, `remove` and `clear` alone. */
  private childrenChange(parent: number): void {
    if (ChildLists.keeps(this.get(parent, column.numChildren))) this.childLists.drop(parent);
  }

  /** The names of a node's children as a jute vector, youngest first. */
  writeChildren(writer: JuteWriter, slot: number): void {
    const count = this.get(slot, column.numChildren);
    if (!ChildLists.keeps(count)) return this.writeNames(writer, slot, count);
    if (this.childLists.write(writer, slot)) return;
    const start = writer.size;
    this.writeNames(writer, slot, count);
    this.childLists.keep(slot, writer.view().subarray(start));
  }

  private writeNames(writer: JuteWriter, slot: number, count: number): void {
    const nameStart = this.path(slot).length + 1;
    writer.int(count);
    let child = this.get(slot, column.firstChild);
    for (; child !== noSlot; child = this.get(child, column.next)) {
      writer.ustring(this.path(child).slice(nameStart));
    }
  }

  setData(slot: number, data: Uint8Array | null): void {
    const row = this.row(slot);
    const base = this.base(slot);
    const index = row[base + column.valueIndex]!;
    const length = row[base + column.dataLength]!;
    this.approximateBytes += (data === null ? 0 : data.length) - Math.max(length, 0);
    if (data === null) {
      this.values.free(index, length);
      row[base + column.valueIndex] = 0;
      row[base + column.dataLength] = -1;
      return;
    }
    row[base + column.valueIndex] = this.values.replace(index, length, data);
    row[base + column.dataLength] = data.length;
  }

  /** A view of the data valid until the next change of any node; null is null. */
  data(slot: number): Buffer | null {
    const length = this.get(slot, column.dataLength);
    if (length < 0) return null;
    if (length === 0) return emptyValue;
    return this.values.view(this.get(slot, column.valueIndex), length);
  }

  /** A jute buffer: length and bytes, −1 for null. */
  writeData(writer: JuteWriter, slot: number): void {
    const row = this.row(slot);
    const base = this.base(slot);
    const length = row[base + column.dataLength]!;
    writer.int(length);
    this.values.writeTo(writer, row[base + column.valueIndex]!, length);
  }
}
