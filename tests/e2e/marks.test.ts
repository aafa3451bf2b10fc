import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberKinds } from '../support/member';
import { until } from '../support/wait';
import { axeFaults } from './axe';
import { inTree as workInTree, readOnlyCluster, setScene, type Scene } from './scene';

// Many znodes selected in the tree, by pointer and by keyboard, and one thing done with all of them.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

const inTree = (
  cluster: string,
  path: string,
  work: (page: Page) => Promise<void>,
  expected: readonly RegExp[] = [],
) => workInTree(scene, cluster, path, work, {}, expected);

const row = (page: Page, name: string) =>
  page.getByRole('treeitem').filter({ has: page.getByText(name, { exact: true }) });
const bar = (page: Page, count: number) => page.getByRole('toolbar', { name: `${count} selected` });
/** Names alone: what else a row shows comes when it is read. */
const selected = async (page: Page) =>
  (await page.getByRole('treeitem', { selected: true }).allInnerTexts()).map((text) => text.split('\n')[0]);

async function family(kind: (typeof memberKinds)[number], root: string, names: readonly string[]) {
  await scene.writers[kind].create(root, 'x');
  for (const name of names) await scene.writers[kind].create(`${root}/${name}`, 'x');
}

describe.each(memberKinds)('over %s', (kind) => {
  const writer = () => scene.writers[kind];

  test('clicks with Ctrl and Shift select, and what is selected is deleted as one job', async () => {
    await family(kind, '/clicked', ['ca', 'cb', 'cc', 'cd', 'ce']);
    await inTree(
      kind,
      '/clicked/ca',
      async (page) => {
        await row(page, 'cb').click({ modifiers: ['Control'] });
        await bar(page, 1).waitFor();
        expect(await selected(page)).toEqual(['cb']);
        // What is shown stays what it was.
        expect(await row(page, 'ca').getAttribute('aria-current')).toBe('true');
        await row(page, 'cd').click({ modifiers: ['Shift'] });
        await bar(page, 3).waitFor();
        await row(page, 'cc').click({ modifiers: ['Control'] });
        expect(await selected(page)).toEqual(['cb', 'cd']);
        // It outlasts a refresh, and loses what somebody else deletes.
        await writer().create('/clicked/cf', 'x');
        await row(page, 'cf').waitFor();
        await row(page, 'cf').click({ modifiers: ['Control'] });
        await page.getByRole('button', { name: 'Read again what is expanded' }).click();
        await bar(page, 3).waitFor();
        await writer().remove('/clicked/cf');
        await bar(page, 2).waitFor();

        await bar(page, 2).getByRole('button', { name: 'Delete the selected' }).click();
        await page.getByText('2 znodes with').waitFor();
        await page.getByLabel('Type 2 to confirm').fill('2');
        await page.getByRole('button', { name: 'Delete 2 znodes' }).click();
        await until('deleted', async () =>
          (await writer().exists('/clicked/cb')) || (await writer().exists('/clicked/cd')) ? undefined : true,
        );
        await bar(page, 2).waitFor({ state: 'detached' });
        expect(await writer().exists('/clicked/cc')).toBe(true);
      },
      [/404/],
    );
  });

  test('by keyboard alone: Space, Shift and arrows, all siblings, nothing', async () => {
    await family(kind, '/keyed', ['ka', 'kb', 'kc', 'kd']);
    await inTree(kind, '/keyed/ka', async (page) => {
      await page.getByRole('tree').focus();
      await page.keyboard.press('Space');
      await bar(page, 1).waitFor();
      await page.keyboard.press('Space');
      await bar(page, 1).waitFor({ state: 'detached' });
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowUp');
      await bar(page, 3).waitFor();
      expect(await selected(page)).toEqual(['ka', 'kb', 'kc']);
      await page.keyboard.press('Control+a');
      await bar(page, 4).waitFor();
      await page.keyboard.press('Escape');
      await bar(page, 4).waitFor({ state: 'detached' });
      expect(await selected(page)).toEqual(['ka']);
    });
  });

  test('their ACLs are set, they are copied below one znode, and exported as one file', async () => {
    await family(kind, '/acted', ['ea', 'eb']);
    await writer().create('/acted-target', 'x');
    await inTree(
      kind,
      '/acted/ea',
      async (page) => {
        await row(page, 'ea').click({ modifiers: ['Control'] });
        await row(page, 'eb').click({ modifiers: ['Control'] });

        const download = page.waitForEvent('download');
        await bar(page, 2).getByRole('button', { name: 'Export them' }).click();
        const file = await readFile(await (await download).path(), 'utf8');
        const paths = file.split('\n').flatMap((line) => /"path":"([^"]+)"/.exec(line)?.[1] ?? []);
        expect(paths).toEqual(['/ea', '/eb']);

        await bar(page, 2).getByRole('button', { name: 'Copy or move them' }).click();
        await page.getByLabel('Below path').fill('/acted-target');
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Copy 2 znodes' }).click();
        await until('copied', async () => ((await writer().exists('/acted-target/eb')) ? true : undefined));
        await page.getByRole('region', { name: '/acted-target' }).waitFor();

        await bar(page, 2).getByRole('button', { name: 'Set their ACL' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('combobox', { name: 'ACL' }).click();
        await page.getByRole('option', { name: 'Anyone may read, nobody may change' }).click();
        await dialog.getByRole('button', { name: 'Plan' }).click();
        await page.getByText('2 ACLs to set').waitFor();
        await page.getByRole('switch').click();
        await page.getByRole('button', { name: 'Set 2 ACLs' }).click();
        await until('the ACL', async () =>
          (await writer().acl('/acted/eb'))[0]?.perms === 1 ? true : undefined,
        );
      },
      [/404/],
    );
  });
});

test('a cluster set read-only offers export and no change', async () => {
  await family('apache', '/only-read', ['ra']);
  await inTree(readOnlyCluster, '/only-read/ra', async (page) => {
    await row(page, 'ra').click({ modifiers: ['Control'] });
    for (const [name, disabled] of [
      ['Delete the selected…', 'true'],
      ['Set their ACL…', 'true'],
      ['Export them', null],
    ] as const) {
      const button = bar(page, 1).getByRole('button', { name });
      expect([name, await button.getAttribute('aria-disabled')]).toEqual([name, disabled]);
    }
    await bar(page, 1).getByRole('button', { name: 'Delete the selected…' }).click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

test.each([
  { colorScheme: 'light', width: 1280, locale: 'en-GB' },
  { colorScheme: 'dark', width: 1280, locale: 'zh-CN' },
  { colorScheme: 'dark', width: 390, locale: 'zh-CN' },
] as const)('it is accessible, $colorScheme, $locale, $width pixels', async ({ width, ...look }) => {
  const { page, faults, close } = await scene.open({
    ...look,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  });
  await page.goto(`${scene.console.url}/c/zoodeck/tree`);
  // A row of words (reading, no children) is no znode.
  await page
    .locator('[role=treeitem][aria-level="2"][aria-posinset]')
    .first()
    .click({ modifiers: ['Control'] });
  await page.getByRole('toolbar').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await close();
});
