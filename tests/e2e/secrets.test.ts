import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fourLetterWords, mutatingWords } from '@/lib/api/commands';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { memberKinds, startMember, type Member } from '../support/member';
import { loadSample, pageNames, pageUrl } from './pages';

// Whatever the console and its members hold as secret stays with them: no answer, page, cookie, file or line of log has it.
const secrets = {
  digest: 'ops:hunter2-console-digest',
  prometheus: 'hunter2-prometheus-token',
  keyStore: 'hunter2-keystore-password',
  superDigest: 'hunter2superdigestAAAAAAAAAA=',
};
/** As they are, in the two encodings they travel in, and as anything of theirs that still gives them away. */
const forms = Object.values(secrets).flatMap((secret) => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  encodeURIComponent(secret),
]);

let members: readonly Member[];
let console: RunningConsole;
let browser: Browser;
beforeAll(async () => {
  const flags = [
    `-Dzookeeper.DigestAuthenticationProvider.superDigest=super:${secrets.superDigest}`,
    `-Dzookeeper.ssl.keyStore.password=${secrets.keyStore}`,
  ];
  const config = { 'ssl.quorum.keyStore.password': secrets.keyStore };
  members = await Promise.all(memberKinds.map((kind) => startMember(kind, { admin: true, flags, config })));
  const clusters = members.map(({ kind, address, adminPort }) =>
    [
      `  - id: ${kind}`,
      `    connect: ${address}`,
      `    adminServer: http://{host}:${adminPort}/commands`,
      '    auth: [{ scheme: digest, secretEnv: ZK_DIGEST }]',
      '    prometheus: { url: "http://127.0.0.1:1", secretEnv: PROM_TOKEN }',
    ].join('\n'),
  );
  console = await startConsole({
    config: `clusters:\n${clusters.join('\n')}\n`,
    env: { ZK_DIGEST: secrets.digest, PROM_TOKEN: secrets.prometheus },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console?.stop();
  await Promise.all((members ?? []).map((member) => member.stop()));
});

/** Places in which a secret was found, by the text that stands there. */
const found: string[] = [];
let searched = 0;
function search(where: string, text: string): void {
  searched += 1;
  for (const form of forms) if (text.includes(form)) found.push(`${where}: ${form}`);
}

async function askEverything(kind: string, address: string): Promise<void> {
  const api = `${console.url}/api/clusters/${kind}`;
  const headers = { 'content-type': 'application/json', origin: console.url };
  const send = async (name: string, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
    const reply = await fetch(`${api}/${name}`, init);
    const text = await reply.text();
    search(`${kind} ${name}`, `${JSON.stringify([...reply.headers])}${text}`);
    if (name !== 'commands') expect(reply.status, name).toBe(200);
    return text;
  };
  for (const word of fourLetterWords.filter((name) => !mutatingWords.includes(name)))
    await send('commands', { member: address, word });
  // It was told by the member, and is not told on.
  expect(await send('ensemble', {})).toContain('••••••');
  for (const name of ['sessions', 'watches']) await send(name, {});
  for (const name of [
    'overview',
    'ensemble',
    'ensemble/restart',
    'sessions',
    'metrics?range=30d',
    'jobs',
    'changes',
  ])
    await send(name);
}

test('D6: no password of the console or of a member reaches a browser, a file or the log', async () => {
  const { page, close } = await openPage(browser, {}, [/./]);
  const bodies: Promise<void>[] = [];
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (type.includes('event-stream')) return;
    const read = response.text().catch(() => '');
    bodies.push(read.then((text) => search(response.url(), text)));
  });
  for (const { kind, address } of members) {
    await loadSample(console.url, kind);
    for (const name of pageNames) {
      await page.goto(pageUrl(console.url, kind, name));
      await page.getByRole('main').waitFor();
      search(`${kind} ${name} as drawn`, await page.content());
    }
    await page.goto(`${pageUrl(console.url, kind, 'ensemble')}?all=true`);
    await page
      .getByRole('button', { name: /^(Read|Compare)/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Read again' }).first().waitFor();
    search(`${kind} ensemble as read`, await page.content());
    await askEverything(kind, address);
  }
  for (const name of ['clusters', 'console', 'health', 'health/ready', 'metrics'])
    search(name, await (await fetch(`${console.url}/api/${name}`)).text());
  await Promise.all(bodies);
  search('storage', await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])));
  search('cookies', JSON.stringify(await page.context().cookies()));
  await close();
  const folder = path.join(console.dataDir, 'console');
  for (const name of await readdir(folder)) search(name, await readFile(path.join(folder, name), 'latin1'));
  search('log', console.child.output());
  expect(found).toEqual([]);
  expect(searched).toBeGreaterThan(150);
});
