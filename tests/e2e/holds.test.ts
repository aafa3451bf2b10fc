import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Child } from '../support/child';
import { fourLetter } from '../support/four-letter';
import { startLocks } from '../support/locks';
import { memberKinds, type MemberKind } from '../support/member';
import { otherClient } from '../support/other-client';
import { axeFaults } from './axe';
import { election, holders, makeHolders, splitTask } from './holders';
import { setScene, type Scene } from './scene';
import type { ZooKeeperClient } from '@/lib/client/client';
import { formatSessionId } from '@/lib/protocol/session-id';
import { pagePaths } from '@/lib/queries/paths';

// Who holds this: real locks of kazoo, on Apache's server and on ours, as an operator meets them in the browser.
let scene: Scene;
let locks: readonly Child[] = [];
const clients = new Map<MemberKind, ZooKeeperClient>();
beforeAll(async () => {
  scene = await setScene();
  for (const kind of memberKinds) {
    const client = otherClient(scene.members[kind].port, 30_000);
    clients.set(kind, client);
    await makeHolders(client);
  }
  locks = await Promise.all(memberKinds.map((kind) => startLocks(scene.members[kind].address, '/locks')));
});
afterAll(async () => {
  for (const client of clients.values()) client.close();
  await Promise.all(locks.map((child) => child.stop()));
  await scene?.stop();
});

