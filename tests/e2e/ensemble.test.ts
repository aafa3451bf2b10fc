import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { startApacheEnsemble, type Ensemble } from '../support/ensemble';
import { fourLetter } from '../support/four-letter';
import { Writer } from '../support/writer';
import { axeFaults } from './axe';
import { bundledCluster, pageUrl } from './pages';

// Three of Apache's servers and `--connect`: what most operators have.
let ensemble: Ensemble;
let console: RunningConsole;
let browser: Browser;
beforeAll(async () => {
  ensemble = await startApacheEnsemble(3);
  console = await startConsole({ connect: ensemble.address, env: { ZOODECK_SAMPLE_SECONDS: '2' } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console?.stop();
  await ensemble?.stop();
});

/** When restarting was begun in the first test, as the address says it. */
let since = '';

test('the ensemble page compares members, and judges when they may be restarted', async () => {
  const writer = new Writer(ensemble.members[0]!.port);
  // A digest is logged every 128 transactions; a call of the writer is three, with its session.
  await writer.create('/digests');
  await Promise.all(Array.from({ length: 45 }, (_, index) => writer.create(`/digests/${index}`)));
  const { page, faults, close } = await openPage(browser);
  await page.goto(pageUrl(console.url, await bundledCluster(console.url), 'ensemble'));
  await page.getByRole('button', { name: 'Read members' }).click();
  await page.getByText('Members held the same data').waitFor();
  await page.getByText('The connection string fits the ensemble').waitFor();
  await page.getByText('Nothing differs that should be equal').waitFor();
  await page.getByRole('switch', { name: 'Show equal ones too' }).click();
  const drift = page.getByRole('region', { name: 'Configuration side by side' });
  expect(await drift.getByRole('row').filter({ hasText: 'tickTime' }).getByText('2000').count()).toBe(3);
  const pace = page.getByRole('region', { name: 'Slow members' });
  expect(await pace.getByRole('row').count()).toBe(4);
  const steps = page.getByRole('list', { name: 'Order' }).getByRole('listitem');
  await steps.nth(2).filter({ hasText: 'Leader' }).waitFor();
  await page.getByRole('button', { name: 'Begin restarting' }).click();
  await page.waitForURL(/since=\d+/);
  since = new URL(page.url()).search;
  expect(await axeFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test('the overview tells leader and followers apart, who hangs, and what is left when one is lost', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(pageUrl(console.url, await bundledCluster(console.url), 'overview'));
  await page.getByText('3 of 3').first().waitFor();
  expect(await page.getByRole('row').filter({ hasText: 'leader' }).count()).toBe(1);
  expect(await page.getByRole('row').filter({ hasText: 'follower' }).count()).toBe(2);
  const leaders = page.getByRole('list', { name: 'Leaders' });
  await leaders.getByText('epoch 1').waitFor();
  const lost = ensemble.members[0]!;
  const told = page.locator('section').filter({ hasText: 'What the console cannot see' });
  process.kill(lost.child.pid, 'SIGSTOP');
  await page.getByText('Serving, with nothing to spare').waitFor({ timeout: 60_000 });
  await told
    .getByText(new RegExp(`^${lost.address}.* did not answer within 2000 ms: it hangs`))
    .first()
    .waitFor();
  // What the others serve is there all the same.
  await page.goto(pageUrl(console.url, await bundledCluster(console.url), 'tree', '/digests'));
  await page.getByRole('treeitem', { selected: true }).waitFor();
  await page.goto(pageUrl(console.url, await bundledCluster(console.url), 'overview'));
  await lost.kill();
  await told
    .getByText(new RegExp(`^${lost.address}.* refuses connections`))
    .first()
    .waitFor();
  await page.getByText('One more loss stops writes.').waitFor();
  await page.getByText('2 of 3').first().waitFor();
  expect(faults).toEqual([]);
  await close();
});

test('an election stands among the leaders, with the time nobody led; no majority is told as that', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(pageUrl(console.url, await bundledCluster(console.url), 'overview'));
  await ensemble.members[0]!.restart();
  await page.getByText('3 of 3').first().waitFor({ timeout: 60_000 });
  // What was restarted meanwhile is ticked off.
  await page.goto(`${pageUrl(console.url, await bundledCluster(console.url), 'ensemble')}${since}`);
  const steps = page.getByRole('list', { name: 'Order' }).getByRole('listitem');
  await steps.filter({ hasText: ensemble.members[0]!.address }).getByText('restarted').waitFor();
  await page.goto(pageUrl(console.url, await bundledCluster(console.url), 'overview'));
  const leading = await Promise.all(
    ensemble.members.map(async ({ port }) => /^Mode: leader$/m.test(await fourLetter(port, 'srvr'))),
  );
  const leader = ensemble.members[leading.indexOf(true)]!;
  await leader.kill();
  const newest = page.getByRole('list', { name: 'Leaders' }).getByRole('listitem').first();
  await newest.filter({ hasText: 'without a leader before' }).waitFor({ timeout: 60_000 });
  await newest.filter({ hasNotText: leader.address }).waitFor();
  const other = ensemble.members.find((member) => member !== leader)!;
  await other.kill();
  await page.getByText('No quorum', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByText('1 of 3').first().waitFor();
  await page.getByText('No leader is seen').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});
