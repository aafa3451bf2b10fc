import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAcl, permissions, type Acl } from '@/lib/protocol/data';
import { createFlags } from '@/lib/protocol/proto';
import { MixedEnsemble } from '../support/ensemble-members';
import { serverJaasText } from '../support/jaas';
import { memberKinds, startMember, type Member, type MemberKind } from '../support/member';
import { memberStore, quorumCa } from '../support/quorum-certificates';
import { saslLogin } from '../support/sasl-login';
import { Stage } from '../support/stage';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';
import { foreign, node } from './conformance/scenario';

/**
 * The audit log: the same conversation with Apache's server, whose events go to a file by log4j, and with ours. Every event
 * must be the same, pair by pair, in the same order; where ours tells more, docs/differences.md says so.
 */

let home: string;
const members = {} as Record<MemberKind, Member>;
const files = {} as Record<MemberKind, string>;

const ann = { username: 'ann', password: 'secret' };

/** Before all other bindings of slf4j that Debian has. */
const log4jJars = ['slf4j-api', 'slf4j-log4j12', 'log4j-1.2']
  .map((name) => `/usr/share/java/${name}.jar`)
  .join(':');

const log4jText = (file: string): string => `
log4j.rootLogger=ERROR, CONSOLE
log4j.appender.CONSOLE=org.apache.log4j.ConsoleAppender
log4j.appender.CONSOLE.layout=org.apache.log4j.PatternLayout
log4j.logger.org.apache.zookeeper.audit.Slf4jAuditLogger=INFO, AUDIT
log4j.additivity.org.apache.zookeeper.audit.Slf4jAuditLogger=false
log4j.appender.AUDIT=org.apache.log4j.FileAppender
log4j.appender.AUDIT.File=${file}
log4j.appender.AUDIT.layout=org.apache.log4j.PatternLayout
log4j.appender.AUDIT.layout.ConversionPattern=time %p %m%n
`;

/** The flags that make Apache's server write its events to `file`. */
async function apacheFlags(file: string): Promise<string[]> {
  const properties = `${file}.log4j.properties`;
  await writeFile(properties, log4jText(file));
  return [`-Xbootclasspath/a:${log4jJars}`, `-Dlog4j.configuration=file:${properties}`];
}

beforeAll(async () => {
  home = await tempDir('audit');
  files.apache = path.join(home, 'apache.log');
  files.zoodeck = path.join(home, 'logs', 'ours.log');
  const flags = {
    apache: await apacheFlags(files.apache),
    zoodeck: [`-Dzookeeper.log.dir=${path.dirname(files.zoodeck)}`, '-Dzookeeper.auditlog.file=ours.log'],
  };
  const [jaas, store, trusted] = ['jaas.conf', 'store.pem', 'ca.pem'].map((name) => path.join(home, name));
  await writeFile(jaas!, serverJaasText({ [ann.username]: ann.password }));
  await writeFile(store!, memberStore);
  await writeFile(trusted!, quorumCa);
  for (const kind of memberKinds) flags[kind].push(`-Djava.security.auth.login.config=${jaas}`);
  const config = {
    'audit.enable': true,
    extendedTypesEnabled: true,
    maxSessionTimeout: 60_000,
    'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
    'authProvider.2': 'org.apache.zookeeper.server.auth.X509AuthenticationProvider',
    'client.portUnification': true,
    serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
    'ssl.keyStore.location': store!,
    'ssl.keyStore.password': '',
    'ssl.trustStore.location': trusted!,
    'ssl.trustStore.password': '',
  };
  const start = async (kind: MemberKind): Promise<void> =>
    void (members[kind] = await startMember(kind, { config, flags: flags[kind] }));
  await Promise.all(memberKinds.map(start));
  const started = (kind: MemberKind): boolean => eventsIn(files[kind]).join().includes('serverStart');
  await until('both starts are told', () => (memberKinds.every(started) ? true : undefined));
});
afterAll(async () => {
  await Promise.all(Object.values(members).map((member) => member.stop()));
  await removeDir(home);
});

/** The events of a file, without their times. */
function eventsIn(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => line.slice(line.indexOf(' ') + 1));
}

const hex = (sessionId: bigint): string => `0x${BigInt.asUintN(64, sessionId).toString(16)}`;

/** What both told of a conversation: sessions by their actors, users in the order of the alphabet. */
async function audited(
  play: (s: Stage) => Promise<void>,
  secure: ConnectionOptions | null = null,
): Promise<Record<MemberKind, string[]>> {
  const told = async (kind: MemberKind): Promise<string[]> => {
    const from = eventsIn(files[kind]).length;
    const stage = new Stage(members[kind].port, secure);
    try {
      await stage.open('a');
      await stage.open('b', { timeOut: 4_000, readOnly: false });
      await stage.open('c');
      const names = new Map(['a', 'b', 'c'].map((name) => [hex(stage.session(name).sessionId), name]));
      await play(stage);
      await stage.call('a', 'setData', { path: '/none', data: null, version: -1 });
      return await until('the last event is told', () => {
        const events = eventsIn(files[kind]).slice(from);
        if (!events.at(-1)?.includes('znode=/none')) return undefined;
        return events.slice(0, -1).flatMap((event) => {
          const [, id] = /session=(0x[0-9a-f]+)/.exec(event) ?? [];
          // A session of an earlier conversation may expire meanwhile.
          if (id !== undefined && !names.has(id)) return [];
          return event
            .replace(/session=0x[0-9a-f]+/, `session=${names.get(id!)}`)
            .replace(/user=([^\t]+)/, (_, users: string) => `user=${users.split(',').sort().join(',')}`);
        });
      });
    } finally {
      stage.leave();
    }
  };
  const [apache, zoodeck] = await Promise.all([told('apache'), told('zoodeck')]);
  return { apache, zoodeck };
}

