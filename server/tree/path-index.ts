/**
 * From a path to its slot: hash tables with open addressing over ints, so that finding a path reads one cache line of the
 * table and the one path that has the hash, and the garbage collector has nothing to walk. There are as many tables as the
 * upper bits of the hash tell apart; each grows by itself, so that none takes long about it, however many paths there are.
 */

const tableBits = 6;
const tablesCount = 1 << tableBits;
/** An entry is the hash, then the slot plus 1; 0 for no entry. */
const entryInts = 2;
const entriesFirst = 32;

export class PathIndex {
  private readonly tables: Int32Array[] = [];
  private readonly counts = new Int32Array(tablesCount);
  private total = 0;
  /** Odd, so that multiplying loses nothing. */
  private readonly multiplier: number;

  constructor(
    /** Of every slot the path, kept by the owner of both. */
    private readonly paths: readonly (string | undefined)[],
    /** An int that makes hashes such that no client can foretell which paths meet in one place. */
    private readonly seed: number,
  ) {
    this.multiplier = (0x0100_0193 + 2 * seed) | 0;
    this.clear();
  }

  get size(): number {
    return this.total;
  }

  clear(): void {
    for (let table = 0; table < tablesCount; table += 1)
      this.tables[table] = new Int32Array(entriesFirst * entryInts);
    this.counts.fill(0);
    this.total = 0;
  }

  /**
   * Units at even and at odd places are multiplied into two numbers, which the processor does side by side, and the bits of
   * both are mixed as MurmurHash3 ends. A unit has 16 bits and the multiplier is secret: what two units differ in reaches
   * bits that no later unit can put right, so that nobody who does not know the seed can make paths that hash alike.
   */
  hash(path: string): number {
    const { length } = path;
    const { seed, multiplier } = this;
    let even = seed ^ length;
    let odd = ~seed;
    let at = 0;
    for (; at + 1 < length; at += 2) {
      even = Math.imul(even ^ path.charCodeAt(at), multiplier);
      odd = Math.imul(odd ^ path.charCodeAt(at + 1), multiplier);
      even ^= even >>> 15;
      odd ^= odd >>> 15;
    }
    if (at < length) even = Math.imul(even ^ path.charCodeAt(at), multiplier);
    let hash = even ^ Math.imul(odd, 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    return hash ^ (hash >>> 16);
  }

  /** −1 where no slot has the path. `hash` is the path's. */
  find(path: string, hash: number): number {
    const table = this.tables[hash >>> (32 - tableBits)]!;
    const end = table.length - 1;
    for (let at = (hash << 1) & end; ; at = (at + entryInts) & end) {
      const slot = table[at + 1]! - 1;
      if (slot < 0 || (table[at] === hash && this.paths[slot] === path)) return slot;
    }
  }

  /** The path of `slot` must be new. */
  add(hash: number, slot: number): void {
    const number = hash >>> (32 - tableBits);
    const count = (this.counts[number] = this.counts[number]! + 1);
    this.total += 1;
    let table = this.tables[number]!;
    if (count * 2 * entryInts > table.length) table = this.tables[number] = grown(table);
    put(table, hash, slot + 1);
  }

  /** Removes an entry that is there; those behind it that it kept from their own places move up. */
  remove(hash: number, slot: number): void {
    const number = hash >>> (32 - tableBits);
    const table = this.tables[number]!;
    const end = table.length - 1;
    let free = (hash << 1) & end;
    while (table[free + 1] !== slot + 1) free = (free + entryInts) & end;
    for (let at = (free + entryInts) & end; table[at + 1] !== 0; at = (at + entryInts) & end) {
      const home = (table[at]! << 1) & end;
      // How far the entry is from its own place, and how far it is from the free one.
      if (((at - home) & end) < ((at - free) & end)) continue;
      table[free] = table[at]!;
      table[free + 1] = table[at + 1]!;
      free = at;
    }
    table[free + 1] = 0;
    this.counts[number] = this.counts[number]! - 1;
    this.total -= 1;
  }
}

function put(table: Int32Array, hash: number, slotPlusOne: number): void {
  const end = table.length - 1;
  let at = (hash << 1) & end;
  while (table[at + 1] !== 0) at = (at + entryInts) & end;
  table[at] = hash;
  table[at + 1] = slotPlusOne;
}

function grown(table: Int32Array): Int32Array {
  const larger = new Int32Array(table.length * 2);
  for (let at = 0; at < table.length; at += entryInts)
    if (table[at + 1] !== 0) put(larger, table[at]!, table[at + 1]!);
  return larger;
}
