import { afterAll, beforeAll, expect, test } from 'vitest';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as exporting from '@/app/api/clusters/[cluster]/export/route';
import * as report from '@/app/api/clusters/[cluster]/jobs/[id]/report/route';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { JobView } from '@/lib/api/jobs';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import { connectTo } from '../../../support/connect';
import { callRoute, cluster, startServices, type ServicesHost } from '../../../support/console-host';
import { startInProcess, type InProcessServer } from '../../../support/in-process';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy';
import { removeDir, tempDir } from '../../../support/temp';
import { until } from '../../../support/wait';

// Jobs of many changes over two of our own servers in this process.
const dirs: string[] = [];
const servers: InProcessServer[] = [];
let host: ServicesHost;
let client: ZooKeeperClient;
let second: ZooKeeperClient;
/** Between the console and `a`, on the cluster `lossy`. */
let proxy: TcpProxy;
beforeAll(async () => {
  for (const name of ['jobs-a', 'jobs-b']) {
    dirs.push(await tempDir(name));
    servers.push(await startInProcess(dirs.at(-1)!));
  }
  const [a, b] = servers.map(({ port }) => port) as [number, number];
  proxy = await startTcpProxy(a);
  host = startServices([
    cluster('a', [a]),
    cluster('b', [b]),
    cluster('b-ro', [b], { readOnly: true }),
    cluster('strict', [a], { requireReason: true }),
    cluster('lossy', [proxy.port]),
  ]);
  [client, second] = [connectTo(a), connectTo(b)];
});
afterAll(async () => {
  client?.close();
  second?.close();
  await host?.stop();
  await proxy?.stop();
  for (const server of servers) await server.close();
  for (const dir of dirs) await removeDir(dir);
});

const make = (path: string, data: string | null = 'x', mode: 'persistent' | 'ephemeral' = 'persistent') =>
  client.create(path, data === null ? null : Buffer.from(data), openAcl, mode);
const textOf = async (path: string, of = client) => (await of.getData(path)).value.data?.toString() ?? null;
const there = async (path: string, of = client) => (await of.exists(path)).value !== null;

async function follow(id: string, moving: string, of = 'a'): Promise<JobView> {
  return until(`no longer ${moving}`, async () => {
    const { body } = await callRoute(job.GET, 'GET', of, { params: { id } });
    return body.state === moving ? undefined : (body as JobView);
  });
}
async function plan(body: object, of = 'a'): Promise<JobView> {
  const reply = await callRoute(jobs.POST, 'POST', of, { body });
  expect(reply).toMatchObject({ status: 200 });
  return follow(reply.body.id, 'planning', of);
}
async function run(view: JobView, body: object = {}, of = 'a'): Promise<JobView> {
  const reply = await callRoute(job.POST, 'POST', of, { params: { id: view.id }, body });
  expect(reply).toMatchObject({ status: 200 });
  return follow(view.id, 'running', of);
}
const refused = async (body: object, of = 'a') => {
  const reply = await callRoute(jobs.POST, 'POST', of, { body });
  return [reply.status, reply.body.error?.code];
};

test('a subtree is deleted, journalled znode by znode, and taken back as one', async () => {
  await make('/t', 'root');
  await make('/t/a', null);
  await make('/t/a/b', '');
  await make('/t/eph', 'e', 'ephemeral');
  const planned = await plan({ kind: 'deleteTree', paths: ['/t'] });
  expect(planned).toMatchObject({ items: 4, ephemeralCount: 1, ephemerals: [{ path: '/t/eph' }] });
  expect(await run(planned, { confirm: 't' })).toMatchObject({ state: 'done', done: 4 });
  expect(await there('/t')).toBe(false);

  const list = await callRoute(changes.GET, 'GET', 'a', { query: { path: '/t', below: 1 } });
  expect(list.body.changes).toMatchObject([{ kind: 'deleteTree', outcome: 'done', items: 4 }]);
  const items = await callRoute(changes.GET, 'GET', 'a', { query: { job: planned.id } });
  expect(items.body.changes).toHaveLength(4);

  const back = await plan({ kind: 'restore', job: planned.id });
  expect(back).toMatchObject({ items: 3, left: [{ path: '/t/eph', why: 'ephemeral' }] });
  expect(await run(back)).toMatchObject({ state: 'done', done: 3 });
  expect(await textOf('/t')).toBe('root');
  expect(await textOf('/t/a')).toBeNull();
  expect(await textOf('/t/a/b')).toBe('');
});

