import type { Browser } from 'playwright-core';
import type { RunningConsole } from '../support/console';
import { openPage } from '../support/browser';
import { loadSample, pageNames, pageUrl, type PageName } from '../e2e/pages';
import type { Line } from './console-line';

/** Compressed JavaScript of each page: of its first load, and what it adds for somebody who came by the overview. */

const firstLoadKb = 250;
const furtherKb = 100;

/** What stands on a page only once its largest part is there. */
const drawn: Partial<Record<PageName, string>> = {
  tree: '.cm-content',
  metrics: 'svg.recharts-surface',
};

interface Scripts {
  /** Bytes on the wire by address, asked for before the page's `load` event. */
  readonly first: ReadonlyMap<string, number>;
  /** Those and what came until the page was at rest: editors, charts. */
  readonly all: ReadonlyMap<string, number>;
}

/** Bodies only: each response's headers, some 900 bytes with the policy in them, are no JavaScript. */
async function scriptsOf(browser: Browser, url: string, drawn: string): Promise<Scripts> {
  const { page, close } = await openPage(browser);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const urls = new Map<string, string>();
  const bytes = new Map<string, number>();
  const early = new Set<string>();
  let loaded = false;
  session.on('Network.requestWillBeSent', (event) => {
    if (event.type !== 'Script') return;
    urls.set(event.requestId, event.request.url);
    if (!loaded) early.add(event.request.url);
  });
  session.on('Network.dataReceived', (event) => {
    const script = urls.get(event.requestId);
    if (script !== undefined) bytes.set(script, (bytes.get(script) ?? 0) + event.encodedDataLength);
  });
  page.once('load', () => {
    loaded = true;
  });
  await page.goto(url, { waitUntil: 'load' });
  await page.locator(drawn).first().waitFor();
  await page.waitForTimeout(1_000);
  await close();
  return { first: new Map([...bytes].filter(([script]) => early.has(script))), all: bytes };
}

const kbOf = (bytes: Iterable<number>): number => [...bytes].reduce((sum, each) => sum + each, 0) / 1000;

export async function benchScripts(
  browser: Browser,
  console: RunningConsole,
  cluster: string,
): Promise<Line[]> {
  const first: Line[] = [];
  const further: Line[] = [];
  let known: ReadonlyMap<string, number> = new Map();
  await loadSample(console.url, cluster);
  for (const name of pageNames) {
    const scripts = await scriptsOf(browser, pageUrl(console.url, cluster, name), drawn[name] ?? 'main');
    if (name === 'overview') known = scripts.all;
    const kb = kbOf(scripts.first.values());
    first.push({
      what: `first load of ${name}: compressed JavaScript`,
      value: `${kb.toFixed(0)} kB`,
      limit: `${firstLoadKb} kB`,
      good: kb <= firstLoadKb,
    });
    if (name === 'overview') continue;
    const more = kbOf([...scripts.all].filter(([url]) => !known.has(url)).map(([, bytes]) => bytes));
    further.push({
      what: `${name} after the overview: further JavaScript, with what it loads at rest`,
      value: `${more.toFixed(0)} kB`,
      limit: `${furtherKb} kB`,
      good: more <= furtherKb,
    });
  }
  return [...first, ...further];
}
