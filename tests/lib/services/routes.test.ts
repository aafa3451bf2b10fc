import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestBytesMax, type RouteHandler } from '@/lib/services/http';
import { cluster, startServices, type ServicesHost } from '../../support/console-host';

/** What holds for every route there is, found on disk: one that is new is covered, or fails here until it is declared. */

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const node = { path: '/a' };
/** A body each route takes; null for one that takes none. */
const bodies: Readonly<Record<string, unknown>> = {
  'POST clusters/[cluster]/node': { ...node, data: null, mode: 'persistent', acl: null },
  'POST clusters/[cluster]/stats': { ...node, names: [] },
  'POST clusters/[cluster]/sample': null,
  'DELETE clusters/[cluster]/sample': null,
  'POST clusters/[cluster]/digest': { user: 'u', password: 'p' },
  'PUT clusters/[cluster]/events/[stream]': { watches: [] },
  'PUT clusters/[cluster]/acl': {
    ...node,
    acl: [{ scheme: 'world', id: 'anyone', permissions: ['READ'] }],
    aversion: 0,
  },
  'POST clusters/[cluster]/reconfig': { joining: [], leaving: ['1'], version: '0' },
  'PUT clusters/[cluster]/quota': {
    ...node,
    limits: { count: 1, bytes: null, countHard: null, bytesHard: null },
    version: null,
  },
  'PUT clusters/[cluster]/data': { ...node, data: null, version: 0 },
  'POST clusters/[cluster]/jobs': { kind: 'deleteTree', paths: ['/a'] },
  'POST clusters/[cluster]/jobs/[id]': {},
  'DELETE clusters/[cluster]/jobs/[id]': null,
  'POST clusters/[cluster]/jobs/[id]/effects': null,
  'POST clusters/[cluster]/lock-scans': node,
  'DELETE clusters/[cluster]/lock-scans/[id]': null,
  'POST clusters/[cluster]/ensemble': null,
  'POST clusters/[cluster]/sessions': null,
  'POST clusters/[cluster]/watches': null,
  'POST clusters/[cluster]/searches': { ...node, text: 'x', places: ['name'] },
  'DELETE clusters/[cluster]/searches/[id]': null,
  'POST clusters/[cluster]/changes/[id]/undo': null,
  'POST clusters/[cluster]/commands': { member: '127.0.0.1:1', word: 'srst' },
};
/** Not GET, and still nothing changes at the cluster. */
const harmless = [
  'POST clusters/[cluster]/stats',
  'POST clusters/[cluster]/digest',
  'POST clusters/[cluster]/jobs/[id]/effects',
  'POST clusters/[cluster]/lock-scans',
  'DELETE clusters/[cluster]/lock-scans/[id]',
  'POST clusters/[cluster]/ensemble',
  'POST clusters/[cluster]/sessions',
  'POST clusters/[cluster]/watches',
  'POST clusters/[cluster]/searches',
  'DELETE clusters/[cluster]/searches/[id]',
  'PUT clusters/[cluster]/events/[stream]',
];

const api = path.resolve(import.meta.dirname, '../../../app/api');
const files = readdirSync(api, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('route.ts'),
);
const routes = (
  await Promise.all(
    files.map(async (file) => {
      const module = (await import(path.join(api, file))) as Record<string, RouteHandler>;
      const name = path.dirname(file);
      return methods.flatMap((method) => {
        const handler = module[method];
        return handler === undefined ? [] : [{ id: `${method} ${name}`, method, handler }];
      });
    }),
  )
).flat();
const writing = routes.filter(({ method }) => method !== 'GET');

let host: ServicesHost;
beforeAll(() => {
  host = startServices([cluster('ro', [1], { readOnly: true })]);
});
afterAll(() => host.stop());

async function call(
  { id, method, handler }: (typeof routes)[number],
  headers: Record<string, string> = {},
  text?: string,
): Promise<[number, string | undefined]> {
  const known = bodies[id];
  const body = text ?? (known === null || known === undefined ? undefined : JSON.stringify(known));
  const request = new Request('http://127.0.0.1:3000/api/x?path=/a', {
    method,
    headers: { host: '127.0.0.1:3000', 'content-type': 'application/json', ...headers },
    body,
  });
  const params = Promise.resolve({ cluster: 'ro', stream: 'unknown', id: 'unknown' });
  const response = await handler(request, { params });
  const reply = (await response.json()) as { error?: { code: string } };
  return [response.status, reply.error?.code];
}

test('the routes are found, and each that takes a body is declared', () => {
  expect(routes.length).toBeGreaterThan(15);
  expect(writing.map(({ id }) => id).sort()).toEqual(Object.keys(bodies).sort());
});

test.each(routes)('$id refuses other origins', async (route) => {
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    expect(await call(route, headers), JSON.stringify(headers)).toEqual([403, 'BAD_ORIGIN']);
  }
});

test.each(writing)('$id takes JSON only, of bounded size', async (route) => {
  if (bodies[route.id] === null) return;
  expect(await call(route, { 'content-type': 'text/plain' })).toEqual([400, 'BAD_REQUEST']);
  expect(await call(route, {}, '{"path":')).toEqual([400, 'BAD_REQUEST']);
  expect(await call(route, {}, '{"__proto__":{"path":"/a"}}')).toEqual([400, 'BAD_REQUEST']);
  const long = JSON.stringify({ path: 'x'.repeat(requestBytesMax) });
  expect(await call(route, {}, long)).toEqual([413, 'TOO_LARGE']);
});

test.each(writing.filter(({ id }) => !harmless.includes(id)))(
  '$id is refused on a read-only cluster',
  async (route) => {
    expect(await call(route)).toEqual([403, 'READ_ONLY_CLUSTER']);
  },
);
