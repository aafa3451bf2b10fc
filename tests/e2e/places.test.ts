import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bookmarksMax } from '@/lib/base/places';
import { memberKinds } from '../support/member';
import { axeFaults } from './axe';
import { pageUrl } from './pages';
import { setScene, type Scene } from './scene';

// Bookmarks and recent paths, kept in the browser.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

const treeUrl = (cluster: string) => `${scene.console.url}/c/${cluster}/tree`;
const places = (page: Page) => page.getByRole('dialog', { name: 'Bookmarks and recent paths' });

async function openZnode(page: Page, cluster: string, path: string): Promise<void> {
  await page.goto(pageUrl(scene.console.url, cluster, 'tree', path));
  await page.getByRole('region', { name: path }).waitFor();
  await page
    .getByRole('button', { name: 'Create child' })
    .and(page.locator(':not([aria-disabled])'))
    .first()
    .waitFor();
}

describe.each(memberKinds)('over %s', (kind) => {
  test('a bookmark made by a key is named, survives a reload, and says when its znode is gone', async () => {
    await scene.writers[kind].create('/kept', 'x');
    await scene.writers[kind].create('/kept/cfg', 'x');
    const { page, faults, close } = await scene.open({}, [/404/]);
    await openZnode(page, kind, '/kept/cfg');
    await page.keyboard.press('Control+b');
    await page.getByRole('button', { name: 'Remove the bookmark', pressed: true }).waitFor();
    await openZnode(page, kind, '/kept');

    await page.goto(treeUrl(kind));
    const start = page.getByRole('region', { name: 'No znode is chosen' });
    const bookmarks = start.getByRole('region', { name: 'Bookmarks' });
    await bookmarks.getByRole('button', { name: 'Rename the bookmark /kept/cfg' }).click();
    await page.keyboard.type('Config');
    await page.keyboard.press('Enter');
    await page.reload();
    await bookmarks.getByRole('button', { name: 'Config /kept/cfg' }).waitFor();
    const recent = start.getByRole('region', { name: 'Recent paths' }).getByRole('listitem');
    expect(await recent.allInnerTexts()).toEqual(['/kept', '/kept/cfg']);

    await scene.writers[kind].remove('/kept/cfg');
    await bookmarks.getByRole('button', { name: 'Config /kept/cfg' }).click();
    await page.getByText('Your bookmark leads to a znode that is not there').waitFor();
    await page.getByText('Remove the bookmark', { exact: true }).click();
    await page.getByText('There is no znode at this path').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

test('the palette goes to bookmarks by name and to recent paths, of this cluster only', async () => {
  await scene.writers.zoodeck.create('/palette-kept', 'x');
  const { page, faults, close } = await scene.open();
  await openZnode(page, 'zoodeck', '/palette-kept');
  await page.getByRole('button', { name: 'Bookmark this znode' }).click();
  const find = async (text: string) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(text);
    await page
      .getByRole('option', { name: `/${text}`, exact: true })
      .or(page.getByRole('option', { name: text }))
      .first()
      .waitFor();
  };
  await openZnode(page, 'zoodeck', '/');
  await find('palette-kept');
  await page.getByRole('option', { name: '/palette-kept Bookmark', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: '/palette-kept' }).waitFor();
  await page.goto(treeUrl('apache'));
  await page.getByText('No bookmarks yet').waitFor();
  expect(faults).toEqual([]);
  await close();
});

test('one too many is refused with the reason, and the list says that it is full', async () => {
  await scene.writers.zoodeck.create('/too-many', 'x');
  const { page, faults, close } = await scene.open();
  await page.goto(treeUrl('zoodeck'));
  await page.getByText('No bookmarks yet').waitFor();
  await page.evaluate((count) => {
    const bookmarks = Array.from({ length: count }, (_, index) => ({ path: `/n${index}`, name: '' }));
    localStorage.setItem('zoodeck.places:zoodeck', JSON.stringify({ recent: [], bookmarks }));
  }, bookmarksMax);
  await openZnode(page, 'zoodeck', '/too-many');
  await page.getByRole('button', { name: 'Bookmark this znode' }).click();
  await page.getByText('200 bookmarks are kept at most').first().waitFor();
  await page.getByRole('button', { name: 'Bookmarks and recent paths' }).click();
  await places(page).getByText('All 200 are taken').waitFor();
  await places(page).getByRole('button', { name: 'Remove the bookmark /n7', exact: true }).click();
  await places(page).getByText('199 of at most 200').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Bookmark this znode' }).click();
  await page.getByRole('button', { name: 'Remove the bookmark', exact: true }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

test.each([
  { colorScheme: 'light', width: 1280, locale: 'en-GB', title: 'Bookmarks and recent paths' },
  { colorScheme: 'dark', width: 1280, locale: 'zh-CN', title: '书签与最近路径' },
  { colorScheme: 'light', width: 390, locale: 'zh-CN', title: '书签与最近路径' },
] as const)(
  'they are accessible, $colorScheme, $locale, $width pixels',
  async ({ width, title, ...look }) => {
    const { page, faults, close } = await scene.open({
      ...look,
      reducedMotion: 'reduce',
      viewport: { width, height: 800 },
    });
    await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', '/'));
    await page.getByRole('region', { name: '/', exact: true }).waitFor();
    await page.keyboard.press('Control+b');
    await page.goto(treeUrl('zoodeck'));
    await page.getByRole('button', { name: title }).click();
    await page.getByRole('dialog', { name: title }).getByRole('listitem').first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
    await close();
  },
);
