import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as children from '@/app/api/clusters/[cluster]/children/route';
import * as data from '@/app/api/clusters/[cluster]/data/route';
import * as node from '@/app/api/clusters/[cluster]/node/route';
import { ZooKeeperClient } from '@/lib/client/client';
import { isConnectionFault } from '@/lib/client/faults';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { startMember, type Member } from '../support/member';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { until } from '../support/wait';

/** The ways between the console and a member break; what the console says then, and how it comes back. */
let member: Member;
beforeAll(async () => {
  member = await startMember('apache', { config: { minSessionTimeout: 1000 } });
});
afterAll(async () => {
  await member.stop();
});

function clientOf(ports: readonly number[], more: object = {}): ZooKeeperClient {
  const client = new ZooKeeperClient({
    connection: { members: ports.map((port) => ({ host: '127.0.0.1', port })), chroot: '' },
    sessionTimeoutMs: 4_000,
    // The order members are tried in is the order given here.
    random: () => 0.999,
    ...more,
  });
  client.connect();
  return client;
}

describe('the client', () => {
  const clients: ZooKeeperClient[] = [];
  const proxies: TcpProxy[] = [];
  const open = (ports: readonly number[], more: object = {}) => {
    const client = clientOf(ports, more);
    clients.push(client);
    return client;
  };
  const proxied = async () => {
    const proxy = await startTcpProxy(member.port);
    proxies.push(proxy);
    return proxy;
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
  });

  test('keeps its session and watches over a lost connection, and says whether the session is new', async () => {
    const proxy = await proxied();
    const client = open([proxy.port]);
    const attached: boolean[] = [];
    client.onAttached(({ newSession }) => attached.push(newSession));
    await client.create('/kept', null, openAcl, 'ephemeral');
    await client.addWatch('/kept', 'persistent');
    const { sessionId } = client.status;
    proxy.cut();
    await until('it is back', () => (attached.length === 2 ? true : undefined));
    expect(client.status).toMatchObject({ state: 'connected', sessionId, fault: null });
    expect(attached).toEqual([true, false]);
    const events: string[] = [];
    client.onWatch((event) => events.push(`${event.type} ${event.path}`));
    await client.setData('/kept', Buffer.from('x'), 0);
    expect(events).toEqual(['NodeDataChanged /kept']);
    await client.delete('/kept', 1);
  });

  test('opens a new session by itself when the old one expired, with its watches', async () => {
    const proxy = await proxied();
    const client = open([proxy.port], { sessionTimeoutMs: 1_000 });
    const attached: boolean[] = [];
    client.onAttached(({ newSession }) => attached.push(newSession));
    await client.create('/mortal', null, openAcl, 'ephemeral');
    await client.addWatch('/other', 'persistentRecursive');
    const { sessionId } = client.status;
    proxy.refuse(true);
    proxy.cut();
    const watcher = open([member.port]);
    await until('the ephemeral is gone', async () =>
      (await watcher.exists('/mortal')).value === null ? true : undefined,
    );
    proxy.refuse(false);
    await until('it is back', () => (attached.length === 2 ? true : undefined), 20_000);
    expect(attached).toEqual([true, true]);
    expect(client.status.sessionId).not.toBe(sessionId);
    const events: string[] = [];
    client.onWatch((event) => events.push(`${event.type} ${event.path}`));
    await client.create('/other', null, openAcl, 'persistent');
    await client.delete('/other', -1);
    expect(events).toEqual(['NodeCreated /other', 'NodeDeleted /other']);
  });

  test('goes past a member that accepts and says nothing', async () => {
    const hung = await proxied();
    hung.hang(true);
    const client = open([hung.port, member.port], { connectTimeoutMs: 2_000 });
    await client.exists('/');
    expect(client.status.member).toBe(member.address);
    expect(hung.accepted()).toBe(1);
  });

  test('leaves a member that hangs in the middle of a session, and reports the read as timed out', async () => {
    const hung = await proxied();
    const client = open([hung.port, member.port], { requestTimeoutMs: 400 });
    await client.exists('/');
    expect(client.status.member).toBe(`127.0.0.1:${hung.port}`);
    hung.hang(true);
    await expect(client.exists('/')).rejects.toMatchObject({ kind: 'timeout' });
    await until('it moved', () => (client.status.member === member.address ? true : undefined));
    await client.exists('/');
  });

  test('notices a dead connection without any request, while its session lives', async () => {
    const proxy = await proxied();
    const client = open([proxy.port, member.port], { sessionTimeoutMs: 8_000 });
    const attached: boolean[] = [];
    client.onAttached(({ newSession }) => attached.push(newSession));
    await client.exists('/');
    proxy.hang(true);
    await until('it moved', () => (client.status.member === member.address ? true : undefined));
    expect(attached).toEqual([true, false]);
  });

  test('tells a write that may have happened from one that was never sent', async () => {
    const proxy = await proxied();
    const client = open([proxy.port], { requestTimeoutMs: 500 });
    await client.exists('/');
    proxy.swallowReplies(true);
    await expect(client.create('/maybe', null, openAcl, 'persistent')).rejects.toMatchObject({
      kind: 'outcomeUnknown',
    });
    proxy.refuse(true);
    proxy.cut();
    await until('it gave up', () => (client.status.state === 'disconnected' ? true : undefined));
    const refused = await client
      .create('/never', null, openAcl, 'persistent')
      .catch((error: unknown) => error);
    expect(isConnectionFault(refused, 'disconnected')).toBe(true);
    expect(client.status.nextAttemptAt).toBeGreaterThan(Date.now() - 1_000);
    const other = open([member.port]);
    expect((await other.exists('/maybe')).value).not.toBeNull();
    expect((await other.exists('/never')).value).toBeNull();
    await other.delete('/maybe', -1);
  });

  test('refuses a reply that is too large without losing the connection', async () => {
    const client = open([member.port], { replyBytesMax: 10_000 });
    const writer = open([member.port]);
    await client.create('/wide', null, openAcl, 'persistent');
    const kids = Array.from({ length: 1_000 }, (_, index) => ({
      op: 'create' as const,
      path: `/wide/a-child-with-a-long-name-${index}`,
      data: null,
      acl: [...openAcl],
      flags: 0,
    }));
    await writer.multi(kids);
    const { sessionId, since } = client.status;
    const [list, stat] = await Promise.allSettled([client.getChildren('/wide'), client.exists('/wide')]);
    expect(list).toMatchObject({ status: 'rejected', reason: { kind: 'tooLarge', limit: 10_000 } });
    expect(stat).toMatchObject({ status: 'fulfilled', value: { value: { numChildren: 1_000 } } });
    expect(client.status).toMatchObject({ state: 'connected', sessionId, since });
  });

  test('says so when its credentials are refused, and does not hammer', async () => {
    const proxy = await proxied();
    const client = open([proxy.port], { credentials: [{ scheme: 'nonsense', auth: Buffer.from('x') }] });
    await until('it says so', () => (client.status.state === 'authFailed' ? true : undefined));
    await expect(client.exists('/')).rejects.toMatchObject({ kind: 'authFailed' });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(proxy.accepted()).toBe(1);
    expect(client.status.nextAttemptAt! - Date.now()).toBeGreaterThan(10_000);
  });

  test('keeps the newest zxid: neither error replies nor notifications move it back', async () => {
    const client = open([member.port]);
    await client.create('/zxid', null, openAcl, 'persistent');
    await client.addWatch('/zxid', 'persistent');
    await client.setData('/zxid', null, 0);
    const before = client.lastZxid;
    await expect(client.setData('/zxid', null, 0)).rejects.toThrow('BADVERSION');
    await expect(client.create('/nobody/x', null, openAcl, 'persistent')).rejects.toThrow('NONODE');
    expect(client.lastZxid).toBeGreaterThan(before);
    await client.delete('/zxid', -1);
  });
});

