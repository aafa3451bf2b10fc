import { isReadable } from '@/lib/base/readable';
import { decodeText, encodeText, fromBase64, isBase64, noBytes, toBase64 } from './bytes';
import { looksLikeProperties } from './properties';

/**
 * What a value is: how it is wrapped (gzip, or base64 text), and what the bytes inside look like. Only readings that go
 * back to the same bytes are offered for editing.
 */

export const shapes = ['text', 'json', 'xml', 'yaml', 'properties', 'hex', 'base64'] as const;
export type Shape = (typeof shapes)[number];
export type Wrapping = 'none' | 'gzip' | 'base64';

/** Decompressing stops here, so that a small value cannot fill the browser's memory. */
export const unwrappedBytesMax = 16 * 1_048_576;

export interface OpenValue {
  readonly wrapping: Wrapping;
  /** The bytes inside the wrapping; the stored bytes themselves where there is none. */
  readonly inner: Uint8Array;
  /** Null where the inner bytes are not UTF-8: then only hex and base64 are honest. */
  readonly text: string | null;
  readonly shape: Shape;
  readonly bom: boolean;
}

/** Opens stored bytes. `raw` shows them as they are, whatever they could be unwrapped to. */
export async function openValue(stored: Uint8Array, raw = false): Promise<OpenValue> {
  if (!raw) {
    const unzipped = isGzip(stored) ? await gunzip(stored) : null;
    if (unzipped !== null) return describe('gzip', unzipped);
    const decoded = unwrapBase64(stored);
    if (decoded !== null) return describe('base64', decoded);
  }
  return describe('none', stored);
}

function describe(wrapping: Wrapping, inner: Uint8Array): OpenValue {
  const text = decodeText(inner);
  return { wrapping, inner, text, shape: shapeOf(text), bom: text?.startsWith('\uFEFF') ?? false };
}

/** The shape of a text by its look; null (not UTF-8) and what is not readable are hex. */
export function shapeOf(text: string | null): Shape {
  if (text === null || !isReadable(text)) return 'hex';
  const body = text.replace(/^\uFEFF/, '').trim();
  if (/^[{["]/.test(body) && isJson(body)) return 'json';
  if (/^<(\?xml|!DOCTYPE|!--|[A-Za-z_])/.test(body) && body.endsWith('>')) return 'xml';
  if (looksLikeYaml(body)) return 'yaml';
  if (looksLikeProperties(body)) return 'properties';
  return 'text';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Every line is a mapping, a list item, a comment, or indented below one; one `key: value` alone is rather a sentence. */
function looksLikeYaml(text: string): boolean {
  if (/^---(\s|$)/.test(text)) return true;
  const said = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  if (said.length < 2) return false;
  const structural = /^\s*(- |-$|("[^"]*"|'[^']*'|[^\s:=#][^:=]*):(\s|$))/;
  const nested = /^\s{2,}\S/;
  return (
    structural.test(said[0] as string) && said.every((line) => structural.test(line) || nested.test(line))
  );
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 18 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

/** The content of base64 text, only where that is plainly what it is: canonical, long enough, and readable inside. */
function unwrapBase64(stored: Uint8Array): Uint8Array | null {
  if (stored.length < 16 || stored.length % 4 !== 0) return null;
  const text = decodeText(stored);
  if (text === null || !isBase64(text)) return null;
  const decoded = fromBase64(text);
  const inside = decodeText(decoded);
  return inside !== null && shapeOf(inside) !== 'hex' ? decoded : null;
}

/** The bytes to store for edited inner bytes. */
export async function wrap(wrapping: Wrapping, inner: Uint8Array): Promise<Uint8Array> {
  if (wrapping === 'gzip') return gzip(inner);
  if (wrapping === 'base64') return encodeText(toBase64(inner));
  return inner;
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return (await through(bytes, new CompressionStream('gzip'), Number.POSITIVE_INFINITY)) ?? noBytes;
}

/** Null where the bytes are no whole gzip stream or decompress to more than the bound: they then show as they are. */
async function gunzip(bytes: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await through(bytes, new DecompressionStream('gzip'), unwrappedBytesMax);
  } catch {
    return null;
  }
}

async function through(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
  bytesMax: number,
): Promise<Uint8Array | null> {
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(transform as ReadableWritablePair<Uint8Array, Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > bytesMax) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
