import { expect, test } from 'vitest';
import { changesOf, exceeded, formOf, isFaulty, limitsOf } from '@/components/quota/quota-form';

const none = { count: null, countHard: null, bytes: null, bytesHard: null };

test('the quota form reads back what it shows; empty is no limit', () => {
  const limits = { ...none, count: 10, bytesHard: 2 ** 40 };
  expect(limitsOf(formOf(limits))).toEqual(limits);
  expect(limitsOf(formOf(null))).toEqual(none);
});

test('a limit is a whole number: of 32 bits for znodes, exact in JavaScript for bytes', () => {
  const form = formOf(null);
  for (const text of ['-1', '1.5', '1e3', 'x']) expect(limitsOf({ ...form, count: text })).toBeNull();
  expect(isFaulty('countHard', '2147483647')).toBe(false);
  expect(isFaulty('countHard', '2147483648')).toBe(true);
  expect(isFaulty('bytes', '2147483648')).toBe(false);
  expect(isFaulty('bytes', '9007199254740992')).toBe(true);
});

test('what saving changes is told limit by limit, and what is exceeded from the start', () => {
  const before = { ...none, count: 10, bytes: 100 };
  const after = { ...none, count: 10, bytes: 50, countHard: 2 };
  expect(changesOf(before, after)).toEqual([
    { name: 'countHard', from: null, to: 2 },
    { name: 'bytes', from: 100, to: 50 },
  ]);
  expect(exceeded(after, { count: 3, bytes: 50 })).toEqual(['countHard']);
  expect(exceeded(after, null)).toEqual([]);
});
