import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { MixedEnsemble } from '../support/ensemble-members';
import { startMember, type Member } from '../support/member';
import { reconfigurable, superAuth, untilMembers } from '../support/reconfig';
import { Writer } from '../support/writer';
import { axeFaults } from './axe';
import { pageUrl } from './pages';

// Forms that depend on what members have enabled: a server of ours with everything, one of Apache's as it comes.
let members: readonly Member[] = [];
let ensemble: MixedEnsemble;
let console: RunningConsole;
let browser: Browser;
let writer: Writer;
beforeAll(async () => {
  members = await Promise.all([
    startMember('zoodeck', { config: { extendedTypesEnabled: true, enforceQuota: true } }),
    startMember('apache'),
  ]);
  writer = new Writer(members[0]!.port);
  ensemble = await MixedEnsemble.start(reconfigurable(['zoodeck', 'zoodeck', 'zoodeck']));
  const voters = ensemble.members.map(({ address }) => address).join(',');
  const config = [
    'clusters:',
    `  - { id: voters, connect: "${voters}", auth: [{ scheme: digest, secretEnv: SUPER }] }`,
    ...members.map(({ kind, address }) => `  - { id: ${kind}, connect: "${address}" }`),
    '',
  ];
  console = await startConsole({ config: config.join('\n'), env: { SUPER: superAuth } });
  await new Writer(members[1]!.port).create('/quiet');
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console?.stop();
  await ensemble?.stop();
  await Promise.all(members.map((member) => member.stop()));
});

const ways = [
  { colorScheme: 'light', locale: 'en-GB' },
  { colorScheme: 'dark', locale: 'en-GB' },
  { colorScheme: 'light', locale: 'zh-CN', viewport: { width: 390, height: 844 } },
] as const;

/** What is open after `open` is accessible in light and dark, and in Chinese on a phone, where nothing is cut off. */
async function isForEveryone(open: (page: Page) => Promise<void>): Promise<void> {
  for (const way of ways) {
    const { page, faults, close } = await openPage(browser, { ...way, reducedMotion: 'reduce' });
    await open(page);
    expect(await axeFaults(page)).toEqual([]);
    const cut = await page
      .getByRole('dialog')
      .evaluate(
        (dialog) => dialog.scrollWidth > dialog.clientWidth || dialog.clientWidth > window.innerWidth,
      );
    expect(cut).toBe(false);
    expect(faults).toEqual([]);
    await close();
  }
}

async function openCreate(page: Page, cluster: string): Promise<void> {
  await page.goto(pageUrl(console.url, cluster, 'tree', '/'));
  await page
    .getByRole('button', { name: /^(Create child|创建子节点)$/ })
    .first()
    .click();
  await page
    .getByRole('dialog')
    .getByRole('combobox', { name: /^(Mode|模式)$/ })
    .waitFor();
}

test('a znode with a time to live is made where members have them', async () => {
  const { page, faults, close } = await openPage(browser);
  const dialog = page.getByRole('dialog');
  await openCreate(page, 'zoodeck');
  await dialog.getByLabel('Name').fill('lease');
  await dialog.getByRole('combobox', { name: 'Mode' }).click();
  await page.getByRole('option', { name: 'Persistent with TTL', exact: true }).click();
  await dialog.getByText('1 to 18,325,193 minutes.').waitFor();
  await dialog.getByLabel('Unit').click();
  await page.getByRole('option', { name: 'days' }).click();
  await dialog.getByLabel('Time to live (TTL)').fill('12726');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await dialog.getByText('A whole number from 1 to 12,725 days').waitFor();
  await dialog.getByLabel('Time to live (TTL)').fill('12725');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('Created /lease').waitFor();
  expect(await writer.exists('/lease')).toBe(true);
  expect(faults).toEqual([]);
  await close();
});

