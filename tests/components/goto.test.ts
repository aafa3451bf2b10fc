import { describe, expect, test } from 'vitest';
import { completionOf, gotoEntries, normalPath } from '@/components/layout/goto-entries';

const pages = [
  { page: 'overview', title: 'Overview' },
  { page: 'tree', title: 'Tree' },
  { page: 'metrics', title: 'Metrics' },
] as const;

describe('go to', () => {
  test('nothing typed offers the pages', () => {
    expect(gotoEntries('', pages, []).map((entry) => entry.kind)).toEqual(['page', 'page', 'page']);
  });
  test('a path comes first, then what completes it, each once', () => {
    const entries = gotoEntries('/app', pages, ['/app', '/apps', '/application']);
    expect(entries).toEqual(['/app', '/apps', '/application'].map((path) => ({ kind: 'path', path })));
  });
  test('part of a page’s name finds it before a path is made of it', () => {
    expect(gotoEntries('met', pages, [])).toEqual([
      { kind: 'page', page: 'metrics', title: 'Metrics' },
      { kind: 'path', path: '/met' },
    ]);
  });
  test('slashes are put right, names are left alone', () => {
    expect(['a/b', '/a/', '/', '//', '/a b'].map(normalPath)).toEqual(['/a/b', '/a', '/', '/', '/a b']);
  });
  test('completion looks below the last slash', () => {
    expect(completionOf('/a/b/c')).toEqual({ parent: '/a/b', prefix: 'c' });
    expect(completionOf('/a')).toEqual({ parent: '/', prefix: 'a' });
    expect(completionOf('/a/')).toEqual({ parent: '/a', prefix: '' });
    expect(completionOf('met')).toBeNull();
  });
});
