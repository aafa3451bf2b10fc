import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as acl from '@/app/api/clusters/[cluster]/acl/route';
import * as watches from '@/app/api/clusters/[cluster]/events/[stream]/route';
import * as events from '@/app/api/clusters/[cluster]/events/route';
import type { WatchTarget } from '@/lib/api/live';
import type { ZooKeeperClient } from '@/lib/client/client';
import { findCluster } from '@/lib/services/clusters/find';
import { consoleCost } from '@/lib/services/live/feeds';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import { connectTo } from '../support/connect';
import { callRoute, cluster, startServices, type ServicesHost } from '../support/console-host';
import { fourLetter } from '../support/four-letter';
import { memberKinds, startMember, type Member } from '../support/member';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { until } from '../support/wait';

interface Message {
  readonly name: string;
  readonly id: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each event has a shape of its own
  readonly data: any;
  readonly at: number;
}

/** A browser's end: reads the response and keeps every event. */
class Browser {
  readonly messages: Message[] = [];
  private readonly abort = new AbortController();
  lastEventId: string | null = null;

  constructor(private readonly clusterId: string) {}

  async open(lastEventId: string | null = null): Promise<void> {
    const headers: Record<string, string> = lastEventId === null ? {} : { 'last-event-id': lastEventId };
    const request = new Request('http://127.0.0.1:3000/x', { headers, signal: this.abort.signal });
    const response = await events.GET(request, { params: Promise.resolve({ cluster: this.clusterId }) });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    void this.read(response);
    await this.first('hello');
  }

  private async read(response: Response): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop()!;
      for (const part of parts) this.take(part);
    }
  }

  private take(part: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? null;
    const name = field('event');
    const id = field('id');
    if (id !== null) this.lastEventId = id;
    if (name !== null) this.messages.push({ name, id, data: JSON.parse(field('data')!), at: Date.now() });
  }

  first(name: string, matches: (data: Message['data']) => boolean = () => true): Promise<Message> {
    return until(
      `an event ${name}`,
      () => this.messages.find((message) => message.name === name && matches(message.data)),
      30_000,
      5,
    );
  }

  znodes(): string[] {
    return this.messages
      .filter((message) => message.name === 'znode')
      .map((message) => `${message.data.kind} ${message.data.path}`);
  }

  async watch(targets: readonly WatchTarget[]) {
    const { data } = await this.first('hello');
    return callRoute(watches.PUT, 'PUT', this.clusterId, {
      params: { stream: data.stream },
      body: { watches: targets },
    });
  }

  close(): void {
    this.abort.abort();
  }
}

