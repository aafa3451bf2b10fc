import { afterAll, beforeAll, expect, test } from 'vitest';
import * as change from '@/app/api/clusters/[cluster]/changes/[id]/route';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as commands from '@/app/api/clusters/[cluster]/commands/route';
import { remoteAddressHeader } from '@/lib/config/host';
import { callRoute, cluster, startServices, type ServicesHost } from '../../../support/console-host';
import { startInProcess, type InProcessServer } from '../../../support/in-process';
import { removeDir, tempDir } from '../../../support/temp';

// Words that reset a member's statistics are changes like others: who, when, where and why are kept.
let dir: string;
let server: InProcessServer;
let host: ServicesHost;
beforeAll(async () => {
  dir = await tempDir('reset');
  server = await startInProcess(dir);
  host = startServices([
    cluster('plain', [server.port]),
    cluster('strict', [server.port], { requireReason: true }),
  ]);
});
afterAll(async () => {
  await host?.stop();
  await server?.close();
  await removeDir(dir);
});

const run = (of: string, word: string, headers: Record<string, string> = {}) =>
  callRoute(commands.POST, 'POST', of, { body: { member: `127.0.0.1:${server.port}`, word }, headers });
const journal = async (of: string) => (await callRoute(changes.GET, 'GET', of)).body.changes;

test.each(['srst', 'crst'])('%s is journalled with who ran it where', async (word) => {
  const who = { 'x-forwarded-user': 'ana', [remoteAddressHeader]: '10.0.0.7' };
  expect(await run('plain', word, who)).toMatchObject({ status: 200, body: { word } });
  const [row] = await journal('plain');
  expect(row).toMatchObject({
    ...{ kind: 'command', path: `${word} 127.0.0.1:${server.port}`, outcome: 'done' },
    ...{ name: 'ana', address: '10.0.0.7' },
  });
  const { body } = await callRoute(change.GET, 'GET', 'plain', { params: { id: String(row.id) } });
  expect(body).toMatchObject({ before: null, after: null, undo: { does: null, block: 'noWay' } });
});

test('a reason is asked for where the cluster asks, and only for words that change something', async () => {
  expect(await run('strict', 'srst')).toMatchObject({
    status: 422,
    body: { error: { code: 'REASON_REQUIRED' } },
  });
  expect((await run('strict', 'ruok')).status).toBe(200);
  expect(await journal('strict')).toEqual([]);
  expect((await run('strict', 'srst', { 'x-zoodeck-reason': 'new%20baseline' })).status).toBe(200);
  expect(await journal('strict')).toMatchObject([{ reason: 'new baseline', outcome: 'done' }]);
});
