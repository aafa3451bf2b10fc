/** Java's longs kept as two 32-bit halves, so that hot paths need no bigint. */

/** High half of a non-negative count of at most 53 bits (times in ms). */
export function highInt(value: number): number {
  return Math.floor(value / 0x1_0000_0000) | 0;
}

export function highHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

export function lowHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

export function joinHalves(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** A long as a number: exact up to 2^53, which times in ms stay below. */
export function longNumber(high: number, low: number): number {
  return high * 0x1_0000_0000 + (low >>> 0);
}

/** Signed 64-bit comparison of two values given as halves: negative, zero or positive. */
export function compareHalves(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return aHigh !== bHigh ? aHigh - bHigh : (aLow >>> 0) - (bLow >>> 0);
}

/** Stores `value` big-endian. */
export function putInt(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}