test('an ACL goes to all below, those that changed since the plan excepted', async () => {
  for (const path of ['/acl', '/acl/a', '/acl/b']) await make(path);
  const acl = [{ scheme: 'world', id: 'anyone', permissions: ['READ', 'ADMIN'] }];
  const planned = await plan({ kind: 'aclTree', paths: ['/acl'], acl });
  expect(planned).toMatchObject({ items: 3, unchanged: 0, lockout: [] });
  await client.setACL('/acl/b', [{ scheme: 'world', id: 'anyone', perms: 17 | 4 }], 0);
  const done = await run(planned);
  expect(done).toMatchObject({ state: 'failed', done: 2, faults: [{ path: '/acl/b', code: 'CHANGED' }] });
  expect((await client.getACL('/acl/a')).value.acl).toEqual([{ scheme: 'world', id: 'anyone', perms: 17 }]);
  expect(await plan({ kind: 'aclTree', paths: ['/acl'], acl })).toMatchObject({ items: 1, unchanged: 2 });
});

test('an ACL that locks the console out needs a word more', async () => {
  await make('/lock');
  const acl = [{ scheme: 'world', id: 'anyone', permissions: ['READ'] }];
  const planned = await plan({ kind: 'aclTree', paths: ['/lock'], acl });
  expect(planned.lockout).toEqual(['ADMIN']);
  const reply = await callRoute(job.POST, 'POST', 'a', { params: { id: planned.id }, body: {} });
  expect(reply).toMatchObject({ status: 409, body: { error: { code: 'LOCKOUT' } } });
  expect(await run(planned, { allowLockout: true })).toMatchObject({ state: 'done' });
});

test('a subtree is copied within a cluster and moved to another one', async () => {
  await make('/from', 'root');
  await make('/from/a', 'one');
  await make('/from/a/b', null);
  const copy = await plan({ kind: 'copyTree', from: { cluster: 'a', paths: ['/from'] }, to: '/copy' });
  expect(await run(copy)).toMatchObject({ state: 'done', done: 3 });
  expect([await textOf('/copy/a'), await textOf('/copy/a/b')]).toEqual(['one', null]);

  const moveBody = { kind: 'moveTree', from: { cluster: 'a', paths: ['/from'] }, to: '/moved' };
  const move = await plan(moveBody, 'b');
  expect(move.ops).toMatchObject({ create: 3, delete: 3 });
  expect(await run(move, { confirm: 'from' }, 'b')).toMatchObject({ state: 'done', done: 6 });
  expect(await there('/from')).toBe(false);
  expect(await textOf('/moved/a', second)).toBe('one');
});

test('a move deletes nothing when something could not be copied', async () => {
  await make('/half');
  await make('/half/a', 'one');
  const move = await plan({ kind: 'moveTree', from: { cluster: 'a', paths: ['/half'] }, to: '/other' });
  await client.setData('/half/a', Buffer.from('two'), -1);
  const done = await run(move, { confirm: 'half' });
  expect(done).toMatchObject({ state: 'failed', faults: [{ path: '/other/a', code: 'SOURCE' }] });
  expect(await textOf('/half/a')).toBe('two');
});

test('several subtrees go below one znode, each under its own name', async () => {
  for (const path of ['/many', '/many/a', '/many/a/deep', '/many/b', '/into']) await make(path, path);
  const from = { cluster: 'a', paths: ['/many/a', '/many/a/deep', '/many/b'] };
  const copy = await plan({ kind: 'copyTree', from, to: '/into', into: true });
  expect(copy).toMatchObject({ roots: 2, path: '/into', ops: { create: 3 } });
  expect(await run(copy)).toMatchObject({ state: 'done', done: 3 });
  expect([await textOf('/into/a/deep'), await textOf('/into/b')]).toEqual(['/many/a/deep', '/many/b']);
  const move = await plan({ kind: 'moveTree', from, to: '/', into: true }, 'b');
  expect(await run(move, { confirm: '2' }, 'b')).toMatchObject({ state: 'done', done: 6 });
  expect([await there('/many/a'), await there('/many/b'), await there('/many')]).toEqual([
    false,
    false,
    true,
  ]);
  expect(await textOf('/a/deep', second)).toBe('/many/a/deep');
  await make('/many/b');
  const refusals = [
    { ...from, paths: ['/many/b', '/into'] },
    { ...from, paths: ['/into/b', '/many/b'] },
  ];
  expect(await refused({ kind: 'copyTree', from: refusals[0]!, to: '/elsewhere' })).toEqual([
    400,
    'BAD_REQUEST',
  ]);
  expect(await refused({ kind: 'copyTree', from: refusals[1]!, to: '/many', into: true })).toEqual([
    400,
    'BAD_REQUEST',
  ]);
});

