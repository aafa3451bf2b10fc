import type { Stage } from '../../support/stage';
import { createFlags, watchModes } from '@/lib/protocol/proto';
import { node, scenario } from './scenario';

/** Every change a node can go through; each watcher's events land in the transcript after each. */
async function changes(s: Stage, writer: string, watchers: readonly string[], path: string): Promise<void> {
  const steps: readonly (() => Promise<unknown>)[] = [
    () => s.call(writer, 'create', node(path, 'x')),
    () => s.call(writer, 'setData', { path, data: Buffer.from('y'), version: -1 }),
    () => s.call(writer, 'create', node(`${path}/kid`)),
    () => s.call(writer, 'setData', { path: `${path}/kid`, data: Buffer.from('z'), version: -1 }),
    () => s.call(writer, 'delete', { path: `${path}/kid`, version: -1 }),
    () => s.call(writer, 'delete', { path, version: -1 }),
    () => s.call(writer, 'create', node(path, 'again')),
    () => s.call(writer, 'delete', { path, version: -1 }),
  ];
  for (const step of steps) {
    await step();
    for (const watcher of watchers) await s.settle(watcher);
  }
}

async function catchUp(s: Stage, op: 'setWatches' | 'setWatches2'): Promise<void> {
  await s.open('a');
  for (const path of ['/sw', '/sw/same', '/sw/gone', '/sw/set', '/sw/kids'])
    await s.call('a', 'create', node(path));
  const last = await s.call('a', 'sync', { path: '/' });
  const relativeZxid = last!.readBigInt64BE(4);
  await s.call('a', 'delete', { path: '/sw/gone', version: -1 });
  await s.call('a', 'setData', { path: '/sw/set', data: Buffer.from('new'), version: -1 });
  await s.call('a', 'create', node('/sw/kids/kid'));
  await s.open('b');
  const all = ['/sw/same', '/sw/gone', '/sw/set', '/sw/kids', '/sw/never'];
  const body = {
    relativeZxid,
    dataWatches: all,
    existWatches: all,
    childWatches: all,
    ...(op === 'setWatches2'
      ? { persistentWatches: ['/sw/same'], persistentRecursiveWatches: ['/sw/set'] }
      : {}),
  };
  await s.call('b', op, body, -8);
  for (const path of ['/sw/same', '/sw/set', '/sw/kids']) {
    await s.call('a', 'setData', { path, data: Buffer.from('later'), version: -1 });
    await s.call('a', 'create', node(`${path}/child`));
    await s.settle('b');
  }
  await s.call('a', 'create', node('/sw/gone'));
  await s.call('a', 'create', node('/sw/never'));
  await s.settle('b');
}

