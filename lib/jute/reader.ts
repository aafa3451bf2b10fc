import { JuteError } from './error';

/**
 * Reads jute primitives (big-endian, two's complement) from one frame. A length is checked against what is left of the
 * frame before anything is allocated, so a length that lies costs nothing. Buffers are returned as views of the frame:
 * a caller that keeps one beyond the frame's life copies it.
 */
export class JuteReader {
  constructor(
    readonly bytes: Buffer,
    public offset = 0,
    readonly end = bytes.length,
  ) {}

  get remaining(): number {
    return this.end - this.offset;
  }

  private need(size: number): number {
    const at = this.offset;
    if (this.end - at < size) throw new JuteError(`needs ${size} bytes, ${this.end - at} left`, at);
    this.offset = at + size;
    return at;
  }

  byte(): number {
    return this.bytes.readInt8(this.need(1));
  }

  /** Any non-zero byte is true, as in Java's DataInput. */
  boolean(): boolean {
    return this.bytes[this.need(1)] !== 0;
  }

  int(): number {
    return this.bytes.readInt32BE(this.need(4));
  }

  long(): bigint {
    return this.bytes.readBigInt64BE(this.need(8));
  }

  /** −1 for null; otherwise a length that fits what is left, counting `unit` bytes at least for each element. */
  private length(unit: number): number {
    const at = this.offset;
    const length = this.int();
    if (length < -1) throw new JuteError(`length ${length} is below -1`, at);
    if (length * unit > this.remaining) {
      throw new JuteError(`length ${length} exceeds the ${this.remaining} bytes left`, at);
    }
    return length;
  }

  ustring(): string | null {
    const length = this.length(1);
    if (length < 0) return null;
    const at = this.need(length);
    return this.bytes.toString('utf8', at, at + length);
  }

  /** A view of the frame, not a copy; null and empty are different values. */
  buffer(): Buffer | null {
    const length = this.length(1);
    if (length < 0) return null;
    const at = this.need(length);
    return this.bytes.subarray(at, at + length);
  }

  /**
   * The element count of a vector, −1 for null; `elementBytesMin` bounds a count that lies. One below −1 is that of an empty
   * vector, as in Apache's reader.
   */
  vectorLength(elementBytesMin: number): number {
    const isEmpty = this.remaining >= 4 && this.bytes.readInt32BE(this.offset) < -1;
    if (!isEmpty) return this.length(elementBytesMin);
    this.offset += 4;
    return 0;
  }
}
