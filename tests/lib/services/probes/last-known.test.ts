import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LastKnown } from '@/lib/services/probes/last-known';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number, value: string) => () =>
  new Promise<string>((resolve) => setTimeout(() => resolve(value), ms));

test('the very first reading is awaited, so that nothing is told as unknown that is only on its way', async () => {
  const known = new LastKnown<string>(10_000, (before) => before ?? 'failed');
  const first = known.look('a', 2_500, after(2_000, 'read'));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await first).toBe('read');
  const hung = known.look('b', 2_500, after(60_000, 'late'));
  await vi.advanceTimersByTimeAsync(2_500);
  expect(await hung).toBeNull();
});

test('where an older answer is known, a slow reading delays nothing', async () => {
  const known = new LastKnown<string>(10_000, (before) => before ?? 'failed');
  const first = known.look('a', 2_500, after(0, 'old'));
  await vi.advanceTimersByTimeAsync(0);
  await first;
  await vi.advanceTimersByTimeAsync(10_000);
  const second = known.look('a', 2_500, after(2_000, 'new'));
  await vi.advanceTimersByTimeAsync(300);
  expect(await second).toBe('old');
  await vi.advanceTimersByTimeAsync(1_700);
  expect(await known.look('a', 2_500, after(0, 'unasked'))).toBe('new');
});
