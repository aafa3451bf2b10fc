import type { SearchPlace } from '@/lib/api/searches';
import { nodeName } from '@/lib/protocol/path';

/** Whether a znode matches, and where: pure. */

export interface Wanted {
  readonly text: string;
  readonly places: readonly SearchPlace[];
  readonly matchCase: boolean;
}

export interface Match {
  readonly places: SearchPlace[];
  readonly excerpt: string | null;
}

const before = 30;
const after = 90;

/** `data` is null where the value was not read or there is none. */
export function matchOf(wanted: Wanted, path: string, data: Uint8Array | null): Match | null {
  const fold = (text: string) => (wanted.matchCase ? text : text.toLowerCase());
  const needle = fold(wanted.text);
  const places: SearchPlace[] = [];
  let excerpt: string | null = null;
  if (wanted.places.includes('name') && fold(nodeName(path)).includes(needle)) places.push('name');
  if (wanted.places.includes('path') && fold(path).includes(needle)) places.push('path');
  if (wanted.places.includes('value') && data !== null) {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
    const at = fold(text).indexOf(needle);
    if (at >= 0) {
      places.push('value');
      excerpt = excerptOf(text, at, needle.length);
    }
  }
  return places.length === 0 ? null : { places, excerpt };
}

/** One line, with what is no text in it replaced. */
function excerptOf(text: string, at: number, length: number): string {
  const from = Math.max(0, at - before);
  const to = Math.min(text.length, at + length + after);
  const cut = text.slice(from, to).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffd]+/gu, ' ');
  return `${from > 0 ? '…' : ''}${cut.trim()}${to < text.length ? '…' : ''}`;
}
