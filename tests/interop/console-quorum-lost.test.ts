import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import type { AclEntry } from '@/lib/api/common';
import type { JobRequest, JobView } from '@/lib/api/jobs';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { journal } from '@/lib/services/changes/journal';
import { clusterSession } from '@/lib/services/clusters/sessions';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { MixedEnsemble } from '../support/ensemble-members';
import { memberKinds } from '../support/member';
import { startEnsemble } from '../support/test-ensemble';
import { until } from '../support/wait';

/**
 * Jobs in the middle of which two of three members are killed, so that the third, where it may, serves reads alone: they
 * stop with their reason, do nothing while it lasts, and are run on once there is a quorum again.
 */

const children = 4_000;
const readers: AclEntry[] = [
  { scheme: 'world', id: 'anyone', permissions: ['READ', 'WRITE', 'CREATE', 'DELETE', 'ADMIN'] },
  { scheme: 'ip', id: '127.0.0.1', permissions: ['READ'] },
];

describe.each(memberKinds)('on three members of %s', (kind) => {
  let ensemble: MixedEnsemble;
  let host: ServicesHost;
  let client: ZooKeeperClient;

  beforeAll(async () => {
    ensemble = await MixedEnsemble.start({
      kinds: [kind, kind, kind],
      properties: ['-Dreadonlymode.enabled=true'],
      config: { localSessionsEnabled: true, localSessionsUpgradingEnabled: true },
    });
    const settings = cluster(
      kind,
      ensemble.members.map(({ port }) => port),
    );
    host = startServices([settings]);
    clusterSession(settings).hold();
    client = ensemble.client();
    await Promise.all(['/gone', '/acl', '/from'].map(makeTree));
  });
  afterAll(async () => {
    await host?.stop();
    await ensemble?.stop();
  });

  async function makeTree(path: string): Promise<void> {
    await client.create(path, null, openAcl, 'persistent');
    for (let at = 0; at < children; at += 1_000) {
      const names = Array.from({ length: 1_000 }, (_, index) => `${path}/n${at + index}`);
      await client.multi(
        names.map((name) => ({ op: 'create', path: name, data: null, acl: [...openAcl], flags: 0 })),
      );
    }
  }

  const read = async (id: string): Promise<JobView> =>
    (await callRoute(job.GET, 'GET', kind, { params: { id } })).body;
  const ended = (id: string, moving: string) =>
    until(
      `no longer ${moving}`,
      async () => {
        const view = await read(id);
        return view.state === moving ? undefined : view;
      },
      90_000,
    );
  async function plan(body: JobRequest): Promise<string> {
    const { body: view } = await callRoute(jobs.POST, 'POST', kind, { body });
    expect(await ended(view.id, 'planning')).toMatchObject({ state: 'planned' });
    return view.id;
  }
  const run = (id: string) =>
    callRoute(job.POST, 'POST', kind, { params: { id }, body: { confirm: 'gone' } });
  /** How often the journal has each path as changed. */
  function timesChanged(id: string): number[] {
    const times = new Map<string, number>();
    for (const { row } of journal().jobItems(id, Number.MAX_SAFE_INTEGER, 10 * children))
      if (row.outcome === 'done') times.set(row.path, (times.get(row.path) ?? 0) + 1);
    return [...times.values()];
  }

  test('they stop with their reason, and run on once it is back; nothing is lost or done twice', async () => {
    const ids = await Promise.all([
      plan({ kind: 'deleteTree', paths: ['/gone'] }),
      plan({ kind: 'aclTree', paths: ['/acl'], acl: readers }),
      plan({ kind: 'copyTree', from: { cluster: kind, paths: ['/from'] }, to: '/to', into: false }),
    ]);
    for (const id of ids) expect((await run(id)).status).toBe(200);
    await until('all are on their way', async () =>
      (await Promise.all(ids.map(read))).every(({ done }) => done > 0) ? true : undefined,
    );
    const leader = await ensemble.leader();
    const killed = [leader, ensemble.members.find((member) => member !== leader)!];
    await Promise.all(killed.map((member) => member.kill()));

    const stopped = await Promise.all(ids.map((id) => ended(id, 'running')));
    for (const view of stopped) {
      expect(view).toMatchObject({ state: 'interrupted', resumable: true, faultCount: 0 });
      expect(view.done).toBeLessThan(view.items);
      expect(view.error).toMatchObject({
        code: 'DISCONNECTED',
        message: 'The member has no quorum and takes no writes; nothing was changed.',
      });
    }
    // Asked to go on before there is a quorum, it stops again where it was.
    await run(ids[0]!);
    expect(await ended(ids[0]!, 'running')).toMatchObject({
      ...{ state: 'interrupted', resumable: true, faultCount: 0, done: stopped[0]!.done },
    });

    await Promise.all(killed.map((member) => member.start()));
    await ensemble.leader();
    await until(
      'the console may write again',
      async () => {
        const probe = { path: '/probe', data: null, mode: 'persistentSequential', acl: null };
        return (await callRoute(node.POST, 'POST', kind, { body: probe })).status === 200 ? true : undefined;
      },
      90_000,
    );
    for (const id of ids) {
      expect((await run(id)).body.state).toBe('running');
      expect(await ended(id, 'running')).toMatchObject({
        ...{ state: 'done', done: children + 1, faultCount: 0, error: null },
      });
      expect(timesChanged(id)).toEqual(Array.from({ length: children + 1 }, () => 1));
    }
    await client.sync('/');
    expect((await client.exists('/gone')).value).toBeNull();
    expect((await client.getChildren('/to')).value.children).toHaveLength(children);
    const acls = await Promise.all(
      Array.from({ length: children }, (_, index) => client.getACL(`/acl/n${index}`)),
    );
    expect(acls.every(({ value }) => value.stat.aversion === 1 && value.acl.length === 2)).toBe(true);
  });
});

test.each(memberKinds)(
  'a read-only %s that opens no session without a quorum is understood',
  async (kind) => {
    const ensemble = await startEnsemble({
      kinds: [kind, kind],
      properties: ['-Dreadonlymode.enabled=true'],
    });
    await ensemble.member(2).kill();
    const member = ensemble.member(1);
    await until('it is read-only', async () => ((await member.role()) === 'read-only' ? true : undefined));
    const client = ensemble.client([1]);
    const words = /has no quorum, and opens no session even for reads: that takes localSessionsEnabled=true/;
    await until('it says so', () => (words.test(client.status.fault ?? '') ? true : undefined));
    await ensemble.member(2).start();
    await until('it is served', async () => ((await client.exists('/')).value === null ? undefined : true));
  },
);
