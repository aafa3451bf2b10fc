import type { OpName } from '@/lib/protocol/ops';
import { openAcl } from '@/lib/protocol/data';
import { createFlags, watchModes } from '@/lib/protocol/proto';
import type { Stage } from '../../support/stage';
import { foreign, node, scenario } from './scenario';

/** Every operation on every kind of znode, and those that came with 3.5 and later in all their ways. */

const any = -1;
const set = (path: string, text = 'x') => ({ path, data: Buffer.from(text), version: any });
const look = (path: string) => ({ path, watch: false });

/** What each kind of znode answers to; none of it changes one. */
async function readAll(s: Stage, name: string, path: string): Promise<void> {
  for (const op of ['exists', 'getData', 'getChildren', 'getChildren2'] as const)
    await s.call(name, op, look(path));
  await s.call(name, 'getACL', { path });
  await s.call(name, 'getAllChildrenNumber', { path });
  await s.call(name, 'checkWatches', { path, type: 3 });
  await s.call(name, 'multiRead', foreign([['getData', look(path)]]));
  await s.call(name, 'multiRead', foreign([['getChildren', look(path)]]));
}

/** Writes that fail, alone and in a transaction, each for a reason of its own. */
async function failAll(s: Stage, name: string, path: string): Promise<void> {
  const bodies: readonly (readonly [OpName, Record<string, unknown>])[] = [
    ['create', node(path, 'x', 99)],
    ['create', node(`${path}/a/b`)],
    ['create2', node(`${path}/x`, 'x', 0, [])],
    ['createContainer', node(`${path}/a/b`, 'x', createFlags.container)],
    ['delete', { path, version: 77 }],
    ['setData', { path, data: null, version: 77 }],
    ['check', { path, version: 77 }],
  ];
  for (const [op, body] of bodies) {
    if (op !== 'check') await s.call(name, op, body);
    await s.call(name, 'multi', foreign([[op, body]]));
  }
  await s.call(name, 'setACL', { path, acl: openAcl, version: 77 });
  await s.call(name, 'setACL', { path, acl: [], version: any });
}

const kinds = {
  plain: ['create', 0],
  ephemeral: ['create', createFlags.ephemeral],
  container: ['createContainer', createFlags.container],
} as const;

const watchTypes = [0, 1, 2, 3, 4, 5, 6, any];

/** One way to come to have a watch on `/w/…`. */
const registrations = {
  data: (s: Stage, path: string) => s.call('a', 'getData', { path, watch: true }),
  exists: (s: Stage, path: string) => s.call('a', 'exists', { path, watch: true }),
  children: (s: Stage, path: string) => s.call('a', 'getChildren', { path, watch: true }),
  persistent: (s: Stage, path: string) => s.call('a', 'addWatch', { path, mode: watchModes.persistent }),
  recursive: (s: Stage, path: string) =>
    s.call('a', 'addWatch', { path, mode: watchModes.persistentRecursive }),
};

async function disturb(s: Stage, path: string): Promise<void> {
  await s.call('b', 'setData', set(path));
  await s.call('b', 'create', node(`${path}/kid`));
  await s.call('b', 'setData', set(`${path}/kid`));
  await s.call('b', 'delete', { path: `${path}/kid`, version: any });
  await s.settle('a');
}

