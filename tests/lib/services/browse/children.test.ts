import { afterEach, expect, test, vi } from 'vitest';
import { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { readChildren } from '@/lib/services/browse/children';
import { clusterSession } from '@/lib/services/clusters/sessions';
import { cluster, startServices } from '../../../support/console-host';
import { startInProcess } from '../../../support/in-process';
import { removeDir, tempDir } from '../../../support/temp';

const stops: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const stop of stops.splice(0).reverse()) await stop();
});

test('a long list that changes all the time is not fetched at each change, and every answer holds what was there when asked', async () => {
  const folder = await tempDir('children');
  stops.push(() => removeDir(folder));
  const server = await startInProcess(folder);
  stops.push(() => server.close());
  const settings = cluster('busy', [server.port]);
  const host = startServices([settings]);
  stops.push(() => host.stop());
  const client = clusterSession(settings).use();
  await client.create('/busy', null, openAcl, 'persistent');
  let fetches = 0;
  const getChildren = ZooKeeperClient.prototype.getChildren;
  vi.spyOn(ZooKeeperClient.prototype, 'getChildren').mockImplementation(async function (
    this: ZooKeeperClient,
    ...given
  ) {
    fetches += 1;
    // A list of a million names takes this long.
    await new Promise((resolve) => setTimeout(resolve, 60));
    return getChildren.apply(this, given);
  });
  const made: string[] = [];
  const asked: Promise<void>[] = [];
  const until = Date.now() + 1_500;
  while (Date.now() < until) {
    const name = `n${made.length}`;
    await client.create(`/busy/${name}`, null, openAcl, 'persistent');
    made.push(name);
    const before = [...made];
    const options = { path: '/busy', offset: 0, limit: 20_000, filter: '' };
    asked.push(
      readChildren(settings, options).then(({ names }) => {
        expect(before.filter((each) => !names.includes(each))).toEqual([]);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(asked);
  expect(made.length).toBeGreaterThan(30);
  expect(fetches).toBeLessThan(12);
}, 20_000);
