import { Trash2 } from 'lucide-react';
import { describe, expect, test } from 'vitest';
import {
  completionOf,
  nameOf,
  normalPath,
  paletteEntries,
  type PaletteEntry,
} from '@/components/layout/palette-entries';
import type { Offer } from '@/components/ui/actions';
import { noPlaces } from '@/lib/base/places';

const pages = [
  { page: 'overview', title: 'Overview' },
  { page: 'tree', title: 'Tree' },
  { page: 'metrics', title: 'Metrics' },
] as const;
const offered = (...labels: string[]): Offer => ({
  subject: '/app',
  actions: labels.map((label) => ({ id: label, label, icon: Trash2, run: () => undefined })),
});
const labels = (entries: readonly PaletteEntry[]): string[] => entries.map(nameOf);
const places = {
  pages,
  offers: [],
  everywhere: offered(),
  kept: noPlaces,
  members: ['zk1:2181', 'zk2:2181'],
  clusters: [{ id: 'prod', title: 'Production EU' }],
};

describe('the palette', () => {
  test('nothing typed offers the pages and the other clusters', () => {
    expect(paletteEntries('', places, []).map((entry) => entry.kind)).toEqual([
      'page',
      'page',
      'page',
      'cluster',
    ]);
  });
  test('what can be done with what is selected comes before pages, what can be done everywhere after them', () => {
    const all = { ...places, offers: [offered('Delete')], everywhere: offered('Theme: Dark') };
    expect(labels(paletteEntries('', all, []))).toEqual([
      'Delete',
      'Overview',
      'Tree',
      'Metrics',
      'Theme: Dark',
      'Production EU',
    ]);
  });
  test('a name that begins with the text comes before one that holds it', () => {
    const all = { ...places, offers: [offered('Search in tree', 'Read again')] };
    expect(labels(paletteEntries('tre', all, []))).toEqual(['Tree', 'Search in tree', '/tre']);
    expect(labels(paletteEntries('AGAIN', all, []))).toEqual(['Read again', '/AGAIN']);
  });
  test('bookmarks are found by name and path, recent paths by path, each path once', () => {
    const kept = { bookmarks: [{ path: '/app/cfg', name: 'Orders' }], recent: ['/app/cfg', '/jobs/app'] };
    const all = { ...places, kept };
    const kinds = (text: string, known: readonly string[] = []) =>
      paletteEntries(text, all, known).map((entry) => [entry.kind, nameOf(entry)]);
    expect(kinds('orders')).toEqual([
      ['bookmark', 'Orders'],
      ['path', '/orders'],
    ]);
    expect(kinds('/app', ['/app/cfg', '/apps'])).toEqual([
      ['path', '/app'],
      ['bookmark', 'Orders'],
      ['recent', '/jobs/app'],
      ['path', '/apps'],
    ]);
    expect(kinds('').slice(0, 3)).toEqual([
      ['bookmark', 'Orders'],
      ['recent', '/jobs/app'],
      ['page', 'Overview'],
    ]);
  });
  test('a path comes first, then what completes it, each once', () => {
    const entries = paletteEntries('/app', places, ['/app', '/apps', '/application']);
    expect(entries).toEqual(['/app', '/apps', '/application'].map((path) => ({ kind: 'path', path })));
  });
  test('part of a page’s name finds it before a path is made of it', () => {
    expect(paletteEntries('met', places, [])).toEqual([
      { kind: 'page', page: 'metrics', title: 'Metrics' },
      { kind: 'path', path: '/met' },
    ]);
  });
  test('a session is found by its id, hex or decimal, signed or not', () => {
    for (const text of ['0x1000A', ' 65546 ']) {
      expect(paletteEntries(text, places, [])).toContainEqual({ kind: 'session', id: '0x1000a' });
    }
    expect(paletteEntries('-1', places, [])).toContainEqual({ kind: 'session', id: '0xffffffffffffffff' });
    expect(paletteEntries('18446744073709551616', places, []).map(({ kind }) => kind)).toEqual(['path']);
  });
  test('a member leads to its commands and metrics, a cluster is found by id and label', () => {
    expect(paletteEntries('ZK2', places, [])).toEqual([
      { kind: 'memberCommands', member: 'zk2:2181' },
      { kind: 'memberMetrics', member: 'zk2:2181' },
      { kind: 'path', path: '/ZK2' },
    ]);
    for (const text of ['prod', 'eu']) {
      expect(paletteEntries(text, places, [])[0]).toEqual({
        kind: 'cluster',
        id: 'prod',
        title: 'Production EU',
      });
    }
  });
  test('many members that match leave the session and the path in reach', () => {
    const members = Array.from({ length: 60 }, (_, index) => `zk${index}:2181`);
    const entries = paletteEntries('2181', { ...places, members }, []);
    expect(entries).toHaveLength(40);
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
  test('a name may end in a blank: the path as typed comes first, what may be meant next', () => {
    const typed = (text: string, known: readonly string[] = []) =>
      labels(paletteEntries(text, places, known));
    expect(typed('/a ')).toEqual(['/a ', '/a']);
    expect(typed('  /a', ['/a', '/ab'])).toEqual(['/a', '/ab']);
    expect(typed('/a  ', ['/a', '/a  b'])).toEqual(['/a  ', '/a', '/a  b']);
    expect(completionOf(' /a/b ')).toEqual({ parent: '/a', prefix: 'b ' });
  });
});
