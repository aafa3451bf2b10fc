import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { startHttpProxy, type HttpProxyOptions } from '../support/http-proxy';
import { Writer } from '../support/writer';
import { pageUrl } from './pages';

// The console below a sub-path chosen at its start, or by the proxy: nothing it makes leads out of it.
const cluster = 'local';
let running: RunningConsole;
let browser: Browser;
let writer: Writer;
beforeAll(async () => {
  running = await startConsole({
    env: { ZOODECK_BASE_PATH: '/zk', ZOODECK_TRUSTED_PROXIES: '127.0.0.1', ZOODECK_SAMPLE_SECONDS: '2' },
  });
  browser = await launchBrowser();
  writer = new Writer(running.serverPort);
});
afterAll(async () => {
  await browser?.close();
  await running?.stop();
});

const ways: readonly (Omit<HttpProxyOptions, 'target'> & { readonly name: string })[] = [
  { name: 'a plain proxy', prefix: '/zk', strips: false },
  { name: 'a proxy that strips the prefix', prefix: '/zk', strips: true },
  {
    name: 'a proxy that names a prefix of its own',
    prefix: '/tools/zookeeper',
    strips: true,
    forwards: true,
  },
];

describe.each(ways)('behind $name', (way) => {
  test('pages, links, live changes, writes and downloads work, and nothing is asked for outside', async () => {
    const proxy = await startHttpProxy({ target: running.port, ...way });
    const path = `/behind-${way.prefix.length}-${String(way.strips)}`;
    await writer.create(path, 'value 0');
    const { page, faults, close } = await openPage(browser);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    try {
      await page.goto(proxy.url);
      await page.getByText('The server is up').waitFor();
      expect(page.url()).toBe(pageUrl(proxy.url, cluster, 'overview'));
      // A link is followed by the router, a reload by the browser.
      await page.getByRole('navigation').first().getByRole('link', { name: 'Tree' }).click();
      await page.waitForURL(`${proxy.url}/c/${cluster}/tree**`);
      await page.goto(pageUrl(proxy.url, cluster, 'tree', path));
      await page.getByText('value 0').waitFor();
      await writer.set(path, 'value 1');
      await page.getByText('value 1').waitFor();
      await page.getByRole('button', { name: 'Display settings' }).click();
      await page.getByRole('menuitemradio', { name: 'Dark' }).click();
      const cookies = await page.context().cookies(proxy.url);
      expect(cookies.map((cookie) => [cookie.name, cookie.path])).toContainEqual([
        'zoodeck_theme',
        way.prefix,
      ]);
      // Changes come from the page's own origin, whatever host name the proxy passes on.
      const status = await page.evaluate(
        async ([url, target]) => {
          const body = JSON.stringify({ path: `${target}/child`, data: null, mode: 'persistent', acl: null });
          const headers = { 'content-type': 'application/json' };
          return (await fetch(url!, { method: 'POST', headers, body })).status;
        },
        [`${proxy.url}/api/clusters/${cluster}/node`, path],
      );
      expect(status).toBe(200);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'More actions' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: /^Export$/ }).click(),
      ]);
      expect(await readFile((await file.path())!, 'utf8')).toContain('"path":"/child"');
      expect(asked.filter((url) => !url.startsWith(proxy.url))).toEqual([]);
      expect(proxy.strays).toEqual([]);
      expect(faults).toEqual([]);
    } finally {
      await close();
      await proxy.stop();
    }
  });
});

test('a redirect leads below the sub-path', async () => {
  const answer = await fetch(`${running.url}/zk/c/${cluster}/tree/`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([308, `/zk/c/${cluster}/tree`]);
});

test('a prefix that is none is refused with its reason', async () => {
  const answer = await fetch(`${running.url}/`, { headers: { 'x-forwarded-prefix': '//elsewhere' } });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('X-Forwarded-Prefix \\"//elsewhere\\" must be a path such as /zk');
});