test('what cannot be is refused before anything is read', async () => {
  await make('/ok');
  const copy = (from: string, to: string) => ({
    kind: 'copyTree',
    from: { cluster: 'a', paths: [from] },
    to,
  });
  expect(await refused({ kind: 'deleteTree', paths: ['/'] })).toEqual([400, 'BAD_PATH']);
  expect(await refused({ kind: 'deleteTree', paths: ['/zookeeper/quota'] })).toEqual([400, 'BAD_PATH']);
  expect(await refused({ kind: 'deleteTree', paths: ['/ok//x'] })).toEqual([400, 'BAD_PATH']);
  expect(await refused({ kind: 'deleteTree', paths: ['/absent'] })).toEqual([404, 'NO_NODE']);
  expect(await refused({ kind: 'deleteTree', paths: [] })).toEqual([400, 'BAD_REQUEST']);
  expect(await refused({ kind: 'format', paths: ['/ok'] })).toEqual([400, 'BAD_REQUEST']);
  expect(await refused(copy('/ok', '/ok/inside'))).toEqual([400, 'BAD_REQUEST']);
  expect(await refused(copy('/ok', '/no/parent'))).toEqual([404, 'NO_NODE']);
  expect(await refused(copy('/ok', '/ok2/../x'))).toEqual([400, 'BAD_PATH']);
  expect(await refused(copy('/absent', '/new'))).toEqual([404, 'NO_NODE']);
  const foreign = { kind: 'moveTree', from: { cluster: 'b-ro', paths: ['/zookeeper'] }, to: '/new' };
  expect(await refused(foreign)).toEqual([400, 'BAD_PATH']);
  expect(await refused({ ...foreign, from: { cluster: 'b-ro', paths: ['/x'] } })).toEqual([
    403,
    'READ_ONLY_CLUSTER',
  ]);
  expect(await refused({ ...foreign, from: { cluster: 'elsewhere', paths: ['/x'] } })).toEqual([
    404,
    'UNKNOWN_CLUSTER',
  ]);
  expect(await refused({ kind: 'restore', job: 'none' })).toEqual([404, 'UNKNOWN_CHANGE']);
});

test('a run asks for the name, for a reason where the cluster does, and knows only its own jobs', async () => {
  await make('/named');
  const planned = await plan({ kind: 'deleteTree', paths: ['/named'] }, 'strict');
  const call = (of: string, body: object, headers = {}) =>
    callRoute(job.POST, 'POST', of, { params: { id: planned.id }, body, headers });
  expect(await call('strict', { confirm: 'named' })).toMatchObject({
    body: { error: { code: 'REASON_REQUIRED' } },
  });
  const headers = { 'x-zoodeck-reason': 'gone' };
  expect(await call('strict', { confirm: 'other' }, headers)).toMatchObject({ status: 400 });
  expect(await call('a', { confirm: 'named' })).toMatchObject({
    status: 404,
    body: { error: { code: 'UNKNOWN_JOB' } },
  });
  expect(await there('/named')).toBe(true);
  expect(await call('strict', { confirm: 'named' }, headers)).toMatchObject({ status: 200 });
  expect(await follow(planned.id, 'running', 'strict')).toMatchObject({ state: 'done' });
});

