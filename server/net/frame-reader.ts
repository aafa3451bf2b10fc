/**
 * Cuts a stream of bytes into frames: `int length`, then that many bytes. A frame that lies whole in one chunk is given
 * as a view of the chunk, without copying; one that spans chunks is gathered in a buffer that grows with what really
 * arrived, so a length that lies costs nothing. Pure: bytes in by `push`, frames out by `next`.
 */
const gatherBytesMin = 512;

export class FrameReader {
  /** The frame found by the last `next`, without its length field. Valid until its chunk is let go. */
  bytes: Buffer = empty;
  start = 0;
  end = 0;
  /** Why the stream cannot go on, once `next` met such a length. */
  fault: string | null = null;

  private chunk: Buffer = empty;
  private at = 0;
  /** Chunks that came while earlier frames were not yet taken. */
  private readonly more: Buffer[] = [];
  private gathered: Buffer | null = null;
  private gatheredBytes = 0;

  constructor(private readonly frameBytesMax: number) {}

  push(chunk: Buffer): void {
    if (this.at === this.chunk.length && this.more.length === 0) {
      this.chunk = chunk;
      this.at = 0;
    } else {
      this.more.push(chunk);
    }
  }

  /** The first four bytes not yet taken, as an int; null while fewer are there. For use before any `next`. */
  peekInt(): number | null {
    if (this.chunk.length - this.at >= 4) return this.chunk.readInt32BE(this.at);
    if (this.more.length === 0) return null;
    this.chunk = Buffer.concat([this.chunk.subarray(this.at), ...this.more]);
    this.at = 0;
    this.more.length = 0;
    return this.chunk.length >= 4 ? this.chunk.readInt32BE(0) : null;
  }

  /** Everything not yet taken. For use before any `next`. */
  rest(): Buffer {
    return this.chunk.subarray(this.at);
  }

  /** Finds the next whole frame; false when more bytes are needed, or there is a fault. */
  next(): boolean {
    if (this.gathered !== null) return this.gather();
    for (;;) {
      const left = this.chunk.length - this.at;
      if (left >= 4) {
        const length = this.chunk.readInt32BE(this.at);
        if (!this.isLength(length)) return false;
        if (left >= 4 + length) {
          this.bytes = this.chunk;
          this.start = this.at + 4;
          this.end = this.at = this.start + length;
          return true;
        }
      }
      if (left > 0) {
        this.gathered = Buffer.allocUnsafe(Math.max(gatherBytesMin, left));
        this.gatheredBytes = 0;
        return this.gather();
      }
      if (!this.nextChunk()) return false;
    }
  }

  private isLength(length: number): boolean {
    if (length >= 0 && length <= this.frameBytesMax) return true;
    this.fault = `a frame of ${length} bytes is outside 0 to ${this.frameBytesMax}`;
    return false;
  }

  private nextChunk(): boolean {
    const next = this.more.shift();
    this.chunk = next ?? empty;
    this.at = 0;
    return next !== undefined;
  }

  /** Moves bytes of the current chunks behind those gathered until the frame is whole. */
  private gather(): boolean {
    for (;;) {
      const wanted = this.gatherTo();
      if (wanted < 0) return false;
      if (this.gatheredBytes >= 4 && this.gatheredBytes === wanted) return this.giveGathered(wanted);
      if (this.at === this.chunk.length && !this.nextChunk()) return false;
      this.take(Math.min(wanted - this.gatheredBytes, this.chunk.length - this.at));
    }
  }

  /** Bytes of the frame and its length field, 4 while even that is not whole, −1 for a length that cannot be. */
  private gatherTo(): number {
    if (this.gatheredBytes < 4) return 4;
    const length = this.gathered!.readInt32BE(0);
    return this.isLength(length) ? 4 + length : -1;
  }

  private take(count: number): void {
    let gathered = this.gathered!;
    const needed = this.gatheredBytes + count;
    if (needed > gathered.length) {
      const larger = Buffer.allocUnsafe(
        Math.max(needed, Math.min(gathered.length * 2, this.frameBytesMax + 4)),
      );
      gathered.copy(larger, 0, 0, this.gatheredBytes);
      this.gathered = gathered = larger;
    }
    this.chunk.copy(gathered, this.gatheredBytes, this.at, this.at + count);
    this.gatheredBytes = needed;
    this.at += count;
  }

  private giveGathered(size: number): boolean {
    this.bytes = this.gathered!;
    this.start = 4;
    this.end = size;
    this.gathered = null;
    return true;
  }
}

const empty = Buffer.alloc(0);
