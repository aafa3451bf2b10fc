import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberKinds } from '../support/member';
import { axeFaults } from './axe';
import { beginEdit, pageUrl, valueText } from './pages';
import { inTree, readOnlyCluster, setScene, type Scene } from './scene';

// Values that are only looked at, and how an edit begins from there.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

/** Where the first characters of a line stand on screen, in the reader or in the editor. */
function placeOf(page: Page, word: string): Promise<{ x: number; y: number }> {
  return page.evaluate((word) => {
    const texts = document.createTreeWalker(document.querySelector('[role="textbox"][aria-multiline]')!, 4);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const at = node.textContent!.indexOf(word);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      const { x, y } = range.getBoundingClientRect();
      return { x, y };
    }
    throw new Error(`${word} is not shown`);
  }, word);
}

/** A click between the word and what comes before it. */
async function clickBefore(page: Page, word: string): Promise<void> {
  const { x, y } = await placeOf(page, word);
  await page.mouse.click(x + 0.5, y + 6);
  await page.locator('.cm-content:focus').waitFor();
}

const texts = {
  text: Array.from(
    { length: 120 },
    (_, line) => `line ${line} ${'word '.repeat(line % 7 === 0 ? 60 : 3)}`,
  ).join('\n'),
  json: JSON.stringify(
    Array.from({ length: 60 }, (_, id) => ({ id: `item${id}`, on: true, of: null })),
    null,
    2,
  ),
  xml: `<all>\n${Array.from({ length: 80 }, (_, id) => `  <one id="item${id}"/>`).join('\n')}\n</all>\n`,
  yaml: Array.from({ length: 80 }, (_, id) => `key${id}: 'item${id}' # note`).join('\n'),
  properties: Array.from({ length: 80 }, (_, id) => `key.${id}=item${id}`).join('\n'),
};

/** What stands in sight once the text is scrolled by 400 pixels. */
const shownWords: Record<string, readonly [string, string]> = {
  text: ['line 23', 'line 26'],
  json: ['item6', 'item8'],
  xml: ['item28', 'item35'],
  yaml: ['item28', 'item35'],
  properties: ['item28', 'item35'],
};

describe.each(memberKinds)('over %s', (kind) => {
  test('looking fetches no editor; a click into the text does, with the cursor there', async () => {
    await scene.writers[kind].create('/looked-at', 'one two\nthree four');
    await inTree(scene, kind, '/looked-at', async (page) => {
      await valueText(page, '/looked-at').waitFor();
      await page.waitForLoadState('networkidle');
      const scripts: string[] = [];
      page.on('request', (request) => {
        if (request.resourceType() === 'script') scripts.push(request.url());
      });
      expect(await page.locator('.cm-editor').count()).toBe(0);
      await page.getByRole('tab', { name: 'Value' }).focus();
      expect(scripts).toEqual([]);
      await clickBefore(page, 'four');
      expect(scripts.length).toBeGreaterThan(0);
      await page.keyboard.type('and ');
      await page.keyboard.press('Control+s');
      const save = page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true });
      await save.and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Saved as version 1').waitFor();
    });
    expect(await scene.writers[kind].data('/looked-at')).toEqual({
      text: 'one two\nthree and four',
      version: 1,
    });
  });
});

test.each(Object.entries(texts))('nothing moves when the editor comes: %s', async (shape, text) => {
  const path = `/still-${shape}`;
  await scene.writers.zoodeck.create(path, text);
  await inTree(scene, 'zoodeck', path, async (page) => {
    const reader = valueText(page, path);
    await reader.waitFor();
    await reader.evaluate((element) => element.scrollTo(0, 400));
    const words = shownWords[shape]!;
    const before = [await placeOf(page, words[0]!), await placeOf(page, words[1]!)];
    await clickBefore(page, words[0]!);
    await page.locator('.cm-line').first().waitFor();
    await expect
      .poll(async () => Math.abs((await placeOf(page, words[0]!)).y - before[0]!.y))
      .toBeLessThan(1);
    for (const [index, word] of words.entries()) {
      const after = await placeOf(page, word);
      expect(Math.abs(after.x - before[index]!.x), word).toBeLessThan(1);
      expect(Math.abs(after.y - before[index]!.y), word).toBeLessThan(1);
    }
  });
});

/** Each word of the lines in sight with the colour it has. */
function coloured(page: Page, path: string): Promise<string[]> {
  return valueText(page, path).evaluate((host) =>
    [...host.querySelectorAll('.cm-line, [data-line]')].flatMap((line) =>
      [...line.querySelectorAll('span')]
        .filter(({ className }) => className.startsWith('text-'))
        .map((span) => `${span.textContent} ${getComputedStyle(span).color}`),
    ),
  );
}

test('the editor has the colours of the reader, folds, indents and marks what belongs together', async () => {
  const path = '/written-json';
  await scene.writers.zoodeck.create(path, '{\n  "a": [\n    "}",\n    null\n  ]\n}');
  await inTree(scene, 'zoodeck', path, async (page) => {
    const text = valueText(page, path);
    await text.waitFor();
    const before = await coloured(page, path);
    expect(before.length).toBeGreaterThan(5);
    await beginEdit(page, path);
    expect(await coloured(page, path)).toEqual(before);
    await page.keyboard.press('Control+Home');
    expect(await text.locator('.cm-paired').allTextContents()).toEqual(['{', '}']);
    await page.getByTitle('Fold line').filter({ visible: true }).nth(1).click();
    await expect.poll(() => text.innerText()).toContain('"a": […]');
    await page.getByTitle('Unfold line').filter({ visible: true }).click();
    await text.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('"b": 1,');
    expect(await text.locator('.cm-line').nth(1).textContent()).toBe('  "b": 1,');
  });
});

