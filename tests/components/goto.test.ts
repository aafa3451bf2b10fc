import { describe, expect, test } from 'vitest';
import { completionOf, gotoEntries, normalPath } from '@/components/layout/goto-entries';

const pages = [
  { page: 'overview', title: 'Overview' },
  { page: 'tree', title: 'Tree' },
  { page: 'metrics', title: 'Metrics' },
] as const;
const places = {
  pages,
  members: ['zk1:2181', 'zk2:2181'],
  clusters: [{ id: 'prod', title: 'Production EU' }],
};

describe('go to', () => {
  test('nothing typed offers the pages and the other clusters', () => {
    expect(gotoEntries('', places, []).map((entry) => entry.kind)).toEqual([
      'page',
      'page',
      'page',
      'cluster',
    ]);
  });
  test('a path comes first, then what completes it, each once', () => {
    const entries = gotoEntries('/app', places, ['/app', '/apps', '/application']);
    expect(entries).toEqual(['/app', '/apps', '/application'].map((path) => ({ kind: 'path', path })));
  });
  test('part of a page’s name finds it before a path is made of it', () => {
    expect(gotoEntries('met', places, [])).toEqual([
      { kind: 'page', page: 'metrics', title: 'Metrics' },
      { kind: 'path', path: '/met' },
    ]);
  });
  test('a session is found by its id, hex or decimal, signed or not', () => {
    for (const text of ['0x1000A', ' 65546 ']) {
      expect(gotoEntries(text, places, [])).toContainEqual({ kind: 'session', id: '0x1000a' });
    }
    expect(gotoEntries('-1', places, [])).toContainEqual({ kind: 'session', id: '0xffffffffffffffff' });
    expect(gotoEntries('18446744073709551616', places, []).map(({ kind }) => kind)).toEqual(['path']);
  });
  test('a member leads to its commands and metrics, a cluster is found by id and label', () => {
    expect(gotoEntries('ZK2', places, [])).toEqual([
      { kind: 'memberCommands', member: 'zk2:2181' },
      { kind: 'memberMetrics', member: 'zk2:2181' },
      { kind: 'path', path: '/ZK2' },
    ]);
    for (const text of ['prod', 'eu']) {
      expect(gotoEntries(text, places, [])[0]).toEqual({
        kind: 'cluster',
        id: 'prod',
        title: 'Production EU',
      });
    }
  });
  test('many members that match leave the session and the path in reach', () => {
    const members = Array.from({ length: 20 }, (_, index) => `zk${index}:2181`);
    const entries = gotoEntries('2181', { ...places, members }, []);
    expect(entries).toHaveLength(12);
    expect(entries.slice(-2)).toEqual([
      { kind: 'session', id: '0x885' },
      { kind: 'path', path: '/2181' },
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
