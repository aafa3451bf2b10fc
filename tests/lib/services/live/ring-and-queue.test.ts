import { describe, expect, test } from 'vitest';
import type { ZnodeEvent } from '@/lib/api/live';
import { EventRing } from '@/lib/services/live/event-ring';
import { eventsPerSecondMax, StreamQueue, waitingMax } from '@/lib/services/live/stream-queue';
import { covers } from '@/lib/services/live/targets';

const event = (path: string, kind: ZnodeEvent['kind'] = 'dataChanged'): ZnodeEvent => ({
  kind,
  path,
  at: 0,
  zxid: null,
  stat: null,
  folded: 0,
});

describe('the ring', () => {
  test('gives what came after a place, in order, and says when some of it is gone', () => {
    const ring = new EventRing(3);
    expect(ring.since(0)).toEqual({ entries: [], complete: true });
    for (const path of ['/1', '/2', '/3', '/4', '/5']) ring.push(event(path));
    const paths = (seq: number) => ring.since(seq).entries.map((entry) => entry.event.path);
    expect(paths(5)).toEqual([]);
    expect(paths(3)).toEqual(['/4', '/5']);
    expect(ring.since(2)).toMatchObject({ complete: true, entries: [{ seq: 3 }, { seq: 4 }, { seq: 5 }] });
    expect(ring.since(1).complete).toBe(false);
    expect(paths(1)).toEqual(['/3', '/4', '/5']);
  });
});

describe('the queue of a stream', () => {
  const drained = (queue: StreamQueue) => {
    const taken = [];
    for (let entry = queue.take(); entry !== null; entry = queue.take()) taken.push(entry);
    return taken;
  };

  test('folds what waits together, keeping the newest and its place', () => {
    const queue = new StreamQueue(() => 0);
    queue.push({ seq: 1, event: event('/a') });
    queue.push({ seq: 2, event: event('/b') });
    queue.push({ seq: 3, event: { ...event('/a'), folded: 2 } });
    const taken = drained(queue);
    expect(taken.map((entry) => [entry.seq, entry.event.path, entry.event.folded])).toEqual([
      [2, '/b', 0],
      [3, '/a', 3],
    ]);
  });

  test('lets no more than its pace through after a burst', () => {
    let now = 0;
    const queue = new StreamQueue(() => now);
    for (let seq = 1; seq <= 400; seq += 1) queue.push({ seq, event: event(`/${seq}`) });
    const burst = drained(queue).length;
    now = 1_000;
    expect(drained(queue)).toHaveLength(eventsPerSecondMax);
    expect(burst).toBeLessThanOrEqual(eventsPerSecondMax);
    now = 60_000;
    expect(drained(queue).length).toBeLessThanOrEqual(burst);
  });

  test('is bounded: the oldest give way, are counted, and are told once', () => {
    const queue = new StreamQueue(() => 0);
    for (let seq = 1; seq <= waitingMax + 7; seq += 1) queue.push({ seq, event: event(`/${seq}`) });
    expect(queue.size).toBe(waitingMax);
    expect(queue.take()?.seq).toBe(8);
    expect(queue.takeDropped(true)).toEqual({ count: 7, reason: 'slow' });
    expect(queue.takeDropped(true)).toBeNull();
  });
});

test('a node covers itself and its list of children, a subtree everything below but no list', () => {
  const node = { path: '/a', mode: 'node' } as const;
  const subtree = { path: '/a', mode: 'subtree' } as const;
  const root = { path: '/', mode: 'subtree' } as const;
  expect(covers(node, event('/a', 'childrenChanged'))).toBe(true);
  expect(covers(node, event('/a/b'))).toBe(false);
  expect(covers(subtree, event('/a'))).toBe(true);
  expect(covers(subtree, event('/a/b/c', 'created'))).toBe(true);
  expect(covers(subtree, event('/a', 'childrenChanged'))).toBe(false);
  expect(covers(subtree, event('/ab'))).toBe(false);
  expect(covers(root, event('/x', 'deleted'))).toBe(true);
});