test('a plan that was dropped does not run; one stopped half-way tells who began it and can be run on', async () => {
  await make('/halved');
  await Promise.all(Array.from({ length: 3000 }, (_, name) => make(`/halved/${name}`)));
  const dropped = await plan({ kind: 'deleteTree', paths: ['/halved'] });
  await callRoute(job.DELETE, 'DELETE', 'a', { params: { id: dropped.id } });
  const { body: kept } = await callRoute(job.POST, 'POST', 'a', {
    params: { id: dropped.id },
    body: { confirm: 'halved' },
  });
  expect(kept).toMatchObject({ state: 'cancelled', resumable: false, done: 0 });
  const { body: list } = await callRoute(jobs.GET, 'GET', 'a');
  expect(list.jobs.map(({ id }: JobView) => id)).not.toContain(dropped.id);

  const begun = await plan({ kind: 'deleteTree', paths: ['/halved'] });
  const headers = { 'x-zoodeck-reason': 'spring' };
  await callRoute(job.POST, 'POST', 'a', { params: { id: begun.id }, body: { confirm: 'halved' }, headers });
  await callRoute(job.DELETE, 'DELETE', 'a', { params: { id: begun.id } });
  const stopped = await follow(begun.id, 'running');
  expect(stopped).toMatchObject({ state: 'cancelled', resumable: true, by: { reason: 'spring' } });
  expect(stopped.done).toBeLessThan(stopped.items);
  expect(await run(stopped, { confirm: 'halved' })).toMatchObject({
    state: 'done',
    resumable: false,
    done: 3001,
  });
  expect(await there('/halved')).toBe(false);
});

const readable = [{ scheme: 'world', id: 'anyone', permissions: ['READ', 'CREATE', 'DELETE', 'ADMIN'] }];
const fleet = 300;

test.each([
  { kind: 'deleteTree', cutAt: ops.multi.code, of: (at: string) => ({ paths: [at] }), confirm: true },
  {
    kind: 'aclTree',
    cutAt: ops.setACL.code,
    of: (at: string) => ({ paths: [at], acl: readable }),
    confirm: false,
  },
  {
    ...{ kind: 'copyTree', cutAt: ops.multi.code, confirm: false },
    of: (at: string) => ({ from: { cluster: 'lossy', paths: [at] }, to: `${at}-copy` }),
  },
] as const)('what a lost answer of $kind was about is journalled, and taken back too', async (row) => {
  const root = `/lossy-${row.kind}`;
  const name = root.slice(1);
  await make(root, 'root');
  await Promise.all(Array.from({ length: fleet }, (_, at) => make(`${root}/${at}`, `value ${at}`)));
  const planned = await plan({ kind: row.kind, ...row.of(root) }, 'lossy');
  expect(planned).toMatchObject({ state: 'planned', items: fleet + 1 });
  proxy.cutAtReplyTo(row.cutAt);
  const done = await run(planned, row.confirm ? { confirm: name } : {}, 'lossy');
  expect(done).toMatchObject({ state: 'done', done: fleet + 1 });

  const back = await plan({ kind: 'restore', job: planned.id }, 'lossy');
  expect(back).toMatchObject({ items: fleet + 1, left: [] });
  expect(await run(back, {}, 'lossy')).toMatchObject({
    state: 'done',
    done: fleet + 1,
  });
  expect(await textOf(`${root}/${fleet - 1}`)).toBe(`value ${fleet - 1}`);
  expect((await client.getACL(`${root}/0`)).value.acl).toEqual(openAcl);
  expect(await there(`${root}-copy`)).toBe(false);
});

test('a report names each znode, and a name that a spreadsheet would run is made text', async () => {
  await make('/=cmd');
  const planned = await plan({ kind: 'deleteTree', paths: ['/=cmd'] });
  await run(planned, { confirm: '=cmd' });
  const params = Promise.resolve({ cluster: 'a', id: planned.id });
  const request = new Request('http://127.0.0.1:3000/api', { headers: { host: '127.0.0.1:3000' } });
  const response = await report.GET(request, { params });
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="zoodeck-job-[0-9a-f]{8}\.csv"$/,
  );
  expect(await response.text()).toBe('operation,path,state,code,message\r\ndelete,/=cmd,done,,\r\n');
});

async function exported(path: string | readonly string[], format = 'jsonl'): Promise<string> {
  const paths = [path].flat().map((one) => ['path', one]);
  const url = `http://127.0.0.1:3000/api?${new URLSearchParams([...paths, ['format', format]])}`;
  const request = new Request(url, { headers: { host: '127.0.0.1:3000' } });
  return (await exporting.GET(request, { params: Promise.resolve({ cluster: 'a' }) })).text();
}
const importing = (path: string, text: string, more: object = {}) => ({
  ...{ kind: 'import', path, file: Buffer.from(text).toString('base64'), overwrite: true, prune: false },
  ...more,
});