test('where members have none, the line that enables them stands beside what is not offered', async () => {
  await isForEveryone(async (page) => {
    await openCreate(page, 'apache');
    await page.getByRole('dialog').getByText('extendedTypesEnabled=true').waitFor();
  });
  const { page, close } = await openPage(browser);
  await openCreate(page, 'apache');
  await page.getByRole('dialog').getByRole('combobox', { name: 'Mode' }).click();
  const option = page.getByRole('option', { name: 'Persistent with TTL', exact: true });
  await option.waitFor();
  expect(await option.getAttribute('aria-disabled')).toBe('true');
  expect(await page.getByRole('option', { name: 'Container' }).getAttribute('aria-disabled')).toBeNull();
  await close();
});

async function openQuota(page: Page, cluster: string, path: string): Promise<void> {
  await page.goto(pageUrl(console.url, cluster, 'tree', path));
  await page.getByRole('button', { name: /^(More actions|更多操作)$/ }).click();
  await page.getByRole('menuitem', { name: /^(Quota|配额)…$/ }).click();
  await page.getByRole('dialog').locator('form').waitFor();
}

test('a quota is set after one sees what it changes, shown with what is used, taken back and deleted', async () => {
  await writer.create('/shop');
  await writer.create('/shop/cart', 'seven b');
  const { page, faults, close } = await openPage(browser);
  const dialog = page.getByRole('dialog');
  await openQuota(page, 'zoodeck', '/shop');
  await dialog.getByText('What is used is counted once there is a quota.').waitFor();
  const save = dialog.getByRole('button', { name: 'Save quota' });
  expect(await save.isDisabled()).toBe(true);
  await dialog.getByLabel('Znodes, soft').fill('5');
  await dialog.getByLabel('Bytes, hard').fill('2048');
  await dialog.getByText('Bytes, hard: no limit → 2 KiB').waitFor();
  await dialog.getByText('enforceQuota=true', { exact: true }).waitFor();
  await save.click();
  await page.getByText('Quota of /shop saved').waitFor();
  const limits = '/zookeeper/quota/shop/zookeeper_limits';
  expect((await writer.data(limits)).text).toBe('count=5,bytes=-1=;byteHardLimit=2048;countHardLimit=-1');

  await openQuota(page, 'zoodeck', '/shop');
  await dialog.getByText('7 B').waitFor();
  await dialog.getByLabel('Znodes, soft').fill('1');
  await dialog.getByText('Znodes, soft: already exceeded.').waitFor();
  await save.click();
  await page.getByText('Quota of /shop saved').waitFor();
  await openQuota(page, 'zoodeck', '/shop/cart');
  await dialog.getByText('A quota stands above this path:').waitFor();
  expect(await dialog.getByLabel('Znodes, soft').isDisabled()).toBe(true);

  await writer.create('/stock', 'x'.repeat(2_048));
  await page.goto(pageUrl(console.url, 'zoodeck', 'tree', '/stock'));
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /^Copy or move/ }).click();
  await dialog.getByLabel('To path').fill('/shop/stock');
  await dialog.getByRole('button', { name: 'Plan', exact: true }).click();
  await dialog.getByText('The plan goes over a hard limit of a quota:').waitFor();
  await dialog.getByText('7 B of 2 KiB are used, 2 KiB more come').waitFor();

  await page.goto(pageUrl(console.url, 'zoodeck', 'history'));
  await page.getByRole('button', { name: 'Quota: details of the change to /shop' }).first().click();
  await dialog.getByRole('button', { name: 'Set the quota before' }).click();
  await page.getByText('Taken back').first().waitFor();
  expect((await writer.data(limits)).text).toContain('count=5,');

  await openQuota(page, 'zoodeck', '/shop');
  await dialog.getByRole('button', { name: 'Delete quota…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete quota' }).click();
  await page.getByText('Quota of /shop deleted').waitFor();
  expect(await writer.exists('/zookeeper/quota/shop')).toBe(false);
  expect(faults).toEqual([]);
  await close();
});

test('the quota form is for everyone', async () => {
  await isForEveryone((page) => openQuota(page, 'apache', '/quiet'));
});

async function openMembers(page: Page, cluster: string): Promise<void> {
  await page.goto(pageUrl(console.url, cluster, 'ensemble'));
  await page.getByRole('button', { name: /^(Members|成员)…$/ }).click();
  await page.getByRole('dialog').waitFor();
}

