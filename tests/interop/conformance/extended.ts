import { createFlags } from '@/lib/protocol/proto';
import type { Stage } from '../../support/stage';
import { foreign, node, scenario } from './scenario';

/** A server with TTL znodes, enforced quotas, and short intervals (see `extendedOptions`). */

export const extendedOptions = {
  config: {
    extendedTypesEnabled: true,
    enforceQuota: true,
    tickTime: 200,
    // Sessions of one scenario must not end in the next.
    maxSessionTimeout: 40_000,
  },
  flags: [
    '-Dznode.container.checkIntervalMs=300',
    '-Dznode.container.maxPerMinute=60000',
    '-Dznode.container.maxNeverUsedIntervalMs=500',
  ],
};

const any = -1;
const day = 86_400_000n;
const { persistentWithTtl, persistentSequentialWithTtl } = createFlags;
const ttlNode = (path: string, ttl: bigint, flags: number = persistentWithTtl) => ({
  ...node(path, 'x', flags),
  ttl,
});

/** A quota, as zkCli.sh writes it. */
async function setQuota(s: Stage, path: string, limits: string): Promise<void> {
  await s.call('a', 'create', node(path, ''));
  const at = `/zookeeper/quota${path}`;
  await s.call('a', 'create', node(at));
  await s.call('a', 'create', node(`${at}/zookeeper_limits`, limits));
  await s.call('a', 'create', node(`${at}/zookeeper_stats`, 'count=0,bytes=0'));
}

async function usage(s: Stage, path: string): Promise<void> {
  await s.call('a', 'getData', { path: `/zookeeper/quota${path}/zookeeper_stats`, watch: false });
}

