import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { permissions, type Acl } from '@/lib/protocol/data';
import { runToEnd, startChild } from '../support/child';
import { serverJaasText } from '../support/jaas';
import { apacheCliCommand, memberKinds, root, startMember, type Member } from '../support/member';
import { runKazoo } from '../support/python';
import { saslLogin } from '../support/sasl-login';
import { Stage } from '../support/stage';
import { removeDir, tempDir } from '../support/temp';
import { node } from './conformance/scenario';

/**
 * SASL DIGEST-MD5 and authentication providers: the same requests to Apache's server and to ours, whose answers must be
 * the same, and the clients that speak it, kazoo and Apache's shell, against both.
 */

const { ALL, READ } = permissions;
let home: string;
let lenient: Member[];
let strict: Member[];

const providers = {
  'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
  'authProvider.2': 'org.apache.zookeeper.server.auth.X509AuthenticationProvider',
};
const superDigest = `super:${createHash('sha1').update('super:duper').digest('base64')}`;

beforeAll(async () => {
  home = await tempDir('client-sasl');
  const jaas = path.join(home, 'jaas.conf');
  await writeFile(jaas, serverJaasText({ bob: 'se"cret', ann: 'pässword', super: 'written' }));
  const flags = [
    `-Djava.security.auth.login.config=${jaas}`,
    '-Dzookeeper.SASLAuthenticationProvider.superPassword=apart',
  ];
  const start = (config: Record<string, string>) =>
    Promise.all(
      memberKinds.map((kind) =>
        startMember(kind, {
          config: { ...providers, ...config },
          flags,
        }),
      ),
    );
  lenient = await start({
    'superUser.1': 'ann',
    letAnySaslUserDoX: 'anybody',
    'DigestAuthenticationProvider.superDigest': superDigest,
  });
  strict = await start({
    sessionRequireClientSASLAuth: 'true',
    'DigestAuthenticationProvider.enabled': 'false',
  });
});
afterAll(async () => {
  await Promise.all([...(lenient ?? []), ...(strict ?? [])].map((member) => member.stop()));
  await removeDir(home);
});

const sasl = (id: string): Acl => ({ perms: ALL, scheme: 'sasl', id });

/** What the transcript may not have in common: nonces and what is made of them. */
function comparable(lines: readonly string[]): string {
  return lines
    .map((line) => line.replace(/> sasl .*/, '> sasl').replace(/(nonce=\\"|rspauth=)[^\\"]*/g, '$1…'))
    .join('\n');
}

type Play = (s: Stage) => Promise<void>;

async function expectSame(members: readonly Member[], play: Play): Promise<void> {
  const transcripts = await Promise.all(
    members.map(async ({ port }) => {
      const stage = new Stage(port);
      try {
        await play(stage);
      } catch (error) {
        stage.say(`broken off: ${String(error)}`);
      } finally {
        stage.leave();
      }
      return comparable(stage.lines);
    }),
  );
  expect(transcripts[0]).not.toContain('broken off');
  expect(transcripts[1]).toBe(transcripts[0]);
}

const bob = { username: 'bob', password: 'se"cret' };
const ann = { username: 'ann', password: 'pässword' };

const plays: Record<string, Play> = {
  'who proves a password is that user, and nobody else': async (s) => {
    await s.open('a');
    await s.open('b');
    await saslLogin(s, 'a', bob);
    await s.call('a', 'whoAmI', null);
    await s.call('a', 'create', node('/bob', 'x', 0, [sasl('bob')]));
    await s.call('a', 'create', node('/own', 'x', 0, [{ perms: ALL, scheme: 'auth', id: '' }]));
    await s.call('a', 'getACL', { path: '/own' });
    await s.call('b', 'getData', { path: '/bob', watch: false });
    await s.call('a', 'getData', { path: '/bob', watch: false });
    await s.call('a', 'create', node('/any', 'x', 0, [sasl('anybody')]));
    await s.call('a', 'getData', { path: '/any', watch: false });
    await s.call('b', 'getData', { path: '/any', watch: false });
  },
  'a super user of SASL may do everything, by text beyond ASCII as well': async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/locked', 'x', 0, [sasl('bob')]));
    await s.call('a', 'getData', { path: '/locked', watch: false });
    await saslLogin(s, 'a', ann);
    await s.call('a', 'whoAmI', null);
    await s.call('a', 'getData', { path: '/locked', watch: false });
    await s.call('a', 'getACL', { path: '/locked' });
  },
  'the user super has the password that was given apart, and matches every id of SASL': async (s) => {
    await s.open('a');
    await saslLogin(s, 'a', { username: 'super', password: 'apart' });
    await s.call('a', 'whoAmI', null);
    await s.call('a', 'create', node('/of-bob', 'x', 0, [sasl('bob')]));
    await s.call('a', 'getData', { path: '/of-bob', watch: false });
    await s.open('b');
    await saslLogin(s, 'b', { username: 'super', password: 'written' });
    await s.expectClosed('b');
  },
  'a wrong password, an unknown user and tokens out of order are told and closed': async (s) => {
    for (const [name, login] of Object.entries({
      wrong: { username: 'bob', password: 'no' },
      eve: { username: 'eve', password: 'x' },
    })) {
      await s.open(name);
      await saslLogin(s, name, login);
      await s.expectClosed(name);
    }
    await s.open('early');
    await s.call('early', 'sasl', { token: Buffer.from('username="bob"') });
    await s.call('early', 'sasl', { token: Buffer.from('username="bob"') });
    await s.expectClosed('early');
    await s.open('garbage');
    await s.call('garbage', 'sasl', { token: Buffer.alloc(0) });
    await s.call('garbage', 'sasl', { token: Buffer.from([0, 1, 2, 255]) });
    await s.expectClosed('garbage');
    await s.open('twice');
    await saslLogin(s, 'twice', bob);
    await s.call('twice', 'sasl', { token: Buffer.alloc(0) });
    await s.expectClosed('twice');
  },
  'ids of ACLs are checked as their schemes ask': async (s) => {
    await s.open('a');
    const ids: [string, string][] = [
      ...['bob', 'bob@REALM', 'bob/host@REALM', 'a@b@c', 'a/b/c@R', '', '@', 'a/b'].map(
        (id): [string, string] => ['sasl', id],
      ),
      ...['CN=a,O=b', 'CN=a+OU=x', 'anyone', '', 'CN=a,', 'CN="a,b"', '1.2.3=x', 'XX=1', 'CN=#04'].map(
        (id): [string, string] => ['x509', id],
      ),
    ];
    for (const [index, [scheme, id]] of ids.entries())
      await s.call('a', 'create', node(`/id-${index}`, 'x', 0, [{ perms: READ, scheme, id }]));
  },
  'auth packets of schemes that authenticate otherwise': async (s) => {
    for (const scheme of ['sasl', 'x509']) {
      await s.open(scheme);
      await s.call(scheme, 'auth', { type: 0, scheme, auth: Buffer.from('bob') }, -4);
      await s.expectClosed(scheme);
    }
  },
  'the super digest': async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/sealed', 'x', 0, [sasl('bob')]));
    await s.call('a', 'auth', { type: 0, scheme: 'digest', auth: Buffer.from('super:wrong') }, -4);
    await s.call('a', 'getData', { path: '/sealed', watch: false });
    await s.call('a', 'auth', { type: 0, scheme: 'digest', auth: Buffer.from('super:duper') }, -4);
    await s.call('a', 'whoAmI', null);
    await s.call('a', 'getData', { path: '/sealed', watch: false });
    await s.call('a', 'setACL', { path: '/sealed', acl: [sasl('ann')], version: 0 });
  },
};

