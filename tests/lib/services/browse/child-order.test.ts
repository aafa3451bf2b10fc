import { expect, test } from 'vitest';
import { sortChildren } from '@/lib/services/browse/child-order';

test('numbers at the end count as numbers, whatever their length; the rest is text', () => {
  expect(sortChildren(['10', '9', '1', '2'])).toEqual(['1', '2', '9', '10']);
  expect(sortChildren(['lock-10000000000', 'lock-9999999999', 'lock-0000000001'])).toEqual([
    'lock-0000000001',
    'lock-9999999999',
    'lock-10000000000',
  ]);
  expect(sortChildren(['b', 'a-2', 'a-10', 'a', 'B'])).toEqual(['B', 'a', 'a-2', 'a-10', 'b']);
  expect(sortChildren(['x1', 'x01', 'x001'])).toEqual(['x001', 'x01', 'x1']);
});

test('digits beyond what a number can hold are compared without losing any', () => {
  const names = ['n12345678901234567892', 'n12345678901234567891', 'n12345678901234567890'];
  expect(sortChildren(names)).toEqual([...names].reverse());
});
