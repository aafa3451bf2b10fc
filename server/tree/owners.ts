/**
 * What the owner field of a znode says (Apache's EphemeralType and EphemeralTypeEmulate353), as two 32-bit halves: 0 for a
 * plain znode, a session id, or a marker that no session has.
 *
 *   0x8000000000000000          container
 *   0xFF | 16 bits 0 | 40 bits  TTL in ms, with extendedTypesEnabled
 *   1 bit set | 63 bits         TTL in ms as 3.5.3 wrote it, with emulate353TTLNodes too
 *
 * Without extended types the last two are session ids: servers may have been given numbers up to 255.
 */
export type ExtendedTypes = 'off' | 'on' | 'emulate353';

export type OwnerKind = 'none' | 'session' | 'container' | 'ttl';

export const containerOwner = -(1n << 63n);
const containerHigh = 0x8000_0000 | 0;
const ttlTop = 0xff00_0000 | 0;

export function ownerKind(high: number, low: number, types: ExtendedTypes): OwnerKind {
  if (high === 0 && low === 0) return 'none';
  if (high === containerHigh && low === 0) return 'container';
  if (types === 'off') return 'session';
  if (types === 'emulate353' && high < 0) return 'ttl';
  return looksLikeTtl(high) ? 'ttl' : 'session';
}

/** Whether an owner has the form of a TTL, whatever the server makes of it. */
export function looksLikeTtl(high: number): boolean {
  return (high & 0xffff_ff00) === ttlTop;
}

/** Whether a znode can have this TTL: 40 bits of milliseconds, about 34 years. */
export function isTtlMs(ttlMs: bigint): boolean {
  return ttlMs > 0n && ttlMs < 1n << 40n;
}

/** `ttlMs` must be one, see `isTtlMs`. */
export function ttlOwner(ttlMs: bigint): bigint {
  return (-1n << 56n) | ttlMs;
}

/** The TTL of an owner that is one, in ms; Apache reads 3.5.3's through the same 40 bits. */
export function ttlMsOf(high: number, low: number): number {
  return (high & 0xff) * 0x1_0000_0000 + (low >>> 0);
}
