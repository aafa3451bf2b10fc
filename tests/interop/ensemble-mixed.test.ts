import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { errorCodes } from '@/lib/protocol/errors';
import type { EnsembleMember, MixedEnsemble } from '../support/ensemble-members';
import { memberKinds, type MemberKind } from '../support/member';
import { Stage } from '../support/stage';
import { startEnsemble } from '../support/test-ensemble';
import { treeOf } from '../support/tree-of';
import { until } from '../support/wait';

/**
 * Ensembles in which each member is ours or Apache's: every split of three, each kind leading, following and observing,
 * and every way to bring a learner level in both directions. Whoever serves a client, it sees one ensemble.
 */

const text = (value: string): Buffer => Buffer.from(value);
const short = (kinds: readonly MemberKind[]): string =>
  kinds.map((kind) => (kind === 'apache' ? 'Apache' : 'ours')).join(', ');

async function expectSameTrees(ensemble: MixedEnsemble): Promise<void> {
  await ensemble.settled();
  const running = ensemble.members.filter(({ running: isRunning }) => isRunning);
  const trees = await Promise.all(running.map(({ id }) => treeOf(ensemble.client([id]))));
  for (const tree of trees) expect(tree).toEqual(trees[0]);
}

/** One client a member: writes of every kind, each seen everywhere. */
async function writeEverywhere(ensemble: MixedEnsemble): Promise<void> {
  const clients = ensemble.members.map(({ id }) => ensemble.client([id]));
  await clients[0]!.create('/w', text('0'), openAcl, 'persistent');
  for (const [index, client] of clients.entries()) {
    await client.sync('/w');
    await client.setData('/w', text(`member ${index + 1}`), index);
    await expect(client.setData('/w', text('late'), index)).rejects.toThrow('BADVERSION');
    await expect(client.create('/w', null, openAcl, 'persistent')).rejects.toThrow('NODEEXISTS');
    await expect(client.delete('/none', -1)).rejects.toThrow('NONODE');
    const path = `/w/m${index + 1}`;
    const results = await client.multi([
      { op: 'create', path, data: text('m'), acl: [...openAcl], flags: 0 },
      { op: 'setData', path, data: text('n'), version: 0 },
      { op: 'check', path, version: 1 },
    ]);
    expect(results.value.every((result) => result.op !== 'error')).toBe(true);
  }
  const made = await Promise.all(
    clients.flatMap((client) =>
      Array.from({ length: 10 }, () => client.create('/w/s-', text('s'), openAcl, 'persistentSequential')),
    ),
  );
  expect(new Set(made.map(({ value }) => value.path)).size).toBe(made.length);
  for (const client of clients) {
    await client.sync('/w');
    expect((await client.getChildren('/w')).value.children).toHaveLength(made.length + clients.length);
  }
  for (const client of clients) client.close();
}

/** A watch set at one member fires for a write through another; an ephemeral goes from everywhere with its session. */
async function watchAcross(ensemble: MixedEnsemble): Promise<void> {
  const [first, second, third] = ensemble.members.map(({ id }) => ensemble.client([id])) as [
    ZooKeeperClient,
    ZooKeeperClient,
    ZooKeeperClient,
  ];
  const events: string[] = [];
  first.onWatch(({ type, path: at }) => events.push(`${type} ${at}`));
  expect((await first.exists('/e', true)).value).toBeNull();
  await second.create('/e', text('e'), openAcl, 'ephemeral');
  await until('the watch of the creation fires', () =>
    events.includes('NodeCreated /e') ? true : undefined,
  );
  await third.sync('/e');
  expect((await third.exists('/e')).value?.ephemeralOwner).not.toBe(0n);
  expect((await first.exists('/e', true)).value).not.toBeNull();
  second.close();
  await until('the watch of the deletion fires', () =>
    events.includes('NodeDeleted /e') ? true : undefined,
  );
  await third.sync('/e');
  expect((await third.exists('/e')).value).toBeNull();
  first.close();
  third.close();
}

