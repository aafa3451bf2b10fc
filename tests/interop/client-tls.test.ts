import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import tls, { type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcl, permissions, type Acl } from '@/lib/protocol/data';
import { connectTo } from '../support/connect';
import { runToEnd } from '../support/child';
import { fourLetter } from '../support/four-letter';
import { apacheCliCommand, memberKinds, root, startMember, zooCfg, type Member } from '../support/member';
import { freePort } from '../support/ports';
import { runKazoo } from '../support/python';
import * as certificates from '../support/quorum-certificates';
import { Stage } from '../support/stage';
import { removeDir, tempDir } from '../support/temp';
import { node } from './conformance/scenario';

/**
 * Clients over TLS, at a port of their own and at one for both kinds: the same requests to Apache's server and to ours,
 * and the clients that speak it (Apache's shell, kazoo, node-zookeeper-client in lib/client) against ours.
 */

const { ALL } = permissions;
const { memberStore, elsewhereStore, strangerStore, quorumCa: ca } = certificates;
let home: string;
const members: (Member & { readonly securePort: number })[] = [];
const at = (name: string): string => path.join(home, name);

/** TLS and plain text on one port, with the stores of this test. */
const tlsBesidePlain = () => ({
  'client.portUnification': true,
  serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
  'ssl.keyStore.location': at('member.pem'),
  'ssl.keyStore.password': '',
  'ssl.trustStore.location': at('ca.pem'),
  'ssl.trustStore.password': '',
});

beforeAll(async () => {
  home = await tempDir('client-tls');
  await writeFile(at('ca.pem'), ca);
  await writeFile(at('member.pem'), memberStore);
  const [certificate, key] = memberStore.split(/(?=-----BEGIN PRIVATE)/);
  await writeFile(at('certificate.pem'), certificate!);
  await writeFile(at('key.pem'), key!);
  const started = await Promise.all(
    memberKinds.map(async (kind) => {
      const securePort = await freePort();
      const config = {
        secureClientPort: securePort,
        secureClientPortAddress: '127.0.0.1',
        ...tlsBesidePlain(),
        'ssl.clientAuth': 'want',
        'X509AuthenticationProvider.superUser': 'CN=elsewhere',
      };
      return { ...(await startMember(kind, { config, admin: true })), securePort };
    }),
  );
  members.push(...started);
});
afterAll(async () => {
  await Promise.all(members.map((member) => member.stop()));
  await removeDir(home);
});

const keys = (store: string | null): ConnectionOptions => ({ ca, ...(store && { cert: store, key: store }) });

type Where = 'port' | 'securePort';
type Play = (stageOf: (store: string | null) => Stage) => Promise<void>;

/** What each server says to the actors of a play; each has a stage of its own, with its own certificate. */
async function expectSame(where: Where, play: Play): Promise<string> {
  const transcripts = await Promise.all(
    members.map(async (member) => {
      const stages: Stage[] = [];
      const stageOf = (store: string | null): Stage => {
        const stage = new Stage(member[where], keys(store));
        stages.push(stage);
        return stage;
      };
      await play(stageOf).catch((error: unknown) => stages.at(-1)!.say(`broken off: ${String(error)}`));
      for (const stage of stages) stage.leave();
      return stages.map(({ lines }) => lines.join('\n')).join('\n\n');
    }),
  );
  expect(transcripts[1]).toBe(transcripts[0]);
  return transcripts[0]!;
}

const x509 = (id: string): Acl => ({ perms: ALL, scheme: 'x509', id });

