import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pagePaths } from '@/lib/queries/paths';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { serverJaasText } from '../support/jaas';
import { startMember, type Member } from '../support/member';
import { freePort } from '../support/ports';
import { removeDir, tempDir } from '../support/temp';
import * as certificates from '../support/tls-certificates';

// A server that takes TLS and SASL alone, and a console configured for both as its file names them.
const password = 'hunter2-sasl';
let home: string;
let member: Member;
let console: RunningConsole;
let browser: Browser;
beforeAll(async () => {
  home = await tempDir('secured');
  const write = async (name: string, text: string) => {
    await writeFile(path.join(home, name), text);
    return path.join(home, name);
  };
  const ca = await write('ca.pem', certificates.caPem);
  const store = await write('member.pem', certificates.memberPem + certificates.memberKey);
  const jaas = await write('jaas.conf', serverJaasText({ console: password }));
  const secret = await write('password', `${password}\n`);
  const securePort = await freePort();
  member = await startMember('zoodeck', {
    config: {
      secureClientPort: securePort,
      'ssl.keyStore.location': store,
      'ssl.keyStore.password': '',
      'ssl.clientAuth': 'none',
      'authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
      sessionRequireClientSASLAuth: true,
    },
    flags: [`-Djava.security.auth.login.config=${jaas}`],
  });
  const entry = (id: string, sasl: string) =>
    `  - { id: ${id}, connect: '127.0.0.1:${securePort}', tls: { ca: ${ca} }${sasl} }\n`;
  console = await startConsole({
    config: `clusters:\n${entry('secured', `, sasl: { username: console, secretFile: ${secret} }`)}${entry('unknown', '')}`,
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console?.stop();
  await member?.stop();
  await removeDir(home);
});

test('the console reads over TLS as the SASL user, and the page says who it is', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(`${console.url}${pagePaths.tree('secured', '/')}`);
  await page
    .getByRole('treeitem')
    .filter({ hasText: /^zookeeper/ })
    .waitFor();
  await page.getByRole('status').getByText('Connected', { exact: true }).click();
  await page.getByText('Authenticated by').waitFor();
  await page.getByText('sasl (console)').waitFor();
  expect(await page.content()).not.toContain(password);
  expect(faults).toEqual([]);
  await close();
});

test('without a login the page says what the member asks for and where to give it', async () => {
  const { page, close } = await openPage(browser, {}, [/503/]);
  await page.goto(`${console.url}${pagePaths.tree('unknown', '/')}`);
  await page.getByRole('status').getByText('Authentication failed').click();
  await page
    .getByText(/serves only clients that authenticate as it asks/)
    .first()
    .waitFor();
  await page.getByText(/Check auth and sasl of this cluster/).waitFor();
  await close();
});

test('the password stands in no line of the console’s log', () => {
  expect(console.child.output()).toContain('secured');
  expect(console.child.output()).not.toContain(password);
});
