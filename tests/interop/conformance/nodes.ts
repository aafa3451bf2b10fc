import { openAcl } from '@/lib/protocol/data';
import { createFlags, openAclRequests } from './requests';
import { node, scenario } from './scenario';

const { bad, modes } = openAclRequests;

export const nodeScenarios = [
  scenario('create, read and delete, with every field of Stat', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/n', 'hello'));
    await s.call('a', 'getData', { path: '/n', watch: false });
    await s.call('a', 'exists', { path: '/n', watch: false });
    await s.call('a', 'create2', node('/n/one', 'x'));
    await s.call('a', 'create2', node('/n/two', null));
    await s.call('a', 'getData', { path: '/n/two', watch: false });
    await s.call('a', 'getChildren', { path: '/n', watch: false });
    await s.call('a', 'getChildren2', { path: '/n', watch: false });
    await s.call('a', 'setData', { path: '/n/one', data: Buffer.from('changed'), version: 0 });
    await s.call('a', 'setData', { path: '/n/one', data: null, version: -1 });
    await s.call('a', 'getData', { path: '/n/one', watch: false });
    await s.call('a', 'exists', { path: '/n', watch: false });
    await s.call('a', 'delete', { path: '/n/one', version: 5 });
    await s.call('a', 'delete', { path: '/n/one', version: 2 });
    await s.call('a', 'exists', { path: '/n', watch: false });
    await s.call('a', 'delete', { path: '/n', version: -1 });
    await s.call('a', 'delete', { path: '/n/two', version: -1 });
    await s.call('a', 'delete', { path: '/n', version: -1 });
    await s.call('a', 'exists', { path: '/n', watch: false });
  }),
  scenario('cversion and pzxid move with children made and gone, and with nothing else', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/cv', 'x'));
    await s.call('a', 'create', node('/cv/kid', 'x'));
    const parent = { path: '/cv', watch: false };
    const steps: readonly (() => Promise<unknown>)[] = [
      () => s.call('a', 'create', node('/cv/eph', '', createFlags.ephemeral)),
      () => s.call('a', 'create', node('/cv/s-', '', createFlags.ephemeralSequential)),
      () => s.call('a', 'setData', { path: '/cv/kid', data: null, version: -1 }),
      () => s.call('a', 'setACL', { path: '/cv/kid', acl: openAcl, version: -1 }),
      () => s.call('a', 'create', node('/cv/kid/grandkid')),
      () => s.call('a', 'delete', { path: '/cv/kid/grandkid', version: -1 }),
      () => s.call('a', 'create', node('/cv/kid')),
      () => s.call('a', 'delete', { path: '/cv/none', version: -1 }),
      () => s.call('a', 'delete', { path: '/cv/kid', version: 9 }),
      () => s.call('a', 'setData', { path: '/cv', data: Buffer.alloc(0), version: -1 }),
      () => s.call('a', 'delete', { path: '/cv/kid', version: -1 }),
      () => s.call('a', 'delete', { path: '/cv/eph', version: -1 }),
      () => s.call('a', 'create', node('/cv/kid', 'again')),
    ];
    for (const step of steps) {
      await step();
      await s.call('a', 'exists', parent);
    }
    await s.open('b');
    await s.call('a', 'closeSession', null);
    await s.expectClosed('a');
    await s.call('b', 'exists', parent);
  }),
  scenario('null data is not empty data, wherever it is written', async (s) => {
    await s.open('a');
    for (const [name, data] of [
      ['null', null],
      ['empty', ''],
    ] as const) {
      const path = `/data-${name}`;
      await s.call('a', 'create', node(path, data));
      await s.call('a', 'create2', node(`${path}/two`, data));
      await s.call('a', 'create', node(`${path}/eph`, data, createFlags.ephemeral));
      await s.call('a', 'createContainer', node(`${path}/box`, data, createFlags.container));
      for (const one of [path, `${path}/two`, `${path}/eph`, `${path}/box`])
        await s.call('a', 'getData', { path: one, watch: false });
      for (const value of [Buffer.alloc(0), null, Buffer.from('x'), null]) {
        await s.call('a', 'setData', { path, data: value, version: -1 });
        await s.call('a', 'getData', { path, watch: false });
      }
    }
  }),
  scenario('which paths are none, for each operation that makes or changes a node', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/pt'));
    const odd = [
      '\u0001',
      '\u001f',
      '\u007f',
      '\u009f',
      '\u00a0',
      '\ud7ff',
      '\ue000',
      '\uf8ff',
      '\ufeff',
      '\ufff0',
      '\uffff',
    ];
    const paths = [
      ...odd.map((sign) => `/pt/a${sign}z`),
      ...[
        '/pt/.',
        '/pt/..',
        '/pt/...',
        '/pt/.a',
        '/pt/a.',
        '/pt/./a',
        '/pt/../a',
        '/.',
        '/..',
        '//',
        '/pt//a',
        '/pt/',
        'pt',
        ' ',
        '/ ',
        '/pt/a b',
      ],
    ];
    for (const path of paths) {
      await s.call('a', 'create', node(path));
      await s.call('a', 'create', node(path, '', createFlags.persistentSequential));
      await s.call('a', 'create2', node(path));
      await s.call('a', 'setData', { path, data: null, version: -1 });
      await s.call('a', 'setACL', { path, acl: openAcl, version: -1 });
      await s.call('a', 'delete', { path, version: -1 });
    }
    await s.call('a', 'getChildren2', { path: '/pt', watch: false });
  }),
  scenario('the initial tree', async (s) => {
    await s.open('a');
    for (const path of ['/zookeeper', '/zookeeper/config', '/zookeeper/quota']) {
      await s.call('a', 'getData', { path, watch: false });
      await s.call('a', 'getACL', { path });
      await s.call('a', 'getChildren', { path, watch: false });
    }
    await s.call('a', 'getACL', { path: '/' });
    await s.call('a', 'getChildren', { path: '/zookeeper', watch: false });
  }),
  scenario('errors, in the order in which they are found', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/e'));
    await s.call('a', 'create', node('/e'));
    await s.call('a', 'create', node('/none/child'));
    await s.call('a', 'create', node('/'));
    await s.call('a', 'create', node(''));
    await s.call('a', 'create', node('relative'));
    await s.call('a', 'create', node('/e/'));
    await s.call('a', 'create', node('/none/'));
    await s.call('a', 'create', node('/e//x'));
    await s.call('a', 'create', node('/e/./x'));
    await s.call('a', 'create', node('/e/..'));
    await s.call('a', 'create', node('/e/\u0001'));
    await s.call('a', 'create', node('/e/\u0000'));
    await s.call('a', 'create', node('/e/\ufff5'));
    await s.call('a', 'delete', { path: '/none', version: -1 });
    await s.call('a', 'delete', { path: '/none/x', version: -1 });
    await s.call('a', 'delete', { path: 'none', version: -1 });
    await s.call('a', 'delete', { path: '', version: -1 });
    for (const path of ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
      await s.call('a', 'delete', { path, version: -1 });
    }
    await s.call('a', 'setData', { path: '/none', data: Buffer.from('x'), version: -1 });
    await s.call('a', 'setData', { path: '/e', data: Buffer.from('x'), version: 9 });
    await s.call('a', 'setData', { path: 'e', data: Buffer.from('x'), version: -1 });
    await s.call('a', 'setData', { path: '/e/', data: Buffer.from('x'), version: -1 });
    await s.call('a', 'setData', { path: '/zookeeper/config', data: Buffer.from('x'), version: -1 });
    for (const path of ['', 'e', '/e/', '/e//x', '/none', '/e/../e']) {
      await s.call('a', 'exists', { path, watch: false });
      await s.call('a', 'getData', { path, watch: false });
      await s.call('a', 'getChildren', { path, watch: false });
      await s.call('a', 'getChildren2', { path, watch: false });
      await s.call('a', 'getACL', { path });
    }
    await s.call('a', 'exists', { path: '/e\u0000', watch: false });
  }),
  scenario('sequence numbers count every child ever created', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/q'));
    await s.call('a', 'create', node('/q/plain'));
    await s.call('a', 'create', node('/q/s-', '', createFlags.persistentSequential));
    await s.call('a', 'delete', { path: '/q/s-0000000001', version: -1 });
    await s.call('a', 'create', node('/q/s-', '', createFlags.ephemeralSequential));
    await s.call('a', 'create2', node('/q/', '', createFlags.persistentSequential));
    await s.call('a', 'create', node('/q/plain'));
    await s.call('a', 'create', node('/q/s-', '', createFlags.persistentSequential));
    await s.call('a', 'getChildren2', { path: '/q', watch: false });
  }),
  scenario('ephemeral nodes belong to their session and have no children', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create2', node('/eph', 'mine', createFlags.ephemeral));
    await s.call('b', 'getData', { path: '/eph', watch: true });
    await s.call('b', 'create', node('/eph/child'));
    await s.call('a', 'create', node('/eph'));
    await s.call('a', 'getEphemerals', { prefixPath: '/' });
    await s.call('a', 'getEphemerals', { prefixPath: '/ep' });
    await s.call('a', 'getEphemerals', { prefixPath: '/other' });
    await s.call('a', 'getEphemerals', { prefixPath: null });
    await s.call('b', 'getEphemerals', { prefixPath: '' });
    await s.call('a', 'closeSession', null);
    await s.expectClosed('a');
    await s.settle('b');
    await s.call('b', 'exists', { path: '/eph', watch: false });
  }),
  scenario('containers hide their marker, and modes that need extended types are refused', async (s) => {
    await s.open('a');
    await s.call('a', 'createContainer', node('/c', 'box', createFlags.container));
    await s.call('a', 'exists', { path: '/c', watch: false });
    await s.call('a', 'create2', node('/flag4', '', createFlags.container));
    for (const flags of [5, 6, 7, -1, 99]) await s.call('a', 'create', node(`/flag${flags}`, '', flags));
    for (const flags of [5, 6]) {
      await s.call('a', 'createTTL', { ...node('/ttl', '', flags), ttl: 1000n });
    }
    await s.call('a', 'createTTL', { ...node('/ttl', '', 0), ttl: 5n });
  }),
  scenario('counts of descendants', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/count'));
    for (const path of ['/count/a', '/count/b', '/count/a/c']) await s.call('a', 'create', node(path));
    await s.call('a', 'create', node('/count2'));
    await s.call('a', 'getAllChildrenNumber', { path: '/count' });
    await s.call('a', 'getAllChildrenNumber', { path: '/count/b' });
    await s.call('a', 'getAllChildrenNumber', { path: '/none' });
    await s.call('a', 'getAllChildrenNumber', { path: '/' });
  }),
  scenario('sync answers with its path, whatever it is', async (s) => {
    await s.open('a');
    for (const path of ['/', '/none', 'no path at all']) await s.call('a', 'sync', { path });
  }),
  scenario('bodies that do not decode, and operations that do not exist', async (s) => {
    await s.open('a');
    for (const [op, body] of bad) await s.call('a', op, body);
    await s.settle('a');
    await s.call('a', 999, Buffer.alloc(0));
    await s.expectClosed('a');
    await s.open('b');
    await s.call('b', 0, Buffer.alloc(0));
    await s.expectClosed('b');
  }),
  scenario('pipelined requests are answered in order', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/pipe'));
    for (let index = 0; index < 20; index += 1) {
      s.send('a', 'create', node(`/pipe/${index % 7}`, 'x', modes[index % modes.length]));
      s.send('a', 'getChildren', { path: '/pipe', watch: false });
      s.send('a', 'setData', { path: '/pipe', data: Buffer.from(String(index)), version: index % 5 });
      s.send('a', 'getData', { path: '/pipe', watch: false });
    }
    await s.receive('a');
  }),
  scenario('values of a few bytes and of almost jute.maxbuffer', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/big', 'x'.repeat(1_048_000)));
    await s.call('a', 'getData', { path: '/big', watch: false });
    await s.call('a', 'setData', { path: '/big', data: Buffer.alloc(0), version: 0 });
    await s.call('a', 'getData', { path: '/big', watch: false });
  }),
  scenario('names beyond ASCII', async (s) => {
    await s.open('a');
    await s.call('a', 'create2', node('/zurück', 'grün'));
    await s.call('a', 'create2', node('/节点', '值'));
    await s.call('a', 'getData', { path: '/节点', watch: false });
    await s.call('a', 'create', node('/emoji-\u{1f600}'));
    await s.call('a', 'delete', { path: '/节点', version: 0 });
  }),
  scenario('versions wrap and are compared as they are', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/v'));
    for (let version = 0; version < 3; version += 1) {
      await s.call('a', 'setData', { path: '/v', data: Buffer.from('v'), version });
    }
    await s.call('a', 'setData', { path: '/v', data: Buffer.from('v'), version: -2 });
    await s.call('a', 'delete', { path: '/v', version: 2 });
    await s.call('a', 'delete', { path: '/v', version: 3 });
  }),
];