test.each(['securePort', 'port'] as const)('a certificate is an identity (%s)', async (where) => {
  const told = await expectSame(where, async (stageOf) => {
    const [own, nobody, superUser] = [stageOf(memberStore), stageOf(null), stageOf(elsewhereStore)];
    const of = (name: string): string => `/${where}-${name}`;
    await own.open('own');
    await own.call('own', 'whoAmI', null);
    await own.call('own', 'create', node(of('own'), 'x', 0, [x509('CN=member')]));
    await own.call('own', 'create', node(of('auth'), 'x', 0, [{ perms: ALL, scheme: 'auth', id: '' }]));
    await own.call('own', 'getACL', { path: of('auth') });
    await own.call('own', 'create', node(of('other'), 'x', 0, [x509('CN=other')]));
    await own.call('own', 'getData', { path: of('own'), watch: false });
    await own.call('own', 'getData', { path: of('other'), watch: false });
    await nobody.open('nobody');
    await nobody.call('nobody', 'whoAmI', null);
    await nobody.call('nobody', 'getData', { path: of('own'), watch: false });
    await nobody.call('nobody', 'create', node(of('none'), 'x', 0, [{ perms: ALL, scheme: 'auth', id: '' }]));
    await superUser.open('root');
    await superUser.call('root', 'whoAmI', null);
    await superUser.call('root', 'getData', { path: of('other'), watch: false });
    await superUser.call('root', 'setACL', { path: of('other'), acl: openAcl, version: 0 });
  });
  expect(told).not.toContain('broken off');
  expect(told).toContain('{authScheme="x509" user="CN=member"}');
});

test('auth packets of the scheme x509 count the certificate again, or are refused without one', async () => {
  const told = await expectSame('securePort', async (stageOf) => {
    const [own, nobody] = [stageOf(memberStore), stageOf(null)];
    await own.open('own');
    await own.call('own', 'auth', { type: 0, scheme: 'x509', auth: Buffer.from('CN=else') }, -4);
    await own.call('own', 'whoAmI', null);
    await nobody.open('nobody');
    await nobody.call('nobody', 'auth', { type: 0, scheme: 'x509', auth: null }, -4);
    await nobody.expectClosed('nobody');
  });
  expect(told).not.toContain('broken off');
});

test('who shows a certificate that nobody trusts does not get in', async () => {
  const outcome = (port: number): Promise<string> =>
    new Promise((resolve) => {
      const socket = tls.connect({ port, host: '127.0.0.1', ...keys(strangerStore) });
      // The server's verdict comes behind the client's own end of the handshake.
      socket.on('error', () => resolve('closed'));
      socket.on('close', () => resolve('closed'));
      socket.on('data', () => resolve('served'));
      socket.write('ruok');
    });
  expect(await Promise.all(members.map(({ securePort }) => outcome(securePort)))).toEqual([
    'closed',
    'closed',
  ]);
  const told = /A connection from 127\.0\.0\.1:\d+ to port \d+ is closed: its certificate \(CN=stranger\)/;
  expect(members[1]!.child.output()).toMatch(told);
});

/** What a four-letter word answers over TLS. */
function ask(port: number, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port, host: '127.0.0.1', ...keys(null) }, () => socket.write(word));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

test('four-letter words are answered over TLS and beside it, of the port they were asked at', async () => {
  for (const { port, securePort } of members) {
    expect(await ask(securePort, 'ruok')).toBe('imok');
    expect(await ask(port, 'ruok')).toBe('imok');
    expect(await fourLetter(port, 'ruok')).toBe('imok');
    expect(await fourLetter(port, 'conf')).toContain(`clientPort=${port}\nsecureClientPort=${securePort}\n`);
    const stage = new Stage(securePort, keys(null));
    await stage.open('a');
    expect((await ask(securePort, 'cons')).match(/sid=0x/g)).toHaveLength(1);
    expect((await fourLetter(port, 'cons')).match(/sid=0x/g)).toBeNull();
    stage.leave();
  }
});

