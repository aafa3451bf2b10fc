import { describe, expect, test } from 'vitest';
import { between, marksMax, marksOf, siblings, stillThere, toggled } from '@/components/tree/marks';
import { visibleRows, type Folder } from '@/components/tree/tree-model';
import { jobRootsMax } from '@/lib/api/jobs';

const folder = (names: readonly string[], more: Partial<Folder> = {}): Folder => ({
  names,
  total: names.length,
  matching: names.length,
  serverFilter: '',
  loading: false,
  fault: null,
  ...more,
});
const folders = new Map([
  ['/', folder(['a', 'b', 'c'])],
  ['/a', folder(['x', 'y'])],
]);
const rows = visibleRows({ root: '/', expanded: new Set(['/', '/a']), folders, filter: '' });

describe('selecting many', () => {
  test('a range has the rows between, either way, and the root is never selected', () => {
    expect(between(rows, 1, 4)).toEqual(['/a', '/a/x', '/a/y', '/b']);
    expect(between(rows, 4, 1)).toEqual(['/b', '/a/y', '/a/x', '/a']);
    expect([...marksOf(between(rows, 0, 1))]).toEqual(['/a']);
  });

  test('siblings are the rows of one parent', () => {
    expect(siblings(rows, '/b')).toEqual(['/a', '/b', '/c']);
    expect(siblings(rows, '/a/x')).toEqual(['/a/x', '/a/y']);
  });

  test('as many as one job takes, and no more', () => {
    expect(marksMax).toBe(jobRootsMax);
    const full = marksOf(Array.from({ length: marksMax }, (_, index) => `/n${index}`));
    expect(toggled(full, '/one-more').size).toBe(marksMax);
    expect(toggled(toggled(full, '/n7'), '/one-more').has('/one-more')).toBe(true);
  });

  test('what a whole list does not have is dropped; what no list tells stays', () => {
    const marks = marksOf(['/a', '/gone', '/a/x', '/a/gone', '/elsewhere/z']);
    expect([...stillThere(marks, folders)]).toEqual(['/a', '/a/x', '/elsewhere/z']);
    const partial = new Map([['/', folder(['a'], { total: 3 })]]);
    expect(stillThere(marks, partial)).toBe(marks);
    const unreadable = new Map([['/', folder([], { fault: { code: 'NO_AUTH', message: '' } })]]);
    expect(stillThere(marks, unreadable)).toBe(marks);
  });
});
