import { expect, test } from 'vitest';
import * as effects from '@/app/api/clusters/[cluster]/jobs/[id]/effects/route';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import * as quota from '@/app/api/clusters/[cluster]/quota/route';
import type { JobView } from '@/lib/api/jobs';
import { openAcl, permissions, type Acl } from '@/lib/protocol/data';
import { formatSessionId } from '@/lib/protocol/session-id';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';
import { until } from '../../../support/wait';

// What a plan says in advance: refusals by ACLs, watches that will fire, clients whose ephemerals go.
const scene = serviceScene('forecast', (port) => [cluster('c', [port])]);

const readOnly: readonly Acl[] = [
  { perms: permissions.READ | permissions.ADMIN, scheme: 'world', id: 'anyone' },
];
const make = (path: string, acl: readonly Acl[] = openAcl) =>
  scene.client.create(path, Buffer.from('x'), acl, 'persistent');
const lock = (path: string) => scene.client.setACL(path, readOnly, -1);

async function plan(body: object): Promise<JobView> {
  const reply = await callRoute(jobs.POST, 'POST', 'c', { body });
  expect(reply.status).toBe(200);
  return until('it is planned', async () => {
    const view = (await callRoute(job.GET, 'GET', 'c', { params: { id: reply.body.id } })).body as JobView;
    return view.state === 'planning' ? undefined : view;
  });
}
/** What running it does refuse, path by path. */
async function refusedBy(view: JobView, confirm?: string): Promise<string[]> {
  await callRoute(job.POST, 'POST', 'c', { params: { id: view.id }, body: { confirm } });
  const ended = await until('it ended', async () => {
    const now = (await callRoute(job.GET, 'GET', 'c', { params: { id: view.id } })).body as JobView;
    return now.state === 'running' ? undefined : now;
  });
  return ended.faults.filter(({ code }) => code === 'NOAUTH').map(({ path }) => path);
}

test('a copy is told that the place it goes to will refuse it, and so are znodes below what it copies', async () => {
  for (const path of ['/src', '/src/a', '/src/a/b', '/shut']) await make(path);
  await lock('/shut');
  const shut = await plan({ kind: 'copyTree', from: { cluster: 'c', paths: ['/src'] }, to: '/shut/copy' });
  expect(shut).toMatchObject({ items: 3, refusedCount: 1, refused: ['/shut/copy'] });
  expect(await refusedBy(shut)).toEqual(['/shut/copy']);
  // A copied ACL is in force before what comes below it.
  await lock('/src/a');
  const below = await plan({ kind: 'copyTree', from: { cluster: 'c', paths: ['/src'] }, to: '/copied' });
  expect(below).toMatchObject({ items: 3, refusedCount: 1, refused: ['/copied/a/b'] });
  expect(await refusedBy(below)).toEqual(['/copied/a/b']);
});

test('a deletion is told that the parent of what it begins with will refuse it', async () => {
  for (const path of ['/house', '/house/room', '/house/room/box']) await make(path);
  await lock('/house');
  const view = await plan({ kind: 'deleteTree', paths: ['/house/room'] });
  expect(view).toMatchObject({ items: 2, refused: ['/house/room'] });
  expect(await refusedBy(view, 'room')).toEqual(['/house/room']);
});

test('an import is told of creates and deletes that will be refused', async () => {
  for (const path of ['/inbox', '/inbox/sub', '/inbox/sub/old']) await make(path);
  await lock('/inbox/sub');
  const lines = '/sub=new=x\n/fine=one=x\n';
  const view = await plan({
    ...{ kind: 'import', path: '/inbox', file: Buffer.from(lines).toString('base64') },
    ...{ overwrite: false, prune: true },
  });
  expect([...view.refused].sort()).toEqual(['/inbox/sub/new', '/inbox/sub/old']);
});

test('whom a deletion reaches is told when asked: watches, and the clients of ephemerals', async () => {
  for (const path of ['/watched', '/watched/a', '/watched/b']) await make(path);
  await scene.client.create('/watched/mine', null, openAcl, 'ephemeral');
  await scene.client.getData('/watched/a', true);
  await scene.client.exists('/watched/b', true);
  await scene.client.getData('/', true);
  const view = await plan({ kind: 'deleteTree', paths: ['/watched'] });
  const { status, body } = await callRoute(effects.POST, 'POST', 'c', { params: { id: view.id } });
  expect(status).toBe(200);
  expect(body).toMatchObject({ watches: 2, watchedPaths: 2, sessions: 1 });
  expect(body.paths).toEqual(
    expect.arrayContaining([
      { path: '/watched/a', watchers: 1 },
      { path: '/watched/b', watchers: 1 },
    ]),
  );
  expect(body.sources.map(({ asked }: { asked: string }) => asked)).toEqual(
    expect.arrayContaining(['wchp', 'cons']),
  );
  const owner = formatSessionId((await scene.client.exists('/watched/mine')).value!.ephemeralOwner);
  expect(body.owners).toMatchObject([{ id: owner, ephemerals: 1, member: `127.0.0.1:${scene.server.port}` }]);
  expect(body.owners[0].address).toMatch(/^127\.0\.0\.1:\d+$/);
});

test('a plan tells which hard limits of quotas it goes over, at its highest, and those alone', async () => {
  for (const path of ['/full', '/full/one', '/roomy', '/from', '/from/a', '/from/b']) await make(path);
  const limit = async (path: string, limits: object) => {
    const none = { count: null, bytes: null, countHard: null, bytesHard: null };
    const body = { path, limits: { ...none, ...limits }, version: null };
    expect((await callRoute(quota.PUT, 'PUT', 'c', { body })).status).toBe(200);
  };
  await limit('/full', { countHard: 4, bytesHard: 1_000, count: 1 });
  await limit('/roomy', { countHard: 4, bytesHard: 3 });
  const from = { cluster: 'c', paths: ['/from'] };
  const over = { used: 2, added: 3, limit: 4, enforced: 'unknown' };
  expect((await plan({ kind: 'copyTree', from, to: '/full/copy' })).quotas).toEqual([
    { path: '/full', what: 'count', ...over },
  ]);
  expect((await plan({ kind: 'copyTree', from, to: '/roomy/copy' })).quotas).toEqual([
    { path: '/roomy', what: 'bytes', ...over, used: 1, limit: 3 },
  ]);
  // What is moved within is there twice for a while.
  expect(
    (await plan({ kind: 'moveTree', from: { cluster: 'c', paths: ['/full/one'] }, to: '/full/two' })).quotas,
  ).toEqual([]);
  await make('/full/three');
  await make('/full/four');
  expect(
    (await plan({ kind: 'moveTree', from: { cluster: 'c', paths: ['/full/one'] }, to: '/full/two' })).quotas,
  ).toEqual([{ path: '/full', what: 'count', ...over, used: 4, added: 1 }]);
  expect((await plan({ kind: 'deleteTree', paths: ['/full'] })).quotas).toEqual([]);
});
