import { expect, test } from 'vitest';
import * as acl from '@/app/api/clusters/[cluster]/acl/route';
import * as change from '@/app/api/clusters/[cluster]/changes/[id]/route';
import * as undo from '@/app/api/clusters/[cluster]/changes/[id]/undo/route';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as data from '@/app/api/clusters/[cluster]/data/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import type { ChangeRow } from '@/lib/api/changes';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';

// Changes through the routes, over our own server in this process: what the journal says of them, and the way back.
serviceScene('journal', (port) => [cluster('c', [port]), cluster('strict', [port], { requireReason: true })]);

const base64 = (text: string) => Buffer.from(text).toString('base64');
const headers = (reason: string) => ({
  'x-zoodeck-reason': encodeURIComponent(reason),
  'x-forwarded-user': 'ana\u0007',
  'x-zoodeck-remote-address': '192.0.2.7',
});
const create = (path: string, text: string, id = 'c', extra: Record<string, string> = {}) =>
  callRoute(node.POST, 'POST', id, {
    body: { path, data: base64(text), mode: 'persistent', acl: null },
    headers: extra,
  });
const set = (path: string, text: string, version: number, extra: Record<string, string> = {}) =>
  callRoute(data.PUT, 'PUT', 'c', { body: { path, data: base64(text), version }, headers: extra });
const newest = async (path: string): Promise<ChangeRow> =>
  (await callRoute(changes.GET, 'GET', 'c', { query: { path } })).body.changes[0];
const takeBack = (id: number) => callRoute(undo.POST, 'POST', 'c', { params: { id: String(id) } });

test('who, where from, why, before and after of a change are kept', async () => {
  await create('/kept', 'one');
  await set('/kept', 'two', 0, headers('Tür\n klemmt'));
  const row = await newest('/kept');
  expect(row).toMatchObject({
    kind: 'set',
    outcome: 'done',
    name: 'ana',
    address: '192.0.2.7',
    reason: 'Tür klemmt',
  });
  const { body } = await callRoute(change.GET, 'GET', 'c', { params: { id: String(row.id) } });
  expect(body).toMatchObject({
    before: { data: base64('one'), version: 0, acl: [{ scheme: 'world' }] },
    after: { data: base64('two'), version: 1 },
    undo: { does: 'set', block: null, loses: ['versions', 'mzxid'] },
  });
});

test('a refused change is kept as failed', async () => {
  await create('/refused', 'one');
  expect((await set('/refused', 'two', 7)).status).toBe(409);
  expect(await newest('/refused')).toMatchObject({ kind: 'set', outcome: 'failed', code: 'BADVERSION' });
});

test('a value, an ACL, a create and a delete are taken back, each once', async () => {
  await create('/back', 'one');
  await set('/back', 'two', 0);
  const written = await newest('/back');
  const answer = await takeBack(written.id);
  expect(answer).toMatchObject({ status: 200, body: { change: { kind: 'set', undoes: written.id } } });
  const read = await callRoute(node.GET, 'GET', 'c', { query: { path: '/back' } });
  expect(read.body).toMatchObject({ data: base64('one'), stat: { version: 2 } });
  expect(await takeBack(written.id)).toMatchObject({
    status: 409,
    body: { error: { code: 'CANNOT_UNDO', details: { block: 'alreadyUndone' } } },
  });

  const readable = [{ scheme: 'world', id: 'anyone', permissions: ['READ', 'ADMIN'] }];
  await callRoute(acl.PUT, 'PUT', 'c', { body: { path: '/back', acl: readable, aversion: 0 } });
  expect((await takeBack((await newest('/back')).id)).status).toBe(200);
  const again = await callRoute(node.GET, 'GET', 'c', { query: { path: '/back' } });
  expect(again.body.acl[0].permissions).toHaveLength(5);

  await create('/back/child', 'c');
  const made = await newest('/back/child');
  expect((await takeBack(made.id)).body.change).toMatchObject({ kind: 'delete', undoes: made.id });
  const deleted = await newest('/back/child');
  expect((await takeBack(deleted.id)).body.change).toMatchObject({ kind: 'create', undoes: deleted.id });
  const child = await callRoute(node.GET, 'GET', 'c', { query: { path: '/back/child' } });
  expect(child.body.data).toBe(base64('c'));
});

test('what somebody changed since is not overwritten by taking back', async () => {
  await create('/since', 'one');
  await set('/since', 'two', 0);
  const mine = await newest('/since');
  await set('/since', 'theirs', 1);
  expect(await takeBack(mine.id)).toMatchObject({
    status: 409,
    body: { error: { code: 'CANNOT_UNDO', details: { block: 'changedSince' } } },
  });
  const read = await callRoute(node.GET, 'GET', 'c', { query: { path: '/since' } });
  expect(read.body.data).toBe(base64('theirs'));
});

test('a cluster that asks for a reason refuses a change without, and one that is no text', async () => {
  expect(await create('/strict', 'x', 'strict')).toMatchObject({
    status: 422,
    body: { error: { code: 'REASON_REQUIRED' } },
  });
  expect(await create('/strict', 'x', 'strict', { 'x-zoodeck-reason': '%20%0a' })).toMatchObject({
    status: 422,
  });
  for (const hostile of ['%E0%A4%A', 'x'.repeat(501)]) {
    expect(await create('/strict', 'x', 'strict', { 'x-zoodeck-reason': hostile })).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST' } },
    });
  }
  expect((await create('/strict', 'x', 'strict', headers('ticket 7'))).status).toBe(200);
});

test('a change of another cluster, one that is not there and one that is no number are told apart', async () => {
  await create('/mine', 'x');
  const { id } = await newest('/mine');
  const read = (clusterId: string, of: string) =>
    callRoute(change.GET, 'GET', clusterId, { params: { id: of } });
  expect(await read('strict', String(id))).toMatchObject({ status: 404 });
  expect(await read('c', '999999')).toMatchObject({
    status: 404,
    body: { error: { code: 'UNKNOWN_CHANGE' } },
  });
  expect(await read('c', 'x OR 1=1')).toMatchObject({ status: 400 });
});
