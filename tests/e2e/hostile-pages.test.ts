import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pagePaths } from '@/lib/queries/paths';
import { memberKinds } from '../support/member';
import { harmless, hostileImage, setHostileScene, type HostileScene } from './hostile-scene';
import { hostileNames, hostileValues } from './hostile-znodes';

// Znodes whose names and values try to break the console, shown as what they are on each of its pages and in what leaves it as a file.
let hostile: HostileScene;
beforeAll(async () => {
  hostile = await setHostileScene();
});
afterAll(async () => {
  await hostile?.stop();
});

describe.each(memberKinds)('over %s', (kind) => {
  test('each value is shown as what it is, and none runs or fills the browser', async () => {
    await hostile.inPage(async (page) => {
      for (const name of Object.keys(hostileValues)) {
        await hostile.go(page, pagePaths.tree(kind, `/values/${name}`));
        const shown = page
          .getByRole('textbox', { name: /^Value of/ })
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
      const { sessionId } = hostile.client(kind).status;
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
          (page) => page.getByRole('textbox', { name: /^Value of/ }).waitFor(),
        ],
        [
          `${pagePaths.search(kind, '/names')}&text=value&value=true`,
          async (page) => {
            await button(page, 'Search').click();
            await page.getByText(`${hostileNames.length} found in`).waitFor();
            await page.getByText(hostileImage).first().waitFor();
          },
        ],
        [
          pagePaths.sessions(kind, { id }),
          async (page) => {
            await button(page, /^Read (sessions|again)/).click();
            await page
              .getByRole('region', { name: `Session ${id}` })
              .getByText(hostileImage)
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
          pagePaths.locks(kind, `/queues/${hostileImage}`),
          async (page) => {
            await page.getByText('1 holds, 0 wait').waitFor();
            await hostile.go(page, pagePaths.locks(kind, '/queues'));
            await button(page, 'Search below it').click();
            await page.getByText('Searched below /queues').waitFor();
            await button(page, `/queues/${hostileImage}`).waitFor();
          },
        ],
        [
          pagePaths.live(kind, '/names'),
          async (page) => {
            await page.getByText('watching', { exact: true }).first().waitFor();
            // The one looked for last, since the newest stand in sight.
            for (const name of [...hostileNames, hostileImage])
              await hostile.client(kind).setData(`/names/${name}`, Buffer.from(`value of ${name}`), -1);
            await page.getByText(hostileImage).first().waitFor();
          },
        ],
        [pagePaths.jobs(kind), (page) => page.getByText(hostileImage).first().waitFor()],
        [pagePaths.history(kind), (page) => page.getByText(hostileImage).first().waitFor()],
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
            await page.getByRole('combobox').fill(`/names/${hostileImage}`);
            await page.keyboard.press('Enter');
            await page.getByRole('textbox', { name: /^Value of/ }).waitFor();
          },
        ],
      ];
      await hostile.inPage(
        async (page) => {
          for (const [address, look] of visits) {
            await hostile.go(page, address);
            await look(page);
            await harmless(page);
          }
        },
        { phone },
      );
    },
  );

  test('exports and reports keep every byte as JSON and run nothing as CSV', async () => {
    const api = `${hostile.scene.console.url}/api/clusters/${kind}`;
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