test('of a long text what is in sight has its colours, whatever comes before; tags are closed as they are typed', async () => {
  const path = '/written-xml';
  const many = '<one id="x">\n  text\n</one>\n'.repeat(2_000);
  await scene.writers.zoodeck.create(path, `<all>\n<!--\n${many}-->\n${many}</all>`);
  await inTree(scene, 'zoodeck', path, async (page) => {
    const text = valueText(page, path);
    const shown = () => coloured(page, path).then((words) => words.map((word) => word.split(' rgb')[0]));
    await page.locator('.cm-content').waitFor();
    await beginEdit(page, path);
    // The very next line is in the comment, as all are for thousands of lines.
    expect((await shown()).slice(4, 6)).toEqual(['<one id="x">', '  text']);
    await page.keyboard.press('Control+End');
    await expect.poll(async () => (await shown()).at(-2)).toBe('all');
    expect(await shown()).toContain('"x"');
    expect((await shown()).filter((word) => word?.includes('text'))).toEqual([]);
    await page.keyboard.type('<b c="d">e<f/>');
    expect(await text.locator('.cm-line').last().textContent()).toBe('</all><b c="d">e<f/></b>');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('<g>');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('</');
    expect(await text.locator('.cm-line').last().textContent()).toBe('</all><b c="d">e<f/></b><g></g>');
  });
});

test('by keyboard the text is selected and copied, and editing begins', async () => {
  await scene.writers.zoodeck.create('/by-keys', 'first\n\nthird');
  await inTree(
    scene,
    'zoodeck',
    '/by-keys',
    async (page) => {
      await valueText(page, '/by-keys').focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Control+c');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('first\n\nthird');
      await page.keyboard.press('e');
      await page.locator('.cm-content:focus').waitFor();
      await page.keyboard.type('x');
      await page.getByText('Unsaved changes').waitFor();
      expect(await valueText(page, '/by-keys').locator('.cm-line').first().textContent()).toBe('xfirst');
      await page.keyboard.press('Control+f');
      await page.getByPlaceholder('Find').waitFor();
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  );
});

test('a save that is asked for before the code for it is there is not forgotten', async () => {
  await scene.writers.zoodeck.create('/soon', 'one');
  const { page, faults, close } = await scene.open();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/_next\/static\/chunks\/.*\.js/, async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes('onRecreate')) await held;
    await route.fulfill({ response });
  });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', '/soon'));
  await beginEdit(page, '/soon');
  await page.keyboard.type('some');
  await page.getByRole('button', { name: 'Review and save' }).click();
  release();
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved as version 1').waitFor();
  expect(faults).toEqual([]);
  await close();
});

test('the button begins it too; tidying needs no editor', async () => {
  await scene.writers.zoodeck.create('/tidied', '{"a":1}');
  await inTree(scene, 'zoodeck', '/tidied', async (page) => {
    await page.getByRole('button', { name: 'Tidy' }).click();
    await page.getByText('Unsaved changes').waitFor();
    expect(await page.locator('.cm-editor').count()).toBe(0);
    expect(await valueText(page, '/tidied').innerText()).toBe('{\n  "a": 1\n}');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.locator('.cm-content:focus').waitFor();
    expect(await page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
  });
});

test.each([
  ['turns its direction', 'user \u202enimda'],
  ['is long', 'word '.repeat(8_000)],
  ['ends its lines in two ways', 'a\r\nb\nc'],
])('a text that %s is shown by the editor from the start', async (what, text) => {
  const path = `/in-editor ${what}`;
  await scene.writers.zoodeck.create(path, text);
  await inTree(scene, 'zoodeck', path, async (page) => {
    await page.locator('.cm-content').waitFor();
    await beginEdit(page, path);
  });
});

test('what may not be changed is looked at only', async () => {
  await scene.writers.apache.create('/only-read', 'text');
  await inTree(scene, readOnlyCluster, '/only-read', async (page) => {
    const text = valueText(page, '/only-read');
    await text.click();
    await page.keyboard.press('Enter');
    await page.keyboard.press('e');
    expect(await text.getAttribute('aria-busy')).toBeNull();
    expect(await page.getByRole('button', { name: 'Edit', exact: true }).count()).toBe(0);
  });
});

test.each([
  { colorScheme: 'light', width: 1280, locale: 'en-GB' },
  { colorScheme: 'dark', width: 1280, locale: 'zh-CN' },
  { colorScheme: 'light', width: 390, locale: 'zh-CN' },
] as const)('it is accessible, $colorScheme, $locale, $width pixels', async ({ width, ...look }) => {
  const path = `/axe-${look.colorScheme}-${width}`;
  const text = '<!-- note -->\n<a b="c">&amp;</a>\n';
  await scene.writers.zoodeck.create(path, text);
  const { page, faults, close } = await scene.open({
    ...look,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', path));
  await page.getByText('note').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await close();
});