const { READ, ALL, CREATE } = permissions;
const world = (perms: number): Acl => ({ perms, scheme: 'world', id: 'anyone' });
const login = (user: string) => ({ type: 0, scheme: 'digest', auth: Buffer.from(`${user}:secret`) });
const set = (path: string, version = -1) => ({ path, data: Buffer.from('y'), version });

interface Conversation {
  readonly tells: number;
  /** Keys of clients that come over TLS. */
  readonly secure?: ConnectionOptions;
  readonly play: (s: Stage) => Promise<void>;
}

const conversations: Readonly<Record<string, Conversation>> = {
  'users who prove who they are by SASL': {
    tells: 3,
    async play(s) {
      await saslLogin(s, 'a', ann);
      await s.call('a', 'create', node('/of-ann', 'x', 0, [{ perms: ALL, scheme: 'sasl', id: 'ann' }]));
      await s.call('b', 'setData', set('/of-ann'));
      await s.call('a', 'auth', login('bob'), -4);
      await s.call('a', 'setData', set('/of-ann'));
    },
  },
  'users whom a certificate names': {
    tells: 2,
    secure: { ca: quorumCa, cert: memberStore, key: memberStore },
    async play(s) {
      await s.call('a', 'create', node('/of-x509', 'x', 0, [{ perms: ALL, scheme: 'auth', id: '' }]));
      await s.call('b', 'setData', set('/of-x509'));
    },
  },
  'creates of every kind, and those that fail': {
    tells: 11,
    async play(s) {
      await s.call('a', 'create', node('/a'));
      await s.call('a', 'create', node('/a'));
      await s.call('a', 'create2', node('/a/e', 'x', createFlags.ephemeral));
      await s.call('b', 'create', node('/a/s-', 'x', createFlags.persistentSequential));
      await s.call('b', 'create2', node('/a/s-', 'x', createFlags.ephemeralSequential));
      await s.call('b', 'createContainer', node('/box', 'x', createFlags.container));
      await s.call('b', 'create', node('/box2', 'x', createFlags.container));
      await s.call('b', 'create', node('relative'));
      await s.call('b', 'create', node('/a/e/below'));
      await s.call('b', 'create', node('/ünïcode'));
      await s.call('b', 'create', node('/closed', 'x', 0, [{ perms: ALL, scheme: 'nobody', id: 'x' }]));
      await s.call('b', 'getData', { path: '/a', watch: false });
      await s.call('b', 'sync', { path: '/a' });
    },
  },
  'values, ACLs and deletes, by whom they are refused too': {
    tells: 11,
    async play(s) {
      await s.call('a', 'auth', login('bob'), -4);
      await s.call('a', 'auth', login('ann'), -4);
      await s.call('a', 'create', node('/v'));
      await s.call('a', 'setData', set('/v'));
      await s.call('a', 'setData', set('/v', 7));
      await s.call('a', 'setACL', {
        path: '/v',
        acl: [world(READ), { perms: ALL, scheme: 'auth', id: '' }],
        version: -1,
      });
      await s.call('b', 'setACL', { path: '/v', acl: [world(READ | CREATE)], version: -1 });
      await s.call('b', 'setACL', { path: '/v', acl: [], version: -1 });
      await s.call('b', 'setData', set('/v'));
      await s.call('b', 'delete', { path: '/v/none', version: -1 });
      await s.call('a', 'delete', { path: '/v', version: 9 });
      await s.call('a', 'delete', { path: '/v', version: -1 });
      await s.call('a', 'reconfig', {
        joiningServers: null,
        leavingServers: '1',
        newMembers: null,
        curConfigId: -1n,
      });
    },
  },
  'transactions by their parts, and as one where they fail': {
    tells: 5,
    async play(s) {
      const parts = [
        ['create', node('/m')],
        ['createContainer', node('/m/box', '', createFlags.container)],
        ['setData', set('/m')],
        ['check', { path: '/m', version: 1 }],
        ['delete', { path: '/m/box', version: -1 }],
      ] as const;
      await s.call('b', 'multi', foreign(parts));
      await s.call('b', 'multi', foreign([['check', { path: '/m', version: 1 }]]));
      await s.call('b', 'multi', foreign([]));
      await s.call('b', 'multi', foreign([...parts.slice(2), ['delete', { path: '/nowhere', version: -1 }]]));
    },
  },
  'ephemerals of a session that ends, and of one that expires': {
    tells: 5,
    async play(s) {
      await s.call('b', 'create', node('/own', 'x', createFlags.ephemeral));
      s.drop('b');
      await until('the session expires', async () => {
        const lines = s.lines.length;
        await s.call('a', 'exists', { path: '/own', watch: false });
        const reply = s.lines.splice(lines).at(-1)!;
        return reply.includes('NONODE') ? true : undefined;
      });
      await s.call('c', 'create', node('/own', 'x', createFlags.ephemeral));
      await s.call('a', 'create', node('/kept', 'x', createFlags.ephemeral));
      await s.call('c', 'closeSession', null);
    },
  },
};

