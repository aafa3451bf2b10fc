/** Bytes as the console handles them: base64 at the HTTP boundary, text only where UTF-8 decodes without loss. */

export const noBytes = new Uint8Array(0);

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // In slices, because a spread argument list has a bound.
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(binary);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8 = new TextEncoder();

/** The text of the bytes with any byte order mark kept, or null where they are not UTF-8: never a lossy reading. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

export function encodeText(text: string): Uint8Array {
  return utf8.encode(text);
}

export function sameBytes(left: Uint8Array | null, right: Uint8Array | null): boolean {
  if (left === null || right === null) return left === right;
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** The bytes as two-digit hex, in lines of 16. */
export function hexText(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    lines.push([...bytes.subarray(start, start + 16)].map(hexByte).join(' '));
  }
  return lines.join('\n');
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

export type Parsed = { readonly bytes: Uint8Array } | { readonly faultAt: number };

/** Hex digits with any white space between them; a fault says at which character reading stopped. */
export function parseHex(text: string): Parsed {
  const digits: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string;
    if (/\s/.test(character)) continue;
    const digit = /[0-9a-f]/i.test(character) ? Number.parseInt(character, 16) : -1;
    if (digit < 0) return { faultAt: index };
    digits.push(digit);
  }
  if (digits.length % 2 === 1) return { faultAt: text.length };
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = (digits[2 * index] as number) * 16 + (digits[2 * index + 1] as number);
  }
  return { bytes };
}

/** Base64 with any white space between; a fault says at which character reading stopped. */
export function parseBase64(text: string): Parsed {
  const bad = text.search(/[^A-Za-z0-9+/=\s]/);
  if (bad >= 0) return { faultAt: bad };
  const packed = text.replace(/\s/g, '');
  if (!isBase64(packed)) return { faultAt: text.length };
  return { bytes: fromBase64(packed) };
}

/** Whether text without white space is canonical base64: whole groups, padding only at the end, no stray bits. */
export function isBase64(text: string): boolean {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return false;
  try {
    return toBase64(fromBase64(text)) === text;
  } catch {
    return false;
  }
}

/** Base64 in lines of 76, as people paste it. */
export function base64Lines(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/(.{76})(?=.)/g, '$1\n');
}

export interface ByteDifference {
  /** Length of the equal start and end. */
  readonly prefix: number;
  readonly suffix: number;
  readonly before: number;
  readonly after: number;
}

/** Where two byte strings differ: the one span between their common start and common end. */
export function differingSpan(before: Uint8Array, after: Uint8Array): ByteDifference {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before[prefix] === after[prefix]) prefix += 1;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    before[before.length - 1 - suffix] === after[after.length - 1 - suffix]
  ) {
    suffix += 1;
  }
  return { prefix, suffix, before: before.length, after: after.length };
}
