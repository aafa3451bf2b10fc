import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberKinds } from '../support/member';
import { until } from '../support/wait';
import { axeFaults } from './axe';
import { pageUrl } from './pages';
import { setScene, type Scene } from './scene';

// A znode created together with the parents it lacks.
let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});
afterAll(async () => {
  await scene?.stop();
});

describe.each(memberKinds)('over %s', (kind) => {
  const writer = () => scene.writers[kind];

  test('missing parents are shown, made only when agreed to, and taken back with it', async () => {
    await writer().create('/lacks');
    const { page, faults, close } = await scene.open({}, [/404/]);
    await page.goto(pageUrl(scene.console.url, kind, 'tree', '/lacks'));
    await page.getByRole('button', { name: 'Create child' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('x/y/leaf');
    await dialog.getByText('2 znodes above it do not exist').waitFor();
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual(['/lacks/x', '/lacks/x/y']);
    const submit = dialog.getByRole('button', { name: 'Create', exact: true });
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByRole('switch', { name: 'Create them too' }).click();
    expect(await axeFaults(page)).toEqual([]);
    await submit.click();
    await page.getByText('Created /lacks/x/y/leaf').first().waitFor();
    await page.getByRole('region', { name: '/lacks/x/y/leaf' }).waitFor();
    expect(await writer().exists('/lacks/x/y/leaf')).toBe(true);

    await page.goto(pageUrl(scene.console.url, kind, 'history'));
    await page
      .getByRole('row', { name: /Creation with parents/ })
      .getByRole('button')
      .first()
      .click();
    await page.getByRole('button', { name: /Take the whole job back|Take all of it back|Take back/ }).click();
    await page.getByRole('button', { name: 'Take back 3 changes' }).click();
    await until('taken back', async () => ((await writer().exists('/lacks/x')) ? undefined : true));
    expect(await writer().exists('/lacks')).toBe(true);
    expect(faults).toEqual([]);
    await close();
  });

  test('a path that is nowhere is created from where it was asked for', async () => {
    const { page, faults, close } = await scene.open({}, [/404/]);
    await page.goto(pageUrl(scene.console.url, kind, 'tree', '/nowhere/at/all'));
    await page.getByRole('button', { name: 'Create it' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 znodes above it do not exist').waitFor();
    await dialog.getByRole('switch', { name: 'Create them too' }).click();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await until('made', async () => ((await writer().exists('/nowhere/at/all')) ? true : undefined));
    expect(faults).toEqual([]);
    await close();
  });
});
