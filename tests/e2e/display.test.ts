import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageUrl } from './pages';
import { setScene, type Scene } from './scene';

// How pages are read: in which zone times are shown, and how often pages read again by themselves.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

test('absolute times are shown in any zone, chosen in the display menu or brought by a link', async () => {
  await scene.writers.zoodeck.create('/zoned', 'x');
  const { page, faults, close } = await scene.open({ timezoneId: 'America/New_York' });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', '/zoned'));
  await page.getByRole('tab', { name: 'Stat' }).click();
  const time = page.getByText(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3} /).first();
  await expect.poll(() => time.innerText()).toMatch(/(EST|EDT|GMT-[45])$/);
  await page.getByRole('button', { name: 'Display settings' }).click();
  await page.getByRole('menuitem', { name: 'Other zone…' }).click();
  const dialog = page.getByRole('dialog');
  const hasFocus = (field: Locator) => () => field.evaluate((element) => element === document.activeElement);
  await expect.poll(hasFocus(dialog.getByLabel('Zone', { exact: true }))).toBe(true);
  await dialog.getByLabel('Zone', { exact: true }).fill('Mars/Olympus');
  await dialog.getByText('This browser knows no zone “Mars/Olympus”').waitFor();
  expect(await dialog.getByRole('button', { name: 'Use this zone' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Zone', { exact: true }).fill('Asia/Kolkata');
  await dialog.getByText(/^Now: .* GMT\+5:30$/).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => time.innerText()).toMatch(/GMT\+5:30$/);
  await expect.poll(hasFocus(page.getByRole('button', { name: 'Display settings' }))).toBe(true);
  // The choice is kept; a link's zone holds for its tab.
  await page.reload();
  await page.getByRole('tab', { name: 'Stat' }).click();
  await expect.poll(() => time.innerText()).toMatch(/GMT\+5:30$/);
  await page.goto(`${pageUrl(scene.console.url, 'zoodeck', 'tree', '/zoned')}&zone=utc`);
  await page.getByRole('tab', { name: 'Stat' }).click();
  await expect.poll(() => time.innerText()).toMatch(/ UTC$/);
  expect(faults).toEqual([]);
  await close();
});

/** Makes the page believe its tab is hidden, or shown. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((to) => {
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (to ? 'hidden' : 'visible'),
    });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => to });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}

/** Addresses the page has fetched since they were last asked for, counted in the page itself, where order is certain. */
async function fetched(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { fetched: string[] }).fetched.splice(0));
}

test.each(['overview', 'metrics', 'console'] as const)(
  'a hidden tab on %s asks for nothing, off means off, and a press reads at once',
  async (name) => {
    const { page, faults, close } = await scene.open();
    await page.clock.install();
    await page.addInitScript(() => {
      const asked: string[] = [];
      Object.assign(window, { fetched: asked });
      const { fetch } = window;
      window.fetch = (input, init) => {
        // Pages the router fetches ahead are no polling.
        if (String(input).startsWith('/api/')) asked.push(String(input));
        return fetch(input, init);
      };
    });
    const own = name === 'console' ? '/api/console' : `/api/clusters/zoodeck/${name}`;
    const ownAsked = async () => (await fetched(page)).filter((url) => url.startsWith(own)).length;
    await page.goto(pageUrl(scene.console.url, 'zoodeck', name));
    await landmark(page, name).waitFor();
    await fetched(page);
    await page.clock.runFor(60_000);
    expect(await ownAsked()).toBeGreaterThan(0);
    await setHidden(page, true);
    await page.clock.runFor(600_000);
    expect(await fetched(page)).toEqual([]);
    await setHidden(page, false);
    await expect.poll(ownAsked).toBeGreaterThan(0);
    await page.getByRole('button', { name: /^Refreshing: Auto/ }).click();
    await page.getByRole('menuitemradio', { name: 'Off', exact: true }).click();
    await page.keyboard.press('Escape');
    await fetched(page);
    await page.clock.runFor(120_000);
    expect(await ownAsked()).toBe(0);
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await expect.poll(ownAsked).toBe(1);
    expect(faults).toEqual([]);
    await close();
  },
);

/** Something that stands only once the page has its data. */
function landmark(page: Page, name: 'overview' | 'metrics' | 'console') {
  if (name === 'overview') return page.getByText('The server is up');
  if (name === 'metrics') return page.getByText('Packets in').first();
  return page.getByRole('region', { name: 'Requests to members, by purpose' });
}