test('members of an ensemble are seen and changed, with what that does to the quorum said before', async () => {
  const { page, faults, close } = await openPage(browser);
  const dialog = page.getByRole('dialog');
  await openMembers(page, 'voters');
  await dialog.getByText('version 100000000', { exact: false }).waitFor();
  await dialog.getByRole('list', { name: 'Members' }).getByText('Leader').waitFor();
  await dialog.getByRole('button', { name: 'Add a member' }).click();
  await dialog.getByLabel('Number (myid)').fill('3');
  await dialog.getByLabel('Host').fill('zk4');
  await dialog.getByText('There is a member of that number already.').waitFor();
  await dialog.getByLabel('Number (myid)').fill('4');
  await dialog.getByText('Quorum: 2 of 3 → 3 of 4').waitFor();
  await dialog.getByText('An even number of voters bears no more losses than one fewer.').waitFor();
  await dialog.getByRole('button', { name: 'Do not add it' }).click();

  await dialog.getByRole('combobox', { name: 'Part of server 1' }).click();
  await page.getByRole('option', { name: 'Observer' }).click();
  await dialog.getByText('Quorum: 2 of 3 → 2 of 2').waitFor();
  await dialog.getByText('Voters that may be lost: 1 → 0').waitFor();
  await dialog.getByText(/^reconfig -v 100000000 -add server\.1=/).waitFor();
  await dialog.getByRole('button', { name: 'Change members…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Change members' }).click();
  await page.getByText('Members changed').first().waitFor();
  const lines = ensemble.members.map(
    (member) => `server.${member.id}=${member.line(member.id === 1 ? 'observer' : 'participant')}`,
  );
  await untilMembers(ensemble, lines);
  await page.goto(pageUrl(console.url, 'voters', 'history'));
  await page
    .getByRole('button', { name: 'Members changed: details of the change to /zookeeper/config' })
    .waitFor();
  expect(faults).toEqual([]);
  await close();
});

test('the form of members is for everyone', async () => {
  await isForEveryone(async (page) => {
    await openMembers(page, 'voters');
    await page.getByRole('button', { name: /^(Add a member|添加成员)$/ }).click();
    await page.getByLabel(/^(Number \(myid\)|编号（myid）)$/).fill('4');
    await page.getByLabel(/^(Host|主机)$/).fill('zk4');
    await page.getByRole('button', { name: /^(Remove server 2|移除 server 2)$/ }).click();
    await page.getByText(/^(What this does|将会发生什么)$/).waitFor();
  });
});

test('a deletion tells its watches and clients when asked, and is told as over once it is', async () => {
  await writer.create('/gone');
  await writer.create('/gone/leaf', 'x');
  const { page, faults, close } = await openPage(browser, {}, [/404/]);
  const dialog = page.getByRole('dialog');
  await page.goto(pageUrl(console.url, 'zoodeck', 'tree', '/gone'));
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: /^Delete/ }).click();
  await dialog.getByText('2 znodes with 1 B of data will be deleted.').waitFor();
  await dialog.getByRole('button', { name: 'Look at watches and clients' }).click();
  await dialog.getByText(/watch(es)? would fire/).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await dialog.getByLabel('Type gone to confirm').fill('gone');
  await dialog.getByRole('button', { name: 'Delete 2 znodes' }).click();
  await page.getByText('Deleted 2 znodes').waitFor();
  expect(faults).toEqual([]);
  await close();

  const phone = await openPage(browser, { viewport: { width: 390, height: 844 } });
  await phone.page.goto(`${pageUrl(console.url, 'zoodeck', 'history')}?view=jobs`);
  const state = phone.page.getByRole('row').filter({ hasText: '/gone' }).getByText('done', { exact: true });
  await state.waitFor();
  const box = (await state.boundingBox())!;
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await phone.page.getByRole('button', { name: 'Deletion of a subtree: the job on /gone' }).click();
  await phone.page.getByText('2 znodes with 1 B of data were deleted.').waitFor();
  expect(await axeFaults(phone.page)).toEqual([]);
  expect(phone.faults).toEqual([]);
  await phone.close();
});
