import { afterAll, beforeAll, expect, test } from 'vitest';
import * as createModes from '@/app/api/clusters/[cluster]/create-modes/route';
import type { CreateModesResponse } from '@/lib/api/znodes';
import type { ZooKeeperClient } from '@/lib/client/client';
import { findCluster } from '@/lib/services/clusters/find';
import { clusterSession } from '@/lib/services/clusters/sessions';
import { clusterProber } from '@/lib/services/probes/prober';
import { connectTo } from '../../../support/connect';
import { callRoute, cluster, startServices, type ServicesHost } from '../../../support/console-host';
import { startInProcess, type InProcessServer } from '../../../support/in-process';
import { removeDir, tempDir } from '../../../support/temp';

// What the form of a new znode asks of a member, counted by the transactions that this leaves in its log.
let dir: string;
let server: InProcessServer;
let host: ServicesHost;
let client: ZooKeeperClient;
beforeAll(async () => {
  dir = await tempDir('create-modes');
  server = await startInProcess(dir);
  host = startServices(
    ['unread', 'read', 'off'].map((id) => cluster(id, [server.port], { readOnly: id === 'off' })),
  );
  client = connectTo(server.port);
});
afterAll(async () => {
  client?.close();
  await host?.stop();
  await server?.close();
  await removeDir(dir);
});

const zxid = async () => (await client.exists('/')).zxid;
/** Transactions that asking leaves, once the session that asks stands. */
async function cost(of: string): Promise<{ transactions: bigint; supported: readonly string[] }> {
  await clusterSession(findCluster(of)).use().exists('/');
  const before = await zxid();
  const { status, body } = await callRoute(createModes.GET, 'GET', of, { query: { path: '/' } });
  expect(status).toBe(200);
  const { modes } = body as CreateModesResponse;
  const supported = modes.filter((one) => one.supported).map(({ mode }) => mode);
  return { transactions: (await zxid()) - before, supported };
}

test('where a member’s version is not known, two refused creates tell what it has; once in five minutes', async () => {
  const first = await cost('unread');
  expect(first.transactions).toBe(2n);
  expect(first.supported).toContain('container');
  expect(first.supported).not.toContain('persistentWithTtl');
  expect(await cost('unread')).toMatchObject({ transactions: 0n, supported: first.supported });
});

test('a known version tells of containers, so that the TTL alone is asked for', async () => {
  await clusterProber(findCluster('read')).refresh(0);
  const { transactions, supported } = await cost('read');
  expect(transactions).toBe(1n);
  expect(supported).toContain('container');
});

test('a cluster that is marked read-only is asked nothing', async () => {
  expect(await cost('off')).toEqual({ transactions: 0n, supported: [] });
});
