import { onTestFinished, expect, test } from 'vitest';
import * as change from '@/app/api/clusters/[cluster]/changes/[id]/route';
import * as undo from '@/app/api/clusters/[cluster]/changes/[id]/undo/route';
import * as changes from '@/app/api/clusters/[cluster]/changes/route';
import * as reconfig from '@/app/api/clusters/[cluster]/reconfig/route';
import { callRoute, cluster, startServices } from '../support/console-host';
import type { MixedEnsemble } from '../support/ensemble-members';
import { memberKinds, startMember } from '../support/member';
import { until } from '../support/wait';
import { startReconfigurable, superAuth, untilMembers } from '../support/reconfig';

/** The console's form of members, over ensembles of ours and of Apache's. */

let started = 0;

/** Two clusters of the same members, by an id of their own: one may change them, `nobody` may not. */
function services(ports: readonly number[]): { readonly root: string; readonly nobody: string } {
  started += 1;
  const ids = { root: `root-${started}`, nobody: `nobody-${started}` };
  const host = startServices([cluster(ids.root, ports, { digest: superAuth }), cluster(ids.nobody, ports)]);
  onTestFinished(() => host.stop());
  return ids;
}

const read = async (id: string) => (await callRoute(reconfig.GET, 'GET', id)).body;
const ask = (id: string, body: object) =>
  callRoute(reconfig.POST, 'POST', id, { body: { joining: [], leaving: [], ...body } });

function lineOf(ensemble: MixedEnsemble, id: number, role: 'participant' | 'observer' = 'participant') {
  const member = ensemble.member(id);
  const [, peers, client] = /^(.*):\w+;(.*)$/.exec(member.line(role))!;
  return { id: String(id), role, peers: peers!, client: client! };
}

test.each(memberKinds)('members are shown, join, change their part and leave (%s)', async (kind) => {
  const ensemble = await startReconfigurable([kind, kind, kind, kind], { joiners: [4] });
  const { root, nobody } = services(ensemble.members.map(({ port }) => port));
  const lines = ensemble.members.map((member) => `server.${member.id}=${member.line()}`);
  const first = await read(root);
  expect(first).toMatchObject({
    ...{ version: '100000000', grouped: false, enabled: 'on', permitted: true },
    members: [1, 2, 3].map((id) => ({ ...lineOf(ensemble, id), state: { up: true } })),
  });
  expect(first.members.map(({ state }: { state: { role: string } }) => state.role).sort()).toEqual([
    'follower',
    'follower',
    'leader',
  ]);
  expect((await read(nobody)).permitted).toBe(false);

  // Nobody who would vote is there yet.
  const far = (id: number) => ({ ...lineOf(ensemble, 4), id: `${id}`, peers: `127.0.0.1:${id}1:${id}2` });
  expect(
    await ask(root, { joining: [far(7), far(8)], leaving: ['1', '2'], version: first.version }),
  ).toMatchObject({ status: 409, body: { error: { code: 'RECONFIG_REFUSED' } } });

  await ensemble.member(4).start();
  await ensemble.member(4).serving();
  const joins = { joining: [lineOf(ensemble, 4)], version: first.version };
  expect(await ask(nobody, joins)).toMatchObject({ status: 403, body: { error: { code: 'NO_AUTH' } } });
  const joined = await ask(root, joins);
  expect(joined).toMatchObject({ status: 200, body: { members: [{}, {}, {}, { id: '4' }] } });
  await untilMembers(ensemble, lines);
  expect(await ask(root, { leaving: ['4'], version: first.version })).toMatchObject({
    status: 409,
    body: { error: { code: 'VERSION_CONFLICT' } },
  });

  const watches = await ask(root, {
    joining: [lineOf(ensemble, 4, 'observer')],
    version: joined.body.version,
  });
  expect(watches.body.members[3]).toMatchObject({ id: '4', role: 'observer' });
  await until('it observes', async () => (await ensemble.member(4).role()) === 'observer' || undefined);
  expect((await ask(root, { leaving: ['4'], version: watches.body.version })).status).toBe(200);
  await untilMembers(ensemble, lines.slice(0, 3));

  const rows = (await callRoute(changes.GET, 'GET', root)).body.changes;
  expect(rows.map(({ kind: what, outcome }: { kind: string; outcome: string }) => [what, outcome])).toEqual([
    ['reconfig', 'done'],
    ['reconfig', 'done'],
    ['reconfig', 'failed'],
    ['reconfig', 'done'],
    ['reconfig', 'failed'],
  ]);
  const params = { id: String(rows[1].id) };
  const { body } = await callRoute(change.GET, 'GET', root, { params });
  const text = (image: { data: string }) => Buffer.from(image.data, 'base64').toString();
  expect(text(body.before)).toContain(`${lines[3]}\n`);
  expect(text(body.after)).toContain(lines[3]!.replace('participant', 'observer'));
  expect(body.undo).toMatchObject({ does: null, block: 'noWay' });
  expect(await callRoute(undo.POST, 'POST', root, { params })).toMatchObject({ status: 409 });
});

test.each(memberKinds)('where it is not enabled, the line that does is told (%s)', async (kind) => {
  const ensemble = await startReconfigurable([kind, kind], { config: { reconfigEnabled: false } });
  const { root } = services(ensemble.members.map(({ port }) => port));
  expect(await read(root)).toMatchObject({
    ...{ version: '0', enabled: 'off', enableWith: 'reconfigEnabled=true', permitted: true },
  });
  expect(await ask(root, { leaving: ['2'], version: '0' })).toMatchObject({
    status: 501,
    body: { error: { code: 'UNSUPPORTED', details: { enableWith: 'reconfigEnabled=true' } } },
  });
});

test.each(memberKinds)('a server that stands alone has no members to change (%s)', async (kind) => {
  const member = await startMember(kind);
  onTestFinished(() => member.stop());
  const { root } = services([member.port]);
  expect(await read(root)).toMatchObject({ version: null, members: [] });
  expect(await ask(root, { leaving: ['1'], version: '0' })).toMatchObject({ status: 501 });
  expect(await ask(root, { version: '0' })).toMatchObject({ status: 400 });
  expect(await ask(root, { leaving: ['1', '1'], version: '0' })).toMatchObject({ status: 400 });
  expect(await ask(root, { leaving: ['256'], version: '0' })).toMatchObject({ status: 400 });
});
