import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { memberKinds, type MemberKind } from '../support/member';
import { until } from '../support/wait';
import { beginEdit, pageUrl, replaceValue, valueText } from './pages';
import { setScene, type Scene } from './scene';

// Browsing and editing znodes in the browser, over Apache's server and over ours.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

/** Runs `work` in a page of its own and fails on anything that went wrong unseen. */
async function inPage(work: (page: Page) => Promise<void>, expected: readonly RegExp[] = []): Promise<void> {
  const { page, faults, close } = await scene.open({}, expected);
  try {
    await work(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

function row(page: Page, name: string) {
  return page.getByRole('treeitem').filter({ hasText: new RegExp(`^${name}`) });
}

function open(page: Page, kind: MemberKind, path: string) {
  return page.goto(pageUrl(scene.console.url, kind, 'tree', path));
}

describe.each(memberKinds)('over %s', (kind) => {
  const writer = () => scene.writers[kind];

  test('a person walks the tree by keyboard alone', async () => {
    await writer().create('/walk', 'top');
    for (const name of ['a', 'b', 'c']) await writer().create(`/walk/${name}`, name);
    await inPage(async (page) => {
      await open(page, kind, '/');
      await row(page, 'walk').waitFor();
      await page.getByRole('tree').focus();
      await page.keyboard.press('Home');
      await page.keyboard.type('walk');
      await page.keyboard.press('ArrowRight');
      await row(page, 'b').waitFor();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      // One sees on which row one is before one goes there.
      const outlined = await row(page, 'b').evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outlined).toBe('solid');
      expect(await row(page, 'b').getAttribute('aria-selected')).toBe('false');
      await page.keyboard.press('Enter');
      await page.waitForURL(/path=(%2F|\/)walk(%2F|\/)b/);
      expect(await row(page, 'b').getAttribute('aria-selected')).toBe('true');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await row(page, 'b').waitFor({ state: 'detached' });
    });
  });

  test('a value is edited, compared and saved with its version checked', async () => {
    await writer().create('/edit', 'first text');
    await inPage(async (page) => {
      await open(page, kind, '/edit');
      await replaceValue(page, '/edit', 'second text');
      await page.getByRole('button', { name: 'Review and save' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('first text').first().waitFor();
      await dialog.getByText('second text').first().waitFor();
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved as version 1').waitFor();
    });
    expect(await writer().data('/edit')).toEqual({ text: 'second text', version: 1 });
  });

  test('a conflict shows base, theirs and yours, and writes nothing by itself', async () => {
    await writer().create('/conflict', 'base text');
    await inPage(
      async (page) => {
        await open(page, kind, '/conflict');
        await replaceValue(page, '/conflict', 'my text');
        await page.getByRole('button', { name: 'Review and save' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('Save this value?').waitFor();
        await writer().set('/conflict', 'their text');
        await dialog.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('Somebody saved before you').waitFor();
        for (const text of ['base text', 'their text', 'my text']) {
          await page.getByRole('dialog').getByText(text).first().waitFor();
        }
        expect(await writer().data('/conflict')).toEqual({ text: 'their text', version: 1 });
        await page.getByRole('button', { name: 'Overwrite theirs' }).click();
        await page.getByText('Saved as version 2').waitFor();
      },
      [/409/],
    );
    expect(await writer().data('/conflict')).toEqual({ text: 'my text', version: 2 });
  });

  test('row menu, list of formats and review open by keyboard, and focus stands where one goes on', async () => {
    await writer().create('/keys', '{"a":1}');
    await inPage(async (page) => {
      await open(page, kind, '/keys');
      await valueText(page, '/keys').waitFor();
      const tree = page.getByRole('tree');
      await tree.focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Copy path' }).waitFor();
      await page.keyboard.press('Escape');
      await until('focus in the tree', async () =>
        (await tree.evaluate((element) => element === document.activeElement)) ? true : undefined,
      );
      const formats = page.getByRole('combobox', { name: 'Shown as' });
      await formats.focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('option', { name: 'Hex' }).waitFor();
      await page.keyboard.press('Escape');
      await until('focus on the list', async () =>
        (await formats.evaluate((element) => element === document.activeElement)) ? true : undefined,
      );
      await beginEdit(page, '/keys');
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' ');
      await page.keyboard.press('Control+s');
      const save = page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true });
      await until('focus on saving', async () =>
        (await save.evaluate((element) => element === document.activeElement)) ? true : undefined,
      );
      await page.keyboard.press('Enter');
      await page.getByText('Saved as version 1').waitFor();
    });
    expect(await writer().data('/keys')).toEqual({ text: '{"a":1} ', version: 1 });
  });

  test('a znode is created and a subtree deleted', async () => {
    await writer().create('/parent');
    await inPage(
      async (page) => {
        await open(page, kind, '/parent');
        await page.getByRole('button', { name: 'Create child' }).first().click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Name').fill('made');
        await dialog.getByRole('textbox', { name: 'Value' }).fill('by hand');
        await dialog.getByRole('button', { name: 'Create', exact: true }).click();
        await page.getByText('Created /parent/made').waitFor();
        expect((await writer().data('/parent/made')).text).toBe('by hand');
        await open(page, kind, '/parent');
        await page.getByRole('button', { name: 'More actions' }).click();
        await page.getByRole('menuitem', { name: /^Delete/ }).click();
        await page.getByText('2 znodes with').waitFor();
        await page.getByLabel('Type parent to confirm').fill('parent');
        await page.getByRole('button', { name: 'Delete 2 znodes' }).click();
        await until('deleted', async () => ((await writer().exists('/parent')) ? undefined : true));
      },
      [/404/],
    );
  });

  test('an ACL is changed, and a change that locks the console out is held back', async () => {
    await writer().create('/acl', 'x');
    await inPage(
      async (page) => {
        await open(page, kind, '/acl');
        await page.getByRole('tab', { name: 'ACL' }).click();
        await page.getByRole('group', { name: 'Permissions' }).getByRole('button', { name: /Write/ }).click();
        await page.getByRole('button', { name: 'Review and save' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
        await until('the ACL', async () =>
          (await writer().acl('/acl'))[0]?.perms === 29 ? true : undefined,
        );
        await page.getByRole('group', { name: 'Permissions' }).getByRole('button', { name: /Admin/ }).click();
        await page.getByRole('button', { name: 'Review and save' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('This would lock the console out').waitFor();
      },
      [/4\d\d/],
    );
    expect((await writer().acl('/acl'))[0]?.perms).toBe(29);
  });

  test('what others change appears without a reload', async () => {
    await writer().create('/live', 'before');
    await inPage(
      async (page) => {
        await open(page, kind, '/live');
        await page.getByText('before', { exact: true }).waitFor();
        await writer().set('/live', 'after');
        await page.getByText('after', { exact: true }).waitFor();
        await writer().create('/live/newcomer');
        await page.getByRole('tab', { name: /Children/ }).click();
        await page.getByText('newcomer').first().waitFor();
        await writer().remove('/live/newcomer');
        await writer().remove('/live');
        await page.getByText('This znode is gone').waitFor();
      },
      [/404/],
    );
  });

  test('a znode that is not there, and a path that is none, are told as such', async () => {
    await inPage(
      async (page) => {
        await open(page, kind, '/no/such/znode');
        await page.getByText('There is no znode at this path').waitFor();
        await open(page, kind, 'no-path');
        await page.getByText('This is not a valid znode path').waitFor();
        // It stands in the path bar whole, to be mended there; asking again would change nothing.
        await page.getByRole('navigation', { name: 'Path' }).getByText('no-path', { exact: true }).waitFor();
        expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
      },
      [/4\d\d/],
    );
  });
});