async function inPage(url: string, work: (page: Page) => Promise<void>): Promise<void> {
  const { page, faults, close } = await scene.open({ reducedMotion: 'reduce' });
  try {
    await page.goto(`${scene.console.url}${url}`);
    await work(page);
    expect(await axeFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

/** A path that somebody has at hand, from wherever they are. */
async function goByPalette(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await palette.getByRole('combobox').and(page.locator(':focus')).waitFor();
  await page.keyboard.insertText(path);
  await palette.getByRole('option', { selected: true }).filter({ hasText: path }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: path, exact: true }).waitFor();
}

describe.each(memberKinds)('over %s', (kind) => {
  /** The owner and the name of one in line for the lock, the holder by itself, as the server itself tells them. */
  async function inLine(place = 0): Promise<{ id: string; name: string }> {
    const lines = (await fourLetter(scene.members[kind].port, 'dump')).split('\n');
    const own = new RegExp(`/orders/[0-9a-f]{32}__lock__000000000${place}$`);
    const at = lines.findIndex((line) => own.test(line));
    // A session stands above its znodes, which come in any order.
    const id = lines.slice(0, at).findLast((line) => line.startsWith('0x'))!;
    return { id: id.replace(':', ''), name: lines[at]!.slice(lines[at]!.lastIndexOf('/') + 1) };
  }

  test('an ephemeral leads to its session, its client and what else that holds', async () => {
    const { id, name } = await inLine();
    await inPage(pagePaths.tree(kind, `/locks/orders/${name}`), async (page) => {
      const owner = page.getByRole('region', { name: 'Owner' });
      await owner.getByText(id).waitFor();
      await owner.getByRole('button', { name: /Who holds this|Read again/ }).click();
      await owner.getByText(/client 127\.0\.0\.1:\d+ on 127\.0\.0\.1:\d+/).waitFor();
      await owner.getByText('4 other ephemerals').waitFor();
      await owner.getByRole('button', { name: 'Session details' }).click();
      await owner.getByTitle(/^\/locks\/left\//).waitFor();
      await owner.getByRole('link', { name: 'Open in Sessions' }).click();
      await page.getByRole('region', { name: `Session ${id}` }).waitFor();
    });
  });

  test('from the overview one click tells who leads Kafka, HBase and ClickHouse, and who is alive', async () => {
    const { value } = await clients.get(kind)!.exists('/kafka/controller');
    const id = formatSessionId(value!.ephemeralOwner);
    await inPage(pagePaths.overview(kind), async (page) => {
      for (const [path, value] of Object.entries(holders)) {
        await goByPalette(page, path);
        const owner = page.getByRole('region', { name: 'Owner' });
        await owner.getByText(id).waitFor();
        const ask = owner.getByRole('button', { name: 'Who holds this' });
        const client = owner.getByText(/client 127\.0\.0\.1:\d+ on 127\.0\.0\.1:\d+/);
        await ask.or(client).first().waitFor();
        if (await ask.isVisible()) await ask.click();
        await client.waitFor();
        if (value.includes('{')) await page.getByText('"brokerid"').waitFor();
      }
      await goByPalette(page, splitTask);
      const text = page.getByRole('grid', { name: `Value of ${splitTask}` }).locator('[data-pane=text]');
      await text.first().waitFor();
      expect((await text.allTextContents()).join('')).toContain('region-1.example.org,16020');
      await page.goto(`${scene.console.url}${pagePaths.locks(kind, election)}`);
      await page.getByText('1 holds, 1 waits').waitFor();
    });
  });

  test('sessions are found by decimal id, opened by keyboard, and summed up per host', async () => {
    const { id } = await inLine();
    await inPage(pagePaths.sessions(kind), async (page) => {
      await page.getByRole('button', { name: /^Read (sessions|again)/ }).click();
      const grid = page.getByRole('grid', { name: 'Sessions' });
      await grid.getByText(id).waitFor();
      await page.getByRole('searchbox').fill(BigInt(id).toString());
      await page.getByText(/^1 of \d+ sessions/).waitFor();
      await grid.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const detail = page.getByRole('region', { name: `Session ${id}` });
      await detail.getByTitle(/^\/locks\/orders\//).waitFor();
      await page.waitForURL(new RegExp(`id=${id}`));
      await page.reload();
      await detail.getByTitle(/^\/locks\/orders\//).waitFor();
      await page.getByRole('button', { name: 'Client hosts' }).click();
      await page.getByRole('grid', { name: 'Client hosts' }).getByText('127.0.0.1').waitFor();
    });
  });

  test('a lock shows holder, queue, who watches whom and who is next', async () => {
    const { id, name } = await inLine();
    await inPage(pagePaths.locks(kind, '/locks/orders'), async (page) => {
      const rows = page.getByRole('table').getByRole('row');
      await page.getByText('1 holds, 2 wait').waitFor();
      expect(await rows.nth(1).innerText()).toMatch(new RegExp(`Holds[^]*${id}`));
      // Cut in its middle to the eye, one word to a screen reader.
      await rows.nth(1).getByRole('link', { name, exact: true }).waitFor();
      await page.getByText(new RegExp(`When ${name} goes, next in: \\w+__0000000001`)).waitFor();
      await page.getByRole('button', { name: 'Read sessions' }).click();
      const client = rows.nth(1);
      await client.getByText(/^127\.0\.0\.1:\d+$/).waitFor();
      await client.getByText(`on ${scene.members[kind].address}`, { exact: true }).waitFor();
      await rows.nth(2).getByText('Next', { exact: true }).waitFor();
      await rows.nth(3).getByText('Waits', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Read watches' }).click();
      await rows.nth(2).getByText('the one before it').waitFor();
      await rows.nth(3).getByText('the one before it').waitFor();
    });
  });

  test('a search below a path finds the locks and the deadlock among them', async () => {
    await inPage(pagePaths.locks(kind, '/locks'), async (page) => {
      await page.getByText('Nobody is in line below /locks').waitFor();
      await page.getByRole('button', { name: 'Search below it' }).click();
      await page.getByText('Searched below /locks').waitFor();
      await page.getByText('Deadlock: 2 sessions wait for each other').waitFor();
      for (const found of ['orders', 'ledger', 'latch', 'election', 'seats', 'party']) {
        await page.getByRole('button', { name: `/locks/${found}`, exact: true }).waitFor();
      }
      expect(await page.getByRole('button', { name: '/locks/work' }).count()).toBe(0);
      await page.getByRole('button', { name: '/locks/ledger', exact: true }).click();
      await page.getByText('2 hold, 2 wait').waitFor();
      // Whose they are is known without another click.
      await page.getByText(/sessions as of/).waitFor();
      await page.getByRole('row').getByText(`on ${scene.members[kind].address}`).first().waitFor();
    });
  });

  test('watches are listed on request, by path with who would be notified', async () => {
    // The next in line watches it, and no page was opened on it, which would.
    const { name } = await inLine(1);
    await inPage(pagePaths.sessions(kind, { view: 'watches' }), async (page) => {
      await page.getByText(/\d+ watches of \d+ sessions on \d+ paths/).waitFor();
      await page.getByRole('button', { name: 'Read all watches' }).click();
      await page.getByRole('searchbox').fill(name);
      await page.getByRole('grid').getByTitle(`/locks/orders/${name}`).click();
      await page.getByText('A change of this znode notifies 1 session.').waitFor();
    });
  });

  // The last one: for a minute after the page is closed the console still watches what its tree showed.
  test('what deleting an ephemeral does to its session is told before', async () => {
    const { id, name } = await inLine();
    await inPage(pagePaths.tree(kind, `/locks/orders/${name}`), async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      const plan = page.getByRole('dialog');
      await plan.getByText('1 ephemeral among them').waitFor();
      await plan.getByText(`session ${id}`).waitFor();
      await plan.getByText(/^Their sessions go on\./).waitFor();
      await plan.getByRole('button', { name: 'Cancel' }).click();
      await plan.waitFor({ state: 'detached' });
    });
  });
});
