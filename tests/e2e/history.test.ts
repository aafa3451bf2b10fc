import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '@/lib/api/jobs';
import { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { startMember, type Member } from '../support/member';
import { otherClient } from '../support/other-client';
import { until } from '../support/wait';
import { Writer } from '../support/writer';
import { axeFaults } from './axe';
import { pageUrl, replaceValue } from './pages';

// The journal in the browser: what was changed, why, and the way back. One server, twice: once asking for reasons.
let member: Member;
let console: RunningConsole;
let browser: Browser;
let writer: Writer;
beforeAll(async () => {
  member = await startMember('zoodeck');
  writer = new Writer(member.port);
  const config = [
    'userHeader: X-Forwarded-User',
    'clusters:',
    `  - { id: plain, connect: "${member.address}" }`,
    `  - { id: strict, connect: "${member.address}", requireReason: true }`,
    '',
  ].join('\n');
  console = await startConsole({ config });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console?.stop();
  await member?.stop();
});

async function changeValue(page: Page, path: string, text: string): Promise<void> {
  await replaceValue(page, path, text);
  await page.getByRole('button', { name: 'Review and save' }).click();
}

test('a change with its reason stands in the history, and is taken back from there', async () => {
  await writer.create('/deploy', 'green');
  const { page, faults, close } = await openPage(browser, {
    extraHTTPHeaders: { 'x-forwarded-user': 'ana' },
  });
  await page.goto(pageUrl(console.url, 'strict', 'tree', '/deploy'));
  await changeValue(page, '/deploy', 'blue');
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: 'Save', exact: true });
  expect(await save.isDisabled()).toBe(true);
  await dialog.getByLabel('Reason').fill('Switch over, ticket 41');
  await save.click();
  await page.getByText('Saved as version 1').waitFor();

  await page.goto(pageUrl(console.url, 'strict', 'history'));
  const row = page.getByRole('row').filter({ hasText: '/deploy' });
  await row.filter({ hasText: 'Switch over, ticket 41' }).filter({ hasText: 'ana' }).waitFor();
  await row.getByRole('button', { name: 'Value set: details of the change to /deploy' }).click();
  await page.waitForURL(/change=\d+/);
  await dialog.getByText('green').waitFor();
  await dialog.getByText('blue').waitFor();
  await dialog.getByText('mzxid and mtime').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  const back = dialog.getByRole('button', { name: 'Set the value before' });
  expect(await back.isDisabled()).toBe(true);
  await dialog.getByLabel('Reason').fill('Blue is broken');
  await back.click();
  await page.getByText('Taken back').first().waitFor();
  await until('the old value', async () =>
    (await writer.data('/deploy')).text === 'green' ? true : undefined,
  );
  await page.getByText('taken back', { exact: true }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

test('the history of one znode stands in its own tab', async () => {
  await writer.create('/tabbed', 'x');
  const { page, faults, close } = await openPage(browser);
  await page.goto(pageUrl(console.url, 'plain', 'tree', '/tabbed'));
  await changeValue(page, '/tabbed', 'y');
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved as version 1').waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('row').filter({ hasText: 'Value set' }).waitFor();
  expect(await page.getByRole('row').filter({ hasText: 'Value set' }).count()).toBe(1);
  expect(await axeFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

test('a subtree is copied, deleted by typing its name, and taken back as a whole', async () => {
  await writer.create('/fleet', 'root');
  for (const name of ['a', 'b']) await writer.create(`/fleet/${name}`, name);
  const { page, faults, close } = await openPage(browser, {}, [/404/]);
  const dialog = page.getByRole('dialog');
  await page.goto(pageUrl(console.url, 'plain', 'tree', '/fleet'));
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /^Copy or move/ }).click();
  await dialog.getByLabel('To path').fill('/fleet-b');
  await dialog.getByRole('button', { name: 'Plan', exact: true }).click();
  await dialog.getByText('3 znodes to create').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Copy 3 znodes' }).click();
  await page.getByText('Copied 3 znodes').waitFor();
  expect((await writer.data('/fleet-b/a')).text).toBe('a');

  await page.goto(pageUrl(console.url, 'plain', 'tree', '/fleet'));
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /^Delete/ }).click();
  const remove = dialog.getByRole('button', { name: 'Delete 3 znodes' });
  await remove.waitFor();
  expect(await remove.isDisabled()).toBe(true);
  await dialog.getByLabel('Type fleet to confirm').fill('fleet');
  await remove.click();
  await page.getByText('Deleted 3 znodes').waitFor();
  expect(await writer.exists('/fleet')).toBe(false);

  await page.goto(pageUrl(console.url, 'plain', 'history'));
  await page.getByRole('button', { name: 'Deletion of a subtree: details of the change to /fleet' }).click();
  await dialog.getByRole('button', { name: 'Take the whole job back…' }).click();
  await dialog.getByRole('button', { name: 'Take back 3 changes' }).click();
  await page.getByText('Took back 3 changes').waitFor();
  expect((await writer.data('/fleet/b')).text).toBe('b');
  expect(faults).toEqual([]);
  await close();
});

test('an export is saved as a file, and a file imported after its plan was seen', async () => {
  await writer.create('/site', 'root');
  await writer.create('/site/a', 'one');
  const { page, faults, close } = await openPage(browser, {}, [/404/]);
  const dialog = page.getByRole('dialog');
  await page.goto(pageUrl(console.url, 'plain', 'tree', '/site'));
  const menu = async (name: string | RegExp) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  const [file] = await Promise.all([page.waitForEvent('download'), menu(/^Export$/)]);
  expect(file.suggestedFilename()).toBe('plain-site.jsonl');
  const saved = await file.path();
  await writer.set('/site/a', 'two');
  await writer.create('/site/extra');
  const holder = otherClient(member.port);
  await holder.create('/site/held', null, openAcl, 'ephemeral');
  await menu(/^Import a file/);
  await dialog.getByLabel('File', { exact: true }).setInputFiles(saved);
  await dialog.getByRole('switch', { name: 'Delete what the file does not have below that path' }).click();
  expect(await axeFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Plan', exact: true }).click();
  await dialog.getByText('1 value to set · 2 znodes to delete').waitFor();
  await dialog.getByText('1 ephemeral among them').waitFor();
  await dialog.getByText(/^Their sessions go on\./).waitFor();
  await dialog.getByLabel('Type site to confirm').fill('site');
  await dialog.getByRole('button', { name: 'Import (3 changes)' }).click();
  await page.getByText('Imported with 3 changes').waitFor();
  expect((await writer.data('/site/a')).text).toBe('one');
  expect(await writer.exists('/site/extra')).toBe(false);
  expect(await writer.exists('/site/held')).toBe(false);
  holder.close();
  expect(faults).toEqual([]);
  await close();
});

test('a subtree is searched by value, only once asked to, and a result leads to its znode', async () => {
  await writer.create('/find');
  await writer.create('/find/db', 'jdbc:mysql://primary/orders');
  const { page, faults, close } = await openPage(browser);
  await page.goto(pageUrl(console.url, 'plain', 'tree', '/find'));
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Search below it' }).click();
  await page.getByText('Nothing is searched yet').waitFor();
  await page.getByLabel('Text to find').fill('PRIMARY');
  await page.getByRole('switch', { name: 'Value' }).click();
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.getByText('1 found in 2 znodes').waitFor();
  await page.getByText('jdbc:mysql://primary/orders').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole('link', { name: '/find/db' }).click();
  await page.waitForURL(/tree\?path=(%2F|\/)find(%2F|\/)db/);
  expect(faults).toEqual([]);
  await close();
});

const doomed = 20_000;

async function createMany(parent: string): Promise<void> {
  const client = new ZooKeeperClient({
    connection: { members: [{ host: '127.0.0.1', port: member.port }], chroot: '' },
    sessionTimeoutMs: 20_000,
  });
  client.connect();
  await client.create(parent, null, openAcl, 'persistent');
  for (let at = 0; at < doomed - 1; at += 1000) {
    const names = Array.from({ length: Math.min(1000, doomed - 1 - at) }, (_, index) => at + index);
    await Promise.all(
      names.map((name) => client.create(`${parent}/n${name}`, Buffer.from('x'), openAcl, 'persistent')),
    );
  }
  client.close();
}

test('a deletion of 20,000 znodes that kill -9 cuts short is found again, run on and adds up', async () => {
  await createMany('/doomed');
  const api = `${console.url}/api/clusters/plain/jobs`;
  const send = async (url: string, body: object): Promise<JobView> => {
    const headers = { 'content-type': 'application/json', origin: console.url };
    const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await reply.json()) as JobView;
  };
  const { id } = await send(api, { kind: 'deleteTree', paths: ['/doomed'] });
  const read = async () => (await (await fetch(`${api}/${id}`)).json()) as JobView;
  await until('it is planned', async () => ((await read()).state === 'planned' ? true : undefined), 60_000);
  await send(`${api}/${id}`, { confirm: 'doomed' });
  await until('it is on its way', async () => ((await read()).done > 1000 ? true : undefined), 30_000, 20);
  await console.killAndRestart();

  const { page, faults, close } = await openPage(browser);
  const dialog = page.getByRole('dialog');
  await page.goto(pageUrl(console.url, 'plain', 'overview'));
  await page.getByRole('link', { name: '1 job interrupted' }).click();
  await page.getByRole('button', { name: 'Deletion of a subtree: the job on /doomed' }).click();
  await dialog.getByText(/^Interrupted: /).waitFor();
  const half = await read();
  expect(half.done).toBeGreaterThan(1000);
  expect(half.done).toBeLessThan(doomed);
  expect(await axeFaults(page)).toEqual([]);
  await dialog.getByLabel('Type doomed to confirm').fill('doomed');
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await dialog.getByText('20,000 of 20,000 done').waitFor({ timeout: 120_000 });
  expect(await writer.exists('/doomed')).toBe(false);
  const lines = (await (await fetch(`${api}/${id}/report`)).text()).trim().split(/\r?\n/);
  expect(lines.filter((line) => /\bdone\b/.test(line))).toHaveLength(doomed);
  // Each znode's entry is there, also of the chunk that was under way: all of it can be taken back.
  const back = await send(api, { kind: 'restore', job: id });
  const planned = await until(
    'the way back is planned',
    async () => {
      const view = (await (await fetch(`${api}/${back.id}`)).json()) as JobView;
      return view.state === 'planning' ? undefined : view;
    },
    60_000,
  );
  expect(planned).toMatchObject({ state: 'planned', items: doomed, left: [] });
  expect(faults).toEqual([]);
  await close();
}, 300_000);
