import { expect, test } from 'vitest';
import * as change from '@/app/api/clusters/[cluster]/changes/[id]/route';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as commands from '@/app/api/clusters/[cluster]/commands/route';
import { remoteAddressHeader } from '@/lib/config/host';
import { callRoute, cluster } from '../../../support/console-host';
import { serviceScene } from '../../../support/service-scene';

// Words that reset a member's statistics are changes like others: who, when, where and why are kept.
const scene = serviceScene('reset', (port) => [
  cluster('plain', [port]),
  cluster('strict', [port], { requireReason: true }),
]);

const run = (of: string, word: string, headers: Record<string, string> = {}) =>
  callRoute(commands.POST, 'POST', of, { body: { member: `127.0.0.1:${scene.server.port}`, word }, headers });
const journal = async (of: string) => (await callRoute(changes.GET, 'GET', of)).body.changes;

test.each(['srst', 'crst'])('%s is journalled with who ran it where', async (word) => {
  const who = { 'x-forwarded-user': 'ana', [remoteAddressHeader]: '10.0.0.7' };
  expect(await run('plain', word, who)).toMatchObject({ status: 200, body: { word } });
  const [row] = await journal('plain');
  expect(row).toMatchObject({
    ...{ kind: 'command', path: `${word} 127.0.0.1:${scene.server.port}`, outcome: 'done' },
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
