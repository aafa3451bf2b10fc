import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as createModes from '@/app/api/clusters/[cluster]/create-modes/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { memberKinds, startMember, type Member } from '../support/member';
import { until } from '../support/wait';

/** What the console's forms offer of members that have what is off by default: znodes with a time to live. */

describe.each(memberKinds)('the forms on %s with everything enabled', (kind) => {
  let member: Member;
  let host: ServicesHost;

  beforeAll(async () => {
    member = await startMember(kind, {
      config: { extendedTypesEnabled: true },
      flags: ['-Dznode.container.checkIntervalMs=200', '-Dznode.container.maxPerMinute=60000'],
    });
    host = startServices([cluster(kind, [member.port])]);
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
});
