import { randomUUID } from 'node:crypto';
import type { ZooKeeperClient } from '@/lib/client/client';
import { Barrier, DoubleBarrier } from '@/lib/recipes/barrier';
import { Configuration } from '@/lib/recipes/configuration';
import { Balancer, registerInstance } from '@/lib/recipes/discovery';
import { LeaderElection } from '@/lib/recipes/leader-election';
import { Lock } from '@/lib/recipes/lock';
import { Group } from '@/lib/recipes/membership';
import { claimName, OrderedIds } from '@/lib/recipes/naming';
import { Queue } from '@/lib/recipes/queue';

/** One short story a recipe, told line by line. Each needs sessions of its own, as processes of their own would have. */

export interface ExampleContext {
  /** A client with its session. */
  open(): Promise<ZooKeeperClient>;
  say(line: string): void;
  /** Where the example's nodes are; removed by whoever runs it. */
  readonly root: string;
}

const bytes = (text: string): Buffer => Buffer.from(text);

/** Resolves when `told` was called with something that `isIt` accepts. */
function awaited<Value>(isIt: (value: Value) => boolean): {
  told: (value: Value) => void;
  seen: Promise<void>;
} {
  let done = (): void => undefined;
  const seen = new Promise<void>((resolve) => (done = resolve));
  return { told: (value) => isIt(value) && done(), seen };
}

async function configuration({ open, say, root }: ExampleContext): Promise<void> {
  const [operator, service] = [await open(), await open()];
  const path = `${root}/config`;
  const { told, seen } = awaited((text: string) => text === 'limit=20');
  const subscription = new Configuration(service, path).subscribe((published) => {
    if (published === null) return;
    const text = published.data.toString();
    say(`the service is told: ${text}`);
    told(text);
  });
  const config = new Configuration(operator, path);
  await config.publish(bytes('limit=10'), null);
  await config.publish(bytes('limit=20'), await config.read());
  await seen;
  subscription.end();
}

async function discovery({ open, say, root }: ExampleContext): Promise<void> {
  const [one, two, caller] = [await open(), await open(), await open()];
  const path = `${root}/services/web`;
  await registerInstance(one, path, { id: 'one', address: '10.0.0.1:80', weight: 2 });
  const second = await registerInstance(two, path, { id: 'two', address: '10.0.0.2:80', weight: 1 });
  const balancer = new Balancer(caller, path);
  await balancer.atLeast(2);
  say(`six calls go to ${Array.from({ length: 6 }, () => balancer.next()!.id).join(', ')}`);
  await second.leave();
  balancer.end();
}

async function ids({ open, say, root }: ExampleContext): Promise<void> {
  const [one, two] = [await open(), await open()];
  const path = `${root}/ids`;
  say(`the first takes ten ids from ${await new OrderedIds(one, path).take(10)}`);
  say(`the second takes one: ${await new OrderedIds(two, path).take()}`);
  const name = await claimName(two, `${root}/workers`, null);
  say(`the second is worker ${name.order}`);
  await name.release();
}

async function lock({ open, say, root }: ExampleContext): Promise<void> {
  const [one, two] = [await open(), await open()];
  const held = await new Lock(one, `${root}/lock`).acquire();
  say('the first has the lock');
  const next = new Lock(two, `${root}/lock`).acquire();
  await held.release();
  const theirs = await next;
  say(`the second has it now, with a greater fence: ${theirs.fence > held.fence}`);
  await theirs.release();
}

async function sharedLock({ open, say, root }: ExampleContext): Promise<void> {
  const [one, two, writer] = [await open(), await open(), await open()];
  const path = `${root}/shared`;
  const readers = [
    await new Lock(one, path).acquire({ mode: 'shared' }),
    await new Lock(two, path).acquire({ mode: 'shared' }),
  ];
  say('two readers have the lock together');
  const waiting = new Lock(writer, path).acquire();
  for (const reader of readers) await reader.release();
  await (await waiting).release();
  say('the writer had it alone');
}

async function election({ open, say, root }: ExampleContext): Promise<void> {
  const leads = (name: string, taken: () => void) => (signal: AbortSignal) => {
    say(`${name} leads`);
    taken();
    return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const [first, second] = [awaited<null>(() => true), awaited<null>(() => true)];
  const one = new LeaderElection(await open(), `${root}/election`, 'one').stand(
    leads('one', () => first.told(null)),
  );
  await first.seen;
  const two = new LeaderElection(await open(), `${root}/election`, 'two').stand(
    leads('two', () => second.told(null)),
  );
  await one.end();
  await second.seen;
  await two.end();
}

async function group({ open, say, root }: ExampleContext): Promise<void> {
  const [one, two] = [await open(), await open()];
  const members = new Group(one, `${root}/group`);
  const { told, seen } = awaited((text: string) => text === 'one, two');
  const subscription = members.follow((all) => told(all.map(({ id }) => id).join(', ')));
  await members.join('one', bytes(''));
  await new Group(two, `${root}/group`).join('two', bytes(''));
  await seen;
  subscription.end();
  say('one and two are there');
}

async function barrier({ open, say, root }: ExampleContext): Promise<void> {
  const clients = [await open(), await open()];
  const gate = new Barrier(clients[0]!, `${root}/gate`);
  await gate.close();
  const through = new Barrier(clients[1]!, `${root}/gate`).wait();
  await gate.open();
  await through;
  say('the gate is open');
  const parts = clients.map((client) => new DoubleBarrier(client, `${root}/both`, randomUUID(), 2));
  await Promise.all(parts.map((part) => part.enter()));
  say('both have begun');
  await Promise.all(parts.map((part) => part.leave()));
  say('both have ended');
}

async function queue({ open, say, root }: ExampleContext): Promise<void> {
  const [producer, worker] = [await open(), await open()];
  for (const item of ['wash', 'rinse']) await new Queue(producer, `${root}/queue`).put(bytes(item));
  for (let count = 0; count < 2; count += 1) {
    const item = await new Queue(worker, `${root}/queue`).take();
    say(`the worker does: ${item.data.toString()}`);
    await item.done();
  }
}

export const examples: Readonly<Record<string, (context: ExampleContext) => Promise<void>>> = {
  configuration,
  discovery,
  ids,
  lock,
  'shared-lock': sharedLock,
  election,
  group,
  barrier,
  queue,
};