test.each(Object.entries(plays))('%s', (_name, play) => expectSame(lenient, play));

const strictPlays: Record<string, Play> = {
  'nothing is answered to who is nobody, a ping neither': async (s) => {
    const asks: [string, 'ping' | 'exists' | 'whoAmI' | 'closeSession', Record<string, unknown> | null][] = [
      ['p', 'ping', null],
      ['e', 'exists', { path: '/', watch: false }],
      ['w', 'whoAmI', null],
      ['c', 'closeSession', null],
    ];
    for (const [name, op, body] of asks) {
      await s.socket(name);
      await s.handshake(name, { readOnly: false });
      await s.call(name, op, body, op === 'ping' ? -2 : undefined);
      await s.expectClosed(name);
    }
  },
  'who fails is told that SASL is required; who authenticates is served': async (s) => {
    await s.socket('wrong');
    await s.handshake('wrong', { readOnly: false });
    await saslLogin(s, 'wrong', { username: 'bob', password: 'no' });
    await s.expectClosed('wrong');
    await s.socket('a');
    await s.handshake('a', { readOnly: false });
    await saslLogin(s, 'a', bob);
    await s.settle('a');
    await s.call('a', 'exists', { path: '/none', watch: false });
  },
  'the scheme digest can be switched off': async (s) => {
    await s.socket('a');
    await s.handshake('a', { readOnly: false });
    await saslLogin(s, 'a', bob);
    await s.call('a', 'create', node('/d', 'x', 0, [{ perms: ALL, scheme: 'digest', id: 'a:b' }]));
    await s.call('a', 'auth', { type: 0, scheme: 'digest', auth: Buffer.from('ann:pw') }, -4);
    await s.expectClosed('a');
  },
};

test.each(Object.entries(strictPlays))('enforced: %s', (_name, play) => expectSame(strict, play));

test('kazoo authenticates by SASL', async () => {
  for (const members of [lenient, strict]) {
    const [expected, actual] = await Promise.all(
      members.map(({ address }) => runKazoo('sasl.py', [address])),
    );
    expect(expected).toContain("mine: b'kazoo'");
    expect(actual).toBe(expected);
  }
});

test('Apache’s shell authenticates by SASL', async () => {
  const jaas = path.join(home, 'shell.conf');
  await writeFile(
    jaas,
    'Client { org.apache.zookeeper.server.auth.DigestLoginModule required username="bob" password="se\\"cret"; };\n',
  );
  const [java, ...args] = apacheCliCommand(strict[1]!.address, ['whoami']);
  const output = await runToEnd(java, [`-Djava.security.auth.login.config=${jaas}`, ...args], {
    timeoutMs: 60_000,
  });
  expect(output).toContain('sasl: bob');
});

test('zkCli authenticates by SASL, and says so where it is refused', async () => {
  const cli = async (member: Member, password: string, section = 'Client'): Promise<string> => {
    const jaas = path.join(home, 'cli.conf');
    const module = 'org.apache.zookeeper.server.auth.DigestLoginModule required';
    await writeFile(jaas, `${section} { ${module} username="bob" password="${password}"; };\n`);
    const child = startChild(
      path.join(root, 'server/bin/zkCli'),
      ['-server', member.address, '-timeout', '4000', 'whoami'],
      { env: { CLIENT_JVMFLAGS: `-Djava.security.auth.login.config=${jaas}` } },
    );
    await child.exited;
    return child.output();
  };
  for (const member of strict) {
    expect(await cli(member, 'se\\"cret')).toContain('sasl: bob');
    expect(await cli(member, 'wrong')).toMatch(/refused the SASL user or password/);
  }
  expect(await cli(strict[1]!, 'x', 'Other')).toMatch(/cli\.conf has no section Client\./);
});
