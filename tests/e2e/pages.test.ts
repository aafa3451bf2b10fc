import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberKinds } from '../support/member';
import { axeFaults, axeFaultsLightAndDark } from './axe';
import { loadSample, pageNames, pageUrl } from './pages';
import { readOnlyCluster, setScene, type Scene } from './scene';

// Every page, over Apache's server and over ours: reachable by everyone, at every width, in both languages.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
  for (const kind of memberKinds) await loadSample(scene.console.url, kind);
});
afterAll(async () => {
  await scene?.stop();
});

/** Something each page shows only once it has what it asked for. */
const landmarks = {
  overview: (page: Page) => page.getByText('The server is up'),
  ensemble: (page: Page) => page.getByText('It stands alone: while it restarts'),
  tree: (page: Page) => page.getByRole('treeitem').filter({ hasText: /^zoodeck-sample/ }),
  live: (page: Page) => page.getByRole('button', { name: 'Watch', exact: true }),
  metrics: (page: Page) => page.getByText('Packets in').first(),
  sessions: (page: Page) => page.getByText('Nobody has asked the members yet'),
  locks: (page: Page) => page.getByRole('button', { name: 'Search below it' }),
  search: (page: Page) => page.getByText('Nothing is searched yet'),
  console: (page: Page) => page.getByRole('region', { name: 'Requests to members, by purpose' }),
  history: (page: Page) => page.getByRole('heading', { name: 'History' }),
  // The button is another one, and disabled, while the first word's answer is awaited.
  commands: (page: Page) => page.getByRole('button', { name: 'Run again', disabled: false }),
} as const;

describe.each(memberKinds)('over %s', (kind) => {
  test.each(pageNames)('%s is accessible in light and dark, and breaks no policy', async (name) => {
    const { page, faults, close } = await scene.open({ reducedMotion: 'reduce' });
    await page.goto(pageUrl(scene.console.url, kind, name));
    await landmarks[name](page).first().waitFor();
    expect(await axeFaultsLightAndDark(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  test('the overview tells the member’s state', async () => {
    const { page, faults, close } = await scene.open();
    await page.goto(pageUrl(scene.console.url, kind, 'overview'));
    await page.getByText('The server is up').waitFor();
    await page.getByText(scene.members[kind].address).first().waitFor();
    await page.getByText('standalone').first().waitFor();
    await page.getByText('3.8.').first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  test('metrics are drawn and move', async () => {
    const { page, faults, close } = await scene.open();
    await page.goto(pageUrl(scene.console.url, kind, 'metrics'));
    const lines = page.locator('svg.recharts-surface path.recharts-curve');
    await lines.first().waitFor({ state: 'attached' });
    const range = page.getByRole('group', { name: 'Range' });
    expect(await range.locator('[tabindex="0"]').allInnerTexts()).toEqual(['15 min']);
    const before = await lines.first().getAttribute('d');
    await expect.poll(() => lines.first().getAttribute('d'), { timeout: 30_000 }).not.toBe(before);
    expect(faults).toEqual([]);
    await close();
  });

  test('a time under the pointer or the keyboard’s cursor stands on every chart', async () => {
    const { page, faults, close } = await scene.open();
    await page.goto(pageUrl(scene.console.url, kind, 'metrics'));
    const charts = page.locator('svg.recharts-surface');
    await charts.locator('path.recharts-curve').first().waitFor({ state: 'attached' });
    const cursors = charts.locator('line[stroke="var(--ink-3)"]');
    const onEvery = () => expect.poll(async () => (await charts.count()) - (await cursors.count())).toBe(0);
    await charts.nth(0).hover();
    await onEvery();
    await page.getByRole('heading', { name: 'Metrics' }).hover();
    await expect.poll(() => cursors.count()).toBe(0);
    await charts.nth(1).focus();
    await page.keyboard.press('ArrowRight');
    await onEvery();
    expect(faults).toEqual([]);
    await close();
  });

  test('a four-letter word is run and read, parsed and raw', async () => {
    const { page, faults, close } = await scene.open();
    await page.goto(`${pageUrl(scene.console.url, kind, 'commands')}?word=srvr`);
    await page.getByRole('button', { name: /^Run/ }).first().click();
    await page.getByText('Node count').first().waitFor();
    await page.getByText('Raw', { exact: true }).first().click();
    await page.getByText('Mode: standalone').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

test.each(pageNames)('%s fits 390 pixels', async (name) => {
  const { page, faults, close } = await scene.open({ viewport: { width: 390, height: 844 } });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', name));
  await page.getByRole('main').waitFor();
  await page.waitForLoadState('load');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await close();
});

test.each(pageNames)('%s speaks Chinese to a Chinese browser', async (name) => {
  const { page, faults, close } = await scene.open({ locale: 'zh-CN' });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', name));
  expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
  expect(await page.getByRole('navigation').first().innerText()).toMatch(/\p{Script=Han}/u);
  expect(await axeFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

describe('a cluster set read-only', () => {
  test('offers no change in the browser', async () => {
    const { page, faults, close } = await scene.open();
    await page.goto(pageUrl(scene.console.url, readOnlyCluster, 'tree'));
    await page
      .getByRole('treeitem')
      .filter({ hasText: /^zoodeck-sample/ })
      .waitFor();
    const create = page.getByRole('button', { name: 'Create child' }).first();
    expect(await create.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Read-only').filter({ visible: true }).first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  test('is refused on the server side by every mutating route', async () => {
    const base = `${scene.console.url}/api/clusters/${readOnlyCluster}`;
    const open = [{ scheme: 'world', id: 'anyone', permissions: ['READ', 'ADMIN'] }];
    const routes = [
      ['POST', 'node', { path: '/x', data: null, mode: 'persistent', acl: null }],
      ['PUT', 'data', { path: '/zoodeck-sample', data: '', version: 0 }],
      ['PUT', 'acl', { path: '/zoodeck-sample', acl: open, aversion: 0, allowLockout: true }],
      ['POST', 'jobs', { kind: 'deleteTree', paths: ['/zoodeck-sample'] }],
      ['POST', 'jobs/1', {}],
      ['POST', 'sample', undefined],
      ['DELETE', 'sample', undefined],
    ] as const;
    for (const [method, name, body] of routes) {
      const response = await fetch(`${base}/${name}`, {
        method,
        headers: { origin: scene.console.url, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { error } = (await response.json()) as { error: { code: string } };
      expect(`${method} ${name} ${error.code}`).toBe(`${method} ${name} READ_ONLY_CLUSTER`);
    }
  });
});
