import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ConsoleUnreachableError, errorOf, request } from '@/lib/queries/fetcher';

// Against a real HTTP server on a free port: what the browser's fetch does when things go wrong.

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('request', () => {
  test('an error body comes out with its code, message and details', async () => {
    const url = await serve((_, response) => {
      response.writeHead(409);
      response.end(JSON.stringify({ error: { code: 'LOCKOUT', message: 'No.', details: { path: '/a' } } }));
    });
    await expect(request(url)).rejects.toMatchObject({
      code: 'LOCKOUT',
      message: 'No.',
      details: { path: '/a' },
    });
  });

  test('a lost answer to a read is the console away; to a change it is an unknown outcome', async () => {
    const url = await serve((incoming) => incoming.socket.destroy());
    await expect(request(url)).rejects.toBeInstanceOf(ConsoleUnreachableError);
    await expect(request(url, { method: 'PUT', body: {} })).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    });
  });

  test('no answer in time is TIMEOUT for a read and unknown for a change', async () => {
    const url = await serve(() => undefined);
    await expect(request(url, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    const change = request(url, { method: 'DELETE', timeoutMs: 50 });
    await expect(change).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  test('a caller that stops waiting is told so, not that something failed', async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const pending = request(url, { signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('a body that is not the console’s own becomes a code by its status', () => {
  expect(errorOf(502, '<html>Bad gateway</html>')).toMatchObject({
    code: 'INTERNAL',
    details: { status: 502 },
  });
  expect(errorOf(503, 'upstream down')).toMatchObject({ code: 'DISCONNECTED' });
  expect(errorOf(400, '{"error":{"code":"constructor","message":"x"}}')).toMatchObject({ code: 'INTERNAL' });
});
