import type { Browser, Page } from 'playwright-core';
import { pagePaths } from '@/lib/queries/paths';
import type { RunningConsole } from '../support/console';
import { openPage } from '../support/browser';
import type { Line } from './console-line';
import { percentile } from './median';

/**
 * Interaction to next paint, as the browser's own event timing has it, in the tree of a cluster with a million znodes and
 * a parent of 100,000 children open: keys, clicks and typing, each by the browser's input, not by script.
 */

const inpMaxMs = 100;
/** The shortest duration that event timing tells; what is not told was shorter. */
const toldFromMs = 16;

interface Timed {
  readonly interactionId: number;
  readonly duration: number;
}

async function observe(page: Page): Promise<void> {
  await page.addInitScript((from) => {
    const timed: Timed[] = [];
    Object.assign(window, { timedEvents: timed });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { interactionId = 0, duration } = entry as PerformanceEntry & { interactionId?: number };
        if (interactionId > 0) timed.push({ interactionId, duration });
      }
    }).observe({ type: 'event', durationThreshold: from, buffered: true } as PerformanceObserverInit);
  }, toldFromMs);
}

/** The longest event of each interaction, as INP counts it. */
async function durations(page: Page): Promise<number[]> {
  const timed = await page.evaluate(() => (window as unknown as { timedEvents: Timed[] }).timedEvents);
  const longest = new Map<number, number>();
  for (const { interactionId, duration } of timed) {
    longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0));
  }
  return [...longest.values()];
}

/** Walks through the list and its znodes as a person does; returns how many interactions that were. */
async function work(page: Page): Promise<number> {
  const keys = [
    'ArrowDown',
    'ArrowDown',
    'PageDown',
    'Enter',
    'ArrowUp',
    'End',
    'Home',
    'ArrowDown',
    'Enter',
  ];
  const { tree, rest } = { tree: page.getByRole('tree'), rest: 60 };
  let count = 0;
  for (let round = 0; round < 6; round += 1) {
    await tree.focus();
    for (const key of keys) {
      await page.keyboard.press(key);
      count += 1;
      await page.waitForTimeout(rest);
    }
    for (const index of [1, 4, 8]) {
      await page.getByRole('treeitem').filter({ hasText: /^n0/ }).nth(index).click();
      count += 1;
      await page.waitForTimeout(rest);
    }
    for (const name of ['Stat', 'ACL', 'Value']) {
      await page.getByRole('tab', { name }).first().click();
      count += 1;
      await page.waitForTimeout(rest);
    }
  }
  return count;
}

export async function benchInteraction(
  browser: Browser,
  console: RunningConsole,
  cluster: string,
  znodes: number,
): Promise<Line[]> {
  const { page, close } = await openPage(browser);
  await observe(page);
  await page.goto(`${console.url}${pagePaths.tree(cluster, '/')}`);
  await page.getByRole('treeitem').filter({ hasText: /^many/ }).click();
  await page.getByRole('tree').focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('treeitem').filter({ hasText: /^n0/ }).first().waitFor();
  const made = (await work(page)) + 2;
  await page.waitForTimeout(500);
  const told = await durations(page);
  await close();
  const all = [...told, ...Array.from({ length: Math.max(0, made - told.length) }, () => toldFromMs)];
  const p95 = percentile(all, 0.95);
  return [
    {
      what: `interaction to next paint, ${znodes.toLocaleString('en')} znodes, 100,000 children open, p95`,
      value: `${p95.toFixed(0)} ms (worst ${Math.max(...all).toFixed(0)} ms of ${all.length})`,
      limit: `${inpMaxMs} ms`,
      good: p95 < inpMaxMs && told.length > 0,
    },
  ];
}
