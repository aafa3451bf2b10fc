import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { pagePaths } from '@/lib/queries/paths';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { memberKinds, startMember, type Member } from '../support/member';
import { createChildren, otherClient } from '../support/other-client';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { removeDir, tempDir } from '../support/temp';
import * as certificates from '../support/tls-certificates';

// What a member may do to the console, and what a tree may hold, as it is told on the pages: which member, and what to do.
const aheadMs = 2 * 3_600_000;
let console: RunningConsole;
let browser: Browser;
let home: string;
const stops: (() => Promise<unknown>)[] = [];
const members = new Map<string, Member>();
const clients = new Map<string, ZooKeeperClient>();
let narrow: TcpProxy;

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What listens where a member should: its address, by what it is. */
const strangers = new Map<string, string>();

beforeAll(async () => {
  home = await tempDir('edges');
  const skew = path.join(home, 'skew.cjs');
  await writeFile(skew, `const now = Date.now;\nDate.now = () => now() + ${aheadMs};\n`);
  const started = await Promise.all([
    ...memberKinds.map((kind) => startMember(kind)),
    startMember('zoodeck', { flags: [`--require=${skew}`] }),
    startMember('apache', { config: { '4lw.commands.whitelist': 'srvr' } }),
  ]);
  for (const [index, name] of ['apache', 'zoodeck', 'ahead', 'refusing'].entries()) {
    members.set(name, started[index]!);
    clients.set(name, otherClient(started[index]!.port, 30_000));
  }
  narrow = await startTcpProxy(members.get('apache')!.port);
  strangers.set('http', await listening(createHttp((_, response) => response.end('no'))));
  strangers.set('hung', await listening(createServer(() => undefined)));
  const pair = { cert: certificates.memberPem, key: certificates.memberKey };
  strangers.set('tls', await listening(tls.createServer(pair)));
  strangers.set(
    'bytes',
    await listening(
      createServer((socket) => void socket.on('error', () => undefined).end(Buffer.alloc(600, 0xa7))),
    ),
  );
  const good = members.get('apache')!.address;
  const line = (id: string, ...addresses: string[]) => `  - { id: ${id}, connect: "${addresses.join(',')}" }`;
  const config = [
    'clusters:',
    ...[...members].map(([id, { address }]) => line(id, address)),
    ...[...strangers].map(([id, address]) => line(id, good, address)),
    ...[...strangers].map(([id, address]) => line(`only-${id}`, address)),
    line('mixed', good, members.get('zoodeck')!.address),
    line('away', '127.0.0.1:1'),
    line('narrow', `127.0.0.1:${narrow.port}`),
    '',
  ].join('\n');
  console = await startConsole({ config });
  browser = await launchBrowser();
});
afterAll(async () => {
  for (const client of clients.values()) client.close();
  await browser?.close();
  await console?.stop();
  for (const stop of stops) await stop();
  await narrow?.stop();
  await Promise.all([...members.values()].map((member) => member.stop()));
  await removeDir(home);
});

