import { afterAll, beforeAll, expect, test } from 'vitest';
import { shortcutTable } from '@/components/ui/shortcuts';
import { axeFaults } from './axe';
import { pageUrl } from './pages';
import { setScene, type Scene } from './scene';

// The sheet of shortcuts.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

test.each([
  { colorScheme: 'light', width: 1280, locale: 'en-GB' },
  { colorScheme: 'dark', width: 1280, locale: 'zh-CN' },
  { colorScheme: 'light', width: 390, locale: 'zh-CN' },
] as const)('it has all of the table, $colorScheme, $locale, $width pixels', async ({ width, ...look }) => {
  const { page, faults, close } = await scene.open({
    ...look,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'overview'));
  await page.getByRole('region').first().waitFor();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog');
  await sheet.waitFor();
  const shortcuts = Object.values(shortcutTable).flatMap((group) => Object.keys(group));
  expect(await sheet.locator('dt').count()).toBe(shortcuts.length + 11);
  expect(await axeFaults(page)).toEqual([]);
  const overflow = await sheet.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  // A chord of its last section goes where it says.
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.waitForURL(/\/history/);
  // In the tree, whose letters jump to names, it opens as well.
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.waitForURL(/\/tree/);
  await page.getByRole('tree').focus();
  await page.keyboard.press('?');
  await sheet.waitFor();
  expect(faults).toEqual([]);
  await close();
});
