import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZooKeeperClient } from '@/lib/client/client';
import type { ConnectionTls } from '@/lib/client/socket';
import { startMember, type Member } from '../support/member';
import { freePort } from '../support/ports';
import { removeDir, tempDir } from '../support/temp';
import * as certificates from '../support/tls-certificates';
import { until } from '../support/wait';

/** The console's client over TLS to Apache's server, which asks for a certificate as well. */
let member: Member;
let home: string;
let securePort: number;
const clients: ZooKeeperClient[] = [];

beforeAll(async () => {
  home = await tempDir('tls');
  await mkdir(home, { recursive: true });
  const keyStore = path.join(home, 'member.pem');
  const trustStore = path.join(home, 'ca.pem');
  await writeFile(keyStore, certificates.memberPem + certificates.memberKey);
  await writeFile(trustStore, certificates.caPem);
  securePort = await freePort();
  member = await startMember('apache', {
    config: {
      secureClientPort: securePort,
      serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
      'ssl.keyStore.location': keyStore,
      'ssl.trustStore.location': trustStore,
      'ssl.clientAuth': 'need',
    },
    flags: ['-Dzookeeper.ssl.keyStore.password=', '-Dzookeeper.ssl.trustStore.password='],
  });
});
afterAll(async () => {
  for (const client of clients) client.close();
  await member.stop();
  await removeDir(home);
});

function open(tls: Partial<ConnectionTls>): ZooKeeperClient {
  const { caPem: ca, clientPem: cert, clientKey: key } = certificates;
  const client = new ZooKeeperClient({
    connection: { members: [{ host: '127.0.0.1', port: securePort }], chroot: '' },
    sessionTimeoutMs: 6_000,
    tls: { ca, cert, key, servername: null, ...tls },
  });
  clients.push(client);
  client.connect();
  return client;
}

test('opens a session over TLS and is known by its certificate', async () => {
  const client = open({});
  expect((await client.exists('/')).value).not.toBeNull();
  const told = (await client.whoAmI()).value;
  expect(told).toContainEqual({ scheme: 'x509', id: 'CN=client' });
});

test.each([
  [
    'an authority that did not sign the member',
    { ca: certificates.otherCaPem },
    /self[- ]signed|certificate/,
  ],
  ['another name than the certificate has', { servername: 'elsewhere.example' }, /altnames|elsewhere/],
])('does not trust %s, and says so', async (_what, tls, words) => {
  const client = open(tls);
  await until('it says so', () => (client.status.state === 'disconnected' ? true : undefined), 5_000);
  expect(client.status.fault).toMatch(words);
  await expect(client.exists('/')).rejects.toMatchObject({ kind: 'disconnected' });
});
