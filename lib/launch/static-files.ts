import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { compress, encodingOf, varies, withPrefix, type Encoding } from './rewrite';

/**
 * The scripts and styles of the build, whose names change with their contents: rewritten for a sub-path and compressed
 * once, kept in memory, and cached by browsers for good.
 */

const cacheBytesMax = 32 * 1_048_576;
const types: Readonly<Record<string, string>> = {
  '.js': 'application/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

export class StaticFiles {
  /** By address: only what stood there at the start is served, so no address can lead out of the folder. */
  private readonly files = new Map<string, string>();
  private readonly bodies = new LRUCache<string, Buffer>({
    maxSize: cacheBytesMax,
    sizeCalculation: (body) => Math.max(1, body.length),
  });

  constructor(root: string) {
    const folder = path.join(root, '.next', 'static');
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (!entry.isFile() || types[path.extname(file)] === undefined) continue;
      this.files.set(`/_next/static/${path.relative(folder, file).split(path.sep).join('/')}`, file);
    }
  }

  /** Answers, or returns false for an address that is none of its files'. */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    prefix: string,
  ): Promise<boolean> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const name = nameOf(url);
    const file = name === null ? undefined : this.files.get(name);
    if (file === undefined) return false;
    const encoding = encodingOf(request.headers['accept-encoding']);
    const body = await this.body(file, prefix, encoding);
    response.writeHead(200, {
      'content-type': types[path.extname(file)],
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': body.length,
      vary: varies,
      ...(encoding === null ? {} : { 'content-encoding': encoding }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  }

  private async body(file: string, prefix: string, encoding: Encoding): Promise<Buffer> {
    const key = `${encoding} ${prefix} ${file}`;
    const known = this.bodies.get(key);
    if (known !== undefined) return known;
    const text = withPrefix(await readFile(file, 'utf8'), prefix);
    const body = await compress(Buffer.from(text), encoding, 'kept');
    this.bodies.set(key, body);
    return body;
  }
}

function nameOf(url: string): string | null {
  try {
    return decodeURIComponent(url.split('?')[0]!);
  } catch {
    return null;
  }
}
