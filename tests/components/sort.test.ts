import { describe, expect, test } from 'vitest';
import { nextSort, sortFromText, sortRows, sortToText, type SortKey } from '@/components/ui/sort';

const sorted = (keys: SortKey[], descending: boolean) => sortRows(keys, (key) => key, descending, 'en');

describe('rows', () => {
  test('numbers in names sort as numbers', () => {
    expect(sorted(['zk10:2181', 'zk2:2181', 'zk1:2181'], false)).toEqual([
      'zk1:2181',
      'zk2:2181',
      'zk10:2181',
    ]);
  });
  test('what is not known stays last either way', () => {
    expect(sorted([null, 3, 1], false)).toEqual([1, 3, null]);
    expect(sorted([null, 1, 3], true)).toEqual([3, 1, null]);
  });
  test('64-bit ids compare exactly', () => {
    const near = [0x1000007183d0007n, 0x1000007183d0006n];
    expect(sorted(near, false)).toEqual([0x1000007183d0006n, 0x1000007183d0007n]);
  });
  test('equal rows keep their order, both ways', () => {
    const rows = [
      { name: 'a', value: 1 },
      { name: 'b', value: 1 },
    ];
    expect(sortRows(rows, (row) => row.value, true, 'en')).toEqual(rows);
    expect(sortRows(rows, (row) => row.value, false, 'en')).toEqual(rows);
  });
});

describe('the sort of a table', () => {
  test('a head goes ascending, descending, off; another head begins anew', () => {
    const first = nextSort(null, 'role');
    expect(first).toEqual({ column: 'role', descending: false });
    const second = nextSort(first, 'role');
    expect(second).toEqual({ column: 'role', descending: true });
    expect(nextSort(second, 'role')).toBeNull();
    expect(nextSort(second, 'zxid')).toEqual({ column: 'zxid', descending: false });
  });
  test.each([null, { column: 'zxid', descending: true }, { column: 'zxid', descending: false }])(
    'survives the URL: %j',
    (sort) => expect(sortFromText(sortToText(sort))).toEqual(sort),
  );
  test('an empty or broken text is no sort', () => {
    expect(sortFromText('')).toBeNull();
    expect(sortFromText('-')).toBeNull();
  });
});
