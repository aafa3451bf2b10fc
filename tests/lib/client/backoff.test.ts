import { expect, test } from 'vitest';
import { backoffMaxMs, backoffMs, shuffled } from '@/lib/client/backoff';

test('pauses double to the largest, half of each by chance', () => {
  expect([1, 2, 3].map((round) => backoffMs(round, 0))).toEqual([250, 500, 1_000]);
  expect([1, 2, 3].map((round) => backoffMs(round, 0.999999))).toEqual([500, 1_000, 2_000]);
  expect(backoffMs(1_000, 0)).toBe(backoffMaxMs / 2);
  expect(backoffMs(1_000, 0.999999)).toBe(backoffMaxMs);
});

test('every member is first for some consoles', () => {
  const members = ['a', 'b', 'c'];
  const firsts = new Set<string | undefined>();
  for (let draw = 0; draw < 100; draw += 1) {
    const order = shuffled(members, Math.random);
    expect([...order].sort()).toEqual(members);
    firsts.add(order[0]);
  }
  expect(firsts.size).toBe(3);
});
