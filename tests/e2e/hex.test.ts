import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberKinds } from '../support/member';
import { axeFaults } from './axe';
import { pageUrl } from './pages';
import { setScene, type Scene } from './scene';

// Binary values, edited as bytes.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

/** Makes a znode of these bytes through the console, as its form does. */
async function makeBytes(cluster: string, path: string, bytes: Uint8Array): Promise<void> {
  const reply = await fetch(`${scene.console.url}/api/clusters/${cluster}/node`, {
    method: 'POST',
    headers: { origin: scene.console.url, 'content-type': 'application/json' },
    body: JSON.stringify({
      path,
      data: Buffer.from(bytes).toString('base64'),
      mode: 'persistent',
      acl: null,
    }),
  });
  expect(reply.status).toBe(200);
}

async function bytesOf(cluster: string, path: string): Promise<string> {
  const reply = await fetch(`${scene.console.url}/api/clusters/${cluster}/node?path=${path}&full=1&sync=1`);
  const { data } = (await reply.json()) as { data: string };
  return Buffer.from(data, 'base64').toString('hex');
}

const grid = (page: Page, path: string) => page.getByRole('grid', { name: `Value of ${path}` });

describe.each(memberKinds)('over %s', (kind) => {
  test('bytes are typed over, inserted, pasted as hex, taken back and saved, by keyboard', async () => {
    await makeBytes(kind, '/hexed', Uint8Array.of(0, 1, 2, 3, 0xff));
    const { page, faults, close } = await scene.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto(pageUrl(scene.console.url, kind, 'tree', '/hexed'));
    await grid(page, '/hexed').focus();
    await page.keyboard.type('ab');
    await page.getByText('Offset 0x1 of 5 bytes').waitFor();
    await page.keyboard.press('Insert');
    await page.keyboard.type('cd');
    await page.getByText('Offset 0x2 of 6 bytes').waitFor();
    await page.keyboard.press('Control+End');
    await page.evaluate(() => navigator.clipboard.writeText('de ad 0xbe\nef'));
    await page.keyboard.press('Control+v');
    await page.getByText('Offset 0xa of 10 bytes').waitFor();
    await page.keyboard.press('F2');
    await page.keyboard.type('Z');
    await page.keyboard.press('Control+z');
    await page.getByText('Offset 0xa of 10 bytes').waitFor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('2 bytes selected').waitFor();
    await page.keyboard.press('Delete');
    await page.getByText('Offset 0x0 of 8 bytes').waitFor();
    await page.keyboard.press('Control+s');
    const save = page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true });
    await save.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Saved as version 1').waitFor();
    expect(await bytesOf(kind, '/hexed')).toBe('010203ffdeadbeef');
    expect(faults).toEqual([]);
    await close();
  });
});

test('a value too large to edit shows its beginning, and is exchanged as a file', async () => {
  const large = new Uint8Array(70_000).fill(0xfe);
  await makeBytes('zoodeck', '/large', large);
  const { page, faults, close } = await scene.open();
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', '/large'));
  await page.getByText('a larger value is changed as a file').waitFor();
  await grid(page, '/large').focus();
  await page.keyboard.type('00');
  await page.getByText('Offset 0x0 of 65536 bytes').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const file = await readFile(await (await download).path());
  expect(file.equals(Buffer.from(large))).toBe(true);
  await page.getByLabel('File in place of the value').setInputFiles({
    name: 'small.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from([0, 9]),
  });
  await page.getByText('Offset 0x0 of 2 bytes').waitFor();
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved as version 1').waitFor();
  expect(await bytesOf('zoodeck', '/large')).toBe('0009');
  expect(faults).toEqual([]);
  await close();
});

test.each([
  { width: 1280, perRow: 16 },
  { width: 390, perRow: 8 },
  { width: 320, perRow: 4 },
])('$width pixels wide, a row holds $perRow bytes and nothing is cut off', async ({ width, perRow }) => {
  const path = `/rows-${width}`;
  await makeBytes('zoodeck', path, new Uint8Array(2_000).fill(0x80));
  const { page, faults, close } = await scene.open({ viewport: { width, height: 800 } });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', path));
  await grid(page, path).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText(`Offset 0x${perRow.toString(16)} of 2000 bytes`).waitFor();
  const shown = grid(page, path);
  expect(await shown.getByRole('row').first().getByRole('gridcell').count()).toBe(perRow);
  expect(await shown.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

test.each([
  { colorScheme: 'light', width: 1280, locale: 'en-GB' },
  { colorScheme: 'dark', width: 1280, locale: 'zh-CN' },
  { colorScheme: 'light', width: 390, locale: 'zh-CN' },
] as const)('it is accessible, $colorScheme, $locale, $width pixels', async ({ width, ...look }) => {
  await makeBytes(
    'zoodeck',
    `/axe-${look.colorScheme}-${width}`,
    Uint8Array.from({ length: 300 }, (_, n) => n),
  );
  const { page, faults, close } = await scene.open({
    ...look,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  });
  await page.goto(pageUrl(scene.console.url, 'zoodeck', 'tree', `/axe-${look.colorScheme}-${width}`));
  await page.getByRole('grid').focus();
  await page.keyboard.press('Shift+ArrowRight');
  expect(await axeFaults(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await close();
});
