/**
 * Cuts messages, `int length, bytes`, out of the chunks of an election connection. A length that no message has ends it
 * before anything is kept; a message that trickles in is joined once, when it is whole.
 */
const lengthBytes = 4;
export const messageBytesMax = 512 << 10;

export class MessageReader {
  private chunks: Buffer[] = [];
  private received = 0;
  /** Bytes needed before another look is worthwhile. */
  private wanted = lengthBytes;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
  }

  /** The next whole message; null until more comes; a sentence's end where what comes cannot be a message. */
  next(): Buffer | string | null {
    if (this.received < this.wanted) return null;
    const bytes = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.chunks = [bytes];
    const length = bytes.readInt32BE(0);
    if (length < 1 || length > messageBytesMax)
      return `a message of ${length} bytes, where 1 to ${messageBytesMax} are taken`;
    const end = lengthBytes + length;
    this.wanted = end;
    if (bytes.length < end) return null;
    this.chunks = [bytes.subarray(end)];
    this.received = bytes.length - end;
    this.wanted = lengthBytes;
    return bytes.subarray(lengthBytes, end);
  }
}
