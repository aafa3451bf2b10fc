import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { memberKinds, type MemberKind } from '../support/member';
import { otherClient } from '../support/other-client';
import { until } from '../support/wait';
import { hostileNames, hostileValues } from './hostile-znodes';
import { setScene, type Scene } from './scene';

/**
 * Znodes whose names and values try to break the console, on both servers: `/names` and `/gone` have a child of each name,
 * `/queues` a lock of each, `/values` each value. Every page shows them as text, and they can be handled.
 */
export interface HostileScene {
  readonly scene: Scene;
  /** A client of the member, which holds the locks and the watches. */
  client(kind: MemberKind): ZooKeeperClient;
  go(page: Page, address: string): Promise<unknown>;
  /** A page that fails on whatever went wrong unseen, on whatever ran, and on anything that does not fit its width. */
  inPage(work: (page: Page) => Promise<void>, options?: InPageOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface InPageOptions {
  readonly phone?: boolean;
  /** Console errors that are no fault. */
  readonly expected?: readonly RegExp[];
}

export const hostileImage = '<img src=x onerror="window.ran=1">';
const hostileId = '<img src=x onerror=window.ran=1>:=cmd';

export async function setHostileScene(): Promise<HostileScene> {
  const scene = await setScene();
  const clients = new Map<MemberKind, ZooKeeperClient>();
  for (const kind of memberKinds) {
    const client = otherClient(scene.members[kind].port, 30_000);
    clients.set(kind, client);
    await makeZnodes(client, () => deleteByJob(scene, kind, client, `/queues/${hostileImage}/done`));
  }
  return {
    scene,
    client: (kind) => clients.get(kind)!,
    go: (page, address) => page.goto(`${scene.console.url}${address}`),
    async inPage(work, { phone = false, expected } = {}) {
      const viewport = phone ? { width: 390, height: 844 } : { width: 1280, height: 800 };
      const { page, faults, close } = await scene.open({ viewport, reducedMotion: 'reduce' }, expected);
      try {
        await work(page);
        await harmless(page);
        expect(faults).toEqual([]);
      } finally {
        await close();
      }
    },
    async stop() {
      for (const client of clients.values()) client.close();
      await scene.stop();
    },
  };
}

async function makeZnodes(client: ZooKeeperClient, deleteOne: () => Promise<void>): Promise<void> {
  const make = (path: string, data: Buffer | null, mode: 'persistent' | 'ephemeral' = 'persistent') =>
    client.create(path, data, openAcl, mode);
  for (const top of ['names', 'values', 'gone', 'queues']) await make(`/${top}`, null);
  for (const name of hostileNames) {
    await make(`/names/${name}`, Buffer.from(`value of ${name}`));
    await make(`/gone/${name}`, Buffer.from('to be edited'));
    await make(`/queues/${name}`, null);
    await make(`/queues/${name}/lock-0000000000`, null, 'ephemeral');
    await client.addWatch(`/names/${name}`, 'persistent');
  }
  await deleteOne();
  await client.setACL('/names/null', [openAcl[0]!, { scheme: 'digest', id: hostileId, perms: 1 }], 0);
  for (const [name, value] of Object.entries(hostileValues)) await make(`/values/${name}`, value);
}

/** Creates a znode and deletes it through the console, for its lists of jobs and of changes. */
async function deleteByJob(
  scene: Scene,
  kind: MemberKind,
  client: ZooKeeperClient,
  path: string,
): Promise<void> {
  await client.create(path, Buffer.from('=cmd'), openAcl, 'persistent');
  const { url } = scene.console;
  const send = async (name: string, body: object) => {
    const headers = { 'content-type': 'application/json', origin: url };
    const address = `${url}/api/clusters/${kind}/${name}`;
    const reply = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await reply.json()) as { id: string; state: string };
  };
  const { id } = await send('jobs', { kind: 'deleteTree', paths: [path] });
  await until('the job is done', async () => {
    const { state } = await send(`jobs/${id}`, { confirm: 'done' });
    return state === 'done' ? true : undefined;
  });
}

/** Nothing of them ran, and the page is no wider than its window. */
export async function harmless(page: Page): Promise<void> {
  const state = await page.evaluate(() => ({
    ran: 'ran' in window,
    polluted: 'polluted' in {},
    title: document.title.length,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  }));
  expect(state).toMatchObject({ ran: false, polluted: false });
  expect(state.overflow, page.url()).toBeLessThanOrEqual(0);
}
