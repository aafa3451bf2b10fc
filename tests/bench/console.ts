import type { Browser, Page } from 'playwright-core';
import { apiPaths, pagePaths } from '@/lib/queries/paths';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { mntr } from '../support/four-letter';
import { startMember, type Member } from '../support/member';
import { until } from '../support/wait';
import { Writer } from '../support/writer';
import { benchFeed } from './console-feed';
import { benchHarm } from './console-harm';
import { benchInteraction } from './console-interaction';
import { markdown, type Line } from './console-line';
import { benchScripts } from './console-scripts';
import { LoadConnection } from './load-connection';
import { median, percentile } from './median';
import { fill } from './memory';
import { createTemplate, plainCreate } from './requests';

/**
 * What the console costs and how fast it is, in Chromium, over our server: size of its scripts, a parent with 100,000
 * children, from a write to the changed text, what many browsers add upstream, interaction among a million znodes, a tab
 * on a busy feed; and over Apache's ensemble, what many browsers take from its throughput.
 */
export interface ConsoleBenchOptions {
  readonly figures: readonly ConsoleFigure[];
  readonly rounds: number;
  /** Znodes of `interaction`, besides the 100,000 of one parent. */
  readonly nodes: number;
  readonly feedSeconds: number;
  readonly pairs: number;
  readonly browsers: number;
}

const cluster = 'bench';
const childrenCount = 100_000;
const browsersCount = 200;
const writesCount = 60;

async function makeChildren(member: Member): Promise<void> {
  const connection = await LoadConnection.open(member.port);
  const run = async (template: ReturnType<typeof plainCreate>, count: number) => {
    connection.start(() => template, 256, 0, count);
    await until('created', () => (connection.position >= count ? true : undefined), 300_000, 5);
    await connection.stop();
  };
  await run(plainCreate('/many'), 1);
  await run(createTemplate('/many/n', Buffer.from('x')), childrenCount);
  connection.close();
}

/** Milliseconds from the key that opens the parent to the first of its rows. */
async function openManyMs(page: Page): Promise<number> {
  await page.getByRole('treeitem').filter({ hasText: /^many/ }).click();
  await page.getByRole('tree').focus();
  const started = performance.now();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('treeitem').filter({ hasText: /^n0/ }).first().waitFor();
  return performance.now() - started;
}

/** Scrolls fast through the tree; counts the frames in which no row covered the middle of the view. */
async function blankFrames(page: Page): Promise<{ frames: number; blank: number }> {
  return page.evaluate(async () => {
    const scroller = document.querySelector('[role="tree"]')!.parentElement!;
    const box = scroller.getBoundingClientRect();
    let frames = 0;
    let blank = 0;
    for (let step = 0; step < 180; step += 1) {
      scroller.scrollTop += step % 60 === 59 ? 200_000 : 600;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      frames += 1;
      const hit = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
      if (hit?.closest('[role="treeitem"]') === null) blank += 1;
    }
    return { frames, blank };
  });
}

async function benchMany(browser: Browser, console: RunningConsole, rounds: number): Promise<Line[]> {
  const opened: number[] = [];
  let frames = 0;
  let blank = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { page, close } = await openPage(browser);
    await page.goto(`${console.url}${pagePaths.tree(cluster, '/')}`);
    opened.push(await openManyMs(page));
    const found = await blankFrames(page);
    frames += found.frames;
    blank += found.blank;
    await close();
  }
  const ms = median(opened);
  return [
    {
      what: 'opening a parent of 100,000 children: rows shown',
      value: `${ms.toFixed(0)} ms`,
      limit: '1,000 ms',
      good: ms <= 1000,
    },
    {
      what: 'blank frames while scrolling through them',
      value: `${blank} of ${frames}`,
      limit: '0',
      good: blank === 0,
    },
  ];
}

/** From just before a write is sent until the browser has the text on screen. */
async function benchWrites(browser: Browser, console: RunningConsole, member: Member): Promise<Line> {
  const writer = new Writer(member.port);
  await writer.create('/shown', 'value 0');
  const { page, close } = await openPage(browser);
  await page.goto(`${console.url}${pagePaths.tree(cluster, '/shown')}`);
  await page.getByText('value 0').waitFor();
  const took: number[] = [];
  for (let index = 1; index <= writesCount; index += 1) {
    const text = `value ${index}`;
    const shown = page.waitForFunction(
      (expected) => document.querySelector('[role=textbox][aria-multiline]')?.textContent === expected,
      text,
      { polling: 'raf' },
    );
    // Spread over the phases of anything periodic.
    await page.waitForTimeout(50 + ((index * 37) % 200));
    const started = performance.now();
    await writer.set('/shown', text);
    await shown;
    took.push(performance.now() - started);
  }
  await close();
  const p95 = percentile(took, 0.95);
  return {
    what: 'from a write in ZooKeeper to the changed text, p95',
    value: `${p95.toFixed(0)} ms (p50 ${percentile(took, 0.5).toFixed(0)} ms)`,
    limit: '200 ms',
    good: p95 <= 200,
  };
}

