import { createHash } from 'node:crypto';
import { openAcl, permissions } from '@/lib/protocol/data';
import { createFlags } from '@/lib/protocol/proto';
import type { MemberOptions } from '../../support/member';
import type { Stage } from '../../support/stage';
import { foreign, node, scenario, type Scenario } from './scenario';

/** Servers that are set up otherwise: each group has two of its own. */

export interface SettingsGroup {
  readonly options: MemberOptions;
  readonly scenarios: readonly Scenario[];
}

const any = -1;
const look = (path: string) => ({ path, watch: false });
const set = (path: string, text = 'x') => ({ path, data: Buffer.from(text), version: any });
const login = (s: Stage, who: string, text: string) =>
  s.call(who, 'auth', { type: 0, scheme: 'digest', auth: Buffer.from(text) }, -4);
const hash = (text: string, algorithm = 'sha1') => createHash(algorithm).update(text).digest('base64');

/** Everything there is to do with what nobody may touch. */
async function meddle(s: Stage, who: string, path: string): Promise<void> {
  for (const op of ['getData', 'getChildren2'] as const) await s.call(who, op, look(path));
  await s.call(who, 'getACL', { path });
  await s.call(who, 'setData', set(path));
  await s.call(who, 'create', node(`${path}/kid`));
  await s.call(
    who,
    'multi',
    foreign([
      ['check', { path, version: any }],
      ['setData', set(path)],
    ]),
  );
  await s.call(who, 'delete', { path: `${path}/kid`, version: any });
  await s.call(who, 'setACL', { path, acl: [...openAcl], version: 77 });
}

const superScenario = scenario('super may do everything, and whoever only says so nothing', async (s) => {
  for (const name of ['a', 'b']) await s.open(name);
  await login(s, 'a', 'super:right');
  await login(s, 'b', 'super:wrong');
  for (const [name, acl] of [
    ['nobody', [{ perms: 0, scheme: 'world', id: 'anyone' }]],
    ['other', [{ perms: permissions.ALL, scheme: 'digest', id: 'x:y' }]],
    ['far', [{ perms: permissions.ALL, scheme: 'ip', id: '10.0.0.1' }]],
  ] as const) {
    await s.call('b', 'create', node(`/${name}`, 'x', 0, [...acl]));
    for (const who of ['b', 'a']) await meddle(s, who, `/${name}`);
  }
  for (const who of ['b', 'a']) {
    for (const path of ['/zookeeper/config', '/zookeeper', '/zookeeper/quota']) await meddle(s, who, path);
    await s.call(who, 'whoAmI', null);
    await s.call(who, 'create', node(`/auth-${who}`, 'x', 0, [{ perms: 31, scheme: 'auth', id: '' }]));
    await s.call(who, 'getACL', { path: `/auth-${who}` });
  }
});

const skipScenario = scenario('where ACLs are skipped they are still kept and judged', async (s) => {
  await s.open('a');
  const none = [{ perms: 0, scheme: 'world', id: 'anyone' }];
  await s.call('a', 'create', node('/skip', 'x', 0, none));
  await meddle(s, 'a', '/skip');
  await s.call('a', 'setData', set('/zookeeper/config'));
  await s.call('a', 'getACL', { path: '/skip' });
  for (const acl of [[], [{ perms: 31, scheme: 'nosuch', id: 'x' }], [{ perms: 31, scheme: 'auth', id: '' }]])
    await s.call('a', 'create', node('/skip/bad', 'x', 0, acl));
  await s.call('a', 'getChildren2', look('/skip'));
});

const enforced = [
  'create',
  'getData',
  'ping',
  'sync',
  'multi',
  'closeSession',
  'whoAmI',
  'addWatch',
] as const;

const enforceScenario = scenario(
  'who has not authenticated is answered and closed, whatever is asked',
  async (s) => {
    for (const op of enforced) {
      await s.open(op);
      const body = op === 'create' ? node('/en') : op === 'addWatch' ? { path: '/', mode: 0 } : op === 'multi' ? foreign([]) : look('/'); // prettier-ignore
      await s.call(op, op, op === 'ping' || op === 'closeSession' || op === 'whoAmI' ? null : body, op === 'ping' ? -2 : undefined); // prettier-ignore
      await s.expectClosed(op);
    }
    await s.open('in');
    await login(s, 'in', 'ann:pw');
    await s.call('in', 'create', node('/en'));
    await s.call('in', 'getData', look('/en'));
    await s.call('in', 'whoAmI', null);
    await s.call('in', 'closeSession', null);
    await s.expectClosed('in');
  },
);

const algorithmScenario = scenario('digests by another algorithm', async (s) => {
  for (const name of ['a', 'b']) await s.open(name);
  await login(s, 'a', 'ann:pw');
  await s.call('a', 'create', node('/alg', 'x', 0, [{ perms: 31, scheme: 'auth', id: '' }]));
  await s.call('a', 'getACL', { path: '/alg' });
  await s.call('b', 'create', node('/alg1', 'x', 0, [{ perms: 31, scheme: 'digest', id: `ann:${hash('ann:pw')}` }])); // prettier-ignore
  await s.call('b', 'create', node('/alg256', 'x', 0, [{ perms: 31, scheme: 'digest', id: `ann:${hash('ann:pw', 'sha256')}` }])); // prettier-ignore
  for (const who of ['a', 'b']) for (const path of ['/alg', '/alg1', '/alg256']) await meddle(s, who, path);
});

