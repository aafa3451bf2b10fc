import { expect, test } from 'vitest';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import * as missingParents from '@/app/api/clusters/[cluster]/missing-parents/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import { openAcl } from '@/lib/protocol/data';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';
import { until } from '../../../support/wait';

// A znode created together with the parents it lacks, over our own server in this process.
const scene = serviceScene('create-parents', (port) => [cluster('a', [port])]);

const there = async (path: string) => (await scene.client.exists(path)).value !== null;
const missing = async (path: string) => {
  const { body } = await callRoute(missingParents.GET, 'GET', 'a', { query: { path } });
  return body.missing as string[];
};
const readOnly = [{ scheme: 'world', id: 'anyone', permissions: ['READ', 'CREATE', 'DELETE'] }];
const create = (path: string, more: object = {}) =>
  callRoute(node.POST, 'POST', 'a', {
    body: { path, data: 'bGVhZg==', mode: 'persistent', acl: readOnly, parents: true, ...more },
  });

test('what is missing is told, made in one transaction with one ACL, and taken back as one', async () => {
  await scene.client.create('/there', null, openAcl, 'persistent');
  expect(await missing('/there/x/y/leaf')).toEqual(['/there/x', '/there/x/y']);
  expect(await missing('/there/leaf')).toEqual([]);
  expect(await create('/there/x/y/leaf')).toMatchObject({ status: 200, body: { path: '/there/x/y/leaf' } });
  const [above, leaf] = await Promise.all(
    ['/there/x', '/there/x/y/leaf'].map((path) => scene.client.getData(path)),
  );
  expect(above!.value.data).toBeNull();
  expect(leaf!.value.data?.toString()).toBe('leaf');
  expect(above!.value.stat.czxid).toBe(leaf!.value.stat.czxid);
  expect((await scene.client.getACL('/there/x')).value.acl[0]?.perms).toBe(13);

  const { body } = await callRoute(changes.GET, 'GET', 'a', { query: { limit: '10' } });
  const head = body.changes[0];
  expect(head).toMatchObject({ kind: 'createPath', path: '/there/x/y/leaf', items: 3, outcome: 'done' });
  const planned = await callRoute(jobs.POST, 'POST', 'a', { body: { kind: 'restore', job: head.job } });
  const at = (state: string) =>
    until(state, async () => {
      const reply = await callRoute(job.GET, 'GET', 'a', { params: { id: planned.body.id } });
      return reply.body.state === state ? reply.body : undefined;
    });
  expect(await at('planned')).toMatchObject({ ops: { delete: 3 } });
  await callRoute(job.POST, 'POST', 'a', { params: { id: planned.body.id }, body: {} });
  expect(await at('done')).toMatchObject({ done: 3, faultCount: 0 });
  expect([await there('/there/x'), await there('/there')]).toEqual([false, true]);
});

test('a sequential znode gets its parents and its number', async () => {
  const reply = await create('/seq/q/n-', { mode: 'persistentSequential' });
  expect(reply).toMatchObject({ status: 200, body: { path: '/seq/q/n-0000000000' } });
});

test('where one of them is refused, none is made, and the journal says that it failed', async () => {
  await scene.client.create('/eph', null, openAcl, 'ephemeral');
  const reply = await create('/eph/a/b');
  expect(reply.body.error.code).toBe('NO_CHILDREN_FOR_EPHEMERALS');
  const { body } = await callRoute(changes.GET, 'GET', 'a', { query: { limit: '1' } });
  expect(body.changes[0]).toMatchObject({ kind: 'createPath', outcome: 'failed' });
  expect(await there('/eph/a')).toBe(false);
  expect((await create('/seq')).body.error.code).toBe('NODE_EXISTS');
});

test('more missing parents than one creation makes are refused', async () => {
  const deep = '/d'.repeat(52);
  const reply = await callRoute(missingParents.GET, 'GET', 'a', { query: { path: deep } });
  expect([reply.status, reply.body.error.code]).toEqual([429, 'TOO_MANY']);
  expect(await missing('/d'.repeat(51))).toHaveLength(50);
});
