import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Colours on their way from one state to another are no state of their own. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => animation.effect?.getTiming().iterations === Infinity),
  );
}

/** Counts the controls that became usable or unusable, on the page itself. */
const watchControls = (page: Page) =>
  page.evaluate(() => {
    const counter = window as unknown as { controlChanges?: number };
    if (counter.controlChanges !== undefined) return;
    counter.controlChanges = 0;
    new MutationObserver((changes) => (counter.controlChanges! += changes.length)).observe(document.body, {
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled', 'aria-disabled'],
    });
  });

const controlChanges = (page: Page) =>
  page.evaluate(() => (window as unknown as { controlChanges: number }).controlChanges);

interface AxeOptions {
  readonly resultTypes: ['violations'];
  readonly runOnly?: string[];
}

/**
 * Axe within the page itself, told to keep what fails only. Its own driver for Playwright opens a second page for each
 * reading and describes every element that passed: four to six times the work, for frames that the console has none of.
 */
async function violations(page: Page, rules: readonly string[] | null): Promise<string[]> {
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(axe.source);
  const options: AxeOptions = { resultTypes: ['violations'], ...(rules && { runOnly: [...rules] }) };
  return page.evaluate(async (given) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe };
    const results = await inPage.run(document, given);
    return results.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary ?? ''}`),
    );
  }, options);
}

/**
 * Axe reads a page over several turns of its event loop: what it says of a control that was enabled meanwhile (exempt
 * when it looked at the attribute, pale when it looked at the colour, or the other way round) is about no state of the
 * page, so the page is read once more.
 */
async function readAtRest(page: Page, rules: readonly string[] | null): Promise<string[]> {
  await watchControls(page);
  for (;;) {
    await settled(page);
    const before = await controlChanges(page);
    const found = await violations(page, rules);
    if ((await controlChanges(page)) === before) return found;
  }
}

/** What axe finds on the page as it stands, one line and its reason each. */
export function axeFaults(page: Page): Promise<string[]> {
  return readAtRest(page, null);
}

/** The rules that a page may break in one colour scheme and keep in the other. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** The same for a page that follows the system's colours: all rules in light, and those on colours in dark. */
export async function axeFaultsLightAndDark(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await axeFaults(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  return [...light, ...(await readAtRest(page, colourRules))];
}
