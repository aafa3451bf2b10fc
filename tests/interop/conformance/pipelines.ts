import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { writeMultiRequest, type MultiOp } from '@/lib/protocol/multi';
import { createFlags, watchModes, xids } from '@/lib/protocol/proto';
import type { Stage } from '../../support/stage';
import { node, scenario } from './scenario';

/** Requests sent without waiting: each is judged by what those before it will have changed. */

const everywhere = -1;
const remove = (path: string) => ({ path, version: everywhere });
const set = (path: string, text: string) => ({ path, data: Buffer.from(text), version: everywhere });
const look = (path: string, watch = false) => ({ path, watch });

function multiOf(operations: readonly MultiOp[]): Buffer {
  const writer = new JuteWriter();
  writeMultiRequest(writer, operations);
  return writer.take();
}

const make = (path: string, flags: number = createFlags.persistent): MultiOp => ({
  op: 'create',
  path,
  data: Buffer.from(path),
  acl: [...openAcl],
  flags,
});

/** What is left of each path, as another connection sees it. */
async function lookAll(s: Stage, name: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await s.call(name, 'exists', look(path));
}

export const pipelineScenarios = [
  scenario('a session that closes leaves what was made again as no ephemeral of its own', async (s) => {
    await s.open('a');
    await s.open('b');
    const paths = ['/pl', '/pl/kept', '/pl/own', '/pl/fresh', '/pl/gone'];
    await s.call('a', 'create', node('/pl'));
    for (const path of ['/pl/kept', '/pl/own', '/pl/gone'])
      await s.call('a', 'create', node(path, '', createFlags.ephemeral));
    for (const path of ['/pl/kept', '/pl/own', '/pl/gone']) s.send('a', 'delete', remove(path));
    s.send('a', 'create', node('/pl/kept', 'stays'));
    s.send('a', 'create', node('/pl/own', '', createFlags.ephemeral));
    s.send('a', 'create', node('/pl/fresh', '', createFlags.ephemeral));
    s.send('a', 'closeSession', null);
    await s.receive('a');
    await s.expectClosed('a');
    await lookAll(s, 'b', paths);
  }),
  scenario('credentials count for what follows them, in one row of requests', async (s) => {
    await s.open('a');
    const mine = [{ perms: 31, scheme: 'auth', id: '' }];
    const theirs = [{ perms: 31, scheme: 'digest', id: 'nobody:0000000000000000000000000000' }];
    s.send('a', 'auth', { type: 0, scheme: 'digest', auth: Buffer.from('pu:pw') }, xids.auth);
    s.send('a', 'create', node('/pu', '', 0, mine));
    s.send('a', 'create', node('/pu/kid', '', 0, mine));
    s.send('a', 'setACL', { path: '/pu', acl: theirs, version: 0 });
    // Apache judges what is sent behind a setACL by the old list until that is applied: a race, which ours has not.
    await s.receive('a');
    s.send('a', 'create', node('/pu/late'));
    s.send('a', 'delete', remove('/pu/kid'));
    s.send('a', 'setData', set('/pu', 'late'));
    s.send('a', 'getData', look('/pu'));
    s.send('a', 'getACL', { path: '/pu' });
    await s.receive('a');
    await s.open('b');
    await s.call('b', 'getACL', { path: '/pu/kid' });
    await s.call('b', 'getData', look('/pu/kid'));
  }),
  scenario('what follows a close on the wire is not done', async (s) => {
    await s.open('a');
    await s.open('b');
    s.send('a', 'create', node('/pc'));
    s.send('a', 'closeSession', null);
    await s.receive('a');
    await s.expectClosed('a');
    await lookAll(s, 'b', ['/pc']);
  }),
  scenario('sequence numbers and versions count on before anything is on disk', async (s) => {
    await s.open('a');
    s.send('a', 'create', node('/ps'));
    for (let count = 0; count < 3; count += 1)
      s.send('a', 'create', node('/ps/n-', '', createFlags.persistentSequential));
    s.send('a', 'delete', remove('/ps/n-0000000001'));
    s.send('a', 'create', node('/ps/n-', '', createFlags.ephemeralSequential));
    s.send('a', 'setData', { path: '/ps', data: Buffer.from('1'), version: 0 });
    s.send('a', 'setData', { path: '/ps', data: Buffer.from('2'), version: 0 });
    s.send('a', 'setData', { path: '/ps', data: Buffer.from('3'), version: 1 });
    s.send('a', 'delete', remove('/ps'));
    s.send('a', 'getData', look('/ps'));
    await s.receive('a');
  }),
  scenario('a transaction that fails between writes that do not', async (s) => {
    await s.open('a');
    s.send('a', 'create', node('/pm'));
    s.send('a', 'multi', multiOf([make('/pm/x'), make('/pm/x/y'), make('/pm/none/z')]));
    s.send('a', 'create', node('/pm/x/y'));
    s.send('a', 'create', node('/pm/x'));
    s.send(
      'a',
      'multi',
      multiOf([{ op: 'delete', path: '/pm/x', version: 0 }, make('/pm/x'), make('/pm/x/y')]),
    );
    s.send('a', 'delete', remove('/pm/x'));
    s.send('a', 'getData', look('/pm/x'));
    await s.receive('a');
  }),
  scenario('watches set between writes see those behind them', async (s) => {
    await s.open('a');
    s.send('a', 'exists', look('/pw', true));
    s.send('a', 'create', node('/pw'));
    s.send('a', 'getData', look('/pw', true));
    s.send('a', 'getChildren', look('/pw', true));
    s.send('a', 'setData', set('/pw', 'x'));
    s.send('a', 'create', node('/pw/kid'));
    s.send('a', 'getChildren2', look('/pw', true));
    s.send('a', 'delete', remove('/pw/kid'));
    s.send('a', 'delete', remove('/pw'));
    await s.receive('a');
    await s.settle('a');
  }),
  scenario('a connection that watches a node in several ways is told once', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'addWatch', { path: '/', mode: watchModes.persistentRecursive });
    await s.call('b', 'addWatch', { path: '/pa', mode: watchModes.persistentRecursive });
    await s.call('b', 'addWatch', { path: '/pa/x', mode: watchModes.persistent });
    await s.call('a', 'create', node('/pa'));
    await s.call('a', 'create', node('/pa/x'));
    await s.settle('b');
    await s.call('b', 'getData', look('/pa', true));
    await s.call('b', 'getChildren', look('/pa', true));
    for (const path of ['/pa/x', '/pa']) await s.call('a', 'setData', set(path, 'x'));
    for (const path of ['/pa/x', '/pa']) await s.call('a', 'delete', remove(path));
    await s.settle('b');
    await s.call('b', 'removeWatches', { path: '/', type: 3 });
    await s.call('a', 'create', node('/pa'));
    await s.settle('b');
  }),
  scenario('a session’s ephemerals by prefix', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/pe'));
    await s.call('a', 'create', node('/pe/one', '', createFlags.ephemeral));
    await s.call('a', 'create', node('/pe/plain'));
    for (const prefix of ['/pe', '/pe/o', '/pe/one', '/pe/plain', '/none', '/', '', ' ', 'pe'])
      await s.call('a', 'getEphemerals', { prefixPath: prefix });
  }),
  scenario('the reserved nodes, and the root by its other name', async (s) => {
    await s.open('a');
    for (const path of ['', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
      await s.call('a', 'delete', remove(path));
      await s.call('a', 'getData', look(path));
      await s.call('a', 'getACL', { path });
    }
    await s.call('a', 'setData', set('', 'x'));
    await s.call('a', 'setData', set('/zookeeper/config', 'x'));
    await s.call('a', 'setData', set('/zookeeper', 'x'));
    await s.call('a', 'create', node(''));
    await s.call('a', 'create', node('/'));
    await s.call('a', 'create', node('/', '', createFlags.persistentSequential));
    await s.call('a', 'create', node('/zookeeper/own'));
    await s.call('a', 'delete', remove('/zookeeper/own'));
  }),
];
