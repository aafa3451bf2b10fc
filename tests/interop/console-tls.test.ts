import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as overview from '@/app/api/clusters/[cluster]/overview/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { ConnectionTls } from '@/lib/client/socket';
import { Secret } from '@/lib/config/secret';
import { connectTo } from '../support/connect';
import { callRoute, cluster, startServices } from '../support/console-host';
import { memberKinds, startMember, type Member } from '../support/member';
import { freePort } from '../support/ports';
import { removeDir, tempDir } from '../support/temp';
import * as certificates from '../support/tls-certificates';
import { until } from '../support/wait';

/** The console over TLS to servers that ask for a certificate as well. */
const { caPem: ca, clientPem: cert, clientKey: key } = certificates;

describe.each(memberKinds)('to %s', (kind) => {
  let member: Member;
  let home: string;
  let securePort: number;
  const clients: ZooKeeperClient[] = [];

  beforeAll(async () => {
    home = await tempDir('tls');
    const keyStore = path.join(home, 'member.pem');
    const trustStore = path.join(home, 'ca.pem');
    await writeFile(keyStore, certificates.memberPem + certificates.memberKey);
    await writeFile(trustStore, ca);
    securePort = await freePort();
    member = await startMember(kind, {
      config: {
        secureClientPort: securePort,
        serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
        'ssl.keyStore.location': keyStore,
        'ssl.keyStore.password': '',
        'ssl.trustStore.location': trustStore,
        'ssl.trustStore.password': '',
        'ssl.clientAuth': 'need',
      },
    });
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await member?.stop();
    await removeDir(home);
  });

  function open(tls: Partial<ConnectionTls>): ZooKeeperClient {
    const client = connectTo(securePort, {
      // A JVM's first handshake takes seconds on a busy machine.
      connectTimeoutMs: 20_000,
      requestTimeoutMs: 30_000,
      tls: { ca, cert, key, servername: null, ...tls },
    });
    clients.push(client);
    return client;
  }

  test('opens a session over TLS and is known by its certificate', async () => {
    const client = open({});
    expect((await client.exists('/')).value).not.toBeNull();
    const told = (await client.whoAmI()).value;
    expect(told).toContainEqual({ scheme: 'x509', id: 'CN=client' });
  });

  test('pages read and write over TLS, and members are probed over it too', async () => {
    const tls = { ca, cert, key: new Secret(key), servername: null };
    const host = startServices([cluster(kind, [securePort], { tls })]);
    try {
      const entry = { scheme: 'auth', id: '', permissions: ['READ', 'ADMIN'] };
      const created = await callRoute(node.POST, 'POST', kind, {
        body: { path: '/secured', data: null, mode: 'persistent', acl: [entry] },
      });
      expect(created.status).toBe(200);
      const read = await callRoute(node.GET, 'GET', kind, { query: { path: '/secured' } });
      expect(read.body.acl).toEqual([{ ...entry, scheme: 'x509', id: 'CN=client' }]);
      const { body } = await callRoute(overview.GET, 'GET', kind);
      expect(body.members[0]).toMatchObject({ role: 'standalone' });
    } finally {
      await host.stop();
    }
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
    await until('it says so', () => (client.status.state === 'disconnected' ? true : undefined));
    expect(client.status.fault).toMatch(words);
    await expect(client.exists('/')).rejects.toMatchObject({ kind: 'disconnected' });
  });
});
