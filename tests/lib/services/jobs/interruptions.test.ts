import { afterAll, beforeAll, expect, test } from 'vitest';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as clusters from '@/app/api/clusters/route';
import type { JobView } from '@/lib/api/jobs';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ClusterSettings } from '@/lib/config/settings';
import { openAcl } from '@/lib/protocol/data';
import { connectTo } from '../../../support/connect';
import { callRoute, cluster, startServices, type ServicesHost } from '../../../support/console-host';
import { startInProcess, type InProcessServer } from '../../../support/in-process';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy';
import { removeDir, tempDir } from '../../../support/temp';
import { until } from '../../../support/wait';

// Jobs that something stops in the middle, over one of our own servers in this process.
let dir: string;
let server: InProcessServer;
let proxy: TcpProxy;
let host: ServicesHost;
let client: ZooKeeperClient;
/** The cluster whose configuration changes under way. */
let settings: { -readonly [Key in keyof ClusterSettings]: ClusterSettings[Key] };
beforeAll(async () => {
  dir = await tempDir('interruptions');
  server = await startInProcess(dir);
  proxy = await startTcpProxy(server.port);
  settings = { ...cluster('turning', [server.port]) };
  host = startServices([settings, cluster('lossy', [proxy.port], { sessionTimeoutMs: 4_000 })]);
  client = connectTo(server.port);
});
afterAll(async () => {
  client?.close();
  await host?.stop();
  await proxy?.stop();
  await server?.close();
  await removeDir(dir);
});

const children = 3_000;
async function makeTree(path: string): Promise<void> {
  await client.create(path, null, openAcl, 'persistent');
  const names = Array.from({ length: children }, (_, index) => `${path}/n${index}`);
  await client.multi(
    names.map((at) => ({ op: 'create', path: at, data: null, acl: [...openAcl], flags: 0 })),
  );
}

const read = async (of: string, id: string): Promise<JobView> =>
  (await callRoute(job.GET, 'GET', of, { params: { id } })).body;
const stop = (of: string, id: string) => callRoute(job.DELETE, 'DELETE', of, { params: { id } });
const run = (of: string, id: string, confirm: string) =>
  callRoute(job.POST, 'POST', of, { params: { id }, body: { confirm } });
const ended = (of: string, id: string, moving: string) =>
  until(
    `no longer ${moving}`,
    async () => {
      const view = await read(of, id);
      return view.state === moving ? undefined : view;
    },
    60_000,
  );
async function plan(of: string, path: string): Promise<string> {
  const { body } = await callRoute(jobs.POST, 'POST', of, { body: { kind: 'deleteTree', paths: [path] } });
  return body.id as string;
}
/** Runs a deletion and waits until some of it is done, and not all. */
async function begin(of: string, path: string): Promise<string> {
  await makeTree(path);
  const id = await plan(of, path);
  await ended(of, id, 'planning');
  expect(await run(of, id, path.slice(1))).toMatchObject({ status: 200 });
  await until('it is on its way', async () => ((await read(of, id)).done > 0 ? true : undefined));
  return id;
}
const left = async (path: string) => (await client.exists(path)).value?.numChildren ?? null;

test('a plan that is stopped while it is still being read never runs', async () => {
  await makeTree('/read');
  const id = await plan('turning', '/read');
  await until('reading has begun', async () => ((await read('turning', id)).read > 0 ? true : undefined));
  await stop('turning', id);
  const stopped = await ended('turning', id, 'planning');
  expect(stopped).toMatchObject({ state: 'cancelled', resumable: false, done: 0 });
  expect(stopped.read).toBeLessThan(children);
  expect((await run('turning', id, 'read')).body).toMatchObject({ state: 'cancelled', done: 0 });
  expect(await left('/read')).toBe(children);
  expect((await callRoute(jobs.GET, 'GET', 'turning')).body.jobs).toEqual([]);
});

test('a cluster made read-only stops the job with its reason, and it is run on once that is over', async () => {
  const id = await begin('turning', '/turn');
  settings.readOnly = true;
  try {
    const stopped = await ended('turning', id, 'running');
    expect(stopped).toMatchObject({
      ...{ state: 'interrupted', resumable: true },
      error: { code: 'READ_ONLY_CLUSTER' },
    });
    expect(await left('/turn')).toBe(children - stopped.done);
    expect((await run('turning', id, 'turn')).status).toBe(403);
  } finally {
    settings.readOnly = false;
  }
  expect((await run('turning', id, 'turn')).body.state).toBe('running');
  expect(await ended('turning', id, 'running')).toMatchObject({
    state: 'done',
    done: children + 1,
    error: null,
  });
  expect(await left('/turn')).toBeNull();
});

test('an interrupted job that is given up stays given up, and its journal says how far it came', async () => {
  const id = await begin('turning', '/give');
  settings.readOnly = true;
  const stopped = await ended('turning', id, 'running');
  settings.readOnly = false;
  const underWay = async () =>
    (await callRoute(clusters.GET, 'GET', '')).body.clusters.find(
      ({ id: of }: { id: string }) => of === 'turning',
    ).jobs;
  expect(await underWay()).toEqual({ running: 0, interrupted: 1 });
  expect((await stop('turning', id)).body.state).toBe('cancelled');
  expect(await underWay()).toEqual({ running: 0, interrupted: 0 });
  expect(await left('/give')).toBe(children - stopped.done);
  const { body } = await callRoute(changes.GET, 'GET', 'turning', { query: { path: '/give', below: 1 } });
  expect(body.changes).toMatchObject([
    {
      outcome: 'failed',
      items: stopped.done,
      message: `${stopped.done} of ${children + 1} znodes; cancelled.`,
    },
  ]);
});

test('a session that expires in the middle is followed by another one, and nothing is lost or done twice', async () => {
  await callRoute(node.POST, 'POST', 'lossy', {
    body: { path: '/mark', data: null, mode: 'ephemeral', acl: null },
  });
  const id = await begin('lossy', '/expire');
  proxy.refuse(true);
  proxy.cut();
  await until(
    'its session is over',
    async () => ((await client.exists('/mark')).value === null ? true : undefined),
    30_000,
  );
  expect((await read('lossy', id)).state).toBe('running');
  proxy.refuse(false);
  expect(await ended('lossy', id, 'running')).toMatchObject({
    ...{ state: 'done', done: children + 1, faultCount: 0 },
  });
  expect(await left('/expire')).toBeNull();
  const { body } = await callRoute(changes.GET, 'GET', 'lossy', { query: { path: '/expire', below: 1 } });
  expect(body.changes).toMatchObject([{ outcome: 'done', items: children + 1 }]);
});
