import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { MixedEnsemble } from '../support/ensemble-members';
import { jaasText, serverJaasText } from '../support/jaas';
import type { MemberKind } from '../support/member';
import * as certificates from '../support/quorum-certificates';
import { removeDir, tempDir } from '../support/temp';
import { startEnsemble, untilTestEnds } from '../support/test-ensemble';
import { until } from '../support/wait';

/** Ensembles whose members prove to each other who they are, ours beside Apache's. */

let home: string;
const at = (name: string): string => path.join(home, name);

beforeAll(async () => {
  home = await tempDir('quorum-security');
  await writeFile(at('ca.pem'), certificates.quorumCa);
  await writeFile(at('member.pem'), certificates.memberStore);
  await writeFile(at('member.p12'), Buffer.from(certificates.memberPkcs12, 'base64'));
  await writeFile(at('stranger.pem'), certificates.strangerStore);
  await writeFile(at('jaas.conf'), jaasText('zookeeper', 'secret') + serverJaasText({ bob: 'pw' }));
});
afterAll(() => removeDir(home));

/** A write through each running member is seen at all of them. */
async function expectOneEnsemble(ensemble: MixedEnsemble, name: string): Promise<void> {
  const running = ensemble.members.filter((member) => member.running);
  const clients = running.map(({ id }) => ensemble.client([id]));
  for (const [index, client] of clients.entries())
    await client.create(`/${name}-${index}`, Buffer.from(name), openAcl, 'persistent');
  for (const client of clients) {
    await client.sync('/');
    const { children } = (await client.getChildren('/')).value;
    expect(children.filter((child) => child.startsWith(name))).toHaveLength(running.length);
    client.close();
  }
}

/** Apache takes a password for a sign that a PEM key is encrypted, and none at all for a mistake. */
const stores = (keyStore = 'member.pem'): Record<string, string> => ({
  'ssl.quorum.keyStore.location': at(keyStore),
  'ssl.quorum.keyStore.password': keyStore.endsWith('.p12') ? certificates.storePassword : '',
  'ssl.quorum.trustStore.location': at('ca.pem'),
  'ssl.quorum.trustStore.password': '',
});

test.each([
  ['Apache’s', ['zoodeck', 'zoodeck', 'apache']],
  ['ours', ['apache', 'apache', 'zoodeck']],
] as const)('over TLS %s leads the others', async (_leader, kinds) => {
  const ensemble = await startEnsemble({
    kinds,
    config: { sslQuorum: true },
    configOf: (id) => stores(id === 1 ? 'member.p12' : 'member.pem'),
  });
  expect((await ensemble.leader()).id).toBe(3);
  await expectOneEnsemble(ensemble, 'tls');
});

/** The second and third member serve with TLS; the first, whatever it is, does not get in. */
async function expectShutOut(
  kinds: readonly [MemberKind, MemberKind, MemberKind],
  first: Record<string, string | boolean>,
  reason: RegExp,
): Promise<void> {
  const ensemble = untilTestEnds(
    await MixedEnsemble.prepare({
      kinds,
      configOf: (id) => (id === 1 ? first : { sslQuorum: true, ...stores() }),
    }),
  );
  await ensemble.member(3).start();
  await ensemble.member(2).start();
  expect(await ensemble.leader()).toBe(ensemble.member(3));
  await ensemble.member(1).start();
  await until('a refusal is told', () => (reason.test(ensemble.member(3).output()) ? true : undefined));
  await expectOneEnsembleOf(ensemble, [2, 3]);
  expect(await ensemble.member(1).role()).toBeNull();
}

async function expectOneEnsembleOf(ensemble: MixedEnsemble, ids: readonly number[]): Promise<void> {
  const client = ensemble.client(ids);
  await client.create('/served', null, openAcl, 'persistent');
  client.close();
}

test.each(['zoodeck', 'apache'] as const)('a plain member (%s) is refused by name', (kind) =>
  expectShutOut(
    [kind, 'zoodeck', 'zoodeck'],
    {},
    /A connection from 127\.0\.0\.1:\d+ to port \d+ is closed: it does not speak TLS, which sslQuorum asks for\./,
  ),
);