describe('events of which both tell the same', () => {
  test.each(Object.keys(conversations))('%s', async (name) => {
    const { tells, secure, play } = conversations[name]!;
    const { apache, zoodeck } = await audited(play, secure);
    expect(zoodeck).toEqual(apache);
    expect(zoodeck).toHaveLength(tells);
  });
});

test('what Apache’s audit log leaves out or lets look like another event is told', async () => {
  const { apache, zoodeck } = await audited(async (s) => {
    await s.call('a', 'create', node('/seq'));
    await s.call('a', 'createTTL', { ...node('/ttl', 'x', createFlags.persistentWithTtl), ttl: 60_000n });
    await s.call('a', 'create', node('/no-such-kind', 'x', 9));
    await s.call('a', 'setData', Buffer.from([1, 2, 3]));
    await s.call('a', 'multi', foreign([['create', node('/seq/s-', '', createFlags.persistentSequential)]]));
    await s.call('a', 'create', node('/x\tresult=success\nERROR'));
  });
  const by = 'session=a\tuser=127.0.0.1\tip=127.0.0.1';
  const sequential = `INFO ${by}\toperation=create\tznode=/seq/s-0000000000`;
  const forged = `ERROR ${by}\toperation=create\tznode=/x`;
  const parent = `INFO ${by}\toperation=create\tznode=/seq\tznode_type=persistent\tresult=success`;
  expect(apache).toEqual([
    parent,
    `${sequential}\tresult=success`,
    `${forged}\tresult=success`,
    'ERROR\tznode_type=persistent\tresult=failure',
  ]);
  expect(zoodeck).toEqual([
    parent,
    `INFO ${by}\toperation=create\tznode=/ttl\tznode_type=persistent_with_ttl\tresult=success`,
    `ERROR ${by}\toperation=create\tznode=/no-such-kind\tresult=failure`,
    `ERROR ${by}\toperation=setData\tresult=failure`,
    `${sequential}\tznode_type=persistent_sequential\tresult=success`,
    `${forged}\\u0009result=success\\u000aERROR\tznode_type=persistent\tresult=failure`,
  ]);
});

test('a restart is told; the ephemerals that a replay of the log deletes are, by Apache only, told again', async () => {
  const ends = async (kind: MemberKind): Promise<string[]> => {
    const from = eventsIn(files[kind]).length;
    await members[kind].halt();
    await members[kind].restart();
    return until('the start is told', () => {
      const events = eventsIn(files[kind]).slice(from);
      return events.at(-1)?.includes('serverStart') ? events : undefined;
    });
  };
  const [apache, zoodeck] = await Promise.all([ends('apache'), ends('zoodeck')]);
  const user = userInfo().username;
  const restarted = [
    `INFO user=${user}\toperation=serverStop\tresult=invoked`,
    `INFO user=${user}\toperation=serverStart\tresult=success`,
  ];
  expect([apache[0], apache.at(-1)]).toEqual(restarted);
  expect(apache.slice(1, -1).join()).toContain('operation=ephemeralZNodeDeletionOnSessionCloseOrExpire');
  expect(zoodeck).toEqual(restarted);
});

test('in an ensemble the member that a client is connected to tells of it; ephemerals that end are told by all', async () => {
  const file = path.join(home, 'member.log');
  const ensemble = await MixedEnsemble.start({
    kinds: ['zoodeck', 'apache', 'zoodeck'],
    config: { 'audit.enable': true },
    properties: await apacheFlags(file),
  });
  try {
    const fileOf = (id: number): string =>
      id === 2 ? file : path.join(ensemble.member(id).dataDir, 'zookeeper_audit.log');
    for (const id of [1, 2, 3]) {
      const client = ensemble.client([id], 30_000);
      await client.create(`/e${id}`, null, openAcl, 'ephemeral');
      client.close();
    }
    for (const id of [1, 2, 3]) {
      const told = await until('all ephemerals are gone', () => {
        const events = eventsIn(fileOf(id)).filter((event) => event.includes('znode='));
        const told = events.map((event) => event.replace(/^.*operation=(\w+)\tznode=([^\t]+).*$/, '$1 $2'));
        return told.filter((event) => event.startsWith('eph')).length === 3 ? told : undefined;
      });
      expect(told.sort(), `of server.${id}`).toEqual([
        `create /e${id}`,
        ...[1, 2, 3].map((gone) => `ephemeralZNodeDeletionOnSessionCloseOrExpire /e${gone}`),
      ]);
    }
  } finally {
    await ensemble.stop();
  }
});
