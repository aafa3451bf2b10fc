/**
 * Snappy as the snapshots of Java's servers hold it (`snapshot.compression.method=snappy`): the block format of Google's
 * format description, inside the stream of xerial's snappy-java:
 *
 *   stream  82 "SNAPPY" 00 | int version | int lowest compatible version | { int length | block } …
 *   block   varint length of what comes out | elements
 *   element low two bits of its tag: 0 a literal, 1, 2 and 4-byte offsets of a copy of what came out before
 */

/** Also where one stream was appended to another: the header comes again instead of a length. */
export const snappyMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const headerBytes = 16;
/** xerial's own block size; a stream of it may have others. */
const blockBytes = 32 << 10;
/** What one block may claim to become: a length that lies must cost nothing. */
const blockBytesMax = 64 << 20;

function header(): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  snappyMagic.copy(bytes);
  bytes.writeInt32BE(1, 8);
  bytes.writeInt32BE(1, 12);
  return bytes;
}

/** The varint at the front of a block, and where its elements begin. */
function blockLength(block: Buffer): { readonly length: number; readonly start: number } {
  let length = 0;
  for (let index = 0; index < Math.min(block.length, 5); index += 1) {
    length += (block[index]! & 0x7f) * 2 ** (7 * index);
    if (block[index]! < 0x80) return { length, start: index + 1 };
  }
  throw new Error('a snappy block does not begin with its length');
}

/** Throws an Error for a block that is not whole. */
export function snappyUncompress(block: Buffer): Buffer {
  const { length, start } = blockLength(block);
  if (length > blockBytesMax)
    throw new Error(`a snappy block claims ${length} bytes, ${blockBytesMax} is the most`);
  const out = Buffer.allocUnsafe(length);
  let at = 0;
  for (let from = start; from < block.length;) {
    const tag = block[from]!;
    const kind = tag & 3;
    from += 1;
    if (kind === 0) {
      let size = tag >>> 2;
      if (size >= 60) {
        const extra = size - 59;
        if (from + extra > block.length) throw new Error('a snappy block ends inside a literal');
        size = block.readUIntLE(from, extra);
        from += extra;
      }
      size += 1;
      if (from + size > block.length || at + size > length)
        throw new Error('a snappy literal is longer than its block');
      block.copy(out, at, from, from + size);
      from += size;
      at += size;
    } else {
      const bytes = kind === 3 ? 4 : kind;
      if (from + bytes > block.length) throw new Error('a snappy block ends inside a copy');
      const low = block.readUIntLE(from, bytes);
      const offset = kind === 1 ? ((tag >>> 5) << 8) | low : low;
      const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
      from += bytes;
      if (offset === 0 || offset > at || at + size > length)
        throw new Error('a snappy copy reaches out of its block');
      // A copy may overlap what it makes, byte by byte.
      if (offset >= size) out.copyWithin(at, at - offset, at - offset + size);
      else for (let index = 0; index < size; index += 1) out[at + index] = out[at + index - offset]!;
      at += size;
    }
  }
  if (at !== length) throw new Error(`a snappy block has ${at} bytes where it claims ${length}`);
  return out;
}

const hashBits = 13;
const copyBytesMin = 4;
const copyBytesMax = 64;
/** By the hash of four bytes, where they last began; entries of the block before are told by what they point at. */
const lastSeen = new Uint16Array(1 << hashBits);

function putLiteral(out: Buffer, at: number, bytes: Buffer, from: number, to: number): number {
  const size = to - from;
  if (size === 0) return at;
  let next = at;
  if (size <= 60) {
    out[next++] = (size - 1) << 2;
  } else {
    const extra = size <= 256 ? 1 : 2;
    out[next++] = (59 + extra) << 2;
    next = out.writeUIntLE(size - 1, next, extra);
  }
  bytes.copy(out, next, from, to);
  return next + size;
}

/** One block of at most `blockBytes`. */
export function snappyCompress(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(8 + bytes.length + Math.ceil(bytes.length / 6));
  let at = 0;
  for (let rest = bytes.length; ; rest >>>= 7) {
    out[at++] = rest >= 0x80 ? (rest & 0x7f) | 0x80 : rest;
    if (rest < 0x80) break;
  }
  lastSeen.fill(0);
  let literal = 0;
  for (let index = 1; index + copyBytesMin <= bytes.length;) {
    const four = bytes.readInt32LE(index);
    const hash = Math.imul(four, 0x1e35a7bd) >>> (32 - hashBits);
    const seen = lastSeen[hash]!;
    lastSeen[hash] = index;
    if (bytes.readInt32LE(seen) !== four || seen >= index) {
      // The longer nothing repeats, the less is looked for it.
      index += 1 + ((index - literal) >> 5);
      continue;
    }
    let end = index + copyBytesMin;
    while (end < bytes.length && bytes[end] === bytes[end - index + seen]) end += 1;
    at = putLiteral(out, at, bytes, literal, index);
    const offset = index - seen;
    for (let left = end - index; left > 0;) {
      const size = Math.min(left, copyBytesMax);
      out[at] = ((size - 1) << 2) | 2;
      at = out.writeUInt16LE(offset, at + 1);
      left -= size;
    }
    literal = index = end;
  }
  return out.subarray(0, putLiteral(out, at, bytes, literal, bytes.length));
}

/** A whole stream, block by block: `add` gives what is ready to be written. */
export class SnappyWriter {
  private readonly waiting = Buffer.allocUnsafe(blockBytes);
  private filled = 0;
  private hasBegun = false;

  add(bytes: Buffer): Buffer[] {
    const ready = this.begin();
    for (let from = 0; from < bytes.length;) {
      const taken = bytes.copy(this.waiting, this.filled, from);
      this.filled += taken;
      from += taken;
      if (this.filled === blockBytes) ready.push(...this.block());
    }
    return ready;
  }

  end(): Buffer[] {
    return [...this.begin(), ...(this.filled > 0 ? this.block() : [])];
  }

  private begin(): Buffer[] {
    if (this.hasBegun) return [];
    this.hasBegun = true;
    return [header()];
  }

  private block(): Buffer[] {
    const block = snappyCompress(this.waiting.subarray(0, this.filled));
    this.filled = 0;
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return [length, block];
  }
}

/** What a stream holds, block by block. Throws an Error where it is cut or no stream. */
export async function* snappyChunks(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let wantsHeader = true;
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      if (wantsHeader) {
        if (held.length < headerBytes) break;
        if (!held.subarray(0, snappyMagic.length).equals(snappyMagic))
          throw new Error('it does not begin with the mark of a snappy stream');
        held = held.subarray(headerBytes);
        wantsHeader = false;
      }
      if (held.length < 4) break;
      if (held.readUInt32BE(0) === snappyMagic.readUInt32BE(0)) {
        wantsHeader = true;
        continue;
      }
      const length = held.readInt32BE(0);
      if (length < 0 || length > blockBytesMax) throw new Error(`${length} is no length of a snappy block`);
      if (held.length < 4 + length) break;
      yield snappyUncompress(held.subarray(4, 4 + length));
      held = held.subarray(4 + length);
    }
  }
  if (wantsHeader || held.length > 0) throw new Error('the file ends inside a snappy block');
}
