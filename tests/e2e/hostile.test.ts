import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { pagePaths } from '@/lib/queries/paths';
import { memberKinds, type MemberKind } from '../support/member';
import { otherClient } from '../support/other-client';
import { until } from '../support/wait';
import { hostileNames, hostileValues } from './hostile-znodes';
import { setScene, type Scene } from './scene';

// Znodes whose names and values try to break the console: every page shows them as text, and they can be handled.
let scene: Scene;
const clients = new Map<MemberKind, ZooKeeperClient>();
beforeAll(async () => {
  scene = await setScene();
  for (const kind of memberKinds) {
    const client = otherClient(scene.members[kind].port, 30_000);
    clients.set(kind, client);
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
    await deleteByJob(kind, `/queues/${image}/done`);
    await client.setACL('/names/null', [openAcl[0]!, { scheme: 'digest', id: hostileId, perms: 1 }], 0);
    for (const [name, value] of Object.entries(hostileValues)) await make(`/values/${name}`, value);
  }
});
afterAll(async () => {
  for (const client of clients.values()) client.close();
  await scene?.stop();
});

const image = '<img src=x onerror="window.ran=1">';

/** Creates a znode and deletes it through the console, for its lists of jobs and of changes. */
async function deleteByJob(kind: MemberKind, path: string): Promise<void> {
  await clients.get(kind)!.create(path, Buffer.from('=cmd'), openAcl, 'persistent');
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

const hostileId = '<img src=x onerror=window.ran=1>:=cmd';

/** A page that fails on whatever went wrong unseen, on whatever ran, and on anything that does not fit its width. */
async function inPage(
  work: (page: Page) => Promise<void>,
  options: { phone?: boolean; expected?: readonly RegExp[] } = {},
): Promise<void> {
  const viewport = options.phone === true ? { width: 390, height: 844 } : { width: 1280, height: 800 };
  const { page, faults, close } = await scene.open({ viewport, reducedMotion: 'reduce' }, options.expected);
  try {
    await work(page);
    await harmless(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

async function harmless(page: Page): Promise<void> {
  const state = await page.evaluate(() => ({
    ran: 'ran' in window,
    polluted: 'polluted' in {},
    title: document.title.length,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  }));
  expect(state).toMatchObject({ ran: false, polluted: false });
  expect(state.overflow, page.url()).toBeLessThanOrEqual(0);
}

const go = (page: Page, address: string) => page.goto(`${scene.console.url}${address}`);

describe.each(memberKinds)('over %s', (kind) => {
  const client = () => clients.get(kind)!;

  // Each name at one of the two servers: what the console does with it does not hang on which.
  const own = hostileNames.filter((_, index) => index % 2 === memberKinds.indexOf(kind));

  test('each name is opened, edited and deleted by its URL', async () => {
    await inPage(
      async (page) => {
        for (const name of own) {
          const path = `/gone/${name}`;
          await go(page, pagePaths.tree(kind, path));
          await page.locator('.cm-content').getByText('to be edited').click();
          await page.keyboard.press('Control+a');
          await page.keyboard.insertText(name);
          await page.getByRole('button', { name: 'Review and save' }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
          await page.getByText('Saved as version 1').waitFor();
          expect((await client().getData(path)).value.data?.toString(), path).toBe(name);
          await page.getByRole('button', { name: 'More actions' }).click();
          await page.getByRole('menuitem', { name: /^Delete/ }).click();
          await page.getByLabel(/^Type .* to confirm$/s).fill(name);
          await page.getByRole('button', { name: 'Delete 1 znode' }).click();
          await until(`${path} is gone`, async () =>
            (await client().exists(path)).value === null ? true : undefined,
          );
          await harmless(page);
        }
      },
      { expected: [/404/] },
    );
  });

  test('each value is shown as what it is, and none runs or fills the browser', async () => {
    await inPage(async (page) => {
      for (const name of Object.keys(hostileValues)) {
        await go(page, pagePaths.tree(kind, `/values/${name}`));
        const shown = page
          .locator('.cm-content')
          .or(page.getByRole('grid', { name: /^Value of/ }))
          .or(page.getByRole('button', { name: /^Read all/ }));
        await shown.first().waitFor();
        await harmless(page);
      }
    });
  });

  test.each([{ phone: false }, { phone: true }])(
    'every page shows them, phone: $phone',
    async ({ phone }) => {
      const { sessionId } = client().status;
      const id = `0x${sessionId!.toString(16)}`;
      const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
      const visits: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
        [
          pagePaths.tree(kind, '/names'),
          async (page) => {
            await page.getByRole('tab', { name: /Children/ }).click();
            await page.getByRole('tabpanel').getByText('%2e%2e%2f%00').first().waitFor();
          },
        ],
        [
          pagePaths.tree(kind, '/names/null'),
          async (page) => {
            for (const name of ['Stat', 'History', 'ACL']) await page.getByRole('tab', { name }).click();
            await page.waitForFunction(
              (id) => [...document.querySelectorAll('input')].some(({ value }) => value.includes(id)),
              'onerror=window.ran=1',
            );
          },
        ],
        [
          pagePaths.tree(kind, `/names/${'long-'.repeat(400)}`),
          (page) => page.locator('.cm-content').waitFor(),
        ],
        [
          `${pagePaths.search(kind, '/names')}&text=value&value=true`,
          async (page) => {
            await button(page, 'Search').click();
            await page.getByText(`${hostileNames.length} found in`).waitFor();
            await page.getByText(image).first().waitFor();
          },
        ],
        [
          pagePaths.sessions(kind, { id }),
          async (page) => {
            await button(page, /^Read (sessions|again)/).click();
            await page
              .getByRole('region', { name: `Session ${id}` })
              .getByText(image)
              .first()
              .waitFor();
          },
        ],
        [
          pagePaths.sessions(kind, { view: 'watches' }),
          async (page) => {
            await button(page, /^Read (all watches|again)/).click();
            await page
              .getByText(/window\.ran=1/)
              .first()
              .waitFor();
          },
        ],
        [
          pagePaths.locks(kind, `/queues/${image}`),
          async (page) => {
            await page.getByText('1 holds, 0 wait').waitFor();
            await go(page, pagePaths.locks(kind, '/queues'));
            await button(page, 'Search below it').click();
            await page.getByText('Searched below /queues').waitFor();
            await button(page, `/queues/${image}`).waitFor();
          },
        ],
        [
          pagePaths.live(kind, '/names'),
          async (page) => {
            await page.getByText('watching', { exact: true }).first().waitFor();
            // The one looked for last, since the newest stand in sight.
            for (const name of [...hostileNames, image])
              await client().setData(`/names/${name}`, Buffer.from(`value of ${name}`), -1);
            await page.getByText(image).first().waitFor();
          },
        ],
        [pagePaths.jobs(kind), (page) => page.getByText(image).first().waitFor()],
        [pagePaths.history(kind), (page) => page.getByText(image).first().waitFor()],
        [
          pagePaths.commands(kind, { word: 'dump' }),
          async (page) => {
            await button(page, /^Run/).click();
            await page
              .getByText(/onerror/)
              .first()
              .waitFor();
            await page.getByText('Raw', { exact: true }).first().click();
          },
        ],
        [
          pagePaths.overview(kind),
          async (page) => {
            await page.getByText('The server is up').waitFor();
            await page.keyboard.press('Control+k');
            await page.getByRole('combobox').fill('/names/<');
            await page.getByRole('option').nth(2).waitFor();
            await page.getByRole('combobox').fill(`/names/${image}`);
            await page.keyboard.press('Enter');
            await page.locator('.cm-content').waitFor();
          },
        ],
      ];
      await inPage(
        async (page) => {
          for (const [address, look] of visits) {
            await go(page, address);
            await look(page);
            await harmless(page);
          }
        },
        { phone },
      );
    },
  );

  test('exports and reports keep every byte as JSON and run nothing as CSV', async () => {
    const api = `${scene.console.url}/api/clusters/${kind}`;
    const text = async (address: string) => (await fetch(`${api}/${address}`)).text();
    for (const top of ['/names', '/values']) {
      const rows = parseCsv(await text(`export?format=csv&path=${encodeURIComponent(top)}`));
      expect(rows.length).toBeGreaterThan(15);
      expect(rows.every((row) => row.length === 5)).toBe(true);
      expect(rows.flat().filter((cell) => /^\s*[=+@\-\uff1d]/.test(cell))).toEqual([]);
    }
    const lines = (await text('export?format=jsonl&path=/values')).trim().split('\n');
    const nodes = lines.map((line) => JSON.parse(line) as { path?: string; data?: string });
    for (const [name, value] of Object.entries(hostileValues)) {
      const node = nodes.find(({ path }) => path === `/${name}`);
      expect(node?.data === value.toString('base64'), name).toBe(true);
    }
    const { jobs } = JSON.parse(await text('jobs')) as { jobs: { id: string; path: string }[] };
    const reported = await Promise.all(jobs.map(({ id }) => text(`jobs/${id}/report`)));
    expect(reported.length).toBeGreaterThanOrEqual(1);
    for (const row of reported.flatMap(parseCsv)) expect(row[1]).toMatch(/^path$|^\/(gone|queues)\//);
  });
});

/** RFC 4180: cells in quotes hold commas, line ends and doubled quotes. */
function parseCsv(text: string): string[][] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
