import { createHash } from 'node:crypto';
import { openAcl, permissions, type Acl } from '@/lib/protocol/data';
import type { Stage } from '../../support/stage';
import { node, scenario } from './scenario';

const { READ, WRITE, CREATE, DELETE, ADMIN, ALL } = permissions;
const alice = `alice:${createHash('sha1').update('alice:secret').digest('base64')}`;

function entry(perms: number, scheme: string, id: string): Acl {
  return { perms, scheme, id };
}

function login(s: Stage, name: string, text: string, scheme = 'digest') {
  return s.call(name, 'auth', { type: 0, scheme, auth: Buffer.from(text) }, -4);
}

/** Everything a client can try on a node and its children. */
async function tryAll(s: Stage, name: string, path: string): Promise<void> {
  await s.call(name, 'exists', { path, watch: false });
  await s.call(name, 'getData', { path, watch: true });
  await s.call(name, 'getChildren', { path, watch: false });
  await s.call(name, 'getACL', { path });
  await s.call(name, 'setData', { path, data: Buffer.from('t'), version: -1 });
  await s.call(name, 'create', node(`${path}/kid`));
  await s.call(name, 'delete', { path: `${path}/kid`, version: -1 });
  await s.call(name, 'getAllChildrenNumber', { path });
}

export const accessScenarios = [
  scenario('each permission allows what it names', async (s) => {
    await s.open('a');
    for (const perms of [READ, WRITE, CREATE, DELETE, ADMIN, CREATE | DELETE, READ | WRITE, 0]) {
      const path = `/p${perms}`;
      await s.call('a', 'create', node(path, 'x', 0, [entry(perms, 'world', 'anyone')]));
      await tryAll(s, 'a', path);
    }
  }),
  scenario('digest: whoever logged in, and nobody else', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/digest', 'x', 0, [entry(ALL, 'digest', alice)]));
    await tryAll(s, 'b', '/digest');
    await login(s, 'b', 'alice:wrong');
    await tryAll(s, 'b', '/digest');
    await login(s, 'b', 'alice:secret');
    await tryAll(s, 'b', '/digest');
    await login(s, 'b', 'justoneword');
    await s.settle('b');
  }),
  scenario('scheme auth becomes the ids of the connection', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/auth0', 'x', 0, [entry(ALL, 'auth', '')]));
    await login(s, 'a', 'alice:secret');
    await login(s, 'a', 'bob:builder');
    await s.call(
      'a',
      'create',
      node('/auth', 'x', 0, [entry(READ, 'auth', 'ignored'), entry(READ, 'world', 'anyone')]),
    );
    await s.call('a', 'getACL', { path: '/auth' });
    await s.call('a', 'create', node('/auth2', 'x', 0, [entry(ALL, 'auth', '')]));
    await s.call('a', 'getACL', { path: '/auth2' });
    await s.open('b');
    await s.call('b', 'getACL', { path: '/auth' });
    await s.call('b', 'getACL', { path: '/auth2' });
  }),
  scenario('ip: exact, masked, malformed', async (s) => {
    await s.open('a');
    for (const id of [
      '127.0.0.1',
      '127.0.0.0/8',
      '10.0.0.0/8',
      '0.0.0.0/0',
      '127.0.0.1/33',
      '127.0.1',
      'localhost',
      '::1',
      '',
    ]) {
      const path = `/ip-${id.replaceAll('/', '_')}`;
      await s.call('a', 'create', node(path, 'x', 0, [entry(READ, 'ip', id)]));
      await s.call('a', 'getData', { path, watch: false });
    }
  }),
  scenario('ACLs that are none', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/acl-empty', 'x', 0, []));
    await s.call('a', 'create', node('/acl-world', 'x', 0, [entry(ALL, 'world', 'nobody')]));
    await s.call('a', 'create', node('/acl-scheme', 'x', 0, [entry(ALL, 'nosuch', 'id')]));
    await s.call('a', 'create', node('/acl-digest', 'x', 0, [entry(ALL, 'digest', 'no-colon')]));
    await s.call('a', 'create', node('/acl-digest3', 'x', 0, [entry(ALL, 'digest', 'a:b:c')]));
    await s.call('a', 'create', node('/acl-super', 'x', 0, [entry(ALL, 'super', 'x')]));
    await s.call('a', 'create', node('/acl-x509', 'x', 0, [entry(ALL, 'x509', 'CN=a,O=b')]));
    await s.call('a', 'create', node('/acl-sasl', 'x', 0, [entry(ALL, 'sasl', 'bob')]));
    await s.call('a', 'create', node('/acl-perms', 'x', 0, [entry(255, 'world', 'anyone')]));
    await s.call(
      'a',
      'create',
      node('/acl-twice', 'x', 0, [...openAcl, ...openAcl, entry(READ, 'world', 'anyone')]),
    );
    for (const path of ['/acl-twice', '/acl-perms']) await s.call('a', 'getACL', { path });
    await s.call('a', 'setACL', { path: '/acl-twice', acl: [], version: -1 });
    await s.call('a', 'setACL', { path: '/none', acl: [], version: -1 });
  }),
  scenario('setACL has its own version and leaves the rest of Stat alone', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/sa', 'x'));
    await s.call('a', 'setACL', { path: '/sa', acl: [entry(ALL, 'world', 'anyone')], version: 0 });
    await s.call('a', 'setACL', { path: '/sa', acl: [entry(ALL, 'world', 'anyone')], version: 0 });
    await s.call('a', 'setACL', { path: '/sa', acl: [entry(READ, 'world', 'anyone')], version: 1 });
    await s.call('a', 'setACL', { path: '/sa', acl: openAcl, version: -1 });
    await s.call('a', 'getACL', { path: '/sa' });
    await s.call('a', 'exists', { path: '/sa', watch: false });
    await s.call('a', 'setACL', { path: '/none', acl: openAcl, version: -1 });
    await s.call('a', 'setACL', { path: '/zookeeper/config', acl: openAcl, version: -1 });
  }),
  scenario('who am I', async (s) => {
    await s.open('a');
    await s.call('a', 'whoAmI', null);
    await login(s, 'a', 'alice:secret');
    await login(s, 'a', 'bob:builder');
    await login(s, 'a', 'alice:secret');
    await s.call('a', 'whoAmI', null);
  }),
  scenario('an unknown scheme is answered and the connection closed', async (s) => {
    await s.open('a');
    await login(s, 'a', 'x', 'nosuch');
    await s.expectClosed('a');
    await s.open('b');
    await login(s, 'b', '', 'ip');
    await login(s, 'b', 'x', 'world');
    await s.settle('b');
  }),
  scenario('permission to delete is the parent’s', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/del', 'x'));
    await s.call('a', 'create', node('/del/kid', 'x', 0, [entry(READ, 'world', 'anyone')]));
    await s.call('a', 'setACL', {
      path: '/del',
      acl: [entry(READ | CREATE | ADMIN, 'world', 'anyone')],
      version: -1,
    });
    await s.call('a', 'delete', { path: '/del/kid', version: 7 });
    await s.call('a', 'setACL', { path: '/del', acl: openAcl, version: -1 });
    await s.call('a', 'delete', { path: '/del/kid', version: -1 });
  }),
  scenario('an ephemeral node goes with its session, whatever its ACL', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'create', node('/locked', 'x', 1, [entry(READ, 'world', 'anyone')]));
    await s.call('a', 'closeSession', null);
    await s.call('b', 'exists', { path: '/locked', watch: false });
  }),
  scenario('who may not read a znode is not told of it, though the watch is used up', async (s) => {
    for (const name of ['a', 'b', 'c']) await s.open(name);
    await login(s, 'c', 'alice:secret');
    const hidden = [entry(ALL, 'digest', alice)];
    await s.call('a', 'create', node('/hid'));
    for (const name of ['b', 'c']) {
      await s.call(name, 'addWatch', { path: '/hid', mode: 1 });
      await s.call(name, 'exists', { path: '/hid/x', watch: true });
      await s.call(name, 'getChildren', { path: '/hid', watch: true });
    }
    await s.open('d');
    await s.call('d', 'exists', { path: '/hid/x', watch: true });
    await s.call('d', 'getChildren', { path: '/hid', watch: true });
    await login(s, 'a', 'alice:secret');
    const steps = [
      () => s.call('a', 'create', node('/hid/x', 'x', 0, hidden)),
      () => s.call('a', 'setData', { path: '/hid/x', data: null, version: -1 }),
      () => s.call('a', 'setACL', { path: '/hid', acl: hidden, version: -1 }),
      () => s.call('a', 'create', node('/hid/open')),
      () => s.call('a', 'delete', { path: '/hid/x', version: -1 }),
      () => s.call('a', 'delete', { path: '/hid/open', version: -1 }),
      () => s.call('a', 'setACL', { path: '/hid', acl: openAcl, version: -1 }),
      () => s.call('a', 'create', node('/hid/x')),
      () => s.call('a', 'delete', { path: '/hid/x', version: -1 }),
    ];
    for (const step of steps) {
      await step();
      for (const name of ['b', 'c', 'd']) await s.settle(name);
    }
  }),
  scenario('a quota is text in the tree, and its count follows', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/quota', 'four'));
    await s.call('a', 'create', node('/zookeeper/quota/quota'));
    await s.call('a', 'create', node('/zookeeper/quota/quota/zookeeper_limits', 'count=3,bytes=100'));
    await s.call('a', 'create', node('/zookeeper/quota/quota/zookeeper_stats', 'count=0,bytes=0'));
    await s.call('a', 'getData', { path: '/zookeeper/quota/quota/zookeeper_stats', watch: false });
    for (const child of ['a', 'b', 'c', 'd']) await s.call('a', 'create', node(`/quota/${child}`, 'data'));
    await s.call('a', 'setData', { path: '/quota/a', data: Buffer.from('much longer'), version: -1 });
    await s.call('a', 'getData', { path: '/zookeeper/quota/quota/zookeeper_stats', watch: false });
    await s.call('a', 'delete', { path: '/quota/a', version: -1 });
    await s.call('a', 'getData', { path: '/zookeeper/quota/quota/zookeeper_stats', watch: false });
    await s.call('a', 'getChildren2', { path: '/zookeeper/quota/quota', watch: false });
  }),
];
