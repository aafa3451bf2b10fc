import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { Writer } from '../support/writer';
import { axeFaults, axeFaultsLightAndDark } from './axe';
import { loadSample, pageNames, pageUrl } from './pages';

// What `npm start` brings up: our own ensemble of three voters and an observer, seen through its console.
const cluster = 'local';
let console: RunningConsole;
let browser: Browser;
beforeAll(async () => {
  console = await startConsole({ ensemble: true, env: { ZOODECK_SAMPLE_SECONDS: '2' } });
  browser = await launchBrowser();
  await loadSample(console.url, cluster);
});
afterAll(async () => {
  await browser?.close();
  await console?.stop();
});

const overviewUrl = () => pageUrl(console.url, cluster, 'overview');
const rows = (page: Page, role: string) => page.getByRole('row').filter({ hasText: role });

/** `host:port` of the member whose row says that it leads. */
async function leaderShown(page: Page): Promise<string> {
  const row = await rows(page, 'Leader').first().innerText();
  return /127\.0\.0\.1:\d+/.exec(row)![0];
}

test('the overview shows one leader, two followers and an observer, their numbers and what may be lost', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(overviewUrl());
  await page.getByText('Can lose one voter, and writes go on.').waitFor();
  await page.getByText('4 of 4 up').waitFor();
  expect(await rows(page, 'Leader').count()).toBe(1);
  expect(await rows(page, 'Follower').count()).toBe(2);
  expect(await rows(page, 'Observer').count()).toBe(1);
  const health = page.getByRole('region', { name: 'Health' });
  await health.getByText('3 of 3').waitFor();
  await health.getByText('1 of 1').waitFor();
  for (const [index, id] of ['1', '2', '3', '4'].entries()) {
    const row = page.getByRole('row').filter({ hasText: `127.0.0.1:${console.serverPort + index}` });
    expect(await row.getByRole('cell', { name: id, exact: true }).count()).toBeGreaterThan(0);
  }
  await page.getByRole('list', { name: 'Leaders' }).getByText('epoch 1').waitFor();
  // All of the table stands in 1280 pixels, the last column too.
  const table = page.getByRole('region', { name: 'Members', exact: true });
  expect(await table.evaluate((region) => region.scrollWidth - region.clientWidth)).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

test('the ensemble page compares its members, and names the observer first to be restarted', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(pageUrl(console.url, cluster, 'ensemble'));
  await page.getByRole('button', { name: 'Read members' }).click();
  await page.getByText('Nothing differs that should be equal').waitFor();
  await page.getByText('The connection string fits the ensemble').waitFor();
  const steps = page.getByRole('list', { name: 'Order' }).getByRole('listitem');
  await steps.first().filter({ hasText: 'Observer' }).waitFor();
  await steps.nth(3).filter({ hasText: 'Leader' }).waitFor();
  const pace = page.getByRole('region', { name: 'Slow members' });
  expect(await pace.getByRole('row').count()).toBe(5);
  expect(await axeFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test('the leader is killed: the election is seen live, and the member comes back', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(overviewUrl());
  await page.getByText('4 of 4 up').waitFor();
  const before = await leaderShown(page);
  const name = `zk${Number(before.split(':')[1]) - console.serverPort + 1}`;
  const pid = await readFile(path.join(console.dataDir, name, 'zookeeper_server.pid'), 'utf8');
  process.kill(Number(pid), 'SIGKILL');
  const leaders = page.getByRole('list', { name: 'Leaders' });
  await leaders.getByText('epoch 2').waitFor({ timeout: 30_000 });
  // It is started again at once: whether it is found down in between, or only to serve anew, is up to the next look at it.
  const away = page.getByText(new RegExp(`^${before} (is back|began to serve anew)$`));
  await away.waitFor({ timeout: 30_000 });
  await page.getByText('4 of 4 up').waitFor({ timeout: 30_000 });
  // Whoever was elected, the killed one included when it was back in time: the list and the table name the same.
  const after = await leaders.getByRole('listitem').first().innerText();
  expect(after).toContain(await leaderShown(page));
  expect(console.child.output()).toContain(`Member ${name} stopped (signal SIGKILL)`);
  // The one that came back has what is written since.
  await new Writer(console.serverPort).create('/after-election', 'x');
  expect(faults).toEqual([]);
  await close();
});

describe.each(pageNames)('%s', (name) => {
  test('works over the ensemble, and is accessible in light and dark', async () => {
    const { page, faults, close } = await openPage(browser, { reducedMotion: 'reduce' });
    await page.goto(pageUrl(console.url, cluster, name));
    await page.getByRole('main').waitFor();
    if (name === 'overview') await page.getByText('4 of 4 up').waitFor();
    if (name === 'tree')
      await page
        .getByRole('treeitem')
        .filter({ hasText: /^zoodeck-sample/ })
        .waitFor();
    if (name === 'commands') await page.getByRole('button', { name: 'Run again', disabled: false }).waitFor();
    // A line of one value has no height, and is drawn all the same.
    if (name === 'metrics') await page.locator('path.recharts-curve').first().waitFor({ state: 'attached' });
    expect(await axeFaultsLightAndDark(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  test('fits 390 pixels, in Chinese too', async () => {
    const { page, faults, close } = await openPage(browser, {
      viewport: { width: 390, height: 844 },
      locale: 'zh-CN',
    });
    await page.goto(pageUrl(console.url, cluster, name));
    await page.getByRole('main').waitFor();
    if (name === 'overview') await page.getByText('历任 Leader').waitFor();
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    expect(await axeFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
