import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { builtBasePath } from './built-base-path.mjs';

/**
 * Gives an answer of Next's the sub-path of its request in place of the one it was built for. Pages and what they load
 * are short and made at once, so a text is kept until it is whole, rewritten and compressed; everything else passes.
 * Answers of `/api` do not come here: what znodes hold is never rewritten.
 */

export type Encoding = 'br' | 'gzip' | null;

/** What one address has several answers by, should something between here and the browser keep them. */
export const varies = 'accept-encoding, x-forwarded-prefix';

const compressedFromBytes = 1_024;
/**
 * Brotli's quality: of what is made anew for each request near its best, at a tenth of the time; of what is kept a twentieth
 * smaller still, at twice the time once.
 */
const brotliQualities = { once: 9, kept: 10 } as const;
const rewritten = /^(text\/html|text\/x-component|text\/css|(text|application)\/javascript)\b/;

/** What the browser takes, best first. */
export function encodingOf(accept: string | undefined): Encoding {
  const offers = (accept ?? '').split(',').map((part) => part.trim().toLowerCase());
  const takes = (name: string) =>
    offers.some(
      (offer) => offer === name || (offer.startsWith(`${name};`) && !/;\s*q=0(\.0*)?$/.test(offer)),
    );
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : null;
}

/** A link to the very start would be empty without a sub-path, and an empty link means the page it stands on. */
export function withPrefix(text: string, prefix: string): string {
  const linked = prefix === '' ? text.replaceAll(`href="${builtBasePath}"`, 'href="/"') : text;
  return linked.replaceAll(builtBasePath, prefix);
}

export async function compress(
  body: Buffer,
  encoding: Encoding,
  use: keyof typeof brotliQualities = 'once',
): Promise<Buffer> {
  if (encoding === null) return body;
  if (encoding === 'gzip') return promisify(gzip)(body, { level: 9 });
  const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQualities[use] };
  return promisify(brotliCompress)(body, { params });
}

/** From now on what is written to the response is treated as above. */
export function rewriteAnswer(response: ServerResponse, prefix: string, encoding: Encoding): void {
  const originals = {
    writeHead: response.writeHead.bind(response),
    write: response.write.bind(response) as (...args: unknown[]) => boolean,
    end: response.end.bind(response) as (...args: unknown[]) => ServerResponse,
  };
  const kept: Buffer[] = [];
  let keeps: boolean | null = null;
  /** Decided by the headers, at the first byte or the end; one that passes gets its headers sent. */
  const isKept = (): boolean => {
    if (keeps !== null) return keeps;
    for (const name of ['location', 'link']) {
      const value = response.getHeader(name);
      if (typeof value === 'string') response.setHeader(name, withPrefix(value, prefix) || '/');
    }
    keeps = rewritten.test(String(response.getHeader('content-type') ?? '')) && mayHaveBody(response);
    if (!keeps) originals.writeHead(response.statusCode);
    return keeps;
  };
  const keep = (args: readonly unknown[]): void => {
    const [chunk, charset] = args;
    if (typeof chunk === 'string') {
      kept.push(Buffer.from(chunk, typeof charset === 'string' ? (charset as BufferEncoding) : 'utf8'));
    } else if (chunk instanceof Uint8Array) kept.push(Buffer.from(chunk));
    const callback = args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined;
    if (callback !== undefined) queueMicrotask(callback);
  };
  Object.assign(response, {
    writeHead: (status: number, ...rest: unknown[]) => {
      response.statusCode = status;
      const headers = rest.findLast((arg) => typeof arg === 'object') as OutgoingHttpHeaders | undefined;
      for (const [name, value] of Object.entries(headers ?? {})) {
        if (value !== undefined) response.setHeader(name, value as Exclude<OutgoingHttpHeader, undefined>);
      }
      return response;
    },
    // Headers go out with the first byte; until then they may change.
    flushHeaders: () => undefined,
    write: (...args: unknown[]) => {
      if (!isKept()) return originals.write(...args);
      keep(args);
      return true;
    },
    end: (...args: unknown[]) => {
      if (!isKept()) return originals.end(...args);
      keep(args);
      const text = withPrefix(Buffer.concat(kept).toString('utf8'), prefix);
      void sendText(response, Buffer.from(text), encoding, originals);
      return response;
    },
  });
}

function mayHaveBody({ req, statusCode }: ServerResponse): boolean {
  return req.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
}

async function sendText(
  response: ServerResponse,
  body: Buffer,
  encoding: Encoding,
  originals: { writeHead: (status: number) => unknown; end: (body: Buffer) => unknown },
): Promise<void> {
  const worth = encoding !== null && body.length >= compressedFromBytes;
  const sent = worth ? await compress(body, encoding) : body;
  if (response.destroyed) return;
  response.setHeader('vary', [response.getHeader('vary'), varies].flat().filter(Boolean).join(', '));
  response.removeHeader('transfer-encoding');
  response.setHeader('content-length', sent.length);
  if (worth) response.setHeader('content-encoding', encoding);
  originals.writeHead(response.statusCode);
  originals.end(sent);
}
