import type { JuteWriter } from '@/lib/jute/writer';

/**
 * The bytes of all znodes, without one object per znode: values up to 4 KiB lie in slabs of equal cells, one list of
 * slabs a size class, larger ones in buffers of their own. A cell is found by the value's length (which gives the class)
 * and an index, so a node keeps two ints. Values are copied in and copied out; nobody outside holds a view, which is why
 * a cell can be overwritten or given to another node at any time.
 *
 * Free cells are chained through their own first four bytes. Memory of a slab is kept for later values of its class.
 */

const slabBytes = 128 * 1024;
const cellBytesMax = 4096;

/** Sizes of cells: steps of 16 up to 256, then about an eighth more each. */
const cellSizes: readonly number[] = (() => {
  const sizes: number[] = [];
  for (let size = 16; size <= 256; size += 16) sizes.push(size);
  for (let size = 288; size < cellBytesMax; size = Math.ceil((size * 1.125) / 16) * 16) sizes.push(size);
  sizes.push(cellBytesMax);
  return sizes;
})();

/** Class of every length in units of 16 bytes. */
const classOfUnits = Uint8Array.from({ length: cellBytesMax / 16 + 1 }, (_, units) =>
  cellSizes.findIndex((size) => size >= units * 16),
);

class SizeClass {
  private readonly slabs: Buffer[] = [];
  private readonly cellsPerSlab: number;
  private cellCount = 0;
  private firstFree = -1;

  constructor(private readonly cellBytes: number) {
    this.cellsPerSlab = Math.floor(slabBytes / cellBytes);
  }

  take(): number {
    const free = this.firstFree;
    if (free >= 0) {
      this.firstFree = this.slabOf(free).readInt32LE(this.offsetOf(free));
      return free;
    }
    if (this.cellCount === this.slabs.length * this.cellsPerSlab) {
      this.slabs.push(Buffer.allocUnsafeSlow(this.cellsPerSlab * this.cellBytes));
    }
    return this.cellCount++;
  }

  give(index: number): void {
    this.slabOf(index).writeInt32LE(this.firstFree, this.offsetOf(index));
    this.firstFree = index;
  }

  slabOf(index: number): Buffer {
    return this.slabs[Math.floor(index / this.cellsPerSlab)]!;
  }

  offsetOf(index: number): number {
    return (index % this.cellsPerSlab) * this.cellBytes;
  }
}

export class ValueStore {
  private readonly classes = cellSizes.map((size) => new SizeClass(size));
  private readonly large: (Buffer | null)[] = [];
  private readonly freeLarge: number[] = [];

  private classOf(length: number): SizeClass {
    return this.classes[classOfUnits[(length + 15) >> 4]!]!;
  }

  /** Keeps a copy of `value`; the index belongs to its length. An empty value takes no room and has index 0. */
  put(value: Uint8Array): number {
    const length = value.length;
    if (length === 0) return 0;
    if (length > cellBytesMax) return this.putLarge(Buffer.allocUnsafeSlow(length), value);
    const sizeClass = this.classOf(length);
    const index = sizeClass.take();
    sizeClass.slabOf(index).set(value, sizeClass.offsetOf(index));
    return index;
  }

  private putLarge(own: Buffer, value: Uint8Array): number {
    own.set(value);
    const index = this.freeLarge.pop() ?? this.large.length;
    this.large[index] = own;
    return index;
  }

  /** Replaces a value, in its own cell where the new one fits the same class; returns the new index. */
  replace(index: number, length: number, value: Uint8Array): number {
    if (length > 0 && value.length > 0 && length <= cellBytesMax && value.length <= cellBytesMax) {
      const sizeClass = this.classOf(length);
      if (sizeClass === this.classOf(value.length)) {
        sizeClass.slabOf(index).set(value, sizeClass.offsetOf(index));
        return index;
      }
    }
    this.free(index, length);
    return this.put(value);
  }

  /** `length` is the value's, or below 1 where there is nothing to free. */
  free(index: number, length: number): void {
    if (length <= 0) return;
    if (length <= cellBytesMax) return this.classOf(length).give(index);
    this.large[index] = null;
    this.freeLarge.push(index);
  }

  /** Appends the value's bytes, without a length. */
  writeTo(writer: JuteWriter, index: number, length: number): void {
    if (length <= 0) return;
    if (length > cellBytesMax) return writer.raw(this.large[index]!);
    const sizeClass = this.classOf(length);
    const start = sizeClass.offsetOf(index);
    writer.section(sizeClass.slabOf(index), start, start + length);
  }

  /** A view valid until the next change of the store. */
  view(index: number, length: number): Buffer {
    if (length <= 0) return emptyValue;
    if (length > cellBytesMax) return this.large[index]!;
    const sizeClass = this.classOf(length);
    const start = sizeClass.offsetOf(index);
    return sizeClass.slabOf(index).subarray(start, start + length);
  }
}

export const emptyValue = Buffer.alloc(0);
