import AxeBuilder from '@axe-core/playwright';
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

/**
 * What axe finds on the page as it stands, one line and its reason each. Axe reads a page over several turns of its
 * event loop: what it says of a control that was enabled meanwhile (exempt when it looked at the attribute, pale when
 * it looked at the colour, or the other way round) is about no state of the page, so the page is read once more.
 */
export async function axeFaults(page: Page): Promise<string[]> {
  await watchControls(page);
  for (;;) {
    await settled(page);
    const before = await controlChanges(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    if ((await controlChanges(page)) !== before) continue;
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary ?? ''}`),
    );
  }
}