interface Upstream {
  readonly watches: number;
  readonly packetsPerSecond: number;
  readonly connections: number;
}

async function upstream(member: Member): Promise<Upstream> {
  const seconds = 6;
  const before = await mntr(member.port);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await mntr(member.port);
  const number = (from: Map<string, string>, key: string) => Number(from.get(key));
  return {
    watches: number(after, 'watch_count'),
    packetsPerSecond: (number(after, 'packets_received') - number(before, 'packets_received')) / seconds,
    connections: number(after, 'num_alive_connections'),
  };
}

/** Watches one node by a stream of its own, as one more browser does. */
async function watchLikeABrowser(console: RunningConsole, stop: AbortSignal): Promise<void> {
  const response = await fetch(`${console.url}${apiPaths.of(cluster, 'events')}`, {
    headers: { accept: 'text/event-stream' },
    signal: stop,
  });
  const reader = response.body!.getReader();
  let text = '';
  let stream: string | undefined;
  while (stream === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended: ${text}`);
    text += Buffer.from(value).toString('utf8');
    stream = /"stream":"([^"]+)"/.exec(text)?.[1];
  }
  const watched = await fetch(`${console.url}${apiPaths.of(cluster, `events/${stream}`)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', origin: console.url },
    body: JSON.stringify({ watches: [{ path: '/shown', mode: 'node' }] }),
    signal: stop,
  });
  if (!watched.ok) throw new Error(`watching: ${watched.status} ${await watched.text()}`);
  void (async () => {
    while (!(await reader.read()).done);
  })().catch(() => undefined);
}

async function benchBrowsers(browser: Browser, console: RunningConsole, member: Member): Promise<Line[]> {
  const { page, close } = await openPage(browser);
  await page.goto(`${console.url}${pagePaths.tree(cluster, '/shown')}`);
  await page.getByText('value').first().waitFor();
  await watchLikeABrowser(console, AbortSignal.timeout(600_000));
  await page.waitForTimeout(3_000);
  const one = await upstream(member);
  const stop = new AbortController();
  for (let index = 1; index < browsersCount; index += 1) await watchLikeABrowser(console, stop.signal);
  const many = await upstream(member);
  stop.abort();
  await close();
  const packets = `${one.packetsPerSecond.toFixed(1)} → ${many.packetsPerSecond.toFixed(1)} a second`;
  return [
    {
      what: `watches upstream, 1 browser → ${browsersCount}`,
      value: `${one.watches} → ${many.watches}`,
      limit: 'no more',
      good: many.watches <= one.watches,
    },
    {
      what: `requests upstream, 1 browser → ${browsersCount}`,
      value: packets,
      limit: 'no more',
      // A ping more or less falls into a window of seconds.
      good: many.packetsPerSecond <= one.packetsPerSecond + 0.5,
    },
    {
      what: `connections upstream, 1 browser → ${browsersCount}`,
      value: `${one.connections} → ${many.connections}`,
      limit: 'no more',
      good: many.connections <= one.connections,
    },
  ];
}

/** The groups of figures, in the order they are measured. */
export const consoleFigures = [
  'scripts',
  'many',
  'writes',
  'browsers',
  'interaction',
  'feed',
  'harm',
] as const;
export type ConsoleFigure = (typeof consoleFigures)[number];

/** A Markdown table of the console's figures beside what was promised. */
export async function benchConsole(options: ConsoleBenchOptions): Promise<string> {
  const wants = (figure: ConsoleFigure) => options.figures.includes(figure);
  const lines: Line[] = [];
  if (options.figures.some((figure) => figure !== 'harm')) lines.push(...(await benchOverOurs(options)));
  if (wants('harm')) {
    const { pairs, browsers } = options;
    lines.push(...(await benchHarm({ pairs, browsers })));
  }
  return markdown(lines);
}

/** Everything but the harm, over one server of ours. */
async function benchOverOurs(options: ConsoleBenchOptions): Promise<Line[]> {
  const wants = (figure: ConsoleFigure) => options.figures.includes(figure);
  const member = await startMember('zoodeck');
  await makeChildren(member);
  const running = await startConsole({
    config: `clusters:\n  - id: ${cluster}\n    connect: ${member.address}\n`,
  });
  const browser = await launchBrowser();
  try {
    const lines: Line[] = [];
    if (wants('scripts')) lines.push(...(await benchScripts(browser, running, cluster)));
    if (wants('many')) lines.push(...(await benchMany(browser, running, options.rounds)));
    if (wants('writes')) lines.push(await benchWrites(browser, running, member));
    if (wants('browsers')) lines.push(...(await benchBrowsers(browser, running, member)));
    if (wants('feed')) {
      lines.push(...(await benchFeed(browser, running, cluster, member, options.feedSeconds)));
    }
    if (wants('interaction')) {
      await fill(member.port, options.nodes);
      lines.push(...(await benchInteraction(browser, running, cluster, options.nodes)));
    }
    return lines;
  } finally {
    await browser.close();
    await running.stop();
    await member.stop();
  }
}
