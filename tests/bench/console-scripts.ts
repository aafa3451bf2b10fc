import type { Browser, Page } from 'playwright-core';
import type { RunningConsole } from '../support/console';
import { samplePath } from '@/lib/api/znodes';
import { openPage } from '../support/browser';
import { beginEdit, loadSample, pageNames, pageUrl, type PageName } from '../e2e/pages';
import type { Line } from './console-line';

/** Compressed JavaScript of each page: of its first load, and what it adds for somebody who came by the overview. */

const firstLoadKb = 250;
const furtherKb = 100;
const atRestMs = 1_000;

/** What stands on a page only once its largest part is there. */
const drawn: Partial<Record<PageName, string>> = {
  tree: '[role=textbox][aria-multiline]',
  metrics: 'svg.recharts-surface',
};

/** What somebody may begin on a page that loads more: the editor, with the language of the value. */
const begins: Partial<Record<PageName, (page: Page) => Promise<void>>> = {
  tree: (page) => beginEdit(page, samplePath),
};

interface Scripts {
  /** Bytes on the wire by address, asked for before the page's `load` event. */
  readonly first: ReadonlyMap<string, number>;
  /** Those and what came until the page was at rest: lists, charts. */
  readonly all: ReadonlyMap<string, number>;
  /** What came on top once something was begun on the page. */
  readonly begun: ReadonlyMap<string, number>;
}

/** Bodies only: each response's headers, some 900 bytes with the policy in them, are no JavaScript. */
async function scriptsOf(
  browser: Browser,
  url: string,
  drawn: string,
  begin: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<Scripts> {
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
  await page.waitForTimeout(atRestMs);
  const all = new Map(bytes);
  await begin(page);
  await page.waitForTimeout(atRestMs);
  await close();
  return {
    first: new Map([...all].filter(([script]) => early.has(script))),
    all,
    begun: new Map([...bytes].filter(([script]) => !all.has(script))),
  };
}

const kbOf = (bytes: Iterable<number>): number => [...bytes].reduce((sum, each) => sum + each, 0) / 1000;

function furtherLine(what: string, kb: number): Line {
  return { what, value: `${kb.toFixed(0)} kB`, limit: `${furtherKb} kB`, good: kb <= furtherKb };
}

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
    const url = pageUrl(console.url, cluster, name);
    const scripts = await scriptsOf(browser, url, drawn[name] ?? 'main', begins[name]);
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
    further.push(
      furtherLine(`${name} after the overview: further JavaScript, with what it loads at rest`, more),
    );
    if (begins[name] === undefined) continue;
    further.push(
      furtherLine(`${name}: what beginning to edit its JSON value adds`, kbOf(scripts.begun.values())),
    );
  }
  return [...first, ...further];
}
