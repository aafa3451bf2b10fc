import { expect, test } from 'vitest';
import { PageChord } from '@/components/layout/page-chord';

test('a letter counts soon after the prefix, once', () => {
  const chord = new PageChord();
  expect(chord.press('g', 5_000)).toBeNull();
  expect(chord.press('t', 6_199)).toBe('t');
  expect(chord.press('t', 6_200)).toBeNull();
  expect(chord.press('g', 9_000)).toBeNull();
  expect(chord.press('t', 10_200)).toBeNull();
});

test('a letter in the first moments of a page is none of a chord', () => {
  expect(new PageChord().press('e', 200)).toBeNull();
});
