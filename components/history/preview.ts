/** The beginning of a value as text a person can read: pure. */

const previewBytes = 4_096;

export interface Preview {
  readonly text: string;
  readonly kind: 'text' | 'hex';
  /** Bytes left out at the end. */
  readonly more: number;
}

/** UTF-8 where the bytes are that and hold no control characters but white space; else hex. */
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
    // eslint-disable-next-line no-control-regex -- control characters are what this looks for
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