export const extendedScenarios = [
  scenario('which TTLs there are, for each kind of znode', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/ttl'));
    for (const flags of [0, 1, 2, 3, 4, 5, 6, 7, any])
      for (const ttl of [0n, day, (1n << 40n) - 1n, 1n << 40n, (1n << 63n) - 1n]) {
        await s.call('a', 'createTTL', ttlNode(`/ttl/${flags}-${ttl}-`, ttl, flags));
        // Inside multi a container, which would go at a moment of each server's own.
        if (flags === createFlags.container) continue;
        await s.call('a', 'multi', foreign([['createTTL', ttlNode(`/ttl/m${flags}-${ttl}-`, ttl, flags)]]));
      }
    for (const flags of [persistentWithTtl, persistentSequentialWithTtl])
      for (const ttl of [-1n, -(1n << 63n)]) {
        await s.call('a', 'createTTL', ttlNode('/ttl/negative', ttl, flags));
        await s.call('a', 'multi', foreign([['createTTL', ttlNode('/ttl/negative', ttl, flags)]]));
      }
    await s.call('a', 'getChildren2', { path: '/ttl', watch: false });
  }),
  scenario('a TTL znode is like any other while it lasts', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'exists', { path: '/tn', watch: true });
    await s.call('a', 'createTTL', ttlNode('/tn', day));
    await s.settle('b');
    await s.call('b', 'exists', { path: '/tn', watch: false });
    await s.call('b', 'create', node('/tn/kid'));
    await s.call('a', 'createTTL', ttlNode('/tn/deep', day));
    await s.call('a', 'createTTL', ttlNode('/tn/deep/s-', day, persistentSequentialWithTtl));
    await s.call('a', 'createTTL', ttlNode('/tn/deep/s-', day, persistentSequentialWithTtl));
    await s.call('a', 'createTTL', ttlNode('/tn', day));
    await s.call('a', 'createTTL', ttlNode('/none/tn', day));
    await s.call('a', 'createTTL', { ...ttlNode('/tn/acl', day), acl: [] });
    await s.call('a', 'setData', { path: '/tn', data: Buffer.from('y'), version: 0 });
    await s.call('a', 'setACL', { path: '/tn', acl: ttlNode('', day).acl, version: 0 });
    await s.call('a', 'delete', { path: '/tn', version: any });
    await s.call('a', 'getEphemerals', { prefixPath: '/' });
    await s.call('a', 'getChildren2', { path: '/tn', watch: false });
    await s.call('a', 'create', node('/tn/eph', '', createFlags.ephemeral));
    await s.call('a', 'createTTL', ttlNode('/tn/eph/kid', day));
  }),
  scenario('TTL znodes inside a transaction', async (s) => {
    await s.open('a');
    await s.call(
      'a',
      'multi',
      foreign([
        ['createTTL', ttlNode('/tm', day)],
        ['createTTL', ttlNode('/tm/s-', day, persistentSequentialWithTtl)],
        ['create', node('/tm/kid')],
      ]),
    );
    await s.call('a', 'multi', foreign([['create', node('/tm/no', '', persistentWithTtl)]]));
    await s.call('a', 'multi', foreign([['create2', node('/tm/no', '', persistentSequentialWithTtl)]]));
    await s.call(
      'a',
      'multi',
      foreign([
        ['createTTL', ttlNode('/tm/one', day)],
        ['createTTL', ttlNode('/tm/two', 0n)],
        ['create', node('/tm/three')],
      ]),
    );
    await s.call('a', 'getChildren2', { path: '/tm', watch: false });
    for (const op of ['create', 'create2', 'createContainer'] as const)
      for (const flags of [persistentWithTtl, persistentSequentialWithTtl])
        await s.call('a', op, node('/tm/op', '', flags));
  }),
  scenario('TTL znodes go once nobody has set them for so long and they have no children', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'createTTL', ttlNode('/go', 100n));
    await s.call('b', 'exists', { path: '/go', watch: true });
    await s.call('a', 'create', node('/go/kid'));
    await s.call('a', 'createTTL', ttlNode('/go/soon', 1n));
    await s.call('b', 'exists', { path: '/go/soon', watch: true });
    await s.hear('b');
    await s.call('b', 'exists', { path: '/go/soon', watch: false });
    await s.call('a', 'exists', { path: '/go', watch: false });
    await s.call('a', 'delete', { path: '/go/kid', version: any });
    await s.hear('b');
    await s.call('b', 'exists', { path: '/go', watch: false });
  }),
  scenario('containers go once they are empty again, and those that nobody used', async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('a', 'createContainer', node('/cg', '', createFlags.container));
    await s.call('a', 'create', node('/cg/kid'));
    await s.call('b', 'getChildren', { path: '/cg', watch: true });
    await s.call('b', 'exists', { path: '/cg', watch: true });
    await s.call('a', 'delete', { path: '/cg/kid', version: any });
    await s.hear('b');
    await s.hear('b');
    await s.call('b', 'exists', { path: '/cg', watch: false });
    await s.call('a', 'createContainer', node('/unused', '', createFlags.container));
    await s.call('b', 'getData', { path: '/unused', watch: true });
    await s.hear('b');
    await s.call('b', 'exists', { path: '/unused', watch: false });
  }),
  scenario('a session that is over takes its ephemerals along, and does not come back', async (s) => {
    await s.open('a');
    await s.open('b', { timeOut: 1, readOnly: false });
    await s.call('b', 'create', node('/expiring', '', createFlags.ephemeral));
    await s.call('a', 'getData', { path: '/expiring', watch: true });
    const { sessionId, passwd } = s.session('b');
    s.drop('b');
    await s.hear('a');
    await s.open('c', { sessionId, passwd, readOnly: false });
    await s.expectClosed('c');
    await s.call('a', 'exists', { path: '/expiring', watch: false });
  }),
  scenario('a hard limit of znodes', async (s) => {
    await s.open('a');
    await setQuota(s, '/qc', 'count=2,bytes=-1=;countHardLimit=3');
    for (const name of ['a', 'b', 'c']) await s.call('a', 'create', node(`/qc/${name}`, 'x'));
    await s.call('a', 'create2', node('/qc/d', 'x'));
    await s.call('a', 'create', node('/qc/none/d', 'x'));
    await s.call('a', 'create', node('/qc/s-', 'x', createFlags.persistentSequential));
    await s.call('a', 'createTTL', ttlNode('/qc/t', day));
    await s.call('a', 'multi', foreign([['create', node('/qc/m')], ['delete', { path: '/qc/a', version: any }]])); // prettier-ignore
    await s.call('a', 'setData', { path: '/qc/a', data: Buffer.alloc(100), version: any });
    await usage(s, '/qc');
    await s.call('a', 'delete', { path: '/qc/a', version: any });
    await s.call('a', 'multi', foreign([['create', node('/qc/m')], ['create', node('/qc/n')]])); // prettier-ignore
    await usage(s, '/qc');
    await s.call('a', 'create', node('/qc/o'));
  }),
  scenario('a hard limit of bytes', async (s) => {
    await s.open('a');
    await setQuota(s, '/qb', 'count=-1,bytes=5=;byteHardLimit=10');
    await s.call('a', 'create', node('/qb/a', '12345'));
    await s.call('a', 'create', node('/qb/b', '123456'));
    await s.call('a', 'create', node('/qb/b', '12345'));
    await s.call('a', 'create', node('/qb/empty', ''));
    await s.call('a', 'create', node('/qb/null', null));
    for (const [data, version] of [
      ['123456', any],
      ['1234', any],
      ['12345', 1],
      ['123456', 99],
      ['', any],
    ] as const)
      // prettier-ignore
      await s.call('a', 'setData', { path: '/qb/a', data: Buffer.from(data), version });
    await usage(s, '/qb');
    await s.call('a', 'setData', {
      path: '/zookeeper/quota/qb/zookeeper_limits',
      data: Buffer.from('count=-1,bytes=-1=;byteHardLimit=2'),
      version: any,
    });
    for (const data of ['1', '12', '123', ''])
      await s.call('a', 'setData', { path: '/qb/b', data: Buffer.from(data), version: any });
    await usage(s, '/qb');
  }),
  scenario('soft limits refuse nothing, and quotas lie above one another', async (s) => {
    await s.open('a');
    await setQuota(s, '/qs', 'count=1,bytes=1');
    await s.call('a', 'create', node('/qs/a', 'long'));
    await s.call('a', 'create', node('/qs/b', 'long'));
    await usage(s, '/qs');
    await setQuota(s, '/qs/a', 'count=-1,bytes=-1=;byteHardLimit=6;countHardLimit=2');
    await s.call('a', 'create', node('/qs/a/in', '12'));
    await s.call('a', 'create', node('/qs/a/over', ''));
    await s.call('a', 'setData', { path: '/qs/a/in', data: Buffer.from('123'), version: any });
    await s.call('a', 'create', node('/qs/c', 'beside'));
    await usage(s, '/qs');
    await usage(s, '/qs/a');
    await s.call('a', 'delete', { path: '/zookeeper/quota/qs/a/zookeeper_limits', version: any });
    await s.call('a', 'create', node('/qs/a/over', ''));
    await usage(s, '/qs');
    await usage(s, '/qs/a');
  }),
];