test('TLS at clientPort alone: Apache’s server knows no certificates unless told of them, and closes', async () => {
  const config = tlsBesidePlain();
  const handshakes = memberKinds.map(async (kind) => {
    const member = await startMember(kind, { config });
    const stage = new Stage(member.port, keys(memberStore));
    try {
      await stage.open('a');
      return stage.lines[0];
    } finally {
      stage.leave();
      await member.stop();
    }
  });
  expect(await Promise.all(handshakes)).toEqual([
    'a < closed without a response',
    expect.stringContaining('a < connected'),
  ]);
});

test('the AdminServer lists connections over TLS apart', async () => {
  for (const { adminPort, securePort, port } of members) {
    const stages = [new Stage(securePort, keys(memberStore)), new Stage(port, keys(null))];
    for (const stage of stages) await stage.open('a', { timeOut: 30_000 });
    const answer = await fetch(`http://127.0.0.1:${adminPort}/commands/connections`);
    const told = (await answer.json()) as Record<string, Record<string, unknown>[]>;
    expect(told.secure_connections).toHaveLength(1);
    expect(told.connections).toHaveLength(1);
    expect(told.secure_connections![0]).toHaveProperty('session_timeout', 30_000);
    for (const stage of stages) stage.leave();
  }
});

test('Apache’s shell comes over TLS', async () => {
  const flags = {
    'zookeeper.client.secure': 'true',
    'zookeeper.clientCnxnSocket': 'org.apache.zookeeper.ClientCnxnSocketNetty',
    'zookeeper.ssl.keyStore.location': at('member.pem'),
    'zookeeper.ssl.keyStore.password': '',
    'zookeeper.ssl.trustStore.location': at('ca.pem'),
    'zookeeper.ssl.trustStore.password': '',
  };
  const [java, ...args] = apacheCliCommand(`127.0.0.1:${members[1]!.securePort}`, ['whoami']);
  const properties = Object.entries(flags).map(([key, value]) => `-D${key}=${value}`);
  expect(await runToEnd(java, [...properties, ...args], { timeoutMs: 60_000 })).toContain('x509: CN=member');
});

test('zkCli comes over TLS, by flags as Apache’s and by a file', async () => {
  const lines = {
    'zookeeper.client.secure': 'true',
    'zookeeper.ssl.keyStore.location': at('member.pem'),
    'zookeeper.ssl.trustStore.location': at('ca.pem'),
  };
  const flags = Object.entries(lines).map(([key, value]) => `-D${key}=${value}`);
  await writeFile(at('client.properties'), zooCfg(lines));
  const zkCli = path.join(root, 'server/bin/zkCli');
  for (const { securePort } of members) {
    const server = ['-server', `127.0.0.1:${securePort}`];
    const env = { CLIENT_JVMFLAGS: flags.join(' ') };
    expect(await runToEnd(zkCli, [...server, 'whoami'], { env })).toContain('x509: CN=member');
    const byFile = [...server, '-client-configuration', at('client.properties'), 'whoami'];
    expect(await runToEnd(zkCli, byFile)).toContain('x509: CN=member');
  }
});

test('kazoo comes over TLS', async () => {
  const run = ({ securePort }: Member & { securePort: number }) =>
    runKazoo('tls.py', [`127.0.0.1:${securePort}`, at('ca.pem'), at('certificate.pem'), at('key.pem')]);
  const [expected, actual] = await Promise.all(members.map(run));
  expect(expected).toContain("mine: b'kazoo'");
  expect(actual).toBe(expected);
});

test('node-zookeeper-client comes over TLS, with values beyond one record', async () => {
  const [cert, key] = memberStore.split(/(?=-----BEGIN PRIVATE)/);
  const tls = { ca, cert: cert!, key: key!, servername: null };
  const client = connectTo(members[1]!.securePort, { tls });
  const value = Buffer.alloc(900_000, 'zk');
  await client.create('/large', value, [x509('CN=member')], 'persistent');
  const read = await Promise.all(Array.from({ length: 20 }, () => client.getData('/large')));
  expect(read.every(({ value: { data } }) => data!.equals(value))).toBe(true);
  client.close();
});
