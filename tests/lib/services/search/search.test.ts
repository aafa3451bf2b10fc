import { beforeAll, expect, test } from 'vitest';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as one from '@/app/api/clusters/[cluster]/searches/[id]/route';
import * as searches from '@/app/api/clusters/[cluster]/searches/route';
import type { SearchView } from '@/lib/api/searches';
import { matchOf } from '@/lib/services/search/match';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';
import { until } from '../../../support/wait';

serviceScene('search', (port) => [cluster('c', [port]), cluster('ro', [port], { readOnly: true })]);
beforeAll(async () => {
  for (const [path, data] of [
    ['/app', ''],
    ['/app/db', 'jdbc:mysql://Primary/orders'],
    ['/app/db/password', 'x'],
    ['/other', 'jdbc:mysql'],
  ] as const) {
    const body = { path, data: Buffer.from(data).toString('base64'), mode: 'persistent', acl: null };
    await callRoute(node.POST, 'POST', 'c', { body });
  }
});

const start = (body: object, of = 'c') => callRoute(searches.POST, 'POST', of, { body });
async function search(body: object, of = 'c'): Promise<SearchView> {
  const { id } = (await start(body, of)).body;
  return until('the search ends', async () => {
    const reply = await callRoute(one.GET, 'GET', of, { params: { id } });
    return reply.body.state === 'running' ? undefined : (reply.body as SearchView);
  });
}
const pathsOf = ({ results }: SearchView) => results.map(({ path }) => path);

test('names, whole paths and values are searched, each only when asked, and only below the path', async () => {
  expect(pathsOf(await search({ path: '/', text: 'PASS', places: ['name'] }))).toEqual(['/app/db/password']);
  expect(pathsOf(await search({ path: '/', text: '/db', places: ['path'] }))).toEqual([
    '/app/db',
    '/app/db/password',
  ]);
  const values = await search({ path: '/app', text: 'primary', places: ['value'] });
  expect(values).toMatchObject({ state: 'done', read: 3, full: false });
  expect(values.results).toMatchObject([
    { path: '/app/db', places: ['value'], excerpt: 'jdbc:mysql://Primary/orders' },
  ]);
  const exact = await search({ path: '/app', text: 'primary', places: ['value'], matchCase: true });
  expect(exact.results).toEqual([]);
});

test('a read-only cluster is searched too; what is no search is refused', async () => {
  expect(pathsOf(await search({ path: '/app', text: 'db', places: ['name'] }, 'ro'))).toEqual(['/app/db']);
  const refused = async (body: object) => {
    const reply = await start(body);
    return [reply.status, reply.body.error.code];
  };
  expect(await refused({ path: '/app', text: '', places: ['name'] })).toEqual([400, 'BAD_REQUEST']);
  expect(await refused({ path: '/app', text: 'x', places: [] })).toEqual([400, 'BAD_REQUEST']);
  expect(await refused({ path: 'app', text: 'x', places: ['name'] })).toEqual([400, 'BAD_PATH']);
  expect(await refused({ path: '/absent', text: 'x', places: ['name'] })).toEqual([404, 'NO_NODE']);
  const { id } = (await start({ path: '/app', text: 'x', places: ['name'] })).body;
  expect(await callRoute(one.GET, 'GET', 'ro', { params: { id } })).toMatchObject({ status: 404 });
});

test('an excerpt is one line around the match, without what would disturb it', () => {
  const wanted = { text: 'needle', places: ['value' as const], matchCase: false };
  const data = Buffer.from(`${'a'.repeat(100)}\n\u202eNEEDLE\u0007${'b'.repeat(200)}`);
  const { excerpt } = matchOf(wanted, '/x', data)!;
  expect(excerpt).toMatch(/^…a+ NEEDLE b+…$/);
  expect(matchOf(wanted, '/needle', null)).toBeNull();
});