const smallScenarios = [900, 999, 1000, 1001, 1100].map((bytes) =>
  scenario(`a value with which the frame has ${bytes} bytes, where 1000 are the most`, async (s) => {
    await s.open('a');
    await s.open('b');
    await s.call('b', 'exists', { path: `/m${bytes}`, watch: true });
    const overhead = 8 + 4 + `/m${bytes}`.length + 4 + 4 + 4 + 9 + 10 + 4;
    await s.call('a', 'create', node(`/m${bytes}`, 'x'.repeat(bytes - overhead)));
    await s.settle('b');
    await s.call('b', 'getData', look(`/m${bytes}`));
  }),
);

const oldTtlScenario = scenario('TTL znodes in the form of 3.5.3', async (s) => {
  await s.open('a');
  for (const ttl of [0n, 1n, 86_400_000n, (1n << 40n) - 1n, 1n << 40n, (1n << 62n) - 1n, (1n << 63n) - 1n]) {
    await s.call('a', 'createTTL', { ...node(`/old${ttl}`, 'x', createFlags.persistentWithTtl), ttl });
    if (ttl !== 1n) await s.call('a', 'exists', look(`/old${ttl}`));
  }
});

const wordList = ['conf', 'cons', 'crst', 'dirs', 'dump', 'envi', 'gtmk', 'ruok', 'stmk', 'srst', 'srvr', 'stat', 'wchc', 'wchs', 'wchp', 'mntr', 'isro', 'hash', 'lead', 'RUOK', 'ruok\n', 'xxxx', 'ruo']; // prettier-ignore

/** What differs between two runs is left out: here it is which words are answered at all. */
const wordScenarios = wordList.map((word) =>
  scenario(`the word ${JSON.stringify(word)} where only ruok and isro are allowed`, async (s) => {
    const text = word === 'ruo' ? '' : await s.word(word);
    s.say(text.startsWith('Zookeeper version') ? 'answered' : text);
  }),
);

const quotaLimits = ['', 'count=5', 'bytes=5', 'count=5,bytes=5', 'count=1,bytes=-1=;byteHardLimit=5;countHardLimit=2']; // prettier-ignore

const quotaScenarios = quotaLimits.map((limits, number) =>
  scenario(`limits "${limits}" of a quota that is not enforced`, async (s) => {
    await s.open('a');
    const path = `/qn${number}`;
    await s.call('a', 'create', node(path, 'four'));
    await s.call('a', 'create', node(`${path}/before`, 'four'));
    await s.call('a', 'create', node(`/zookeeper/quota${path}`));
    await s.call('a', 'create', node(`/zookeeper/quota${path}/zookeeper_stats`, 'count=0,bytes=0'));
    const usage = () => s.call('a', 'getData', look(`/zookeeper/quota${path}/zookeeper_stats`));
    await usage();
    await s.call('a', 'create', node(`/zookeeper/quota${path}/zookeeper_limits`, limits));
    await usage();
    await s.call('a', 'create', node(`${path}/after`, 'x', createFlags.ephemeral));
    await s.call('a', 'create', node(`${path}/before/deep`, null));
    await s.call('a', 'setData', set(`${path}/before/deep`, 'longer'));
    await usage();
    await s.call('a', 'setData', set(`/zookeeper/quota${path}/zookeeper_limits`, 'count=9,bytes=9'));
    await s.call('a', 'delete', { path: `${path}/before/deep`, version: any });
    await usage();
    await s.call('a', 'delete', { path: `/zookeeper/quota${path}/zookeeper_stats`, version: any });
    await s.call('a', 'create', node(`${path}/more`));
    await usage();
    await s.call('a', 'delete', { path: `/zookeeper/quota${path}/zookeeper_limits`, version: any });
    await s.call('a', 'create', node(`${path}/last`));
  }),
);

const patient = { maxSessionTimeout: 600_000 };

export const settingsGroups: Readonly<Record<string, SettingsGroup>> = {
  'a super user': {
    options: {
      config: { ...patient, 'DigestAuthenticationProvider.superDigest': `super:${hash('super:right')}` },
    },
    scenarios: [superScenario],
  },
  'no ACLs': { options: { config: { ...patient, skipACL: 'yes' } }, scenarios: [skipScenario] },
  'authentication enforced': {
    options: { config: { ...patient, 'enforce.auth.enabled': true, 'enforce.auth.schemes': 'digest' } },
    scenarios: [enforceScenario],
  },
  'another digest': {
    options: { config: { ...patient, 'DigestAuthenticationProvider.digestAlg': 'SHA-256' } },
    scenarios: [algorithmScenario],
  },
  'small frames': { options: { flags: ['-Djute.maxbuffer=1000'] }, scenarios: smallScenarios },
  'TTLs of 3.5.3': {
    options: { config: { ...patient, extendedTypesEnabled: true, emulate353TTLNodes: true } },
    scenarios: [oldTtlScenario],
  },
  'few words': {
    options: { config: { '4lw.commands.whitelist': 'ruok, isro' } },
    scenarios: wordScenarios,
  },
  'plain quotas': { options: { config: patient }, scenarios: quotaScenarios },
};
