import { isReadable } from '@/lib/base/readable';

/** The beginning of a value as text a person can read: pure. */

const previewBytes = 4_096;

export interface Preview {
  readonly text: string;
  readonly kind: 'text' | 'hex';
  /** Bytes left out at the end. */
  readonly more: number;
}

/** Text where the bytes are readable UTF-8; else hex. */
export function previewOf(base64: string): Preview {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const shown = bytes.slice(0, previewBytes);
  const more = bytes.length - shown.length;
  const text = textOf(shown, more > 0);
  if (text !== null) return { text, kind: 'text', more };
  const hex = [...shown].map((byte) => byte.toString(16).padStart(2, '0'));
  return { text: hex.join(' '), kind: 'hex', more };
}

function textOf(bytes: Uint8Array, isCut: boolean): string | null {
  try {
    // A cut may fall inside a character; the decoder keeps an unfinished one back when more is to come.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    return isReadable(text) ? text : null;
  } catch {
    return null;
  }
}
