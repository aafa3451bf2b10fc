import type { Brand } from '@/lib/base/brand';

/**
 * A transaction id: epoch of the leader in the upper 32 bits, counter in the lower 32 (Apache's ZxidUtils). Held as a
 * signed 64-bit bigint, as it is compared on the wire; shown as unsigned hex. This file alone shifts zxids.
 */
export type Zxid = Brand<bigint, 'Zxid'>;

export const zxidNone = -1n as Zxid;

export function makeZxid(epoch: bigint, counter: bigint): Zxid {
  return BigInt.asIntN(64, (epoch << 32n) | (counter & 0xffffffffn)) as Zxid;
}

export function zxidEpoch(zxid: bigint): bigint {
  return BigInt.asIntN(32, zxid >> 32n);
}

/** The epoch as the epoch files and votes hold it: its 32 bits fit a number. */
export function epochOf(zxid: bigint): number {
  // not wide: the upper 32 bits.
  return Number(zxidEpoch(zxid));
}

export function zxidCounter(zxid: bigint): bigint {
  return zxid & 0xffffffffn;
}

/** `0x5000001a3`: how operators read and search zxids; also the text form at every JSON boundary. */
export function formatZxid(zxid: bigint): string {
  return `0x${BigInt.asUintN(64, zxid).toString(16)}`;
}

/** Reads `0x…` hex of at most 16 digits; null for anything else. */
export function parseZxid(text: string): Zxid | null {
  if (!/^0x[0-9a-f]{1,16}$/i.test(text)) return null;
  return BigInt.asIntN(64, BigInt(text)) as Zxid;
}