describe('the routes', () => {
  let proxy: TcpProxy;
  let host: ServicesHost;
  let direct: ZooKeeperClient;
  beforeAll(async () => {
    proxy = await startTcpProxy(member.port);
    host = startServices([cluster('p', [proxy.port]), cluster('dead', [1])]);
    direct = clientOf([member.port]);
  });
  afterAll(async () => {
    direct.close();
    await host.stop();
    await proxy.stop();
  });
  const put = (path: string, version: number) =>
    callRoute(data.PUT, 'PUT', 'p', {
      body: { path, data: Buffer.from(`v${version + 1}`).toString('base64'), version },
    });

  test('a lost answer is looked into: the change did happen', async () => {
    await direct.create('/lost', null, openAcl, 'persistent');
    await callRoute(node.GET, 'GET', 'p', { query: { path: '/lost' } });
    proxy.cutAtReplyTo(ops.setData.code);
    const reply = await put('/lost', 0);
    expect(reply.status).toBe(504);
    expect(reply.body.error).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      details: { check: { found: 'applied', path: '/lost', stat: { version: 1 } } },
    });
  });

  test('a lost answer is looked into: the create did happen', async () => {
    await callRoute(node.GET, 'GET', 'p', { query: { path: '/' } });
    proxy.cutAtReplyTo(ops.create2.code);
    const body = { path: '/made', data: null, mode: 'persistent', acl: null };
    const reply = await callRoute(node.POST, 'POST', 'p', { body });
    expect(reply.body.error).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      details: { check: { found: 'applied' } },
    });
  });

  test('a cluster that is away is told as such at once', async () => {
    const first = await callRoute(node.GET, 'GET', 'dead', { query: { path: '/' } });
    expect(first).toMatchObject({ status: 503, body: { error: { code: 'DISCONNECTED' } } });
    const second = await callRoute(node.GET, 'GET', 'dead', { query: { path: '/' } });
    expect(second.body.error).toMatchObject({ code: 'DISCONNECTED', details: { state: 'disconnected' } });
    expect(second.body.error.message).toContain('ECONNREFUSED');
  });

  test('a list that ends the connection is explained and not asked for again', async () => {
    await direct.create('/huge', null, openAcl, 'persistent');
    for (let at = 0; at < 20_000; at += 4_000) {
      await direct.multi(
        Array.from({ length: 4_000 }, (_, index) => ({
          op: 'create' as const,
          path: `/huge/n${at + index}`,
          data: null,
          acl: [...openAcl],
          flags: 0,
        })),
      );
    }
    await callRoute(node.GET, 'GET', 'p', { query: { path: '/huge' } });
    // What a member or a hop that cannot carry the reply looks like: the connection ends instead.
    proxy.cutAboveBytes(100_000);
    const list = () => callRoute(children.GET, 'GET', 'p', { query: { path: '/huge' } });
    const first = await list();
    expect(first).toMatchObject({
      status: 413,
      body: { error: { code: 'TOO_LARGE', details: { numChildren: 20_000 } } },
    });
    const cuts = proxy.cutsAbove();
    expect(cuts).toBeGreaterThan(0);
    const second = await list();
    expect(second).toMatchObject({ status: 413, body: { error: { code: 'TOO_LARGE' } } });
    expect(proxy.cutsAbove()).toBe(cuts);
    proxy.cutAboveBytes(null);
    await direct.create('/huge/one-more', null, openAcl, 'persistent');
    expect((await list()).body.total).toBe(20_001);
  });
});