test('an export is imported elsewhere byte for byte, and a second time changes nothing', async () => {
  await make('/exp', 'root');
  await make('/exp/null', null);
  await make('/exp/empty', '');
  await client.create(
    '/exp/bin',
    Buffer.from([0, 255, 61]),
    [{ scheme: 'world', id: 'anyone', perms: 17 }],
    'persistent',
  );
  const file = await exported('/exp');
  const planned = await plan(importing('/imported', file));
  expect(planned).toMatchObject({ ops: { create: 4, set: 0, acl: 0, delete: 0 } });
  expect(await run(planned)).toMatchObject({ state: 'done', done: 4 });
  expect((await client.getData('/imported/bin')).value.data).toEqual(Buffer.from([0, 255, 61]));
  expect([await textOf('/imported/null'), await textOf('/imported/empty')]).toEqual([null, '']);
  expect((await client.getACL('/imported/bin')).value.acl[0]?.perms).toBe(17);
  expect(await plan(importing('/imported', file))).toMatchObject({ items: 0, unchanged: 4 });
});

test('several subtrees are one file, whose paths begin at the znode above them', async () => {
  for (const path of ['/some', '/some/a', '/some/a/b', '/some/left', '/some/c', '/back'])
    await make(path, path);
  const file = await exported(['/some/a', '/some/a/b', '/some/c']);
  const [head, ...lines] = file
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { path?: string });
  expect(head).toMatchObject({ format: 'zoodeck', root: '/some' });
  expect(lines.slice(0, -1).map(({ path }) => path)).toEqual(['/a', '/c', '/a/b']);
  expect(lines.at(-1)).toMatchObject({ end: true, nodes: 3 });
  const planned = await plan(importing('/back', file));
  expect(await run(planned)).toMatchObject({ state: 'done', done: 3 });
  expect([await textOf('/back/a/b'), await there('/back/left')]).toEqual(['/some/a/b', false]);
  const { error } = JSON.parse(await exported(Array.from({ length: 51 }, (_, n) => `/n${n}`))) as {
    error: { code: string };
  };
  expect(error.code).toBe('BAD_REQUEST');
});

test('an import tells new, changed, unchanged and deleted apart, and leaves what differs when asked to', async () => {
  for (const path of ['/diff', '/diff/same', '/diff/other', '/diff/gone']) await make(path, 'x');
  const file = await exported('/diff');
  await client.setData('/diff/other', Buffer.from('y'), -1);
  await client.delete('/diff/gone', -1);
  await make('/diff/extra');
  const ops = { create: 1, set: 1, acl: 0, delete: 1 };
  const pruning = await plan(importing('/diff', file, { prune: true }));
  expect(pruning).toMatchObject({ ops, unchanged: 2 });
  const careful = await plan(importing('/diff', file, { overwrite: false }));
  expect(careful).toMatchObject({ items: 1, left: [{ path: '/diff/other', why: 'differs' }] });
  const reply = await callRoute(job.POST, 'POST', 'a', { params: { id: pruning.id }, body: {} });
  expect(reply).toMatchObject({ status: 400 });
  expect(await run(pruning, { confirm: 'diff' })).toMatchObject({ state: 'done', done: 3 });
  expect([await textOf('/diff/other'), await there('/diff/extra')]).toEqual(['x', false]);
});

test('zkui’s lines create what is above them, and its deletes are planned as such', async () => {
  await make('/old');
  const planned = await plan(importing('/', '/app/deep=key=v\n-/old\n'));
  expect(planned.sample).toEqual([
    { op: 'create', path: '/app' },
    { op: 'create', path: '/app/deep' },
    { op: 'create', path: '/app/deep/key' },
    { op: 'delete', path: '/old' },
  ]);
  expect(await refused(importing('/none/here', '/a=b=c'))).toEqual([404, 'NO_NODE']);
  expect(await refused(importing('/', 'rubbish'))).toEqual([400, 'BAD_REQUEST']);
  expect(await refused(importing('/zookeeper', '/a=b=c'))).toEqual([400, 'BAD_PATH']);
});

test('a CSV export makes formulas text, and an export of what is not there is refused', async () => {
  await make('/csv', '=HYPERLINK("http://x")');
  expect(await exported('/csv', 'csv')).toMatch(/\r\n\/csv,"'=HYPERLINK\(""http:\/\/x""\)",22,0,/);
  expect(await exported('/absent')).toMatch('NO_NODE');
  expect(await exported('/csv', 'xls')).toMatch('BAD_REQUEST');
});
