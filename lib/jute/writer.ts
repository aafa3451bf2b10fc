/**
 * Writes jute primitives into one growing buffer. `take()` hands the bytes over; `patchInt` fills a length that was not
 * known when its place was written.
 */
export class JuteWriter {
  private bytes: Buffer;
  private length = 0;

  constructor(capacityBytes = 256) {
    this.bytes = Buffer.allocUnsafe(capacityBytes);
  }

  get size(): number {
    return this.length;
  }

  /** Makes room for `size` bytes and returns where they start. */
  private grow(size: number): number {
    const at = this.length;
    const needed = at + size;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, at);
      this.bytes = larger;
    }
    this.length = needed;
    return at;
  }

  /**
   * Room for `size` bytes, to be filled through `target` from the returned offset before any other call: for records of
   * fixed layout on hot paths, which one bounds check then covers.
   */
  reserve(size: number): number {
    return this.grow(size);
  }

  /** The bytes behind this writer; replaced by any call that grows it. */
  get target(): Buffer {
    return this.bytes;
  }

  byte(value: number): void {
    const at = this.grow(1);
    this.bytes[at] = value & 0xff;
  }

  boolean(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  int(value: number): void {
    const at = this.grow(4);
    this.bytes.writeInt32BE(value | 0, at);
  }

  long(value: bigint): void {
    const at = this.grow(8);
    this.bytes.writeBigInt64BE(value, at);
  }

  ustring(value: string | null): void {
    if (value === null) return this.int(-1);
    // At most 3 bytes a UTF-16 unit; the true length is patched in, which spares measuring the text first.
    const at = this.grow(4 + value.length * 3);
    const written = this.bytes.write(value, at + 4, 'utf8');
    this.bytes.writeInt32BE(written, at);
    this.length = at + 4 + written;
  }

  buffer(value: Uint8Array | null): void {
    if (value === null) return this.int(-1);
    const at = this.grow(4 + value.length);
    this.bytes.writeInt32BE(value.length, at);
    this.bytes.set(value, at + 4);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    // First the room, then the bytes: growing replaces the buffer.
    const at = this.grow(value.length);
    this.bytes.set(value, at);
  }

  /** A part of `source` as it is, without a length. */
  section(source: Buffer, start: number, end: number): void {
    const at = this.grow(end - start);
    source.copy(this.bytes, at, start, end);
  }

  /** Takes back everything written after `size` was the size. */
  truncate(size: number): void {
    this.length = size;
  }

  patchInt(at: number, value: number): void {
    this.bytes.writeInt32BE(value, at);
  }

  reset(): void {
    this.length = 0;
  }

  /** A view of what was written; valid until the next write or reset. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** A copy of what was written. */
  take(): Buffer {
    return Buffer.from(this.view());
  }
}
