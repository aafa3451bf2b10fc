import { beforeAll, expect, test } from 'vitest';
import { isApiError } from '@/lib/api/errors';
import { locksResponse, scanView, type ScanView } from '@/lib/api/locks';
import type { ClusterSettings } from '@/lib/config/settings';
import { openAcl } from '@/lib/protocol/data';
import { clusterSession } from '@/lib/services/clusters/sessions';
import { cancelLockScan, readLockScan, startLockScan } from '@/lib/services/holds/lock-scans';
import { readLocks } from '@/lib/services/holds/locks';
import { cluster as settings } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';
import { until } from '../../../support/wait';

// Locks made by two sessions of the console's own client on a real server.
let one: ClusterSettings;
let two: ClusterSettings;
const scene = serviceScene('locks', (port) => {
  one = settings('one', [port]);
  two = settings('two', [port]);
  return [one, two];
});

const make = async (by: ClusterSettings, path: string, mode: 'persistent' | 'ephemeralSequential') =>
  (await clusterSession(by).use().create(path, null, openAcl, mode)).value.path;

beforeAll(async () => {
  for (const path of ['/app', '/app/a', '/app/b', '/app/deep', '/app/deep/c', '/other'])
    await make(one, path, 'persistent');
  await make(one, '/app/a/lock-', 'ephemeralSequential');
  await make(two, '/app/b/lock-', 'ephemeralSequential');
  await make(two, '/app/a/lock-', 'ephemeralSequential');
  await make(one, '/app/b/lock-', 'ephemeralSequential');
  await make(one, '/app/deep/c/n_', 'ephemeralSequential');
});

const idOf = (cluster: ClusterSettings) => clusterSession(cluster).view().sessionId;

test('holder, queue and who is next are read from the children alone', async () => {
  const locks = locksResponse.parse(await readLocks(one, '/app/a'));
  expect(locks).toMatchObject({ children: 2, recognised: 2, sessionsAt: null, watchesAt: null });
  expect(locks.queues).toHaveLength(1);
  const [holder, next] = locks.queues[0]!.entries;
  expect(holder).toMatchObject({
    session: idOf(one),
    holds: true,
    waitsFor: null,
    next: ['lock-0000000001'],
  });
  expect(next).toMatchObject({
    session: idOf(two),
    holds: false,
    waitsFor: 'lock-0000000000',
    watches: null,
    next: [],
  });
});

test('a parent of nothing in line, and one that is not there, are told as that', async () => {
  expect(await readLocks(one, '/app')).toMatchObject({ children: 3, recognised: 0, queues: [] });
  const missing = await readLocks(one, '/nope').catch((error: unknown) => error);
  expect(isApiError(missing, 'NO_NODE')).toBe(true);
});

async function finished(scan: ScanView): Promise<ScanView> {
  return until('the search ends', () => {
    const view = readLockScan(one, scan.id);
    return view.state === 'running' ? undefined : scanView.parse(view);
  });
}

test('a search finds what is below the path only, with the deadlock between the two sessions', async () => {
  const scan = await finished(startLockScan(one, '/app'));
  expect(scan).toMatchObject({ state: 'done', left: 0, skipped: 0, limited: false, fault: null });
  expect(scan.found.map(({ path, kind, holders, waiting }) => [path, kind, holders, waiting]).sort()).toEqual(
    [
      ['/app/a', 'lock', 1, 1],
      ['/app/b', 'lock', 1, 1],
      ['/app/deep/c', 'plain', 1, 0],
    ],
  );
  expect(scan.deadlocks).toHaveLength(1);
  expect(scan.deadlocks[0]!.map(({ session }) => session).sort()).toEqual([idOf(one), idOf(two)].sort());
  // Lists: /app and its three children, and the one below /app/deep.
  expect(scan.read).toBe(5);
  expect((await finished(startLockScan(one, '/other'))).found).toEqual([]);
});

test('a search reads sessions along, so that holders are told with their clients', async () => {
  await finished(startLockScan(one, '/app'));
  const { sessionsAt, queues } = locksResponse.parse(await readLocks(one, '/app/a'));
  expect(sessionsAt).not.toBe(null);
  const member = `127.0.0.1:${scene.server.port}`;
  for (const entry of queues[0]!.entries) {
    expect(entry).toMatchObject({ member, client: 'live' });
    expect(entry.address).toMatch(/^127\.0\.0\.1:\d+$/);
  }
});

test('one search a cluster runs at a time, and ends when told to', async () => {
  const first = startLockScan(one, '/');
  expect(() => startLockScan(one, '/app')).toThrow('A search below / is running on this cluster');
  cancelLockScan(one, first.id);
  const ended = await finished(first);
  expect(ended.state).toBe('cancelled');
  expect(ended.read).toBeLessThan(5);
  expect(() => readLockScan(two, first.id)).toThrow('not known any more');
  expect((await finished(startLockScan(one, '/app'))).state).toBe('done');
});
