import { expect, test } from 'vitest';
import type { Stat } from '@/lib/protocol/data';
import {
  EventCoalescer,
  readsPerSecondMax,
  windowMs,
  type CoalescedEvent,
} from '@/lib/services/live/event-coalescer';

const stat = (version: number): Stat => ({
  czxid: 1n,
  mzxid: BigInt(version),
  ctime: 0n,
  mtime: 0n,
  version,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 0,
  numChildren: 0,
  pzxid: 1n,
});

/** A coalescer on a clock that moves only when told, with reads that answer at once. */
function harness() {
  let now = 1_000;
  let timers: { at: number; run: () => void }[] = [];
  const reads: string[] = [];
  const published: CoalescedEvent[] = [];
  const coalescer = new EventCoalescer({
    now: () => now,
    later: (delayMs, run) => timers.push({ at: now + delayMs, run }),
    read: async (path) => {
      reads.push(path);
      return stat(reads.length);
    },
    publish: (event) => published.push(event),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const advance = async (ms: number) => {
    now += ms;
    const due = timers.filter((timer) => timer.at <= now);
    timers = timers.filter((timer) => timer.at > now);
    for (const timer of due) timer.run();
    await settle();
  };
  return { coalescer, reads, published, settle, advance, timers: () => timers.length };
}

test('the first change of a path goes out at once with the Stat read after it', async () => {
  const { coalescer, published, settle } = harness();
  coalescer.push('/a', 'dataChanged', null);
  await settle();
  expect(published).toEqual([{ path: '/a', kind: 'dataChanged', folded: 0, zxid: null, stat: stat(1) }]);
});

test('a flood costs one read a window, counts what it folded, and ends with the last state', async () => {
  const { coalescer, reads, published, settle, advance, timers } = harness();
  for (let step = 0; step < 100; step += 1) {
    coalescer.push('/a', 'dataChanged', null);
    await settle();
    if (step === 49) await advance(windowMs);
  }
  await advance(windowMs);
  expect(reads).toHaveLength(3);
  expect(published.reduce((sum, event) => sum + 1 + event.folded, 0)).toBe(100);
  expect(published.at(-1)?.stat?.version).toBe(3);
  await advance(windowMs);
  expect(timers()).toBe(0);
});

test('kinds stay apart and keep the order of their last notification', async () => {
  const { coalescer, published, settle, advance } = harness();
  coalescer.push('/a', 'dataChanged', null);
  await settle();
  coalescer.push('/a', 'created', 5n);
  coalescer.push('/a', 'deleted', null);
  coalescer.push('/a', 'created', 9n);
  await advance(windowMs);
  expect(published.slice(1)).toEqual([
    { path: '/a', kind: 'deleted', folded: 0, zxid: null, stat: null },
    { path: '/a', kind: 'created', folded: 1, zxid: 9n, stat: stat(2) },
  ]);
});

test('a deletion alone needs no read', async () => {
  const { coalescer, reads, published, settle } = harness();
  coalescer.push('/a', 'deleted', null);
  await settle();
  expect(reads).toEqual([]);
  expect(published).toHaveLength(1);
});

test('beyond the reads a second events still go out, without a Stat', async () => {
  const { coalescer, reads, published, settle } = harness();
  for (let index = 0; index < readsPerSecondMax + 50; index += 1)
    coalescer.push(`/n${index}`, 'created', null);
  await settle();
  expect(reads).toHaveLength(readsPerSecondMax);
  expect(published).toHaveLength(readsPerSecondMax + 50);
  expect(published.filter((event) => event.stat === null)).toHaveLength(50);
});