async function inPage(
  work: (page: Page) => Promise<void>,
  options: { expected?: readonly RegExp[]; script?: string } = {},
): Promise<void> {
  const { page, faults, close } = await openPage(browser, { reducedMotion: 'reduce' }, options.expected);
  if (options.script !== undefined) await page.addInitScript(options.script);
  try {
    await work(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

const go = (page: Page, address: string) => page.goto(`${console.url}${address}`);
const blind = (page: Page) => page.locator('section').filter({ hasText: 'What the console cannot see' });

describe('what listens where a member should', () => {
  const words: Readonly<Record<string, RegExp>> = {
    http: /speaks HTTP, not ZooKeeper’s protocol: .* name the clientPort instead/,
    hung: /did not answer within 2000 ms: it hangs/,
    tls: /did not answer within 2000 ms: it hangs, or speaks another protocol \(TLS, HTTP\)/,
    bytes: /answers with bytes that are not ZooKeeper’s: .* name the clientPort instead/,
  };

  test.each(Object.keys(words))('%s is named with what to do, beside a member that is well', async (name) => {
    const address = strangers.get(name)!;
    await inPage(async (page) => {
      await go(page, pagePaths.overview(name));
      const told = blind(page).getByText(words[name]!).first();
      await told.waitFor();
      expect(await told.innerText()).toContain(address);
      await page.getByText(members.get('apache')!.address).first().waitFor();
      await go(page, pagePaths.tree(name, '/'));
      await page
        .getByRole('treeitem')
        .filter({ hasText: /^zookeeper/ })
        .waitFor();
      await go(page, pagePaths.sessions(name));
      await page.getByRole('button', { name: 'Read sessions' }).click();
      await page.getByText(address).first().waitFor({ timeout: 45_000 });
      await page
        .getByRole('grid', { name: 'Sessions' })
        .getByText(members.get('apache')!.address)
        .first()
        .waitFor();
    });
  });

  test.each([
    ['only-http', /speaks HTTP, not ZooKeeper’s protocol: .* name the clientPort instead/],
    ['only-tls', /closed the connection without opening a session: it may expect TLS/],
    ['only-bytes', /sent bytes that are not ZooKeeper's/],
    ['only-hung', /did not open a session within/],
  ])('%s: the tree says why there is no session', async (name, reason) => {
    await inPage(
      async (page) => {
        await go(page, pagePaths.tree(name, '/'));
        const told = page.getByText(reason).first();
        await told.waitFor();
        expect(await told.innerText()).toContain(strangers.get(name.slice('only-'.length)));
      },
      { expected: [/50[34]/] },
    );
  });

  test('the start page says of each cluster who is up, and who is not', async () => {
    await inPage(async (page) => {
      await go(page, '/');
      const cluster = (id: string) =>
        page.getByRole('link').filter({ has: page.getByText(id, { exact: true }) });
      await cluster('apache').getByText('1 of 1 up').waitFor();
      await cluster('hung').getByText('1 of 2 up').waitFor();
      await cluster('hung')
        .getByText(`down: ${strangers.get('hung')!}`)
        .waitFor();
      await cluster('away').getByText('No member answers').waitFor();
    });
  });

  test('of members that tell nothing, no page claims anything', async () => {
    await inPage(
      async (page) => {
        await go(page, pagePaths.ensemble('away'));
        await page.getByRole('button', { name: 'Read members' }).click();
        await page.getByText('One member does not tell everything').waitFor();
        expect(await page.getByText('127.0.0.1:1 refuses connections.').count()).toBe(2);
        await page.getByText('Not compared, for want of their number (conf)').waitFor();
        await page.getByText('No member tells its connections').waitFor();
        // No line of zoo.cfg makes a member answer that is away.
        expect(await page.getByText('4lw.commands.whitelist').count()).toBe(0);
        await go(page, pagePaths.sessions('away'));
        await page.getByRole('button', { name: 'Read sessions' }).click();
        await page.getByText('No member told its sessions').waitFor();
        await go(page, pagePaths.live('away'));
        await page.getByRole('main').getByText('No session with the cluster').waitFor();
        await go(page, pagePaths.metrics('away'));
        await page.getByText('The overview says who does not answer.').waitFor();
        await go(page, pagePaths.ensemble('refusing'));
        await page.getByRole('button', { name: 'Read members' }).click();
        await page.getByText('Not compared, for want of their number (conf)').waitFor();
      },
      { expected: [/503/] },
    );
  });

  test('members of two ensembles in one connection string are told as that', async () => {
    await inPage(async (page) => {
      await go(page, pagePaths.overview('mixed'));
      await page.getByText('These members are not one ensemble').waitFor();
      const detail = await page.getByText(/each lead or stand alone/).innerText();
      for (const name of ['apache', 'zoodeck']) expect(detail).toContain(members.get(name)!.address);
    });
  });

  test('a word that is not in the whitelist comes with the line that allows it', async () => {
    await inPage(async (page) => {
      await go(page, pagePaths.overview('refusing'));
      await blind(page).getByText('4lw.commands.whitelist=srvr, mntr').waitFor();
      await go(page, pagePaths.sessions('refusing'));
      await page.getByRole('button', { name: 'Read sessions' }).click();
      await page
        .getByText(/4lw\.commands\.whitelist=srvr, mntr, cons, dump/)
        .first()
        .waitFor();
    });
  });
});

describe.each(memberKinds)('a tree on %s', (kind) => {
  const client = () => clients.get(kind)!;

  test('with null data, and children that may not be read, is shown with what is what', async () => {
    await client().create('/odd', null, openAcl, 'persistent');
    await client().create('/odd/null', null, openAcl, 'persistent');
    await client().create('/odd/closed', Buffer.from('x'), openAcl, 'persistent');
    const nobody = [{ scheme: 'digest', id: `nobody:${'A'.repeat(27)}=`, perms: 31 }];
    await client().setACL('/odd/closed', nobody, 0);
    await inPage(
      async (page) => {
        await go(page, pagePaths.tree(kind, '/odd'));
        await page.getByText('This znode has no data (null)').waitFor();
        await page.getByRole('tab', { name: /Children/ }).click();
        const panel = page.getByRole('tabpanel');
        await panel.getByText('closed').first().waitFor();
        await panel.getByText('no READ').waitFor();
        await panel.getByText('null', { exact: true }).first().waitFor();
        await go(page, pagePaths.tree(kind, '/odd/null'));
        await page.getByText('This znode has no data (null)').waitFor();
        await go(page, pagePaths.tree(kind, '/odd/closed'));
        await page.getByText('You may not read this value').waitFor();
        await page.getByRole('tab', { name: 'Stat' }).click();
        await page.getByText('dataLength').waitFor();
      },
      { expected: [/403/] },
    );
  });
});

test('a list of children above what the connection carries is explained, and not asked for again', async () => {
  const client = clients.get('apache')!;
  await client.create('/wide', null, openAcl, 'persistent');
  await createChildren(
    client,
    '/wide',
    Array.from({ length: 20_000 }, (_, index) => `child-${index}`),
  );
  await inPage(
    async (page) => {
      await go(page, pagePaths.tree('narrow', '/'));
      await page.getByRole('treeitem').filter({ hasText: /^wide/ }).waitFor();
      narrow.cutAboveBytes(100_000);
      await go(page, pagePaths.tree('narrow', '/wide'));
      await page.getByRole('tab', { name: /Children/ }).click();
      await page
        .getByText(/20000 children of \/wide .*jute\.maxbuffer.*not asked for again/)
        .first()
        .waitFor();
      const cuts = narrow.cutsAbove();
      expect(cuts).toBeLessThan(3);
      await page.reload();
      await page
        .getByText(/ended the connection when it was asked for/)
        .first()
        .waitFor();
      expect(narrow.cutsAbove()).toBe(cuts);
      narrow.cutAboveBytes(null);
    },
    { expected: [/413|503|504/] },
  );
});

describe('clocks that differ', () => {
  test('a member’s clock that is ahead is told as ahead, not as just now', async () => {
    await clients.get('ahead')!.create('/early', null, openAcl, 'persistent');
    await inPage(async (page) => {
      await go(page, pagePaths.tree('ahead', '/early'));
      await page.getByRole('tab', { name: 'Stat' }).click();
      await page
        .getByText(/^in [12] h\b/)
        .first()
        .waitFor();
    });
  });

  test('a browser’s clock that is behind makes no false ages', async () => {
    const script = `const now = Date.now; Date.now = () => now() - ${aheadMs};`;
    await inPage(
      async (page) => {
        await go(page, pagePaths.overview('zoodeck'));
        await page.getByText('The server is up').waitFor();
        await page
          .getByText(/\d s ago|^now$/)
          .first()
          .waitFor();
        expect(await page.getByText(/\d h ago|in \d+ h/).count()).toBe(0);
      },
      { script },
    );
  });
});
