import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as acl from '@/app/api/clusters/[cluster]/acl/route';
import * as children from '@/app/api/clusters/[cluster]/children/route';
import * as commands from '@/app/api/clusters/[cluster]/commands/route';
import * as data from '@/app/api/clusters/[cluster]/data/route';
import * as ensemble from '@/app/api/clusters/[cluster]/ensemble/route';
import * as job from '@/app/api/clusters/[cluster]/jobs/[id]/route';
import * as jobs from '@/app/api/clusters/[cluster]/jobs/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import * as overview from '@/app/api/clusters/[cluster]/overview/route';
import * as sample from '@/app/api/clusters/[cluster]/sample/route';
import * as oneSession from '@/app/api/clusters/[cluster]/sessions/[id]/route';
import * as sessions from '@/app/api/clusters/[cluster]/sessions/route';
import * as stats from '@/app/api/clusters/[cluster]/stats/route';
import type { JobView } from '@/lib/api/jobs';
import type { ZooKeeperClient } from '@/lib/client/client';
import { JuteReader } from '@/lib/jute/reader';
import { openAcl } from '@/lib/protocol/data';
import { readMultiRequest } from '@/lib/protocol/multi';
import { opName, ops } from '@/lib/protocol/ops';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { fourLetter } from '../support/four-letter';
import { memberKinds, startMember, type Member } from '../support/member';
import { createChildren, otherClient } from '../support/other-client';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { until } from '../support/wait';

/**
 * Faults that other consoles for ZooKeeper have, D1 to D8: ids that lose bits, the whole tree mirrored, one giant
 * transaction, ACLs set blindly below a znode, writes without a version, the console as a way to dial anyone, sockets
 * without a time limit, lists of children that break the view.
 */
