import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as change from '@/app/api/clusters/[cluster]/changes/[id]/route';
import * as undo from '@/app/api/clusters/[cluster]/changes/[id]/undo/route';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as children from '@/app/api/clusters/[cluster]/children/route';
import * as data from '@/app/api/clusters/[cluster]/data/route';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as overview from '@/app/api/clusters/[cluster]/overview/route';
import type { ChangeRow } from '@/lib/api/changes';
import { openAcl } from '@/lib/protocol/data';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { memberKinds, startMember, type Member, type MemberKind } from '../support/member';
import { otherClient } from '../support/other-client';
import { until } from '../support/wait';

// Another cluster answers at the address of the one before: its tree and its zxid are behind what the console saw.
const members: Member[] = [];
const start = async (kind: MemberKind, port?: number) => {
  const member = await startMember(kind, { port, config: { tickTime: 500 } });
  members.push(member);
  return member;
};
let host: ServicesHost;
beforeAll(async () => {
  const formers = await Promise.all(memberKinds.map((kind) => start(kind)));
  host = startServices(formers.map(({ kind, port }) => cluster(kind, [port], { sessionTimeoutMs: 4_000 })));
});
afterAll(async () => {
  await host?.stop();
  await Promise.all(members.map((member) => member.stop()));
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe.each(memberKinds)('over %s', (kind) => {
  const get = (route: typeof node.GET, query: Record<string, string | number> = {}) =>
    callRoute(route, 'GET', kind, { query });
  const newest = async (path: string) => (await get(changes.GET, { path })).body.changes[0] as ChangeRow;
  async function planned(body: object): Promise<string> {
    const { id } = (await callRoute(jobs.POST, 'POST', kind, { body })).body;
    await until('it is planned', async () => {
      const { state } = (await callRoute(job.GET, 'GET', kind, { params: { id } })).body;
      return state === 'planned' ? true : undefined;
    });
    return id;
  }
  const setBack = async () => (await get(overview.GET)).body.setBack;

  test('it is told, and what was kept, planned and changed before is not taken for its own', async () => {
    const former = members.find((member) => member.kind === kind)!;
    const make = (path: string) =>
      callRoute(node.POST, 'POST', kind, {
        body: { path, data: base64('one'), mode: 'persistent', acl: null },
      });
    for (const path of ['/app', '/lost', '/tree', '/tree/a']) await make(path);
    await callRoute(data.PUT, 'PUT', kind, { body: { path: '/app', data: base64('two'), version: 0 } });
    const set = await newest('/app');
    const done = await planned({ kind: 'deleteTree', paths: ['/tree'] });
    await callRoute(job.POST, 'POST', kind, { params: { id: done }, body: { confirm: 'tree' } });
    await until('the tree is gone', async () =>
      (await get(node.GET, { path: '/tree' })).status === 404 ? true : undefined,
    );
    const created = await newest('/lost');
    const plan = await planned({ kind: 'deleteTree', paths: ['/app'] });
    expect((await get(children.GET, { path: '/' })).body.names).toContain('lost');
    expect(await setBack()).toBe(null);

    // The same server again is the same cluster.
    await former.kill();
    await former.restart();
    await until('the session is back', async () =>
      (await get(node.GET, { path: '/app' })).status === 200 ? true : undefined,
    );
    expect(await setBack()).toBe(null);

    await former.halt();
    const latter = await start(kind, former.port);
    const other = otherClient(latter.port);
    await other.create('/app', Buffer.from('two'), openAcl, 'persistent');
    await other.setData('/app', Buffer.from('two'), 0);
    const told = await until('it is noticed', async () => (await setBack()) ?? undefined, 60_000, 200);
    expect(BigInt(told.to)).toBeLessThan(BigInt(told.from));
    const { events } = (await get(overview.GET)).body;
    expect(events.map((event: { kind: string }) => event.kind)).toContain('setBack');
    expect(host.warnings).toContain('clusterSetBack');

    expect((await get(children.GET, { path: '/' })).body.names).toEqual(['app', 'zookeeper']);
    const refused = await callRoute(job.POST, 'POST', kind, {
      params: { id: plan },
      body: { confirm: 'app' },
    });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'CLUSTER_REPLACED' } } });
    const restore = await callRoute(jobs.POST, 'POST', kind, { body: { kind: 'restore', job: done } });
    expect(restore).toMatchObject({ status: 409, body: { error: { code: 'CLUSTER_REPLACED' } } });
    for (const { id } of [set, created]) {
      const params = { id: String(id) };
      const view = await callRoute(change.GET, 'GET', kind, { params });
      expect(view.body.undo.block).toBe('otherCluster');
      const taken = await callRoute(undo.POST, 'POST', kind, { params });
      expect(taken).toMatchObject({ status: 409, body: { error: { details: { block: 'otherCluster' } } } });
    }
    const now = await other.getData('/app');
    expect(now.value).toMatchObject({ data: Buffer.from('two'), stat: { version: 1 } });
    expect((await other.exists('/tree')).value).toBe(null);

    // What is done from now on is about the new one.
    await make('/new');
    const made = await newest('/new');
    const back = await callRoute(undo.POST, 'POST', kind, { params: { id: String(made.id) } });
    expect(back).toMatchObject({ status: 200 });
    other.close();
  });
});
