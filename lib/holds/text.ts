/** What the readers of this folder share. Answers are texts of members, so nothing here trusts their shape. */

/** The lines of an answer; of one that was cut, without the last, which may be half a line. */
export function wholeLines(text: string, truncated: boolean): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  return truncated ? lines.slice(0, -1) : lines;
}

/** A session id as words and AdminServer write it: `0x…`, or a decimal, signed as Java's longs are. Null for anything else. */
export function sessionIdOf(value: unknown): bigint | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt.asUintN(64, BigInt(value));
  if (typeof value !== 'string' || !/^(0x[0-9a-f]{1,16}|-?\d{1,20})$/i.test(value)) return null;
  return BigInt.asUintN(64, BigInt(value));
}

/** A number in a text or in JSON, or null. */
export function countOf(value: unknown): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  if (value === '') return null;
  const count = Number(value);
  return Number.isFinite(count) ? count : null;
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