const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe.each(memberKinds)('the console on %s', (kind) => {
  let member: Member;
  let tapped: TcpProxy;
  let hung: TcpProxy;
  let host: ServicesHost;
  let other: ZooKeeperClient;
  beforeAll(async () => {
    const config = { '4lw.commands.whitelist': 'srvr, mntr, wchs, ruok' };
    member = await startMember(kind, { admin: true, config });
    tapped = await startTcpProxy(member.port);
    hung = await startTcpProxy(member.port);
    const settings = cluster(kind, [member.port]);
    host = startServices([
      { ...settings, adminServer: `http://{host}:${member.adminPort!}/commands` },
      cluster(`${kind}-tapped`, [tapped.port]),
      cluster(`${kind}-hung`, [hung.port]),
    ]);
    other = otherClient(member.port);
  });
  afterAll(async () => {
    other?.close();
    await host?.stop();
    await tapped?.stop();
    await hung?.stop();
    await member?.stop();
  });

  const make = (path: string, value: string | null = 'x') =>
    other.create(path, value === null ? null : Buffer.from(value), openAcl, 'persistent');
  const get = (path: string, id: string = kind) => callRoute(node.GET, 'GET', id, { query: { path } });
  async function follow(view: { id: string }, moving: string, id: string = kind): Promise<JobView> {
    return until(`the job is no longer ${moving}`, async () => {
      const { body } = await callRoute(job.GET, 'GET', id, { params: { id: view.id } });
      return body.state === moving ? undefined : (body as JobView);
    });
  }
  async function plan(body: object, id: string = kind): Promise<JobView> {
    const reply = await callRoute(jobs.POST, 'POST', id, { body });
    expect(reply).toMatchObject({ status: 200 });
    return follow(reply.body, 'planning', id);
  }
  async function run(view: JobView, body: object = {}, id: string = kind): Promise<JobView> {
    const reply = await callRoute(job.POST, 'POST', id, { params: { id: view.id }, body });
    expect(reply).toMatchObject({ status: 200 });
    return follow(view, 'running', id);
  }

  test('D1: ids keep all 64 bits, also those that AdminServer tells as bare numbers', async () => {
    const clients = Array.from({ length: 4 }, () => otherClient(member.port));
    for (const [index, client] of clients.entries())
      await client.create(`/d1-${index}`, null, openAcl, 'ephemeral');
    const ids = clients.map(({ status }) => status.sessionId!);
    // Numbers of JavaScript hold a session id of today only where its lowest four bits are zero.
    expect(ids.filter((id) => BigInt(Number(id)) !== id).length).toBeGreaterThanOrEqual(3);
    const { reading } = (await callRoute(sessions.POST, 'POST', kind)).body;
    expect(reading.sources.every((source: { fault: unknown }) => source.fault === null)).toBe(true);
    const told = new Set(reading.sessions.map((session: { id: string }) => session.id));
    for (const [index, id] of ids.entries()) {
      const hex = `0x${id.toString(16)}`;
      expect((await get(`/d1-${index}`)).body.stat.ephemeralOwner).toBe(hex);
      expect(told).toContain(hex);
      const found = await callRoute(oneSession.GET, 'GET', kind, { params: { id: id.toString() } });
      expect(found.body).toMatchObject({ id: hex, decimal: id.toString(), ephemerals: { total: 1 } });
    }
    for (const client of clients) client.close();
  });

  test('D2: reading a wide tree leaves no watch behind', async () => {
    const watches = async () => (await fourLetter(member.port, 'wchs')).trim();
    await make('/d2');
    await createChildren(other, '/d2', namesOf(10_000));
    await callRoute(overview.GET, 'GET', kind);
    const before = await watches();
    const { body } = await callRoute(children.GET, 'GET', kind, { query: { path: '/d2' } });
    expect(body.names).toHaveLength(10_000);
    const names = body.names.slice(0, 200) as string[];
    const rows = await callRoute(stats.POST, 'POST', kind, { body: { path: '/d2', names } });
    expect(rows.body.children).toHaveLength(200);
    for (const name of names.slice(0, 20)) await get(`/d2/${name}`);
    expect(await plan({ kind: 'deleteTree', paths: ['/d2'] })).toMatchObject({ items: 10_001 });
    expect(await watches()).toBe(before);
  });

  test('D3: a subtree far above jute.maxbuffer is copied and deleted in transactions that fit', async () => {
    await make('/d3');
    const value = Buffer.alloc(300_000, 'v');
    for (let index = 0; index < 20; index += 1)
      await other.create(`/d3/${index}`, value, openAcl, 'persistent');
    // Values need not be large for that: so many long names pass it too.
    await make('/d3/names');
    const long = Array.from({ length: 200 }, (_, index) => `${'n'.repeat(6_000)}${index}`);
    for (let at = 0; at < long.length; at += 100)
      await createChildren(other, '/d3/names', long.slice(at, at + 100));
    const copy = await plan({ kind: 'copyTree', from: { cluster: kind, paths: ['/d3'] }, to: '/d3-copy' });
    expect(copy).toMatchObject({ items: 222, ops: { create: 222 } });
    expect(await run(copy)).toMatchObject({ state: 'done', done: 222, faults: [] });
    expect((await other.getData('/d3-copy/19')).value.data?.equals(value)).toBe(true);
    const removal = await plan({ kind: 'deleteTree', paths: ['/d3', '/d3-copy'] });
    expect(await run(removal, { confirm: '2' })).toMatchObject({ state: 'done', done: 444, faults: [] });
    // What no member takes is the fault of that znode alone.
    const most = Buffer.alloc(1_048_575 - 90, 'v');
    await make('/d3-most');
    await other.create('/d3-most/a', most, openAcl, 'persistent');
    await make('/d3-most/b');
    const to = `/d3-${'longer'.repeat(20)}`;
    const above = await plan({ kind: 'copyTree', from: { cluster: kind, paths: ['/d3-most'] }, to });
    const faults = [
      { path: `${to}/a`, code: 'TOO_LARGE', message: expect.stringContaining('jute.maxbuffer') },
    ];
    expect(await run(above)).toMatchObject({ state: 'failed', done: 2, faults });
  });

  test('D4: an ACL for a subtree is shown before, set over versions, and reports each znode it could not set', async () => {
    for (const path of ['/d4', '/d4/a', '/d4/b', '/d4/b/c']) await make(path);
    const entries = [{ scheme: 'world', id: 'anyone', permissions: ['READ', 'ADMIN'] }];
    const planned = await plan({ kind: 'aclTree', paths: ['/d4'], acl: entries });
    expect(planned).toMatchObject({ items: 4, ops: { acl: 4 }, state: 'planned' });
    const aclOf = async (path: string) => (await other.getACL(path)).value.acl[0]!.perms;
    expect(await aclOf('/d4/b/c')).toBe(31);
    await other.setACL('/d4/b', [{ scheme: 'world', id: 'anyone', perms: 31 - 4 }], 0);
    const done = await run(planned);
    expect(done).toMatchObject({ state: 'failed', done: 3, faults: [{ path: '/d4/b', code: 'CHANGED' }] });
    expect([await aclOf('/d4/b'), await aclOf('/d4/b/c')]).toEqual([27, 17]);
  });

  test('D5: nothing the console sends overwrites or deletes without a version', async () => {
    const id = `${kind}-tapped`;
    const versions: number[] = [];
    const created: string[] = [];
    const take = (op: string, fields: { path?: string; version?: number }) => {
      if (['delete', 'setData', 'setACL'].includes(op)) versions.push(fields.version!);
      if (op.startsWith('create')) created.push(fields.path!);
    };
    tapped.onFrame((frame) => {
      // A handshake begins with its version, 0; what has no xid of a request is authentication, a ping or watches.
      if (frame.length < 8 || frame.readInt32BE(0) <= 0) return;
      const op = opName(frame.readInt32BE(4));
      const reader = new JuteReader(frame.subarray(8));
      if (op === 'multi') for (const one of readMultiRequest(reader)) take(one.op, one);
      else if (op !== null && ops[op].write) take(op, ops[op].request!.read(reader) as object);
    });
    const post = (route: typeof node.POST, method: string, body: object) =>
      callRoute(route, method, id, { body });
    await post(node.POST, 'POST', { path: '/d5', data: base64('a=b'), mode: 'persistent', acl: null });
    expect(created).toEqual(['/d5']);
    await post(data.PUT, 'PUT', { path: '/d5', data: base64('c'), version: 0 });
    const entries = [
      { scheme: 'world', id: 'anyone', permissions: ['READ', 'WRITE', 'CREATE', 'DELETE', 'ADMIN'] },
    ];
    await post(acl.PUT, 'PUT', { path: '/d5', acl: entries, aversion: 0 });
    for (const version of [-1, -2])
      expect(await post(data.PUT, 'PUT', { path: '/d5', data: '', version })).toMatchObject({ status: 400 });
    const blindAcl = await post(acl.PUT, 'PUT', { path: '/d5', acl: entries, aversion: -1 });
    expect(blindAcl).toMatchObject({ status: 400 });
    const importing = (path: string, text: string) => ({
      ...{ kind: 'import', path, file: base64(text), overwrite: true, prune: path !== '/' },
    });
    await run(await plan(importing('/', '/d5=key=value\n'), id), {}, id);
    await other.setData('/d5/key', Buffer.from('changed'), -1);
    await run(await plan(importing('/', '/d5=key=value\n'), id), {}, id);
    expect((await other.getData('/d5/key')).value.data?.toString()).toBe('value');
    await run(await plan(importing('/d5', '/x=y=z\n'), id), { confirm: 'd5' }, id);
    expect((await other.exists('/d5/key')).value).toBeNull();
    await run(await plan({ kind: 'aclTree', paths: ['/d5'], acl: entries }, id), {}, id);
    await run(await plan({ kind: 'deleteTree', paths: ['/d5'] }, id), { confirm: 'd5' }, id);
    expect((await other.exists('/d5')).value).toBeNull();
    await callRoute(sample.POST, 'POST', id);
    await callRoute(sample.DELETE, 'DELETE', id);
    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter((version) => version < 0)).toEqual([]);
  });

  test('D6: no request makes the console dial an address that its configuration does not name', async () => {
    let dialled = 0;
    const stranger = createServer((socket) => {
      dialled += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const asked = await callRoute(commands.POST, 'POST', kind, { body: { member: address, word: 'srvr' } });
    expect(asked.body.error.code).toBe('UNKNOWN_MEMBER');
    for (const name of [address, `${address}/x`, `zk://${address}`])
      expect((await get('/', name)).body.error.code).toBe('UNKNOWN_CLUSTER');
    const from = { cluster: address, path: '/a' };
    const copied = await callRoute(jobs.POST, 'POST', kind, { body: { kind: 'copyTree', from, to: '/b' } });
    expect(['UNKNOWN_CLUSTER', 'BAD_REQUEST']).toContain(copied.body.error.code);
    const connection = { 'x-zookeeper': address, 'zoo-authorization': address, 'x-forwarded-host': address };
    await callRoute(node.GET, 'GET', kind, { query: { path: '/', connect: address }, headers: connection });
    expect(dialled).toBe(0);
    await new Promise((resolve) => stranger.close(resolve));
  });

  test('D7: a member that accepts and says nothing holds up no answer for good, and none of others', async () => {
    const id = `${kind}-hung`;
    await get('/', id);
    hung.hang(true);
    const done: string[] = [];
    const note = async (what: string, work: Promise<unknown>) => {
      await work;
      done.push(what);
    };
    const address = `127.0.0.1:${hung.port}`;
    const ask = () => callRoute(commands.POST, 'POST', id, { body: { member: address, word: 'srvr' } });
    const word = ask();
    await Promise.all([
      note('overview', callRoute(overview.GET, 'GET', id)),
      note('sessions', callRoute(sessions.POST, 'POST', id)),
      note('ensemble', callRoute(ensemble.POST, 'POST', id)),
      note('node', get('/', id)),
      note('word', word),
      note('node of another', get('/')),
    ]);
    expect(done[0]).toBe('node of another');
    expect((await word).body.error.message).toContain(address);
    const { body } = await callRoute(overview.GET, 'GET', id);
    expect(body.members[0].fault).toContain(`${address} accepted the connection but did not answer within`);
    // A second overview is of the last look, which is there already.
    const again = [note('word again', ask()), note('overview again', callRoute(overview.GET, 'GET', id))];
    await Promise.race(again);
    expect(done.at(-1)).toBe('overview again');
    hung.hang(false);
    hung.cut();
    await Promise.all(again);
  });

  test('D8: children with null data, /zookeeper and a reader’s refusal are shown, and Stats are read side by side', async () => {
    const id = `${kind}-tapped`;
    await make('/d8');
    await make('/d8/null', null);
    await make('/d8/closed');
    await other.setACL('/d8/closed', [{ scheme: 'digest', id: `x:${'A'.repeat(27)}=`, perms: 31 }], 0);
    const list = async (path: string) =>
      (await callRoute(children.GET, 'GET', id, { query: { path } })).body.names as string[];
    expect(await list('/')).toContain('zookeeper');
    expect(await list('/d8')).toEqual(['closed', 'null']);
    expect((await get('/d8/null', id)).body).toMatchObject({ data: null, dataOmitted: null });
    const rows = await callRoute(stats.POST, 'POST', id, { body: { path: '/d8', names: await list('/d8') } });
    expect(rows.body.children).toMatchObject([
      { name: 'closed', stat: { version: 0 }, fault: { code: 'NO_AUTH' } },
      { name: 'null', stat: { dataLength: 0 }, fault: null },
    ]);
    await createChildren(other, '/d8', namesOf(40));
    let asked = 0;
    tapped.onFrame((frame) => void (asked += frame.readInt32BE(4) === ops.exists.code ? 1 : 0));
    tapped.swallowReplies(true);
    const reading = callRoute(stats.POST, 'POST', id, { body: { path: '/d8', names: namesOf(40) } });
    await until('16 are asked for before one is answered', () => (asked === 16 ? true : undefined));
    tapped.swallowReplies(false);
    tapped.cut();
    await reading;
  });
});