describe.each(memberKinds)('live events from %s', (kind) => {
  let member: Member;
  let proxy: TcpProxy;
  let old: TcpProxy;
  let host: ServicesHost;
  let other: ZooKeeperClient;
  const browsers: Browser[] = [];
  const browser = async (id: string = kind, lastEventId: string | null = null) => {
    const made = new Browser(id);
    browsers.push(made);
    await made.open(lastEventId);
    return made;
  };

  beforeAll(async () => {
    member = await startMember(kind);
    proxy = await startTcpProxy(member.port);
    old = await startTcpProxy(member.port);
    old.refuseOps([ops.addWatch.code, ops.setWatches2.code]);
    host = startServices([
      cluster(kind, [member.port]),
      cluster(`${kind}-proxied`, [proxy.port]),
      cluster(`${kind}-old`, [old.port]),
    ]);
    other = connectTo(member.port);
  });
  afterAll(async () => {
    for (const one of browsers) one.close();
    other?.close();
    await host?.stop();
    await proxy?.stop();
    await old?.stop();
    await member?.stop();
  });
  const create = (path: string, data: Buffer | null = null) =>
    other.create(path, data, openAcl, 'persistent');

  test('a node and a subtree tell what happens to them, with Stat and zxid', async () => {
    await create('/live');
    const one = await browser();
    const set = await one.watch([
      { path: '/live', mode: 'node' },
      { path: '/live/sub', mode: 'subtree' },
    ]);
    expect(set.body.watches).toMatchObject([
      { path: '/live', active: true, reason: null },
      { path: '/live/sub', active: true, reason: null },
    ]);
    const changed = await other.setData('/live', Buffer.from('x'), -1);
    await create('/live/sub');
    await create('/live/sub/a');
    await create('/live/outside');
    await create('/live/outside/unseen');
    const event = await one.first('znode', (data) => data.kind === 'dataChanged');
    expect(event.data).toMatchObject({
      path: '/live',
      zxid: `0x${changed.zxid.toString(16)}`,
      stat: { version: 1, dataLength: 1 },
      folded: 0,
    });
    await one.first('znode', (data) => data.path === '/live/sub/a');
    await other.delete('/live/sub/a', -1);
    const deleted = await one.first('znode', (data) => data.kind === 'deleted');
    expect(deleted.data).toMatchObject({ path: '/live/sub/a', stat: null });
    expect(one.znodes()).toEqual(expect.arrayContaining(['childrenChanged /live', 'created /live/sub']));
    expect(one.znodes()).not.toContain('created /live/outside/unseen');
  });

  test('a node watched both ways at once still tells of its children', async () => {
    await create('/both');
    const one = await browser();
    await one.watch([
      { path: '/both', mode: 'node' },
      { path: '/both', mode: 'subtree' },
    ]);
    await create('/both/x');
    await one.first('znode', (data) => data.kind === 'childrenChanged' && data.path === '/both');
    await one.first('znode', (data) => data.kind === 'created' && data.path === '/both/x');
  });

  test('200 browsers add no watch and no read upstream', async () => {
    await create('/shared');
    const all = await Promise.all(Array.from({ length: 200 }, () => browser()));
    await Promise.all(all.map((one) => one.watch([{ path: '/shared', mode: 'subtree' }])));
    const before = await fourLetter(member.port, 'mntr');
    const metric = (text: string, name: string) =>
      Number(new RegExp(`^zk_${name}\\t(\\d+)`, 'm').exec(text)?.[1]);
    expect(consoleCost(findCluster(kind))).toMatchObject({ sessions: 1, browsers: expect.any(Number) });
    const wchc = await fourLetter(member.port, 'wchc');
    expect(wchc.split('\n').filter((line) => line.trim() === '/shared')).toHaveLength(1);
    await create('/shared/x');
    await Promise.all(all.map((one) => one.first('znode', (data) => data.path === '/shared/x')));
    const after = await fourLetter(member.port, 'mntr');
    expect(metric(after, 'num_alive_connections')).toBeLessThanOrEqual(
      metric(before, 'num_alive_connections') + 1,
    );
    // The create, one read of the Stat, pings, and the two words themselves.
    expect(metric(after, 'packets_received') - metric(before, 'packets_received')).toBeLessThan(12);
    for (const one of all) one.close();
  });

  test('a flood is folded, and the last state is what arrives last', async () => {
    await create('/flood');
    const one = await browser();
    await one.watch([{ path: '/flood', mode: 'node' }]);
    await Promise.all(Array.from({ length: 500 }, () => other.setData('/flood', Buffer.from('x'), -1)));
    const seen = () => one.messages.filter((message) => message.name === 'znode');
    // What came in while the last Stat was read goes out one window later, with the same Stat.
    await until('all 500 are told', () => {
      const told = seen().reduce((sum, message) => sum + 1 + (message.data.folded as number), 0);
      return told === 500 ? true : undefined;
    });
    expect(seen().at(-1)!.data.stat.version).toBe(500);
    expect(seen().length).toBeLessThan(20);
  });

  test('a browser that comes back gets what it missed, once', async () => {
    await create('/resume');
    const one = await browser();
    await one.watch([{ path: '/resume', mode: 'subtree' }]);
    await create('/resume/seen');
    await one.first('znode', (data) => data.path === '/resume/seen');
    one.close();
    for (const name of ['a', 'b', 'c']) await create(`/resume/${name}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const again = await browser(kind, one.lastEventId);
    expect(again.messages[0]!.data).toMatchObject({ resumed: true, stream: one.messages[0]!.data.stream });
    await again.first('znode', (data) => data.path === '/resume/c');
    expect(again.znodes()).toEqual(['created /resume/a', 'created /resume/b', 'created /resume/c']);
    await create('/resume/after');
    await again.first('znode', (data) => data.path === '/resume/after');
    const stranger = await browser(kind, 'unknown:5');
    expect(stranger.messages[0]!.data.resumed).toBe(false);
    expect((await stranger.first('dropped')).data).toEqual({ count: null, reason: 'resume' });
  });

  test("the console's own ACL changes are told, which ZooKeeper does not", async () => {
    await create('/acl-live');
    const one = await browser();
    await one.watch([{ path: '/acl-live', mode: 'node' }]);
    const entries = [{ scheme: 'world', id: 'anyone', permissions: ['READ', 'ADMIN'] }];
    await callRoute(acl.PUT, 'PUT', kind, { body: { path: '/acl-live', acl: entries, aversion: 0 } });
    const event = await one.first('znode', (data) => data.kind === 'aclChanged');
    expect(event.data).toMatchObject({ path: '/acl-live', stat: { aversion: 1 } });
  });

  test('what changed while the connection was lost is found when it is back', async () => {
    await create('/gap');
    await create('/gap/child');
    const one = await browser(`${kind}-proxied`);
    await one.watch([
      { path: '/gap', mode: 'node' },
      { path: '/gap/child', mode: 'subtree' },
    ]);
    proxy.refuse(true);
    proxy.cut();
    await one.first('session', (data) => data.state !== 'connected');
    await other.setData('/gap', Buffer.from('while away'), -1);
    proxy.refuse(false);
    await one.first('session', (data) => data.state === 'connected');
    await one.first('znode', (data) => data.kind === 'dataChanged' && data.path === '/gap');
    await one.first('dropped', (data) => data.reason === 'session');
    await other.setData('/gap/child', Buffer.from('after'), -1);
    await one.first('znode', (data) => data.path === '/gap/child');
  });

  test('a member older than 3.6 is watched node by node, and says why a subtree is not', async () => {
    await create('/old');
    const one = await browser(`${kind}-old`);
    const set = await one.watch([
      { path: '/old', mode: 'node' },
      { path: '/', mode: 'subtree' },
    ]);
    expect(set.body.watches[1]).toMatchObject({ path: '/', active: false });
    // Learning that it is old costs the connection once.
    await until('the node is watched', async () => {
      const { body } = await one.watch([{ path: '/old', mode: 'node' }]);
      return body.watches[0].active ? true : undefined;
    });
    for (let version = 0; version < 5; version += 1) {
      await other.setData('/old', Buffer.from('x'), version);
      await one.first('znode', (data) => data.kind === 'dataChanged' && data.stat.version === version + 1);
    }
    await create('/old/child');
    await one.first('znode', (data) => data.kind === 'childrenChanged');
    const subtree = await one.watch([{ path: '/old', mode: 'subtree' }]);
    expect(subtree.body.watches[0].reason).toContain('3.6');
  });

  test('a stream is steered only by its own pages, and an unknown one says so', async () => {
    const one = await browser();
    const { stream } = one.messages[0]!.data;
    const body = { watches: [] };
    const foreign = await callRoute(watches.PUT, 'PUT', kind, {
      params: { stream },
      body,
      headers: { origin: 'http://evil.example' },
    });
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: 'BAD_ORIGIN' } } });
    expect(await callRoute(watches.PUT, 'PUT', kind, { params: { stream: 'x' }, body })).toMatchObject({
      status: 404,
    });
  });
});
