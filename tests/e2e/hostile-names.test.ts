import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pagePaths } from '@/lib/queries/paths';
import { memberKinds } from '../support/member';
import { until } from '../support/wait';
import { harmless, setHostileScene, type HostileScene } from './hostile-scene';
import { hostileNames } from './hostile-znodes';

// Znodes whose names and values try to break the console, opened in the tree, edited and deleted.
let hostile: HostileScene;
beforeAll(async () => {
  hostile = await setHostileScene();
});
afterAll(async () => {
  await hostile?.stop();
});

describe.each(memberKinds)('over %s', (kind) => {
  // Each name at one of the two servers: what the console does with it does not hang on which.
  const own = hostileNames.filter((_, index) => index % 2 === memberKinds.indexOf(kind));

  test('each name is opened, edited and deleted by its URL', async () => {
    await hostile.inPage(
      async (page) => {
        for (const name of own) {
          const path = `/gone/${name}`;
          await hostile.go(page, pagePaths.tree(kind, path));
          // What turns the direction of writing is shown: the name must not look like another.
          if (name.includes('\u202e')) {
            await page.getByRole('navigation', { name: 'Path' }).getByText('U+202E').waitFor();
          }
          await page.getByRole('textbox').getByText('to be edited').click();
          await page.locator('.cm-content:focus').waitFor();
          await page.keyboard.press('Control+a');
          await page.keyboard.insertText(name);
          await page.getByRole('button', { name: 'Review and save' }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
          await page.getByText('Saved as version 1').waitFor();
          expect((await hostile.client(kind).getData(path)).value.data?.toString(), path).toBe(name);
          await page.getByRole('button', { name: 'More actions' }).click();
          await page.getByRole('menuitem', { name: /^Delete/ }).click();
          await page.getByLabel(/^Type .* to confirm$/s).fill(name);
          await page.getByRole('button', { name: 'Delete 1 znode' }).click();
          await until(`${path} is gone`, async () =>
            (await hostile.client(kind).exists(path)).value === null ? true : undefined,
          );
          await harmless(page);
        }
      },
      { expected: [/404/] },
    );
  });
});