/** Through each member a TTL znode and a container; whoever leads takes them away, everywhere. */
async function sweepEverywhere(ensemble: MixedEnsemble): Promise<void> {
  const clients = ensemble.members.map(({ id }) => ensemble.client([id]));
  const last = clients.at(-1)!;
  const gone = new Set<string>();
  last.onWatch(({ type, path: at }) => void (type === 'NodeDeleted' && gone.add(at)));
  for (const [index, client] of clients.entries()) {
    const [lasting, brief, box] = ['lasting', 'brief', 'box'].map((kind) => `/${kind}${index}`);
    await client.create(lasting!, text('l'), openAcl, 'persistentWithTtl', 86_400_000);
    await client.create(box!, text('b'), openAcl, 'container');
    await client.create(`${box}/kid`, null, openAcl, 'persistent');
    await client.create(brief!, text('t'), openAcl, 'persistentWithTtl', 1);
    await last.sync('/');
    // One that is swept already by now is missed by no watch: exists says so.
    for (const path of [brief!, box!]) if ((await last.exists(path, true)).value === null) gone.add(path);
    await client.delete(`${box}/kid`, -1);
  }
  await until('all that is over is swept', () => (gone.size === clients.length * 2 ? true : undefined));
  for (const [index, client] of clients.entries()) {
    await client.sync('/');
    expect((await client.exists(`/lasting${index}`)).value).toMatchObject({ ephemeralOwner: 0n });
    for (const path of gone) expect((await client.exists(path)).value).toBeNull();
    client.close();
  }
}

/** A session goes from member to member with its ephemeral; where it was before it is known no longer. */
async function moveSession(ensemble: MixedEnsemble): Promise<void> {
  const stages = ensemble.members.map(({ port }) => new Stage(port));
  const [home, ...others] = stages as [Stage, ...Stage[]];
  await home.open('client', { readOnly: false, timeOut: 10_000 });
  await home.call('client', 'create', { path: '/moved', data: text('m'), acl: [...openAcl], flags: 1 });
  let { sessionId, passwd } = home.session('client');
  for (const stage of others) {
    await stage.open('client', { readOnly: false, timeOut: 10_000, sessionId, passwd });
    expect(stage.session('client').sessionId).toBe(sessionId);
    await stage.call('client', 'setData', { path: '/moved', data: text('n'), version: -1 });
    ({ sessionId, passwd } = stage.session('client'));
  }
  home.send('client', 'setData', { path: '/moved', data: text('stale'), version: -1 });
  const stale = await home.receive('client').catch(() => null);
  if (stale !== null) expect(stale.readInt32BE(12)).toBe(errorCodes.SESSIONMOVED);
  await others.at(-1)!.call('client', 'closeSession', null);
  for (const stage of stages) stage.leave();
  const client = ensemble.client();
  await client.sync('/');
  expect((await client.exists('/moved')).value).toBeNull();
  client.close();
}

/** The leader is killed: the others go on with all that was acknowledged, and it comes back among them. */
async function changeLeader(ensemble: MixedEnsemble): Promise<void> {
  const leader = await ensemble.leader();
  const others = ensemble.members.filter((member) => member !== leader);
  const client = ensemble.client(others.map(({ id }) => id));
  await client.create('/before', text('b'), openAcl, 'persistent');
  await leader.kill();
  const next = await ensemble.leader();
  expect(others).toContain(next);
  await until('a write is acknowledged', async () =>
    (await client.create('/after', text('a'), openAcl, 'persistent')) ? true : undefined,
  ).catch(async (error: unknown) => {
    // Its answer was lost with the connection.
    if ((await client.exists('/after')).value === null) throw error;
  });
  expect((await client.exists('/before')).value).not.toBeNull();
  await leader.start();
  expect(await leader.serving()).toBe('follower');
  client.close();
}

const splits = memberKinds.flatMap((one) =>
  memberKinds.flatMap((two) => memberKinds.map((three): readonly MemberKind[] => [one, two, three])),
);

test.each(splits.map((kinds) => [short(kinds), kinds] as const))(
  '%s: writes, watches, ephemerals, TTLs, sessions and a change of leader are one ensemble’s',
  async (_name, kinds) => {
    const ensemble = await startEnsemble({
      kinds,
      config: { extendedTypesEnabled: true },
      properties: ['-Dznode.container.checkIntervalMs=200'],
    });
    // With equal histories the highest id leads, so that each kind leads in half of the splits.
    expect((await ensemble.leader()).id).toBe(3);
    await writeEverywhere(ensemble);
    await watchAcross(ensemble);
    await sweepEverywhere(ensemble);
    await moveSession(ensemble);
    await changeLeader(ensemble);
    await expectSameTrees(ensemble);
  },
);

test.each([
  ['ours', 'Apache’s', ['zoodeck', 'apache', 'apache']],
  ['Apache’s', 'ours', ['apache', 'zoodeck', 'zoodeck']],
  ['ours', 'ours', ['zoodeck', 'zoodeck', 'zoodeck']],
] as const)('an observer (%s) of a leader (%s) serves, and comes back', async (_one, _other, kinds) => {
  const ensemble = await startEnsemble({ kinds, observers: [1] });
  const observer = ensemble.member(1);
  expect(await observer.serving()).toBe('observer');
  await writeEverywhere(ensemble);
  await watchAcross(ensemble);
  await moveSession(ensemble);
  await observer.kill();
  const client = ensemble.client([2, 3]);
  for (let index = 0; index < 20; index += 1)
    await client.create(`/missed-${index}`, text('x'), openAcl, 'persistent');
  await observer.start();
  expect(await observer.serving()).toBe('observer');
  await expectSameTrees(ensemble);
});

