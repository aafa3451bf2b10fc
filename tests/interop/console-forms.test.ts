import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as undo from '@/app/api/clusters/[cluster]/changes/[id]/undo/route';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as createModes from '@/app/api/clusters/[cluster]/create-modes/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as quota from '@/app/api/clusters/[cluster]/quota/route';
import { runToEnd } from '../support/child';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { apacheCliCommand, memberKinds, startMember, type Member } from '../support/member';
import { until } from '../support/wait';

/** What the console's forms do on members that have what is off by default: znodes with a time to live, hard quotas. */

describe.each(memberKinds)('the forms on %s with everything enabled', (kind) => {
  let member: Member;
  let host: ServicesHost;

  beforeAll(async () => {
    member = await startMember(kind, {
      config: { extendedTypesEnabled: true, enforceQuota: true },
      admin: true,
      flags: ['-Dznode.container.checkIntervalMs=200', '-Dznode.container.maxPerMinute=60000'],
    });
    const adminServer = `http://{host}:${member.adminPort}/commands`;
    host = startServices([
      { ...cluster(kind, [member.port]), adminServer },
      cluster(`${kind}-below`, [member.port], { chroot: '/below' }),
    ]);
  });
  afterAll(async () => {
    await host?.stop();
    await member?.stop();
  });

  const create = (path: string, more: object = {}) =>
    callRoute(node.POST, 'POST', kind, {
      body: { path, data: null, mode: 'persistent', acl: null, ...more },
    });

  test('znodes with a TTL are offered, live as long as they were given, and have the bounds of the protocol', async () => {
    const { body } = await callRoute(createModes.GET, 'GET', kind, { query: { path: '/' } });
    expect(body.modes).toHaveLength(7);
    for (const mode of body.modes) expect(mode).toMatchObject({ supported: true, enableWith: null });
    // Asking what there is has left nothing behind.
    expect((await callRoute(node.GET, 'GET', kind, { query: { path: '/' } })).body.stat.numChildren).toBe(1);
    const longest = await create('/ttl', { mode: 'persistentWithTtl', ttlMs: 2 ** 40 - 1 });
    expect(longest).toMatchObject({ status: 200, body: { path: '/ttl' } });
    const short = await create('/ttl-', { mode: 'persistentSequentialWithTtl', ttlMs: 1 });
    expect(short.body.path).toBe('/ttl-0000000001');
    const read = (path: string) => callRoute(node.GET, 'GET', kind, { query: { path } });
    await until('it is gone', async () => (await read('/ttl-0000000001')).status === 404 || undefined);
    expect((await read('/ttl')).status).toBe(200);
    expect(await create('/long', { mode: 'persistentWithTtl', ttlMs: 2 ** 40 })).toMatchObject({
      status: 400,
    });
    expect(await create('/none', { mode: 'persistentWithTtl' })).toMatchObject({ status: 400 });
  });

  const none = { count: null, bytes: null, countHard: null, bytesHard: null };
  const readQuota = async (path: string) =>
    (await callRoute(quota.GET, 'GET', kind, { query: { path } })).body;
  const setQuota = (path: string, limits: object | null, version: number | null) =>
    callRoute(quota.PUT, 'PUT', kind, { body: { path, limits: limits && { ...none, ...limits }, version } });
  const cli = (...words: string[]) => {
    const [program, ...args] = apacheCliCommand(member.address, words);
    return runToEnd(program, args);
  };
  const textOf = async (path: string) => {
    const { body } = await callRoute(node.GET, 'GET', kind, { query: { path } });
    return body.data === undefined ? null : Buffer.from(body.data ?? '', 'base64').toString();
  };
  const changesOf = async (path: string) =>
    (await callRoute(changes.GET, 'GET', kind, { query: { path } })).body.changes;
  const undoLast = async (path: string) => {
    const [{ id }] = await changesOf(path);
    return callRoute(undo.POST, 'POST', kind, { params: { id: String(id) } });
  };

  test('a quota set here is the one zkCli.sh would set, and each reads the other’s', async () => {
    await create('/ours');
    await create('/theirs');
    await create('/ours/child', { data: Buffer.from('seven b').toString('base64') });
    const limits = { count: 3, bytes: 100, countHard: 5, bytesHard: 200 };
    expect(await setQuota('/ours', limits, null)).toMatchObject({ status: 200, body: { limits } });
    for (const [letter, value] of [
      ['n', 3],
      ['b', 100],
      ['N', 5],
      ['B', 200],
    ] as const)
      await cli('setquota', `-${letter}`, String(value), '/theirs');
    const at = (path: string) => `/zookeeper/quota${path}/zookeeper_limits`;
    expect(await textOf(at('/ours'))).toBe('count=3,bytes=100=;byteHardLimit=200;countHardLimit=5');
    expect(await textOf(at('/theirs'))).toBe(await textOf(at('/ours')));
    expect(await readQuota('/theirs')).toMatchObject({ limits, used: { count: 1, bytes: 0 } });
    expect(await readQuota('/ours')).toMatchObject({
      ...{ limits, version: 0, used: { count: 2, bytes: 7 }, above: null, below: [] },
      ...{ enforced: 'on', enforceWith: 'enforceQuota=true' },
    });
    const listed = await cli('listquota', '/ours');
    expect(listed).toContain('Output quota for /ours count=3,bytes=100=;byteHardLimit=200;countHardLimit=5');
    expect(listed).toMatch(/Output stat for \/ours count=2,bytes=7/);
  });

  test('what would go above a hard limit is refused, what is above a soft one is not', async () => {
    await create('/hard');
    await setQuota('/hard', { count: 1, countHard: 2 }, null);
    expect((await create('/hard/one')).status).toBe(200);
    expect(await create('/hard/two')).toMatchObject({
      status: 422,
      body: { error: { code: 'QUOTA_EXCEEDED' } },
    });
    expect((await readQuota('/hard')).used).toEqual({ count: 2, bytes: 0 });
  });

  test('a quota within another is refused, and so is one over a version that is no longer there', async () => {
    for (const path of ['/nest', '/nest/a', '/nest/a/b']) await create(path);
    await setQuota('/nest/a', { count: 10 }, null);
    expect(await readQuota('/nest/a/b')).toMatchObject({ limits: null, used: null, above: '/nest/a' });
    expect(await readQuota('/nest')).toMatchObject({ limits: null, below: ['/nest/a'] });
    for (const path of ['/nest', '/nest/a/b']) {
      expect(await setQuota(path, { count: 1 }, null)).toMatchObject({
        status: 409,
        body: { error: { code: 'NESTED_QUOTA' } },
      });
    }
    const refused = { status: 409, body: { error: { code: 'VERSION_CONFLICT' } } };
    expect(await setQuota('/nest/a', { count: 11 }, null)).toMatchObject(refused);
    expect((await setQuota('/nest/a', { count: 11 }, 0)).status).toBe(200);
    expect(await setQuota('/nest/a', { count: 12 }, 0)).toMatchObject(refused);
    expect(await setQuota('/nest/a', null, 0)).toMatchObject(refused);
    expect(await setQuota('/nest/a', {}, 1)).toMatchObject({ status: 400 });
    expect(await setQuota('/none', { count: 1 }, null)).toMatchObject({ status: 404 });
    expect(await setQuota('/zookeeper', { count: 1 }, null)).toMatchObject({ status: 400 });
    const outside = await callRoute(quota.GET, 'GET', `${kind}-below`, { query: { path: '/x' } });
    expect(outside).toMatchObject({ status: 501, body: { error: { code: 'OUTSIDE_CHROOT' } } });
    expect(outside.body).toMatchObject({
      error: { message: expect.stringContaining('/zookeeper/quota/below/x') as string },
    });
  });

  test('setting, changing and deleting a quota is journalled, and taken back as it came', async () => {
    await create('/back');
    await create('/back/deep');
    await setQuota('/back/deep', { bytes: 10 }, null);
    await setQuota('/back/deep', { bytes: 20, countHard: 7 }, 0);
    await setQuota('/back/deep', null, 1);
    expect((await readQuota('/back/deep')).limits).toBeNull();
    // Nothing is left of it, as with delquota.
    expect(await textOf('/zookeeper/quota/back')).toBeNull();
    expect(await changesOf('/back/deep')).toMatchObject([
      { kind: 'quota', outcome: 'done' },
      { kind: 'quota', outcome: 'done' },
      { kind: 'quota', outcome: 'done' },
      { kind: 'create' },
    ]);
    expect((await undoLast('/back/deep')).status).toBe(200);
    expect(await readQuota('/back/deep')).toMatchObject({
      limits: { ...none, bytes: 20, countHard: 7 },
      used: { count: 1, bytes: 0 },
    });
    await setQuota('/back/deep', { bytes: 30 }, 0);
    expect((await undoLast('/back/deep')).status).toBe(200);
    expect((await readQuota('/back/deep')).limits).toMatchObject({ bytes: 20, countHard: 7 });
    await setQuota('/back/deep', { bytes: 40 }, 2);
    await cli('setquota', '-b', '50', '/back/deep');
    expect(await undoLast('/back/deep')).toMatchObject({
      status: 409,
      body: { error: { code: 'CANNOT_UNDO', details: { block: 'changedSince' } } },
    });
    await create('/fresh');
    await setQuota('/fresh', { count: 5 }, null);
    expect((await undoLast('/fresh')).status).toBe(200);
    expect((await readQuota('/fresh')).limits).toBeNull();
  });
});
