import { expect, test } from 'vitest';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import * as quota from '@/app/api/clusters/[cluster]/quota/route';
import type { JobView } from '@/lib/api/jobs';
import { openAcl, permissions, type Acl } from '@/lib/protocol/data';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';
import { until } from '../../../support/wait';

// What a plan that takes a job back tells of what others did since, over one of our own servers in this process.
const scene = serviceScene('restore-forecast', (port) => [cluster('a', [port])]);

const make = (path: string, data: string | null = 'x', acl: readonly Acl[] = openAcl) =>
  scene.client.create(path, data === null ? null : Buffer.from(data), acl, 'persistent');
async function follow(id: string, moving: string): Promise<JobView> {
  return until(`no longer ${moving}`, async () => {
    const { body } = await callRoute(job.GET, 'GET', 'a', { params: { id } });
    return body.state === moving ? undefined : (body as JobView);
  });
}
async function plan(body: object): Promise<JobView> {
  const reply = await callRoute(jobs.POST, 'POST', 'a', { body });
  expect(reply.status).toBe(200);
  return follow(reply.body.id, 'planning');
}
async function run(view: JobView, body: object = {}): Promise<JobView> {
  const reply = await callRoute(job.POST, 'POST', 'a', { params: { id: view.id }, body });
  expect(reply.status).toBe(200);
  return follow(view.id, 'running');
}
const back = (done: JobView) => plan({ kind: 'restore', job: done.id });
const left = (view: JobView) => view.left.map(({ path, why }) => `${path} ${why}`);
const only = (perms: number): Acl[] => [{ perms, scheme: 'world', id: 'anyone' }];

async function deleted(root: string, children: readonly string[]): Promise<JobView> {
  await make(root);
  for (const child of children) await make(`${root}/${child}`);
  const planned = await plan({ kind: 'deleteTree', paths: [root] });
  return run(planned, { confirm: root.split('/').at(-1) });
}

test('what others created anew is left out where it differs, and counted where it is the same', async () => {
  const done = await deleted('/again', ['other', 'same', 'free']);
  await make('/again');
  await make('/again/other', 'y');
  await make('/again/same');
  const planned = await back(done);
  expect(left(planned)).toEqual(['/again/other exists']);
  expect(planned).toMatchObject({ items: 1, unchanged: 2, ops: { create: 1 } });
  expect(await run(planned)).toMatchObject({ state: 'done', done: 1, faultCount: 0 });
});

test('what has no parent any more, or an ephemeral one, is left out with all below it', async () => {
  await make('/above');
  const gone = await deleted('/above/t', ['a', 'b']);
  await scene.client.delete('/above', -1);
  expect(left(await back(gone)).sort()).toEqual([
    '/above/t noParent',
    '/above/t/a noParent',
    '/above/t/b noParent',
  ]);
  await scene.client.create('/above', null, openAcl, 'ephemeral');
  expect(left(await back(gone))).toHaveLength(3);
});

async function copied(name: string): Promise<JobView> {
  await make(`/${name}`);
  for (const child of ['a', 'b', 'c']) await make(`/${name}/${child}`);
  const from = { cluster: 'a', paths: [`/${name}`] };
  return run(await plan({ kind: 'copyTree', from, to: `/${name}-copy` }));
}

test('what was changed since, and what holds what stays, is left out', async () => {
  const done = await copied('held');
  await scene.client.setData('/held-copy/a', Buffer.from('theirs'), -1);
  await make('/held-copy/b/theirs');
  await scene.client.delete('/held-copy/c', -1);
  await make('/held-copy/c');
  const planned = await back(done);
  expect(left(planned).sort()).toEqual([
    '/held-copy hasChildren',
    '/held-copy/a changed',
    '/held-copy/b hasChildren',
    '/held-copy/c changed',
  ]);
  expect(planned).toMatchObject({ items: 0, refusedCount: 0 });
});

test('what an ACL refuses is told, by the ACL that the plan itself restores where it does', async () => {
  const { ALL, DELETE, WRITE, CREATE } = permissions;
  const done = await copied('kept');
  await scene.client.setACL('/kept-copy', only(ALL & ~DELETE), -1);
  const planned = await back(done);
  expect(planned).toMatchObject({ items: 4, left: [], refusedCount: 3 });
  expect([...planned.refused].sort()).toEqual(['/kept-copy/a', '/kept-copy/b', '/kept-copy/c']);

  const gone = await deleted('/lost', ['a']);
  await make('/lost', 'x', only(ALL & ~CREATE));
  expect(await back(gone)).toMatchObject({ left: [{ path: '/lost', why: 'exists' }], refused: ['/lost/a'] });

  await make('/value', 'old');
  const file = Buffer.from('/=value=new').toString('base64');
  const imported = await run(await plan({ kind: 'import', path: '/', file, overwrite: true, prune: false }));
  await scene.client.setACL('/value', only(ALL & ~WRITE), -1);
  expect(await back(imported)).toMatchObject({ ops: { set: 1 }, refused: ['/value'] });
  await scene.client.setACL('/value', openAcl, -1);
  await scene.client.setData('/value', Buffer.from('theirs'), -1);
  expect(left(await back(imported))).toEqual(['/value changed']);
  await scene.client.setData('/value', Buffer.from('old'), -1);
  expect(await back(imported)).toMatchObject({ items: 0, unchanged: 1, left: [] });
  await scene.client.delete('/value', -1);
  expect(left(await back(imported))).toEqual(['/value gone']);
});

test('a quota that was set since is told where taking back goes over its hard limit', async () => {
  await make('/limited');
  const done = await deleted('/limited/t', ['a', 'b']);
  const limits = { count: 3, bytes: null, countHard: 3, bytesHard: null };
  const body = { path: '/limited', limits, version: null };
  expect((await callRoute(quota.PUT, 'PUT', 'a', { body })).status).toBe(200);
  expect(await back(done)).toMatchObject({
    items: 3,
    quotas: [{ path: '/limited', what: 'count', used: 1, added: 3, limit: 3, enforced: 'unknown' }],
  });
});