/** Server 1 is the learner, servers 2 and 3 are of the other kind, and one of these leads. */
const directions = [
  ['ours', 'Apache’s', ['zoodeck', 'apache', 'apache']],
  ['Apache’s', 'ours', ['apache', 'zoodeck', 'zoodeck']],
] as const;

async function fill(
  ensemble: MixedEnsemble,
  ids: readonly number[],
  name: string,
  count: number,
): Promise<void> {
  const client = ensemble.client(ids);
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      client.create(`/${name}-${index}`, text(`${name} ${index}`), openAcl, 'persistent'),
    ),
  );
  client.close();
}

/** What the member of ours, on whichever side, says of how the learner was brought level. */
function expectSyncMode(ensemble: MixedEnsemble, id: number, mode: 'DIFF' | 'TRUNC' | 'SNAP'): void {
  const learner = ensemble.member(id);
  const others = ensemble.members.filter((member) => member !== learner);
  const told = new RegExp(`server ${id} at \\S+ is synchronized by \\w+`, 'g');
  const said =
    learner.kind === 'zoodeck'
      ? learner.output().match(/synchronized by (\w+)/g)
      : others.flatMap((member) => member.output().match(told) ?? []);
  expect(said?.at(-1)).toMatch(new RegExp(`synchronized by ${mode}$`));
}

async function restart(member: EnsembleMember): Promise<void> {
  await member.start();
  expect(await member.serving()).toBe('follower');
}

test.each(directions)(
  'a learner (%s) of a leader (%s) gets a DIFF of what it missed',
  async (_one, _other, kinds) => {
    const ensemble = await startEnsemble({ kinds });
    await fill(ensemble, [1], 'known', 10);
    await ensemble.member(1).kill();
    await fill(ensemble, [2, 3], 'missed', 50);
    await restart(ensemble.member(1));
    await expectSameTrees(ensemble);
    expectSyncMode(ensemble, 1, 'DIFF');
  },
);

test.each(directions)('an emptied learner (%s) of a leader (%s) gets a SNAP', async (_one, _other, kinds) => {
  const ensemble = await startEnsemble({ kinds, config: { snapshotSizeFactor: -1 } });
  await fill(ensemble, [1], 'known', 200);
  await ensemble.member(1).kill();
  await ensemble.member(1).wipe();
  const client = ensemble.client([2, 3]);
  await client.create('/session', text('s'), openAcl, 'ephemeral');
  await fill(ensemble, [2, 3], 'missed', 600);
  await restart(ensemble.member(1));
  await expectSameTrees(ensemble);
  expectSyncMode(ensemble, 1, 'SNAP');
});

test.each(directions)(
  'a learner (%s) that alone logged a transaction takes it back on the word of a leader (%s)',
  async (_one, _other, [learnerKind, otherKind]) => {
    // Sessions outlast the test, so that no transaction of the new epoch comes before the learner does.
    const config = { maxSessionTimeout: 120_000, preAllocSize: 64 };
    const ensemble = await startEnsemble({
      kinds: [otherKind, otherKind, learnerKind],
      config,
      tickMs: 2_000,
    });
    const [first, second, third] = ensemble.members as [EnsembleMember, EnsembleMember, EnsembleMember];
    expect(await ensemble.leader()).toBe(third);
    const client = ensemble.client([3], 120_000);
    await client.create('/everywhere', text('e'), openAcl, 'persistent');
    await Promise.all([first.kill(), second.kill()]);
    const unanswered = client.create('/only-here', text('o'), openAcl, 'persistent');
    unanswered.catch(() => undefined);
    await until(
      'the lonely leader logs a transaction',
      () => logged(third, '/only-here') || undefined,
      30_000,
      5,
    );
    await third.kill();
    await expect(unanswered).rejects.toThrow();
    client.close();
    await Promise.all([first.start(), second.start()]);
    await Promise.all([first.serving(), second.serving()]);
    await restart(third);
    expectSyncMode(ensemble, 3, 'TRUNC');
    await fill(ensemble, [3], 'after', 5);
    await expectSameTrees(ensemble);
    expect((await ensemble.client([3]).exists('/only-here')).value).toBeNull();
    expect((await ensemble.client([3]).exists('/everywhere')).value).not.toBeNull();
  },
);

/** Whether the bytes stand in a log of the member. */
function logged(member: EnsembleMember, bytes: string): boolean {
  const folder = path.join(member.dataDir, 'version-2');
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith('log.'))
    .some((name) => fs.readFileSync(path.join(folder, name)).includes(bytes));
}
