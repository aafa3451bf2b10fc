import type { Brand } from '@/lib/base/brand';

/** A session id: a 64-bit pattern (server id in the top byte), signed on the wire, shown as unsigned hex. */
export type SessionId = Brand<bigint, 'SessionId'>;

export const sessionIdNone = 0n as SessionId;

export function formatSessionId(sessionId: bigint): string {
  return `0x${BigInt.asUintN(64, sessionId).toString(16)}`;
}

/** Accepts what people paste: `0x…` hex or decimal (Kafka prints owners in decimal, signed or not); null otherwise. */
export function parseSessionId(text: string): SessionId | null {
  const trimmed = text.trim();
  if (/^0x[0-9a-f]{1,16}$/i.test(trimmed)) return BigInt.asIntN(64, BigInt(trimmed)) as SessionId;
  if (!/^-?\d{1,20}$/.test(trimmed)) return null;
  const value = BigInt(trimmed);
  if (value < -(1n << 63n) || value >= 1n << 64n) return null;
  return BigInt.asIntN(64, value) as SessionId;
}
