import { crc32 } from 'node:zlib';
import { putInt } from './ints';

/**
 * Apache's tree digest, version 2 (DigestCalculator): the wrapping 64-bit sum over all nodes of the CRC-32 of path, data
 * and the nine persisted Stat fields in an order of their own. Nodes below /zookeeper count nothing, because quota
 * statistics there change on each server by themselves.
 */
export const treeDigestVersion = 2;

/** Stat fields in the order the CRC sees them: czxid, mzxid, pzxid, ctime, mtime, version, cversion, aversion, owner. */
const digestOrder = [0, 1, 2, 3, 13, 14, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
const statBytes = digestOrder.length * 4;
const scratchBytes = 8192;
const scratch = Buffer.allocUnsafeSlow(scratchBytes);
/** Its beginnings by their length: making one costs as much as the CRC of most nodes. */
const beginnings: Buffer[] = [];

function putStat(target: Buffer, at: number, row: Int32Array, base: number): void {
  for (let index = 0; index < digestOrder.length; index += 1) {
    putInt(target, at + index * 4, row[base + digestOrder[index]!]!);
  }
}

/** The node's part of the sum, as a signed 32-bit int. `base` is where StatPersisted starts in `row`. */
export function nodeCrc(path: string, data: Uint8Array | null, row: Int32Array, base: number): number {
  if (path.startsWith('/zookeeper/')) return 0;
  const dataLength = data === null ? 0 : data.length;
  if (path.length * 3 + dataLength + statBytes > scratchBytes) return longNodeCrc(path, data, row, base);
  let at = path.length === 0 ? 0 : scratch.write(path, 0, 'utf8');
  if (dataLength > 0) {
    scratch.set(data!, at);
    at += dataLength;
  }
  putStat(scratch, at, row, base);
  const length = at + statBytes;
  return crc32((beginnings[length] ??= scratch.subarray(0, length))) | 0;
}

function longNodeCrc(path: string, data: Uint8Array | null, row: Int32Array, base: number): number {
  let crc = crc32(Buffer.from(path, 'utf8'));
  if (data !== null) crc = crc32(data, crc);
  putStat(scratch, 0, row, base);
  return crc32(scratch.subarray(0, statBytes), crc) | 0;
}

const wrap = 0x1_0000_0000;

/** The running sum, as two halves below 2^32 each. */
export class TreeDigest {
  private high = 0;
  private low = 0;

  get highHalf(): number {
    return this.high | 0;
  }

  get lowHalf(): number {
    return this.low | 0;
  }

  add(crc: number): void {
    this.low += crc >>> 0;
    if (this.low < wrap) return;
    this.low -= wrap;
    this.high = (this.high + 1) % wrap;
  }

  remove(crc: number): void {
    this.low -= crc >>> 0;
    if (this.low >= 0) return;
    this.low += wrap;
    this.high = this.high === 0 ? wrap - 1 : this.high - 1;
  }

  clear(): void {
    this.high = this.low = 0;
  }

  copyFrom(other: TreeDigest): void {
    this.high = other.high;
    this.low = other.low;
  }

  /** As ZooKeeper writes it: a signed long. */
  get value(): bigint {
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low));
  }
}
