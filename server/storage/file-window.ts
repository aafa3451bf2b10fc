import fs from 'node:fs';
import { diskError } from './errors';

/** A sliding view of a file read from front to back: one buffer, refilled in large reads. */
export class FileWindow {
  private readonly fd: number;
  /** The current bytes; replaced or shifted by `ensure`. */
  bytes: Buffer;
  /** Bytes of `bytes` that are filled. */
  filled = 0;
  /** The file offset of the first byte of `bytes`. */
  base = 0;

  constructor(
    readonly file: string,
    windowBytes: number,
  ) {
    this.bytes = Buffer.allocUnsafe(windowBytes);
    try {
      this.fd = fs.openSync(file, 'r');
    } catch (error) {
      throw diskError('Opening', file, error);
    }
  }

  /**
   * Makes `length` bytes from index `at` of `bytes` available and returns their index, which changes when the window
   * moves; −1 when the file ends before.
   */
  ensure(at: number, length: number): number {
    if (at + length <= this.filled) return at;
    this.base += at;
    const kept = this.filled - at;
    // A damaged length must not cost what it claims, only what the file has.
    if (length > this.bytes.length && this.base + length <= fs.fstatSync(this.fd).size) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.bytes.length * 2));
      this.bytes.copy(larger, 0, at, this.filled);
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, at, this.filled);
    }
    this.filled = kept;
    while (this.filled < this.bytes.length) {
      const read = this.read();
      if (read === 0) break;
      this.filled += read;
    }
    return length <= this.filled ? 0 : -1;
  }

  private read(): number {
    try {
      return fs.readSync(
        this.fd,
        this.bytes,
        this.filled,
        this.bytes.length - this.filled,
        this.base + this.filled,
      );
    } catch (error) {
      throw diskError('Reading', this.file, error);
    }
  }

  /** As `ensure`, from any offset of the file: the bytes then begin at index 0. */
  seek(offset: number, length: number): number {
    this.base = offset;
    this.filled = 0;
    return this.ensure(0, length);
  }

  /** The file offset of the last non-zero byte at or after `offset`; −1 when only zeros follow. */
  lastNonZeroFrom(offset: number): number {
    let last = -1;
    for (let next = this.nonZeroFrom(offset); next >= 0; next = this.nonZeroFrom(next + 1)) {
      last = this.base + this.bytes.subarray(0, this.filled).findLastIndex((byte) => byte !== 0);
      next = last;
    }
    return last;
  }

  /** The file offset of the first non-zero byte at or after `offset`; −1 when only zeros follow. */
  nonZeroFrom(offset: number): number {
    const zeros = Buffer.alloc(this.bytes.length);
    this.base = offset;
    this.filled = 0;
    for (;;) {
      const read = this.read();
      if (read === 0) return -1;
      if (zeros.compare(this.bytes, 0, read, 0, read) !== 0) {
        this.filled = read;
        return this.base + this.bytes.subarray(0, read).findIndex((byte) => byte !== 0);
      }
      this.base += read;
    }
  }

  close(): void {
    fs.closeSync(this.fd);
  }
}
