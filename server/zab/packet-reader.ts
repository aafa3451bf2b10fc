import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import { id as idRecord, type Id } from '@/lib/protocol/data';
import type { QuorumPacket } from './quorum-packet';

/**
 * Cuts packets out of a stream of chunks. Packets have no length of their own, so a packet is measured field by field; one
 * that lies in a single chunk is not copied. Lengths that no packet may have end the link before anything is allocated.
 */

/** `int type, long zxid, int length of data`. */
const headBytes = 16;
/** Ids a client may have gained; each at most this many bytes. A peer that claims more is none. */
const idsMax = 10_000;
const typeMax = 19;

/** Enough for what learners say before they are synced: the longest of it is LearnerInfo with 20 bytes. */
export const earlyDataBytesMax = 256;

export class PacketReader {
  private chunks: Buffer[] = [];
  private received = 0;
  /** Bytes needed before another look is worthwhile. */
  private wanted = 1;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;

  /** `dataBytesMax` bounds the data of one packet (jute.maxbuffer and some room, as Apache's BinaryInputArchive). */
  constructor(public dataBytesMax: number) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
  }

  /** What is there and not taken, joined; for streams between packets. `skip` takes from it. */
  rest(): Buffer {
    this.join();
    return this.at === 0 ? this.bytes : this.bytes.subarray(this.at);
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  /** Says that nothing is to be had before `bytes` are there in all. */
  want(bytes: number): void {
    this.wanted = bytes;
  }

  get available(): number {
    return this.bytes.length - this.at + this.received;
  }

  get hasWanted(): boolean {
    return this.available >= this.wanted;
  }

  private join(): void {
    if (this.received === 0) return;
    const kept = this.bytes.length - this.at;
    if (kept === 0 && this.chunks.length === 1) this.bytes = this.chunks[0]!;
    else this.bytes = Buffer.concat([this.bytes.subarray(this.at), ...this.chunks]);
    this.at = 0;
    this.received = 0;
    this.chunks = [];
  }

  /** The next whole packet; null until more comes. Throws JuteError for what is no packet. */
  next(): QuorumPacket | null {
    if (!this.hasWanted) return null;
    this.join();
    const { bytes, at } = this;
    if (bytes.length - at < headBytes) return this.short(headBytes);
    const type = bytes.readInt32BE(at);
    if (type < 1 || type > typeMax) throw new JuteError(`${type} is no type of a quorum packet`, 0);
    const length = bytes.readInt32BE(at + 12);
    if (length < -1 || length > this.dataBytesMax) {
      throw new JuteError(`data of ${length} bytes, where at most ${this.dataBytesMax} are taken`, 12);
    }
    const dataEnd = at + headBytes + Math.max(length, 0);
    if (bytes.length < dataEnd + 4) return this.short(dataEnd + 4 - at);
    const reader = new JuteReader(bytes, dataEnd);
    const authInfo = this.authInfo(reader);
    if (authInfo === undefined) return this.short(bytes.length - at + 1);
    this.at = reader.offset;
    this.wanted = 1;
    const data = length < 0 ? null : bytes.subarray(at + headBytes, dataEnd);
    return { type, zxid: bytes.readBigInt64BE(at + 4), data, authInfo };
  }

  private short(wanted: number): null {
    this.wanted = wanted;
    return null;
  }

  /** undefined where it is not whole yet. */
  private authInfo(reader: JuteReader): readonly Id[] | null | undefined {
    const count = reader.int();
    if (count === -1) return null;
    if (count < 0 || count > idsMax) throw new JuteError(`${count} is no number of ids`, reader.offset);
    if (count * 8 + reader.offset > reader.end + this.dataBytesMax) return undefined;
    try {
      const ids: Id[] = [];
      for (let index = 0; index < count; index += 1) ids.push(idRecord.read(reader));
      return ids;
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      if (reader.end - reader.offset > this.dataBytesMax) throw error;
      return undefined;
    }
  }
}
