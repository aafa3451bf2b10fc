import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberKinds } from '../support/member';
import { until } from '../support/wait';
import { axeFaults } from './axe';
import { pageUrl } from './pages';
import { inTree as workInTree, readOnlyCluster, setScene, type Scene } from './scene';

// The command palette, by keyboard alone: it does what the page offers, and what every page does.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

const inPage = (
  cluster: string,
  path: string,
  work: (page: Page) => Promise<void>,
  expected: readonly RegExp[] = [],
) => workInTree(scene, cluster, path, work, { permissions: ['clipboard-read', 'clipboard-write'] }, expected);

const palette = (page: Page) => page.getByRole('dialog', { name: 'Command palette' });
const chosen = (page: Page) => palette(page).getByRole('option', { selected: true });

/** Opens it and types, until the entry wanted is the one that Enter takes. */
async function find(page: Page, text: string, entry: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await palette(page).getByRole('combobox').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(text);
  await chosen(page).filter({ hasText: entry }).waitFor();
}

async function command(page: Page, text: string, entry: string | RegExp = text): Promise<void> {
  await find(page, text, entry);
  await page.keyboard.press('Enter');
  await palette(page).waitFor({ state: 'detached' });
}

/** Goes to a control by Tab; the dialog's controls are few. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  const focused = control.and(page.locator(':focus'));
  for (let steps = 0; steps < 20 && (await focused.count()) === 0; steps += 1)
    await page.keyboard.press('Tab');
  await focused.waitFor();
}

describe.each(memberKinds)('over %s', (kind) => {
  const writer = () => scene.writers[kind];

  test('a child is created, its value edited, and it is deleted, with no pointer', async () => {
    await writer().create('/palette');
    await inPage(
      kind,
      '/palette',
      async (page) => {
        await command(page, 'Create child');
        await page.getByRole('dialog').getByLabel('Name').and(page.locator(':focus')).waitFor();
        await page.keyboard.type('made');
        await page.keyboard.press('Enter');
        await page.getByText('Created /palette/made').waitFor();
        await page.getByRole('region', { name: '/palette/made' }).waitFor();

        await page.getByText('The data of this znode is empty').waitFor();
        await command(page, 'Edit value');
        await page
          .getByRole('textbox', { name: 'Value of /palette/made' })
          .and(page.locator(':focus'))
          .waitFor();
        await page.keyboard.type('by keyboard');
        await page.keyboard.press('Control+s');
        await page
          .getByRole('dialog')
          .getByRole('button', { name: 'Save', exact: true })
          .and(page.locator(':focus'))
          .waitFor();
        await page.keyboard.press('Enter');
        await page.getByText('Saved as version 1').waitFor();
        expect(await writer().data('/palette/made')).toEqual({ text: 'by keyboard', version: 1 });

        await command(page, 'Delete');
        await page.getByText('1 znode with').waitFor();
        await tabTo(page, page.getByLabel('Type made to confirm'));
        await page.keyboard.type('made');
        await tabTo(page, page.getByRole('button', { name: 'Delete 1 znode' }));
        await page.keyboard.press('Enter');
        await until('deleted', async () => ((await writer().exists('/palette/made')) ? undefined : true));
      },
      [/404/],
    );
  });

  test('editing from another tab of the znode comes back to its value', async () => {
    await writer().create('/palette-tab', 'text');
    await inPage(kind, '/palette-tab', async (page) => {
      await page.getByRole('tab', { name: 'Value' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByText('czxid').first().waitFor();
      await command(page, 'edit', 'Edit value');
      await page
        .getByRole('textbox', { name: 'Value of /palette-tab' })
        .and(page.locator(':focus'))
        .waitFor();
    });
  });

  test('its path is copied, it is duplicated, watched and searched', async () => {
    await writer().create('/palette-goes', 'x');
    await inPage(kind, '/palette-goes', async (page) => {
      await command(page, 'Copy path');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('/palette-goes');
      await command(page, 'Copy or move', /Copy or move/);
      await page.getByRole('dialog').getByLabel('To path').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Copy 1 znode' }).press('Enter');
      await until('copied', () =>
        writer()
          .exists('/palette-goes-copy')
          .then((is) => is || undefined),
      );
      await page.getByRole('region', { name: '/palette-goes-copy' }).waitFor();
      for (const [label, address] of [
        ['Watch in Live', /\/live\?path=%2Fpalette-goes-copy/],
        ['Search below it', /\/search\?path=%2Fpalette-goes-copy/],
        ['Who watches it', /\/sessions\?view=watches&watched=%2Fpalette-goes-copy/],
        ['Locks and elections', /\/locks\?path=%2Fpalette-goes-copy/],
        ['History', /\/history/],
        ['Console', /\/console/],
      ] as const) {
        await command(page, label);
        await page.waitForURL(address);
        await command(page, '/palette-goes-copy');
        await page.getByRole('main').and(page.locator(':focus')).waitFor();
        await page.getByRole('region', { name: '/palette-goes-copy' }).waitFor();
      }
    });
  });
});

test('it reads with a sync, turns dark, pauses refreshing and speaks Chinese', async () => {
  await scene.writers.zoodeck.create('/palette-everywhere', 'x');
  await inPage('zoodeck', '/palette-everywhere', async (page) => {
    await command(page, 'Sync first');
    expect(await page.getByRole('switch', { name: 'Sync first' }).getAttribute('aria-checked')).toBe('true');
    await command(page, 'Theme: Dark');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await command(page, 'Pause refreshing');
    await find(page, 'refreshing', 'Resume refreshing');
    await page.keyboard.press('Escape');
    await palette(page).waitFor({ state: 'detached' });
    await command(page, 'Keyboard shortcuts');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await command(page, 'Chinese', /Chinese/);
    await page.getByRole('button', { name: '命令面板' }).first().waitFor();
  });
});

test('in Chinese it finds pages, actions and paths by their Chinese names', async () => {
  await scene.writers.zoodeck.create('/palette-zh', 'x');
  await workInTree(
    scene,
    'zoodeck',
    '/palette-zh',
    async (page) => {
      const dialog = page.getByRole('dialog', { name: '命令面板' });
      const choose = async (text: string, entry: string) => {
        await page.keyboard.press('Control+k');
        await dialog.getByRole('combobox').and(page.locator(':focus')).waitFor();
        await page.keyboard.type(text);
        await dialog.getByRole('option', { selected: true }).filter({ hasText: entry }).waitFor();
        await page.keyboard.press('Enter');
        await dialog.waitFor({ state: 'detached' });
      };
      await page.keyboard.press('Control+k');
      await dialog.waitFor();
      // Names that operators know in English stand as they are; a sentence in English does not.
      const latin = (await dialog.getByRole('option').allInnerTexts()).filter(
        (text) => !/[\u4e00-\u9fff]/.test(text) && !text.startsWith('/'),
      );
      expect(latin).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await choose('创建子', '创建子节点');
      await page.getByRole('dialog').getByRole('textbox').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Escape');
      await choose('会话', '会话');
      await page.getByRole('heading', { level: 1, name: '会话' }).waitFor();
      await choose('/palette-z', '/palette-z');
      await page.waitForURL(/path=%2Fpalette-z$/);
    },
    { locale: 'zh-CN' },
    [/404/],
  );
});

test('a path that ends in a blank is gone to as it is', async () => {
  await scene.writers.zoodeck.create('/palette-blank ', 'kept');
  await inPage(
    'zoodeck',
    '/',
    async (page) => {
      await find(page, '/palette-blank ', '/palette-blank');
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: 'Value of /palette-blank ' }).waitFor();
      await page.waitForURL(/path=%2Fpalette-blank(\+|%20)$/);
      await page.getByText('kept').waitFor();
      // Pasted along, they are said to be there.
      await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', '/zookeeper  '));
      await page.getByRole('button', { name: 'Go to /zookeeper, without blanks at its end' }).click();
      await page.getByRole('region', { name: '/zookeeper', exact: true }).waitFor();
    },
    [/404/],
  );
});

test('its list follows the arrow keys, round the end and back', async () => {
  await inPage('zoodeck', '/', async (page) => {
    await find(page, '', 'Create child');
    const list = palette(page).getByRole('listbox');
    const box = await list.boundingBox();
    const count = await palette(page).getByRole('option').count();
    expect(count).toBeGreaterThan(20);
    const seen = async () => {
      const row = await chosen(page).boundingBox();
      return row!.y >= box!.y - 1 && row!.y + row!.height <= box!.y + box!.height + 1;
    };
    for (let index = 1; index < count; index += 1) {
      await page.keyboard.press('ArrowDown');
      expect({ index, seen: await seen() }).toEqual({ index, seen: true });
    }
    expect(await list.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
    await page.keyboard.press('ArrowDown');
    expect(await list.evaluate((element) => element.scrollTop)).toBe(0);
    await page.keyboard.press('ArrowUp');
    expect(await seen()).toBe(true);
  });
});

test('what is refused says why, and Enter leaves it', async () => {
  await inPage(readOnlyCluster, '/', async (page) => {
    await find(page, 'Create child', 'This cluster is set read-only in the console');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Copy path');
    await chosen(page).filter({ hasText: 'Copy path' }).waitFor();
    await page.keyboard.press('Enter');
    await palette(page).waitFor({ state: 'detached' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

test.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
] as const)('it is accessible, $colorScheme at $width pixels, and fits', async ({ colorScheme, width }) => {
  const { page, faults, close } = await scene.open({
    colorScheme,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', '/'));
  await page.getByRole('region', { name: '/' }).waitFor();
  await find(page, '', 'Create child');
  expect(await axeFaults(page)).toEqual([]);
  const overflow = await palette(page).evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await close();
});