test.each([
  ['zoodeck', String.raw`its certificate \(CN=stranger\) is not trusted: `],
  // Java sends no certificate that the other side would not trust anyway.
  ['apache', 'it has no certificate'],
] as const)('a member (%s) with a stranger’s certificate is refused by name', (kind, reason) =>
  expectShutOut(
    [kind, 'zoodeck', 'zoodeck'],
    { sslQuorum: true, ...stores('stranger.pem') },
    new RegExp(String.raw`A connection from 127\.0\.0\.1:\d+ to port \d+ is closed: ${reason}`),
  ),
);

test('a server of Apache’s with a stranger’s certificate is not believed', async () => {
  const ensemble = untilTestEnds(
    await MixedEnsemble.prepare({
      kinds: ['zoodeck', 'apache'],
      configOf: (id) => ({ sslQuorum: true, ...stores(id === 1 ? 'member.pem' : 'stranger.pem') }),
    }),
  );
  for (const member of ensemble.members) await member.start();
  const refusal = /The server dialled at 127\.0\.0\.1:\d+ is not believed: its certificate \(CN=stranger\)/;
  await until('the refusal is told', () => (refusal.test(ensemble.member(1).output()) ? true : undefined));
  for (const member of ensemble.members) expect(await member.role()).toBeNull();
});

test('plain members become TLS members one by one, while the ensemble serves', async () => {
  const ensemble = await startEnsemble({ kinds: ['zoodeck', 'apache', 'zoodeck'] });
  await expectOneEnsemble(ensemble, 'plain');
  const steps = [
    { portUnification: true, sslQuorum: false },
    { portUnification: true, sslQuorum: true },
    { portUnification: false, sslQuorum: true },
  ];
  for (const [step, lines] of steps.entries()) {
    for (const member of ensemble.members) {
      await member.halt();
      member.change({ ...lines, ...stores() });
      await member.start();
      await member.serving();
      await ensemble.allServing();
    }
    await expectOneEnsemble(ensemble, `step${step}`);
  }
});

/** A client of each member proves a password there; what it then writes as its own the others take for that. */
async function expectSaslClients(ensemble: MixedEnsemble): Promise<void> {
  for (const { id, host, port } of ensemble.members) {
    const connection = { members: [{ host, port }], chroot: '' };
    const client = new ZooKeeperClient({
      connection,
      sessionTimeoutMs: 10_000,
      sasl: { username: 'bob', password: 'pw' },
    });
    client.connect();
    const path = `/own-${id}`;
    await client.create(path, null, [{ perms: 31, scheme: 'auth', id: '' }], 'persistent');
    const { acl } = (await client.getACL(path)).value;
    expect(acl).toEqual([{ perms: 31, scheme: 'sasl', id: 'bob' }]);
    client.close();
    const other = ensemble.client([id]);
    await expect(other.getData(path)).rejects.toMatchObject({ code: 'NOAUTH' });
    other.close();
  }
}

const sasl = {
  'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
  'quorum.auth.enableSasl': true,
  'quorum.auth.learnerRequireSasl': true,
  'quorum.auth.serverRequireSasl': true,
};

test.each([
  ['Apache’s', ['zoodeck', 'zoodeck', 'apache'], false],
  ['ours', ['apache', 'apache', 'zoodeck'], true],
] as const)(
  'with SASL %s leads the others, and who does not authenticate is refused',
  async (_leader, kinds, sslQuorum) => {
    const properties = [`-Djava.security.auth.login.config=${at('jaas.conf')}`];
    const ensemble = await startEnsemble({ kinds, config: { ...sasl, sslQuorum, ...stores() }, properties });
    const leader = await ensemble.leader();
    expect(leader.id).toBe(3);
    await expectOneEnsemble(ensemble, 'sasl');
    await expectSaslClients(ensemble);
    const first = ensemble.member(1);
    await first.halt();
    const quorumKeys = Object.keys(sasl).filter((key) => key.startsWith('quorum.'));
    first.change(Object.fromEntries(quorumKeys.map((key) => [key, false])));
    await first.start();
    // A lesser server of Apache's that is not asked to authenticate hangs up, to be dialled.
    const refusal =
      /from 127\.0\.0\.1:\d+ is closed: as server 1, it (hung up while it was to|does not) authenticate/;
    if (leader.kind === 'zoodeck')
      await until('the refusal is told', () => (refusal.test(leader.output()) ? true : undefined));
    await expectOneEnsembleOf(ensemble, [2, 3]);
    expect(await first.role()).toBeNull();
  },
);
