import { expect, test } from 'vitest';
import { consoleTime, noteConsoleTime } from '@/lib/base/console-clock';

test('a browser whose clock is wrong counts by the console’s; a second or two is no difference', () => {
  const now = Date.parse('2026-11-29T12:00:00.400Z');
  const told = (at: number) => noteConsoleTime(new Date(at).toUTCString(), now);
  told(now);
  expect(consoleTime(now)).toBe(now);
  told(now + 7_200_000);
  expect(Math.abs(consoleTime(now) - now - 7_200_000)).toBeLessThan(1_000);
  noteConsoleTime(null, now);
  noteConsoleTime('yesterday', now);
  expect(consoleTime(now)).toBeGreaterThan(now + 7_000_000);
  told(now - 2_000);
  expect(consoleTime(now)).toBe(now);
});
