import { describe, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { Barrier, DoubleBarrier } from '@/lib/recipes/barrier';
import { Configuration, type Published } from '@/lib/recipes/configuration';
import { Balancer, registerInstance } from '@/lib/recipes/discovery';
import { LeaderElection } from '@/lib/recipes/leader-election';
import { blockerOf, Lock } from '@/lib/recipes/lock';
import { Group } from '@/lib/recipes/membership';
import { claimName, OrderedIds } from '@/lib/recipes/naming';
import { Queue } from '@/lib/recipes/queue';
import { SessionLost } from '@/lib/recipes/session-guard';
import { openStage } from '../../support/recipe-stage';
import { until } from '../../support/wait';

/** Each recipe on a real server, with its connection cut and its session lost. */

const text = (value: string): Buffer => Buffer.from(value);
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

describe('lock', () => {
  const [read1, write2, read3, read4] = [
    'b-shared-0000000001',
    'z-exclusive-0000000002',
    'a-shared-0000000003',
    'c-shared-0000000004',
  ] as const;

  test('whom a waiter waits for', () => {
    const names = [read4, read3, write2, read1, 'no number'];
    expect(blockerOf(read1, names)).toBeUndefined();
    expect(blockerOf(write2, names)).toBe(read1);
    expect(blockerOf(read3, names)).toBe(write2);
    expect(blockerOf(read4, names)).toBe(write2);
    expect(blockerOf(read4, [read1, read3, read4])).toBeUndefined();
  });

  test('goes from one to the next in order, with growing fences', async () => {
    const stage = await openStage();
    const clients = await Promise.all([stage.client(), stage.client(), stage.client()]);
    const holders: number[] = [];
    const fences: bigint[] = [];
    const first = await new Lock(clients[0].client, '/locks/a').acquire();
    const others: Promise<void>[] = [];
    for (const index of [1, 2]) {
      const { client } = clients[index]!;
      others.push(
        new Lock(client, '/locks/a').acquire().then(async (held) => {
          holders.push(index);
          fences.push(held.fence);
          await held.release();
        }),
      );
      await until(
        'it stands in the queue',
        async () => (await client.getChildren('/locks/a')).value.children.length === index + 1 || undefined,
      );
    }
    expect(holders).toEqual([]);
    await first.release();
    await Promise.all(others);
    expect(holders).toEqual([1, 2]);
    expect(fences[0]! > first.fence && fences[1]! > fences[0]!).toBe(true);
    expect((await clients[0].client.getChildren('/locks/a')).value.children).toEqual([]);
  });

  test('is shared by readers, and kept from a writer', async () => {
    const stage = await openStage();
    const [a, b, c] = await Promise.all([stage.client(), stage.client(), stage.client()]);
    const one = await new Lock(a.client, '/l').acquire({ mode: 'shared' });
    const two = await new Lock(b.client, '/l').acquire({ mode: 'shared' });
    const writer = new Lock(c.client, '/l').acquire({ signal: AbortSignal.timeout(20_000) });
    await one.release();
    await two.release();
    const held = await writer;
    expect(held.fence > two.fence).toBe(true);
  });

  test('outlives a lost connection', async () => {
    const stage = await openStage();
    const a = await stage.client(60_000);
    const held = await new Lock(a.client, '/l').acquire();
    await a.cut();
    expect(held.lost.aborted).toBe(false);
    await held.release();
    expect((await a.client.getChildren('/l')).value.children).toEqual([]);
  });

  test('is told lost before another has it', async () => {
    const stage = await openStage();
    const [a, b] = await Promise.all([stage.client(), stage.client()]);
    const held = await new Lock(a.client, '/l').acquire();
    let wasLost: boolean | null = null;
    const next = new Lock(b.client, '/l').acquire().then((other) => {
      wasLost = held.lost.aborted;
      return other;
    });
    await a.expire();
    const other = await next;
    expect(wasLost).toBe(true);
    expect(held.lost.reason).toBeInstanceOf(SessionLost);
    expect(other.fence > held.fence).toBe(true);
    // Released late, it takes nothing from the new holder.
    await held.release();
    expect((await b.client.getChildren('/l')).value.children).toHaveLength(1);
  });

  test('whoever gives up waiting leaves the queue', async () => {
    const stage = await openStage();
    const [a, b, c] = await Promise.all([stage.client(), stage.client(), stage.client()]);
    const held = await new Lock(a.client, '/l').acquire();
    const giving = new AbortController();
    const gone = new Lock(b.client, '/l').acquire({ signal: giving.signal });
    await until(
      'it waits',
      async () => (await a.client.getChildren('/l')).value.children.length === 2 || undefined,
    );
    const waits = new Lock(c.client, '/l').acquire();
    giving.abort(new Error('no longer'));
    await expect(gone).rejects.toThrow('no longer');
    await held.release();
    await (await waits).release();
  });
});

test('an election: one leads, its successor takes over when its session is gone, and it stands again', async () => {
  const stage = await openStage();
  const [a, b] = await Promise.all([stage.client(), stage.client()]);
  const story: string[] = [];
  const leading = (name: string) => async (signal: AbortSignal) => {
    story.push(`${name} leads`);
    await aborted(signal);
    story.push(`${name} stops`);
  };
  const electionA = new LeaderElection(a.client, '/election', 'a');
  const first = electionA.stand(leading('a'));
  await until('a leads', () => story.length === 1 || undefined);
  const second = new LeaderElection(b.client, '/election', 'b').stand(leading('b'));
  await until('b stands by', async () => (await electionA.candidates()).length === 2 || undefined);
  expect(await electionA.candidates()).toEqual(['a', 'b']);
  await a.expire();
  await until('b leads', () => story.includes('b leads') || undefined);
  expect(story).toEqual(['a leads', 'a stops', 'b leads']);
  await until('a stands again', async () => (await electionA.candidates()).length === 2 || undefined);
  expect(await electionA.leader()).toBe('b');
  await second.end();
  await until('a leads again', () => story.length === 5 || undefined);
  await first.end();
  expect(story.slice(3)).toEqual(['b stops', 'a leads', 'a stops']);
  expect(await electionA.leader()).toBeNull();
});

test('a group: who is there, who left, and who is back with a new session', async () => {
  const stage = await openStage();
  const [a, b, watcher] = await Promise.all([stage.client(), stage.client(), stage.client()]);
  let seen: string[] = [];
  const group = new Group(watcher.client, '/group');
  const subscription = group.follow(
    (members) => (seen = members.map(({ id, data }) => `${id}=${data.toString()}`)),
  );
  const told = (what: string) => until(`the group is ${what}`, () => seen.join(' ') === what || undefined);
  await new Group(a.client, '/group').join('a', text('1'));
  const joined = await new Group(b.client, '/group').join('b', text('2'));
  await told('a=1 b=2');
  await joined.leave();
  await told('a=1');
  a.isolate();
  await told('');
  a.mend();
  await told('a=1');
  await watcher.cut();
  await new Group(b.client, '/group').join('c', text('3'));
  await told('a=1 c=3');
  subscription.end();
});

test('discovery: instances share the work by weight, and one that is gone gets none', async () => {
  const stage = await openStage();
  const [a, b, caller] = await Promise.all([stage.client(), stage.client(), stage.client()]);
  const balancer = new Balancer(caller.client, '/services/web');
  expect(balancer.next()).toBeNull();
  await registerInstance(a.client, '/services/web', { id: 'a', address: 'a:80', weight: 3 });
  await registerInstance(b.client, '/services/web', { id: 'b', address: 'b:80', weight: 1 });
  await caller.client.create('/services/web/bad', text('{'), openAcl, 'persistent');
  await balancer.atLeast(2);
  const picks = Array.from({ length: 8 }, () => balancer.next()!.id).join('');
  expect(picks).toBe('aabaaaba');
  a.isolate();
  await until('a is gone', () => balancer.all.length === 1 || undefined);
  expect(balancer.next()).toEqual({ id: 'b', address: 'b:80', weight: 1 });
  balancer.end();
});

test('ids never repeat however many take them, and names are numbers in order', async () => {
  const stage = await openStage();
  const [a, b] = await Promise.all([stage.client(), stage.client()]);
  const takers = [a, b, a, b].map(({ client }) => new OrderedIds(client, '/ids/orders'));
  const taken = await Promise.all(
    takers.map(async (ids) => {
      const own: bigint[] = [];
      for (let count = 0; count < 5; count += 1) own.push(await ids.take(count + 1));
      return own;
    }),
  );
  for (const own of taken) expect(own).toEqual([...own].sort((x, y) => Number(x - y)));
  expect(new Set(taken.flat()).size).toBe(20);
  expect(await takers[0]!.take()).toBe(60n);
  await expect(takers[0]!.take(0)).rejects.toThrow('count must be at least 1, not 0');

  const one = await claimName(a.client, '/workers', text('a'));
  const two = await claimName(b.client, '/workers', text('b'));
  expect([one.order, two.order]).toEqual([0, 1]);
  await a.expire();
  await aborted(one.lost);
  expect(two.lost.aborted).toBe(false);
  await two.release();
  expect((await b.client.getChildren('/workers')).value.children).toEqual([]);
});

test('configuration: published with a check, told to all, also after a lost session', async () => {
  const stage = await openStage();
  const [writer, reader] = await Promise.all([stage.client(), stage.client()]);
  const own = new Configuration(writer.client, '/config/app');
  const seen: (string | null)[] = [];
  const subscription = new Configuration(reader.client, '/config/app').subscribe(
    (published: Published | null) =>
      seen.push(published === null ? null : `${published.version}:${published.data.toString()}`),
  );
  const told = (what: string | null) => until(`it says ${what}`, () => seen.at(-1) === what || undefined);
  await told(null);
  expect(await own.read()).toBeNull();
  await own.publish(text('one'), null);
  await told('0:one');
  const before = await own.read();
  await own.publish(text('two'), before);
  await told('1:two');
  await expect(own.publish(text('late'), before)).rejects.toThrow('BADVERSION');
  const expired = reader.expire();
  await own.publish(text('three'), await own.read());
  await expired;
  await told('2:three');
  subscription.end();
});

test('a gate keeps all until it opens; of a double barrier one that dies keeps nobody', async () => {
  const stage = await openStage();
  const [a, b, c] = await Promise.all([stage.client(), stage.client(), stage.client()]);
  const gate = new Barrier(a.client, '/gate');
  await gate.close();
  let isThrough = false;
  const waits = new Barrier(b.client, '/gate').wait().then(() => (isThrough = true));
  await b.cut();
  expect(isThrough).toBe(false);
  await gate.open();
  await waits;

  const parts = [a, b, c].map(({ client }, index) => new DoubleBarrier(client, '/both', `p${index}`, 3));
  const entered: number[] = [];
  const enter = (index: number) => parts[index]!.enter().then(() => entered.push(index));
  const first = [enter(0), enter(1)];
  await until(
    'two are there',
    async () => (await a.client.exists('/both')).value?.numChildren === 2 || undefined,
  );
  expect(entered).toEqual([]);
  await Promise.all([...first, enter(2)]);
  c.isolate();
  await Promise.all([parts[0]!.leave(), parts[1]!.leave()]);
  expect((await a.client.getChildren('/both')).value.children).toEqual([]);
});

test('a queue: in order, each item once, and again where its worker died', async () => {
  const stage = await openStage();
  const [a, b] = await Promise.all([stage.client(), stage.client()]);
  const [ours, theirs] = [new Queue(a.client, '/queue'), new Queue(b.client, '/queue')];
  const waiting = theirs.take();
  for (const item of ['1', '2', '3']) await ours.put(text(item));
  const one = await waiting;
  const two = await ours.take();
  expect([one.data.toString(), two.data.toString()]).toEqual(['1', '2']);
  expect(await one.done()).toBe(true);
  expect(await ours.size()).toBe(2);
  await two.giveBack();
  const again = await theirs.take();
  expect(again.data.toString()).toBe('2');
  const three = await ours.take();
  const free = ours.take();
  await b.expire();
  const inherited = await free;
  expect(inherited.data.toString()).toBe('2');
  expect(await again.done()).toBe(false);
  expect(await inherited.done()).toBe(true);
  expect(await three.done()).toBe(true);
  expect(await ours.size()).toBe(0);
});
