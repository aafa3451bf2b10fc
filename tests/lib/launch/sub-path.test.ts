import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseBasePath } from '@/lib/config/base-path';
import { remoteAddressHeader } from '@/lib/config/host';
import { builtBasePath } from '@/lib/launch/built-base-path.mjs';
import { settleForwarded, trustedAddresses, withoutPrefix } from '@/lib/launch/forwarded';
import { encodingOf, rewriteAnswer, withPrefix } from '@/lib/launch/rewrite';

describe('a sub-path', () => {
  test('is segments after slashes; a slash at the end does not matter', () => {
    expect(parseBasePath('/zk/')).toEqual({ path: '/zk', fault: null });
    expect(parseBasePath('/tools/zoo-keeper_1.x~')).toMatchObject({ path: '/tools/zoo-keeper_1.x~' });
    expect(parseBasePath('/')).toEqual({ path: '', fault: null });
  });

  test.each([
    'zk',
    '//host',
    '/a//b',
    '/a/../b',
    '/a b',
    '/a"b',
    "/a'b",
    '/<x>',
    '/a?b',
    '/%2e',
    '/api/x',
    '/c',
    `/${'a'.repeat(200)}`,
  ])('%s is refused', (text) => {
    expect(parseBasePath(text).fault).not.toBeNull();
  });

  test('is taken off a request where a proxy left it, and nowhere else', () => {
    expect(withoutPrefix('/zk/c/x?y=/zk', '/zk')).toBe('/c/x?y=/zk');
    expect(withoutPrefix('/zk', '/zk')).toBe('/');
    expect(withoutPrefix('/zk?a=1', '/zk')).toBe('/?a=1');
    expect(withoutPrefix('/zkother', '/zk')).toBe('/zkother');
    expect(withoutPrefix('/c/x', '/zk')).toBe('/c/x');
    expect(withoutPrefix('/c/x', '')).toBe('/c/x');
  });
});

describe('what a proxy says', () => {
  const trusts = trustedAddresses(['10.0.0.0/8', '::1', '192.168.1.1']);
  const asked = (remoteAddress: string, headers: Record<string, string>) =>
    ({ headers: { host: 'inner', ...headers }, socket: { remoteAddress } }) as unknown as IncomingMessage;
  const said = {
    'x-forwarded-prefix': '/zk/, /inner',
    'x-forwarded-host': 'outer',
    'x-forwarded-for': '1.2.3.4, 9.9.9.9, 10.1.1.1',
  };

  test('is believed from a trusted address: the first prefix and host, the last address that is no proxy', () => {
    for (const address of ['10.2.3.4', '::ffff:10.2.3.4', '::1', '192.168.1.1']) {
      const request = asked(address, said);
      expect(settleForwarded(request, trusts, '/configured')).toBe('/zk');
      expect(request.headers).toEqual({ host: 'outer', [remoteAddressHeader]: '9.9.9.9' });
    }
  });

  test('is ignored from any other', () => {
    const request = asked('192.168.1.2', { ...said, [remoteAddressHeader]: '6.6.6.6' });
    expect(settleForwarded(request, trusts, '/configured')).toBe('/configured');
    expect(request.headers).toEqual({ host: 'inner', [remoteAddressHeader]: '192.168.1.2' });
  });

  test('a prefix that is none is refused, an address that is none passed over', () => {
    expect(() => settleForwarded(asked('::1', { 'x-forwarded-prefix': '//evil' }), trusts, '')).toThrow(
      RangeError,
    );
    const request = asked('::1', { 'x-forwarded-for': 'unknown, 10.0.0.1' });
    expect(settleForwarded(request, trusts, '')).toBe('');
    expect(request.headers[remoteAddressHeader]).toBe('::1');
  });
});

describe('an answer', () => {
  /** What a client gets of an answer made by `answer`. */
  async function served(
    answer: (response: ServerResponse) => void,
    options: { prefix?: string; accept?: string; method?: string } = {},
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    const server = createServer((request, response) => {
      rewriteAnswer(response, options.prefix ?? '/zk', encodingOf(request.headers['accept-encoding']));
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const headers = options.accept === undefined ? {} : { 'accept-encoding': options.accept };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: '127.0.0.1', headers, method: options.method, agent: false }, resolve).once(
        'error',
        reject,
      );
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    server.close();
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
  }

  test('has the sub-path wherever the built one stood, also where two writes share it', async () => {
    const { headers, body } = await served((response) => {
      response.writeHead(203, { 'content-type': 'text/html; charset=utf-8', 'content-length': 5 });
      response.write(`<a href="${builtBasePath}/é">${builtBasePath.slice(0, 9)}`);
      response.end(Buffer.from(`${builtBasePath.slice(9)}</a>`));
    });
    expect(body.toString()).toBe('<a href="/zk/é">/zk</a>');
    expect(headers['content-length']).toBe(String(body.length));
  });

  test('of another type passes byte for byte, and a redirect leads below the sub-path', async () => {
    const bytes = Buffer.from(`\xff\x00${builtBasePath}`, 'latin1');
    const image = await served((response) => {
      response.setHeader('content-type', 'image/png');
      response.write(bytes);
      response.end();
    });
    expect(image.body.equals(bytes)).toBe(true);
    const to = (prefix: string, location: string) =>
      served((response) => void response.writeHead(308, { location }).end(), { prefix });
    expect((await to('/zk', `${builtBasePath}/x`)).headers.location).toBe('/zk/x');
    expect((await to('', builtBasePath)).headers.location).toBe('/');
  });

  test('is compressed as the browser takes it, and without a body where there is none', async () => {
    const text = `${builtBasePath} `.repeat(500);
    const html = (response: ServerResponse) => {
      response.setHeader('content-type', 'text/html');
      response.setHeader('vary', 'rsc');
      response.end(text);
    };
    const plain = text.replaceAll(builtBasePath, '/zk');
    const gzip = await served(html, { accept: 'gzip, deflate' });
    expect(gunzipSync(gzip.body).toString()).toBe(plain);
    expect(gzip.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'rsc, accept-encoding, x-forwarded-prefix',
    });
    const brotli = await served(html, { accept: 'gzip, br' });
    expect(brotliDecompressSync(brotli.body).toString()).toBe(plain);
    expect((await served(html, { accept: 'br;q=0' })).body.toString()).toBe(plain);
    expect((await served(html, { method: 'HEAD', accept: 'gzip' })).body).toHaveLength(0);
  });

  test('without a sub-path a link to the start is not empty', () => {
    const link = `<a href="${builtBasePath}">`;
    expect(withPrefix(link, '')).toBe('<a href="/">');
    expect(withPrefix(link, '/zk')).toBe('<a href="/zk">');
  });
});
