import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as acl from '@/app/api/clusters/[cluster]/acl/route';
import * as children from '@/app/api/clusters/[cluster]/children/route';
import * as createModes from '@/app/api/clusters/[cluster]/create-modes/route';
import * as data from '@/app/api/clusters/[cluster]/data/route';
import * as digest from '@/app/api/clusters/[cluster]/digest/route';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as sample from '@/app/api/clusters/[cluster]/sample/route';
import * as stats from '@/app/api/clusters/[cluster]/stats/route';
import * as clusters from '@/app/api/clusters/route';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { connectTo } from '../support/connect';
import {
  callRoute,
  cluster,
  startServices,
  type CallOptions,
  type ServicesHost,
} from '../support/console-host';
import { memberKinds, startMember, type Member } from '../support/member';
import { until } from '../support/wait';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const world = (permissions: string[]) => ({ scheme: 'world', id: 'anyone', permissions });

describe.each(memberKinds)('the console on %s', (kind) => {
  let member: Member;
  let host: ServicesHost;
  let other: ZooKeeperClient;

  beforeAll(async () => {
    member = await startMember(kind);
    host = startServices([
      cluster(kind, [member.port], { digest: 'ops:secret' }),
      cluster(`${kind}-ro`, [member.port], { readOnly: true }),
      cluster(`${kind}-below`, [member.port], { chroot: '/below' }),
    ]);
    other = connectTo(member.port);
  });
  afterAll(async () => {
    other?.close();
    await host?.stop();
    await member?.stop();
  });

  const get = (route: typeof node.GET, path: string, query: CallOptions['query'] = {}, id: string = kind) =>
    callRoute(route, 'GET', id, { query: { path, ...query } });
  const create = (path: string, value: string | null = '', more: object = {}, id: string = kind) =>
    callRoute(node.POST, 'POST', id, {
      body: { path, data: value === null ? null : base64(value), mode: 'persistent', acl: null, ...more },
    });
  const set = (path: string, value: string, version: number, headers: Record<string, string> = {}) =>
    callRoute(data.PUT, 'PUT', kind, { body: { path, data: base64(value), version }, headers });

  test('clusters are listed with how their session stands, and without secrets', async () => {
    await get(node.GET, '/');
    const { status, body } = await callRoute(clusters.GET, 'GET', '');
    expect(status).toBe(200);
    expect(body.clusters).toHaveLength(3);
    expect(body.clusters[0]).toMatchObject({
      id: kind,
      authSchemes: ['digest'],
      session: { state: 'connected' },
    });
    expect(body.clusters[0].session.sessionId).toMatch(/^0x1[0-9a-f]{14}$/);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test('a node is created, read, changed and its exact bytes kept', async () => {
    expect(await create('/crud', 'one')).toMatchObject({ status: 200, body: { path: '/crud' } });
    const read = await get(node.GET, '/crud', { sync: 1 });
    expect(read.body).toMatchObject({
      data: base64('one'),
      dataOmitted: null,
      acl: [world(['READ', 'WRITE', 'CREATE', 'DELETE', 'ADMIN'])],
      stat: { version: 0, dataLength: 3, ephemeralOwner: '0x0' },
      provenance: { member: member.address },
    });
    expect(await set('/crud', 'two', 0)).toMatchObject({ status: 200, body: { stat: { version: 1 } } });
    await create('/crud/null', null);
    await create('/crud/empty', '');
    expect((await get(node.GET, '/crud/null')).body.data).toBeNull();
    expect((await get(node.GET, '/crud/empty')).body.data).toBe('');
  });

  test('a write over another version tells theirs, and changes nothing', async () => {
    await create('/conflict', 'base');
    await other.setData('/conflict', Buffer.from('theirs'), -1);
    const refused = await set('/conflict', 'yours', 0);
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { path: '/conflict', expectedVersion: 0, data: base64('theirs'), stat: { version: 1 } },
    });
    const blind = await callRoute(data.PUT, 'PUT', kind, {
      body: { path: '/conflict', data: '', version: -1 },
    });
    expect(blind).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    expect((await other.getData('/conflict')).value.data?.toString()).toBe('theirs');
  });

  test('what is wrong with a request has its own code', async () => {
    expect(await get(node.GET, '/nothing')).toMatchObject({
      status: 404,
      body: { error: { code: 'NO_NODE' } },
    });
    expect(await get(node.GET, 'nothing')).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_PATH' } },
    });
    expect(await get(node.GET, '/', {}, 'x')).toMatchObject({ body: { error: { code: 'UNKNOWN_CLUSTER' } } });
    await create('/twice');
    expect(await create('/twice')).toMatchObject({ status: 409, body: { error: { code: 'NODE_EXISTS' } } });
    const orphan = await create('/no/parent');
    expect(orphan.body.error).toMatchObject({ code: 'NO_NODE', details: { path: '/no' } });
    const large = await set('/twice', 'x'.repeat(1_048_576), 0);
    expect(large).toMatchObject({
      status: 413,
      body: { error: { code: 'TOO_LARGE', details: { limit: 1_048_575 } } },
    });
  });

  async function follow(id: string, moving: string) {
    return until(`the job is no longer ${moving}`, async () => {
      const { body } = await callRoute(job.GET, 'GET', kind, { params: { id } });
      return body.state === moving ? undefined : body;
    });
  }
  const ended = (id: string) => follow(id, 'running');
  async function plannedJob(body: object) {
    const reply = await callRoute(jobs.POST, 'POST', kind, { body });
    return follow(reply.body.id, 'planning');
  }
  const planned = (paths: string[]) => plannedJob({ kind: 'deleteTree', paths });

  test('changes are refused from other origins and on a read-only cluster', async () => {
    await create('/guarded', 'safe');
    const evil = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await set('/guarded', 'gone', 0, evil)).toMatchObject({
      status: 403,
      body: { error: { code: 'BAD_ORIGIN' } },
    });
    expect(await create('/ro', '', {}, `${kind}-ro`)).toMatchObject({
      status: 403,
      body: { error: { code: 'READ_ONLY_CLUSTER' } },
    });
    const mutations = [data.PUT, acl.PUT, jobs.POST, job.POST, job.DELETE, sample.POST, sample.DELETE];
    const bodies = [
      { path: '/guarded', data: '', version: 0 },
      { path: '/guarded', acl: [world(['READ'])], aversion: 0 },
      { kind: 'deleteTree', paths: ['/guarded'] },
      {},
    ];
    for (const [index, route] of mutations.entries()) {
      const reply = await callRoute(route, 'POST', `${kind}-ro`, {
        body: bodies[index],
        params: { id: 'x' },
      });
      expect(reply.body.error.code).toBe('READ_ONLY_CLUSTER');
    }
    expect((await get(node.GET, '/guarded', {}, `${kind}-ro`)).body.data).toBe(base64('safe'));
  });

  test('every mode the member supports can be created; the others name the line that enables them', async () => {
    const enableWith = 'extendedTypesEnabled=true';
    const { body } = await get(createModes.GET, '/');
    const supported = Object.fromEntries(
      body.modes.map((mode: { mode: string; supported: boolean }) => [mode.mode, mode.supported]),
    );
    expect(supported).toMatchObject({
      persistent: true,
      ephemeralSequential: true,
      persistentWithTtl: false,
    });
    expect(body.modes.at(-1)).toMatchObject({ enableWith });
    await create('/modes');
    const sequential = await create('/modes/id-', 'x', { mode: 'persistentSequential' });
    expect(sequential.body.path).toBe('/modes/id-0000000000');
    const ephemeral = await create('/modes/e', 'x', { mode: 'ephemeral' });
    const session = (await callRoute(clusters.GET, 'GET', '')).body.clusters[0].session;
    expect(ephemeral.body.stat.ephemeralOwner).toBe(session.sessionId);
    expect(await create('/modes/e/child')).toMatchObject({
      body: { error: { code: 'NO_CHILDREN_FOR_EPHEMERALS' } },
    });
    const below = (await get(createModes.GET, '/modes/e')).body.modes;
    expect(below.every((mode: { supported: boolean }) => !mode.supported)).toBe(true);
    if (supported.container) expect((await create('/modes/c', '', { mode: 'container' })).status).toBe(200);
    const ttl = await create('/modes/t', '', { mode: 'persistentWithTtl', ttlMs: 1000 });
    expect(ttl.body.error).toMatchObject({
      code: 'UNSUPPORTED',
      details: { enableWith },
    });
  });

  test('an ACL is changed over its version, and not so that the console locks itself out', async () => {
    await create('/acl', 'x');
    const put = (entries: object[], aversion: number, more: object = {}) =>
      callRoute(acl.PUT, 'PUT', kind, { body: { path: '/acl', acl: entries, aversion, ...more } });
    expect(await put([world(['READ'])], 0)).toMatchObject({
      status: 409,
      body: { error: { code: 'LOCKOUT', details: { missing: ['ADMIN'] } } },
    });
    const { id } = (await callRoute(digest.POST, 'POST', kind, { body: { user: 'ops', password: 'secret' } }))
      .body;
    const mine = { scheme: 'digest', id, permissions: ['READ', 'ADMIN'] };
    expect(await put([mine], 0)).toMatchObject({ status: 200, body: { stat: { aversion: 1 }, acl: [mine] } });
    expect(await put([mine], 0)).toMatchObject({
      status: 409,
      body: { error: { code: 'VERSION_CONFLICT' } },
    });
    expect(await put([{ scheme: 'auth', id: '', permissions: ['ADMIN', 'READ'] }], 1)).toMatchObject({
      status: 200,
    });
    expect(await put([{ scheme: 'ip', id: '127.0.0.0/8', permissions: ['ADMIN', 'READ'] }], 2)).toMatchObject(
      { status: 200 },
    );
    expect(
      await put([{ scheme: 'nonsense', id: 'x', permissions: ['ADMIN'] }], 3, { allowLockout: true }),
    ).toMatchObject({
      status: 422,
      body: { error: { code: 'INVALID_ACL' } },
    });
    const nobody = { scheme: 'digest', id: `nobody:${'A'.repeat(27)}=`, permissions: ['READ'] };
    expect(await put([nobody], 3, { allowLockout: true })).toMatchObject({ status: 200 });
    const locked = await get(node.GET, '/acl');
    expect(locked.body).toMatchObject({
      data: null,
      dataOmitted: 'noAuth',
      acl: null,
      aclFault: { code: 'NO_AUTH' },
    });
    expect(await get(children.GET, '/acl')).toMatchObject({
      status: 403,
      body: { error: { code: 'NO_AUTH' } },
    });
    expect(await set('/acl', 'y', 0)).toMatchObject({ status: 403, body: { error: { code: 'NO_AUTH' } } });
  });

  test('a large value comes only when asked for', async () => {
    await create('/large', 'y'.repeat(300_000));
    expect((await get(node.GET, '/large')).body).toMatchObject({ data: null, dataOmitted: 'tooLarge' });
    expect((await get(node.GET, '/large', { full: 1 })).body.data).toHaveLength(400_000);
  });

  test('children are sorted by the number at their end, filtered and paged; rows carry their own faults', async () => {
    await create('/kids');
    for (const name of ['b10', 'b9', 'a', 'b1', 'B2']) await create(`/kids/${name}`);
    expect((await get(children.GET, '/kids')).body).toMatchObject({
      total: 5,
      names: ['B2', 'a', 'b1', 'b9', 'b10'],
      stat: { numChildren: 5 },
    });
    const page = (await get(children.GET, '/kids', { filter: 'B', offset: 1, limit: 2 })).body;
    expect(page).toMatchObject({ total: 5, matching: 4, offset: 1, names: ['b1', 'b9'] });
    await create('/kids/new');
    expect((await get(children.GET, '/kids')).body.total).toBe(6);
    const rows = await callRoute(stats.POST, 'POST', kind, { body: { path: '/kids', names: ['a', 'gone'] } });
    expect(rows.body.children).toMatchObject([
      { name: 'a', stat: { version: 0 }, fault: null },
      { name: 'gone', stat: null, fault: { code: 'NO_NODE' } },
    ]);
  });

  test('a deletion stopped on its way ends after the transaction under way, and says what is gone', async () => {
    await create('/stopped');
    await other.multi(
      Array.from({ length: 2_000 }, (_, index) => ({
        op: 'create' as const,
        path: `/stopped/${index}`,
        data: null,
        acl: [...openAcl],
        flags: 0,
      })),
    );
    const plan = await planned(['/stopped']);
    const params = { id: plan.id };
    await callRoute(job.POST, 'POST', kind, { params, body: { confirm: 'stopped' } });
    await callRoute(job.DELETE, 'DELETE', kind, { params });
    const stopped = await ended(plan.id);
    expect(stopped).toMatchObject({ state: 'cancelled', items: 2_001, faults: [] });
    expect(stopped.done).toBeLessThan(2_000);
    expect((await get(children.GET, '/stopped')).body.total).toBe(2_000 - stopped.done);
    // What is left can be run on.
    await callRoute(job.POST, 'POST', kind, { params, body: { confirm: 'stopped' } });
    expect(await ended(plan.id)).toMatchObject({ state: 'done', done: 2_001 });
  });

  test('a subtree is planned, shown and deleted; what changed since stays', async () => {
    await create('/tree');
    for (const name of ['a', 'b', 'c']) await create(`/tree/${name}`, 'data');
    await create('/tree/a/deep', 'data');
    const plan = await planned(['/tree', '/tree/a']);
    expect(plan).toMatchObject({ state: 'planned', items: 5, roots: 1, bytes: 16, done: 0 });
    expect(plan.sample.at(-1)).toEqual({ op: 'delete', path: '/tree' });
    await other.setData('/tree/b', Buffer.from('changed'), -1);
    await other.create('/tree/c/new', null, openAcl, 'persistent');
    const params = { id: plan.id };
    expect(await callRoute(job.POST, 'POST', kind, { params, body: { confirm: '' } })).toMatchObject({
      status: 400,
    });
    const running = await callRoute(job.POST, 'POST', kind, { params, body: { confirm: 'tree' } });
    expect(running.body.state).toBe('running');
    const done = await ended(plan.id);
    expect(done).toMatchObject({ state: 'failed', done: 2 });
    const faults = Object.fromEntries(
      done.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]),
    );
    expect(faults).toEqual({ '/tree/b': 'CHANGED', '/tree/c': 'NOTEMPTY', '/tree': 'DEPENDS' });
    expect((await get(children.GET, '/tree')).body.names).toEqual(['b', 'c']);
    const body = { kind: 'deleteTree', paths: ['/zookeeper'] };
    expect(await callRoute(jobs.POST, 'POST', kind, { body })).toMatchObject({ status: 400 });
  });

  test('a copied subtree is taken back, except for what was changed since', async () => {
    for (const path of ['/original', '/original/a', '/original/b', '/original/c']) await create(path, 'data');
    const copy = await plannedJob({
      ...{ kind: 'copyTree', from: { cluster: kind, paths: ['/original'] }, to: '/copied' },
    });
    await callRoute(job.POST, 'POST', kind, { params: { id: copy.id }, body: {} });
    expect(await ended(copy.id)).toMatchObject({ state: 'done', done: 4 });
    await other.setData('/copied/b', Buffer.from('changed'), -1);

    const back = await plannedJob({ kind: 'restore', job: copy.id });
    expect(back).toMatchObject({ state: 'planned', items: 2 });
    expect(
      Object.fromEntries(back.left.map(({ path, why }: { path: string; why: string }) => [path, why])),
    ).toEqual({ '/copied/b': 'changed', '/copied': 'hasChildren' });
    // What changes after the plan was made is judged when its turn comes.
    await other.setData('/copied/c', Buffer.from('changed'), -1);
    await callRoute(job.POST, 'POST', kind, { params: { id: back.id }, body: {} });
    expect(await ended(back.id)).toMatchObject({
      ...{ state: 'failed', done: 1, faults: [{ path: '/copied/c', code: 'BADVERSION' }] },
    });
    expect((await get(children.GET, '/copied')).body.names).toEqual(['b', 'c']);
  });

  test('the sample tree is loaded and removed in one step, whatever was added to it', async () => {
    const loaded = await callRoute(sample.POST, 'POST', kind);
    expect(loaded).toMatchObject({ status: 200, body: { path: '/zoodeck-sample' } });
    expect(loaded.body.nodes).toBeGreaterThan(50);
    expect(await callRoute(sample.POST, 'POST', kind)).toMatchObject({ status: 409 });
    expect((await get(children.GET, '/zoodeck-sample/locks/orders')).body.names[0]).toMatch(
      /^_c_.*-lock-000000000\d$/,
    );
    expect((await get(node.GET, '/zoodeck-sample/acl/digest-only')).body.dataOmitted).toBe('noAuth');
    await create('/zoodeck-sample/config/mine', 'x');
    const removed = await callRoute(sample.DELETE, 'DELETE', kind);
    expect(removed).toMatchObject({ status: 200, body: { nodes: loaded.body.nodes + 1 } });
    expect(await callRoute(sample.DELETE, 'DELETE', kind)).toMatchObject({ status: 404 });
    await other.create('/zoodeck-sample', Buffer.from('somebody else’s'), openAcl, 'persistent');
    expect(await callRoute(sample.DELETE, 'DELETE', kind)).toMatchObject({ status: 400 });
  });

  test('below a chroot paths are relative to it', async () => {
    await create('/below', 'root');
    await create('/inner', 'x', {}, `${kind}-below`);
    expect((await other.exists('/below/inner')).value).not.toBeNull();
    expect((await get(node.GET, '/', {}, `${kind}-below`)).body.data).toBe(base64('root'));
    expect((await get(children.GET, '/', {}, `${kind}-below`)).body.names).toEqual(['inner']);
    const made = await create('/seq-', 'x', { mode: 'persistentSequential' }, `${kind}-below`);
    expect(made.body.path).toBe('/seq-0000000001');
  });

  test('100,000 children are listed a page at a time', async () => {
    await create('/many');
    const names = Array.from({ length: 100_000 }, (_, index) => `child-${String(index).padStart(9, '0')}`);
    for (let at = 0; at < names.length; at += 5_000) {
      const chunk = names.slice(at, at + 5_000).map((name) => ({
        op: 'create' as const,
        path: `/many/${name}`,
        data: null,
        acl: [...openAcl],
        flags: 0,
      }));
      await other.multi(chunk);
    }
    const first = await get(children.GET, '/many');
    expect(first.body).toMatchObject({ total: 100_000 });
    expect(first.body.names).toHaveLength(20_000);
    const last = await get(children.GET, '/many', { offset: 80_000 });
    expect(last.body.names.at(-1)).toBe('child-000099999');
    expect(await planned(['/many'])).toMatchObject({ state: 'failed', error: { code: 'TOO_MANY' } });
  });
});
