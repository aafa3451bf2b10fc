import { expect, test } from 'vitest';
import * as createModes from '@/app/api/clusters/[cluster]/create-modes/route';
import type { CreateModesResponse } from '@/lib/api/znodes';
import { findCluster } from '@/lib/services/clusters/find';
import { clusterSession } from '@/lib/services/clusters/sessions';
import { clusterProber } from '@/lib/services/probes/prober';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';

// What the form of a new znode asks of a member, counted by the transactions that this leaves in its log.
const scene = serviceScene('create-modes', (port) =>
  ['unread', 'read', 'off'].map((id) => cluster(id, [port], { readOnly: id === 'off' })),
);

const zxid = async () => (await scene.client.exists('/')).zxid;
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
