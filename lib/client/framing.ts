/**
 * Cuts a byte stream into ZooKeeper's frames: `int length | bytes`. Chunks are kept as they came and joined once a
 * frame is whole, so a reply of many megabytes costs one copy and a chunk with many frames costs none.
 *
 * A frame above the limit is not kept: its first bytes (the reply header) are handed over with `oversize` set and the
 * rest is dropped as it arrives, so that one reply that is too large fails alone and the connection lives on.
 */
export interface Frame {
  readonly bytes: Buffer;
  /** The length the frame declared, where that is above the limit; 0 otherwise. */
  readonly oversizeBytes: number;
}

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export class FrameReader {
  private chunks: Buffer[] = [];
  private buffered = 0;
  private skipping = 0;

  constructor(
    private readonly frameBytesMax: number,
    /** How much of an oversize frame is handed over. */
    private readonly headBytes: number,
  ) {}

  /** Takes one chunk and calls `onFrame` for each frame it completes. Throws FrameError on a length that cannot be. */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    let rest = chunk;
    if (this.skipping > 0) {
      const skipped = Math.min(this.skipping, rest.length);
      this.skipping -= skipped;
      rest = rest.subarray(skipped);
    }
    if (rest.length === 0) return;
    this.chunks.push(rest);
    this.buffered += rest.length;
    for (let frame = this.next(); frame !== null; frame = this.next()) onFrame(frame);
  }

  private next(): Frame | null {
    if (this.buffered < 4) return null;
    const length = this.peek(4).readInt32BE(0);
    if (length < 0) throw new FrameError(`the member sent a frame of ${length} bytes`);
    if (length > this.frameBytesMax) return this.nextOversize(length);
    if (this.buffered < 4 + length) return null;
    return { bytes: this.take(4 + length).subarray(4), oversizeBytes: 0 };
  }

  private nextOversize(length: number): Frame | null {
    if (this.buffered < 4 + this.headBytes) return null;
    const head = this.take(4 + this.headBytes).subarray(4);
    const left = length - this.headBytes;
    const dropped = Math.min(left, this.buffered);
    if (dropped > 0) this.take(dropped);
    this.skipping = left - dropped;
    return { bytes: head, oversizeBytes: length };
  }

  /** The first `size` bytes without consuming them; `size` is at most what is buffered. */
  private peek(size: number): Buffer {
    if (this.chunks[0]!.length < size) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }

  private take(size: number): Buffer {
    const first = this.chunks[0]!;
    this.buffered -= size;
    if (first.length >= size) {
      if (first.length === size) this.chunks.shift();
      else this.chunks[0] = first.subarray(size);
      return first.subarray(0, size);
    }
    const joined = Buffer.concat(this.chunks);
    this.chunks = joined.length === size ? [] : [joined.subarray(size)];
    return joined.subarray(0, size);
  }
}