export const watchScenarios = [
  scenario('exists watches, on a node that is absent and then changes', async (s) => {
    await s.open('a');
    await s.open('b');
    for (let round = 0; round < 3; round += 1) {
      await s.call('b', 'exists', { path: '/we', watch: true });
      await changes(s, 'a', ['b'], '/we');
    }
  }),
  scenario('data and child watches fire once each, and are not set by a failed read', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'getData', { path: '/wd', watch: true });
    await s.call('b', 'getChildren', { path: '/wd', watch: true });
    await changes(s, 'a', ['b'], '/wd');
    await s.call('a', 'create', node('/wd'));
    await s.call('b', 'getData', { path: '/wd', watch: true });
    await s.call('b', 'getChildren2', { path: '/wd', watch: true });
    await s.call('a', 'create', node('/wd/x'));
    await s.call('a', 'setData', { path: '/wd', data: Buffer.from('1'), version: -1 });
    await s.call('a', 'setData', { path: '/wd', data: Buffer.from('2'), version: -1 });
    await s.settle('b');
  }),
  scenario('one connection with both kinds of watch sees one deletion', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/both'));
    await s.call('a', 'getData', { path: '/both', watch: true });
    await s.call('a', 'getChildren', { path: '/both', watch: true });
    await s.call('a', 'getChildren', { path: '/', watch: true });
    await s.call('a', 'delete', { path: '/both', version: -1 });
    await s.settle('a');
  }),
  scenario('events come before the reply of the request that caused them', async (s) => {
    await s.open('a');
    await s.call('a', 'exists', { path: '/mine', watch: true });
    await s.call('a', 'create', node('/mine', '', createFlags.ephemeral));
    await s.call('a', 'getData', { path: '/mine', watch: true });
    await s.call('a', 'closeSession', null);
    await s.expectClosed('a');
  }),
  scenario('persistent watches stay', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'addWatch', { path: '/wp', mode: watchModes.persistent });
    await changes(s, 'a', ['b'], '/wp');
    await changes(s, 'a', ['b'], '/wp');
  }),
  scenario('recursive watches see every descendant and no list of children', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'addWatch', { path: '/wr', mode: watchModes.persistentRecursive });
    await changes(s, 'a', ['b'], '/wr');
    await s.call('a', 'create', node('/wr'));
    await changes(s, 'a', ['b'], '/wr/deep');
    await s.call('b', 'addWatch', { path: '/wr', mode: 7 });
    await s.call('b', 'addWatch', { path: '/wr', mode: -1 });
    await s.settle('b');
  }),
  scenario('a recursive watch on the root', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'addWatch', { path: '/', mode: watchModes.persistentRecursive });
    await changes(s, 'a', ['b'], '/wroot');
  }),
  scenario('the last mode registered on a path counts', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/mode'));
    await s.call('b', 'addWatch', { path: '/mode', mode: watchModes.persistent });
    await s.call('b', 'getData', { path: '/mode', watch: true });
    await s.call('a', 'setData', { path: '/mode', data: Buffer.from('1'), version: -1 });
    await s.call('a', 'setData', { path: '/mode', data: Buffer.from('2'), version: -1 });
    await s.settle('b');
    await s.call('b', 'addWatch', { path: '/mode', mode: watchModes.persistentRecursive });
    await s.call('a', 'create', node('/mode/kid'));
    await s.call('a', 'setData', { path: '/mode', data: Buffer.from('3'), version: -1 });
    await s.settle('b');
  }),
  scenario('watches can be looked up and removed', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/rm'));
    for (const type of [1, 2, 3]) {
      await s.call('a', 'checkWatches', { path: '/rm', type });
      await s.call('a', 'removeWatches', { path: '/rm', type });
    }
    for (const type of [1, 2, 3]) {
      await s.call('a', 'getData', { path: '/rm', watch: true });
      await s.call('a', 'getChildren', { path: '/rm', watch: true });
      await s.call('a', 'checkWatches', { path: '/rm', type });
      await s.call('a', 'removeWatches', { path: '/rm', type });
      await s.call('a', 'removeWatches', { path: '/rm', type });
    }
    await s.call('a', 'removeWatches', { path: '/rm', type: 9 });
    await s.call('a', 'setData', { path: '/rm', data: Buffer.from('x'), version: -1 });
    await s.call('a', 'create', node('/rm/kid'));
    await s.settle('a');
  }),
  scenario('setWatches catches up and registers', (s) => catchUp(s, 'setWatches')),
  scenario('setWatches2 catches up and registers', (s) => catchUp(s, 'setWatches2')),
  scenario('setWatches tells, list by list, what became of a node since', async (s) => {
    await s.open('a');
    const states = ['same', 'set', 'acl', 'kid', 'kidset', 'lostkid', 'gone', 'again', 'new', 'never'];
    await s.call('a', 'create', node('/st'));
    for (const state of states.slice(0, -2)) await s.call('a', 'create', node(`/st/${state}`));
    for (const state of ['kidset', 'lostkid']) await s.call('a', 'create', node(`/st/${state}/kid`));
    const relativeZxid = (await s.call('a', 'sync', { path: '/' }))!.readBigInt64BE(4);
    await s.call('a', 'setData', { path: '/st/set', data: null, version: -1 });
    await s.call('a', 'setACL', {
      path: '/st/acl',
      acl: [{ perms: 31, scheme: 'world', id: 'anyone' }],
      version: -1,
    });
    await s.call('a', 'create', node('/st/kid/kid'));
    await s.call('a', 'setData', { path: '/st/kidset/kid', data: null, version: -1 });
    await s.call('a', 'delete', { path: '/st/lostkid/kid', version: -1 });
    for (const state of ['gone', 'again']) await s.call('a', 'delete', { path: `/st/${state}`, version: -1 });
    for (const state of ['again', 'new']) await s.call('a', 'create', node(`/st/${state}`));
    const none: readonly string[] = [];
    for (const list of ['dataWatches', 'existWatches', 'childWatches'])
      for (const state of states) {
        const watcher = `${list}-${state}`;
        await s.open(watcher);
        const lists = { dataWatches: none, existWatches: none, childWatches: none };
        await s.call(watcher, 'setWatches', { relativeZxid, ...lists, [list]: [`/st/${state}`] }, -8);
        await s.settle(watcher);
      }
  }),
  scenario('nothing fires for reads, ACL changes or failed writes', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/quiet'));
    await s.call('a', 'getData', { path: '/quiet', watch: true });
    await s.call('a', 'getChildren', { path: '/quiet', watch: true });
    await s.call('a', 'setACL', {
      path: '/quiet',
      acl: [{ perms: 31, scheme: 'world', id: 'anyone' }],
      version: -1,
    });
    await s.call('a', 'setData', { path: '/quiet', data: Buffer.from('x'), version: 7 });
    await s.call('a', 'create', node('/quiet'));
    await s.call('a', 'delete', { path: '/quiet', version: 9 });
    await s.settle('a');
  }),
];