export const operationScenarios = [
  ...Object.entries(kinds).map(([kind, [op, flags]]) =>
    scenario(`every operation on a znode that is ${kind}`, async (s) => {
      await s.open('a');
      await s.open('b');
      const path = `/op-${kind}`;
      await s.call('a', op, node(path, 'value', flags));
      await readAll(s, 'a', path);
      await failAll(s, 'a', path);
      await readAll(s, 'b', path);
      await s.call('b', 'create', node(`${path}/kid`));
      await s.call('b', 'setData', set(path, 'other'));
      await s.call('b', 'delete', { path, version: any });
      await readAll(s, 'b', path);
      await s.call('a', 'getEphemerals', { prefixPath: path });
    }),
  ),
  ...['/', '', '/zookeeper', '/zookeeper/quota', '/zookeeper/config', '/absent', '/absent/x', 'absent'].map(
    (path) =>
      scenario(`every operation on "${path}"`, async (s) => {
        await s.open('a');
        await readAll(s, 'a', path);
        await failAll(s, 'a', path);
        await s.call('a', 'sync', { path });
        await s.call('a', 'getEphemerals', { prefixPath: path });
        await s.call('a', 'removeWatches', { path, type: 3 });
      }),
  ),
  scenario('every flag, with each operation that creates', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/fl'));
    for (const op of ['create', 'create2', 'createContainer'] as const)
      for (const flags of [0, 1, 2, 3, 4, 5, 6, 7, 8, any, 0x7fff_ffff]) {
        const path = `/fl/${op}-${flags}-`;
        await s.call('a', op, node(path, 'x', flags));
        await s.call('a', 'exists', look(path));
        await s.call('a', 'multi', foreign([[op, node(`${path}m`, 'x', flags)]]));
        await s.call('a', 'exists', look(`${path}m`));
      }
    await s.call('a', 'getEphemerals', { prefixPath: '/fl' });
    await s.call('a', 'getChildren2', look('/fl'));
  }),
  scenario('what an operation of TTL znodes gets where they are off', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/off'));
    for (const flags of [0, 1, 2, 3, 4, 5, 6, 7, any])
      for (const ttl of [0n, 1n, (1n << 40n) - 1n, 1n << 40n]) {
        await s.call('a', 'createTTL', { ...node('/off/x', 'x', flags), ttl });
        await s.call('a', 'multi', foreign([['createTTL', { ...node('/off/m', 'x', flags), ttl }]]));
        await s.call('a', 'multi', foreign([['delete', { path: '/off/m', version: any }]]));
      }
    for (const ttl of [any, -(2 ** 40)])
      await s.call('a', 'createTTL', { ...node('/off/x', 'x', 5), ttl: BigInt(ttl) });
  }),
  scenario('what a container is told apart by', async (s) => {
    await s.open('a');
    await s.call('a', 'createContainer', node('/box', 'x', createFlags.container));
    await s.call('a', 'createContainer', node('/box', 'x', createFlags.container));
    await s.call('a', 'createContainer', node('/box/inner', null, createFlags.container));
    await s.call('a', 'create', node('/box/s-', 'x', createFlags.persistentSequential));
    await s.call('a', 'create2', node('/box/e-', 'x', createFlags.ephemeralSequential));
    await s.call('a', 'createContainer', node('/box/s-', 'x', createFlags.persistentSequential));
    await s.call('a', 'setData', set('/box', 'more'));
    await s.call('a', 'getData', look('/box'));
    await s.call('a', 'delete', { path: '/box', version: any });
    await s.call('a', 'getAllChildrenNumber', { path: '/box' });
  }),
  ...Object.entries(registrations).map(([kind, register]) =>
    scenario(`looking up and removing a watch: ${kind}`, async (s) => {
      await s.open('a');
      await s.open('b');
      await s.open('c');
      await s.call('a', 'create', node(`/w-${kind}`));
      for (const type of watchTypes) {
        const path = `/w-${kind}/t${type}`;
        await s.call('a', 'create', node(path));
        await register(s, path);
        await s.call('a', 'checkWatches', { path, type });
        await s.call('c', 'removeWatches', { path, type });
        await s.call('a', 'removeWatches', { path: `${path}x`, type });
        await s.call('a', 'removeWatches', { path, type });
        await s.call('a', 'checkWatches', { path, type });
        await disturb(s, path);
      }
    }),
  ),
  scenario('two ways to watch the same node, in either order', async (s) => {
    const ways = Object.keys(registrations) as (keyof typeof registrations)[];
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/2w'));
    for (const first of ways)
      for (const second of ways) {
        const path = `/2w/${first}-${second}`;
        await s.call('b', 'create', node(path));
        await registrations[first](s, path);
        await registrations[second](s, path);
        await disturb(s, path);
        await disturb(s, path);
        await s.call('b', 'delete', { path, version: any });
        await s.call('b', 'create', node(path));
        await disturb(s, path);
      }
  }),
  scenario('what fires where watches of a branch lie above one another', async (s) => {
    const ways = Object.keys(registrations) as (keyof typeof registrations)[];
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/up'));
    for (const above of ways)
      for (const below of ways) {
        const path = `/up/${above}-${below}`;
        await s.call('b', 'create', node(path));
        await s.call('b', 'create', node(`${path}/low`));
        await registrations[above](s, path);
        await registrations[below](s, `${path}/low`);
        await disturb(s, `${path}/low`);
        await s.call('b', 'delete', { path: `${path}/low`, version: any });
        await s.call('b', 'delete', { path, version: any });
        await s.settle('a');
      }
  }),
  scenario('setWatches2, with each list alone and the same path in several', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'create', node('/s2'));
    const relativeZxid = (await s.call('b', 'sync', { path: '/' }))!.readBigInt64BE(4);
    const lists = [
      ...['dataWatches', 'existWatches', 'childWatches'],
      ...['persistentWatches', 'persistentRecursiveWatches'],
    ] as const;
    const none = Object.fromEntries(lists.map((list) => [list, [] as string[]]));
    for (const first of lists)
      for (const second of lists) {
        const path = `/s2/${first}-${second}`;
        await s.call('b', 'create', node(path));
        for (const zxid of [relativeZxid, relativeZxid + 1_000_000n]) {
          const paths = { ...none, [first]: [path], [second]: [path] };
          await s.call('a', 'setWatches2', { relativeZxid: zxid, ...paths }, -8);
        }
        await disturb(s, path);
        await s.call('b', 'delete', { path, version: any });
        await s.settle('a');
      }
  }),
  scenario('setWatches2, with each list null, or a null in it, and what stands before that', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'create', node('/sn'));
    const lists = [
      ...['dataWatches', 'existWatches', 'childWatches'],
      ...['persistentWatches', 'persistentRecursiveWatches'],
    ] as const;
    const gone = Object.fromEntries(lists.map((list) => [list, [`/sn/${list}`]]));
    for (const list of lists) {
      await s.call('a', 'setWatches2', { relativeZxid: 0n, ...gone, [list]: null }, -8);
      await s.call('a', 'setWatches2', { relativeZxid: 0n, ...gone, [list]: ['/sn', null, '/sn/behind'] }, -8); // prettier-ignore
    }
    for (const list of lists) await s.call('b', 'create', node(`/sn/${list}`));
    await s.call('b', 'create', node('/sn/behind'));
    await s.settle('a');
  }),
  scenario('several reads in one request, of what may be read and what may not', async (s) => {
    await s.open('a');
    const locked = [{ perms: 30, scheme: 'world', id: 'anyone' }];
    await s.call('a', 'create', node('/many'));
    await s.call('a', 'create', node('/many/locked', 'secret', 0, locked));
    await s.call('a', 'create', node('/many/null', null));
    await s.call('a', 'create', node('/many/eph', 'e', createFlags.ephemeral));
    const paths = ['/many', '/many/locked', '/many/null', '/many/eph', '/many/none', '/', '', 'many'];
    for (const op of ['getData', 'getChildren'] as const) {
      for (const path of paths) await s.call('a', 'multiRead', foreign([[op, look(path)]]));
      await s.call('a', 'multiRead', foreign(paths.map((path) => [op, look(path)])));
    }
    await s.call('a', 'multiRead', foreign([['getData', { path: '/many', watch: true }]]));
    await s.call('a', 'setData', set('/many'));
    await s.settle('a');
    for (const op of ['create', 'setData', 'check', 'getChildren2', 'getACL', 'delete'] as const)
      await s.call('a', 'multiRead', foreign([['getData', look('/many')], mixed(op)]));
    await s.call('a', 'multi', foreign([['getData', look('/many')]]));
    await s.call('a', 'multi', foreign([['create', node('/many/x')], ['getData', look('/many')]])); // prettier-ignore
    await s.call('a', 'multiRead', Buffer.from('00000004', 'hex'));
    await s.settle('a');
  }),
  scenario('counting what lies below, with and without the right to', async (s) => {
    await s.open('a');
    await s.open('b');
    const locked = [{ perms: 30, scheme: 'world', id: 'anyone' }];
    await s.call('a', 'create', node('/cnt'));
    await s.call('a', 'create', node('/cnt/locked', '', 0, locked));
    for (const path of ['/cnt/locked/a', '/cnt/b', '/cnt/b/c', '/cnt/b/c/d']) {
      await s.call('a', 'create', node(path));
      for (const of of ['/cnt', '/cnt/locked', '/cnt/b', '/cnt/b/', '/cn'])
        await s.call('a', 'getAllChildrenNumber', { path: of });
    }
    await s.call('a', 'create', node('/cnt/b/e', '', createFlags.ephemeral));
    await s.call('b', 'getAllChildrenNumber', { path: '/cnt' });
    await s.call('a', 'closeSession', null);
    await s.expectClosed('a');
    await s.call('b', 'getAllChildrenNumber', { path: '/cnt' });
    await s.call('b', 'getAllChildrenNumber', Buffer.alloc(0));
  }),
  scenario('ephemerals by the beginning of their paths', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/ge'));
    for (const path of ['/ge/a', '/ge/ab', '/ge/b', '/ge-x'])
      await s.call('a', 'create', node(path, '', createFlags.ephemeral));
    await s.call('b', 'create', node('/ge/other', '', createFlags.ephemeral));
    for (const prefixPath of ['/', '', null, ' ', '/ge', '/ge/', '/ge/a', '/ge/a/', 'ge', '/g', '/none'])
      for (const name of ['a', 'b']) await s.call(name, 'getEphemerals', { prefixPath });
    await s.call('a', 'delete', { path: '/ge/a', version: any });
    await s.call('a', 'getEphemerals', { prefixPath: '/ge/a' });
    await s.call('a', 'getEphemerals', Buffer.alloc(0));
  }),
  scenario('a reconfig has nothing to change where a server stands alone', async (s) => {
    await s.open('a');
    const empty = { joiningServers: null, leavingServers: null, newMembers: null };
    const added = { ...empty, joiningServers: 'server.2=127.0.0.1:1:2:participant;3' };
    const whole = { ...empty, newMembers: 'server.1=127.0.0.1:1:2:participant;3' };
    for (const asked of [empty, added, { ...empty, leavingServers: '1' }, whole])
      for (const curConfigId of [any, 0, 7])
        await s.call('a', 'reconfig', { ...asked, curConfigId: BigInt(curConfigId) });
    await s.call('a', 'reconfig', Buffer.alloc(3));
    await s.call('a', 'getData', look('/zookeeper/config'));
    await s.settle('a');
  }),
  scenario('sync stands in the row of requests, and answers with what it was asked', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/sy'));
    for (const path of ['/sy', '', null, '/'.repeat(3), 'x'.repeat(70_000)]) {
      s.send('a', 'setData', set('/sy'));
      s.send('a', 'sync', { path });
      s.send('a', 'exists', look('/sy'));
      await s.receive('a');
    }
    await s.call('a', 'sync', Buffer.alloc(0));
  }),
];

function mixed(op: OpName): readonly [OpName, Record<string, unknown>] {
  const bodies: Partial<Record<OpName, Record<string, unknown>>> = {
    create: node('/many/new'),
    setData: set('/many'),
    check: { path: '/many', version: any },
    getChildren2: look('/many'),
    getACL: { path: '/many' },
    delete: { path: '/many/none', version: any },
  };
  return [op, bodies[op]!];
}
