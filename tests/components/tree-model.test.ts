import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandFor, expandSiblingsMax, typeAhead } from '@/components/tree/tree-keys';
import {
  ancestors,
  countRows,
  nearestRow,
  visibleRows,
  withoutSubtree,
  type Folder,
  type NodeRow,
  type TreeInput,
  type TreeRow,
} from '@/components/tree/tree-model';

type Shape = { readonly [name: string]: Shape };

function loaded(names: readonly string[], total = names.length): Folder {
  return { names, total, matching: total, serverFilter: '', loading: names.length < total, fault: null };
}

function input(tree: Shape, expanded: readonly string[], filter = ''): TreeInput {
  const folders = new Map<string, Folder>();
  const visit = (path: string, children: Shape): void => {
    folders.set(path, loaded(Object.keys(children)));
    for (const [name, below] of Object.entries(children))
      visit(path === '/' ? `/${name}` : `${path}/${name}`, below);
  };
  visit('/', tree);
  return { root: '/', expanded: new Set(expanded), folders, filter };
}

function nodes(rows: readonly TreeRow[]): NodeRow[] {
  return rows.filter((row) => row.kind === 'node');
}

const someNames = fc.constantFrom('a', 'b', 'ab', 'lock-1', 'Z');
const leaves = fc.dictionary(someNames, fc.constant<Shape>({}), { maxKeys: 4 });
const shape: fc.Arbitrary<Shape> = fc.dictionary(
  someNames,
  fc.dictionary(someNames, leaves, { maxKeys: 3 }),
  { maxKeys: 4 },
);

function allPaths(tree: Shape, at = '/'): string[] {
  return Object.entries(tree).flatMap(([name, below]) => {
    const path = at === '/' ? `/${name}` : `${at}/${name}`;
    return [path, ...allPaths(below, path)];
  });
}

describe('visible rows', () => {
  test('with everything expanded and no filter, each node shows exactly once, below its parent', () => {
    fc.assert(
      fc.property(shape, (tree) => {
        const paths = ['/', ...allPaths(tree)];
        const rows = visibleRows(input(tree, paths));
        expect(nodes(rows).map((row) => row.path)).toEqual(paths);
        for (const row of nodes(rows)) expect(row.level).toBe(ancestors(row.path).length + 1);
      }),
    );
  });

  test('positions count from 1 to the set size among siblings, whatever the filter hides', () => {
    fc.assert(
      fc.property(shape, fc.constantFrom('', 'a', 'b', 'z', 'nothing'), (tree, filter) => {
        const rows = nodes(visibleRows(input(tree, ['/', ...allPaths(tree)], filter)));
        const bySet = new Map<string, NodeRow[]>();
        for (const row of rows.slice(1)) {
          const parent = row.path.slice(0, row.path.lastIndexOf('/')) || '/';
          bySet.set(parent, [...(bySet.get(parent) ?? []), row]);
        }
        for (const set of bySet.values()) {
          expect(set.map((row) => row.posInSet)).toEqual(set.map((_, index) => index + 1));
          expect(set.every((row) => row.setSize === set.length)).toBe(true);
        }
      }),
    );
  });

  test('a filtered row matches, or leads to one that does', () => {
    fc.assert(
      fc.property(shape, fc.constantFrom('a', 'b', 'LOCK', 'z'), (tree, filter) => {
        const rows = nodes(visibleRows(input(tree, ['/', ...allPaths(tree)], filter)));
        for (const row of rows.slice(1)) {
          const reason = rows.some(
            (other) =>
              (other.path === row.path || other.path.startsWith(`${row.path}/`)) &&
              other.name.toLowerCase().includes(filter.toLowerCase()),
          );
          expect(reason).toBe(true);
        }
      }),
    );
  });

  test('a half-loaded list says how many of how many it shows, and its set size is the whole', () => {
    const state: TreeInput = {
      root: '/',
      expanded: new Set(['/']),
      folders: new Map([['/', loaded(['a', 'b'], 100_000)]]),
      filter: '',
    };
    const rows = visibleRows(state);
    expect(rows[1]).toMatchObject({ kind: 'node', posInSet: 1, setSize: 100_000 });
    expect(rows.at(-1)).toMatchObject({ kind: 'note', note: 'loadingMore', shown: 2, total: 100_000 });
    expect(countRows(rows, state)).toEqual({ shown: 3, known: 100_001 });
  });

  test('a list that could not be read is a row with its fault, not an empty node', () => {
    const fault = { code: 'NO_AUTH', message: 'READ is missing' };
    const folder: Folder = {
      names: [],
      total: null,
      matching: null,
      serverFilter: '',
      loading: false,
      fault,
    };
    const rows = visibleRows({
      root: '/',
      expanded: new Set(['/']),
      folders: new Map([['/', folder]]),
      filter: '',
    });
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ kind: 'note', note: 'fault', fault });
  });

  test('empty and filtered-to-nothing are told apart', () => {
    const empty = visibleRows(input({}, ['/']));
    const filtered = visibleRows(input({ a: {} }, ['/'], 'x'));
    expect(empty[1]).toMatchObject({ note: 'empty' });
    expect(filtered[1]).toMatchObject({ note: 'noMatch', total: 1 });
  });

  test('100,000 children become rows', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `child-${index}`);
    const folders = new Map([['/', loaded(names)]]);
    const rows = visibleRows({ root: '/', expanded: new Set(['/']), folders, filter: '' });
    expect(rows).toHaveLength(100_001);
  });
});

describe('collapsing and losing rows', () => {
  test('collapsing forgets the subtree and nothing that only shares a prefix', () => {
    const left = withoutSubtree(new Set(['/', '/a', '/a/b', '/ab']), '/a');
    expect([...left]).toEqual(['/', '/ab']);
  });

  test('focus falls to the nearest ancestor that is left', () => {
    const rows = visibleRows(input({ a: { b: {} } }, ['/', '/a']));
    expect(rows[nearestRow(rows, '/a/b/c/d')]).toMatchObject({ path: '/a/b' });
    expect(rows[nearestRow(rows, '/gone/x')]).toMatchObject({ path: '/' });
  });
});

describe('keys', () => {
  const tree = { a: { b: {} }, c: {}, cc: {} };
  const rows = visibleRows(input(tree, ['/', '/a']));
  const at = (path: string): number => rows.findIndex((row) => row.kind === 'node' && row.path === path);
  const press = (key: string, path: string, leaf = false) =>
    commandFor({ key }, { rows, index: at(path), pageRows: 10, isLeaf: () => leaf, marked: false });

  test('right opens, then enters; left closes, then leaves', () => {
    expect(press('ArrowRight', '/c')).toEqual({ kind: 'expand', paths: ['/c'] });
    expect(press('ArrowRight', '/a')).toEqual({ kind: 'move', index: at('/a/b') });
    expect(press('ArrowLeft', '/a')).toEqual({ kind: 'collapse', path: '/a' });
    expect(press('ArrowLeft', '/a/b')).toEqual({ kind: 'move', index: at('/a') });
    expect(press('ArrowRight', '/c', true)).toBeNull();
  });

  test('moves stay within the list from any row', () => {
    fc.assert(
      fc.property(
        fc.nat(rows.length - 1),
        fc.constantFrom('ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'),
        (index, key) => {
          const command = commandFor(
            { key },
            { rows, index, pageRows: 3, isLeaf: () => false, marked: false },
          );
          expect(command?.kind).toBe('move');
          if (command?.kind === 'move') expect(rows[command.index]).toBeDefined();
        },
      ),
    );
  });

  test('the star opens the closed siblings, up to its bound', () => {
    expect(press('*', '/c')).toEqual({ kind: 'expand', paths: ['/c', '/cc'] });
    const many = visibleRows(
      input(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`n${n}`, {}])), ['/']),
    );
    const command = commandFor(
      { key: '*' },
      { rows: many, index: 100, pageRows: 10, isLeaf: () => false, marked: false },
    );
    expect(command?.kind === 'expand' && command.paths.length).toBe(expandSiblingsMax);
  });

  test('bare letters are never commands', () => {
    for (const key of 'abcdefghijklmnopqrstuvwxyz') expect(press(key, '/a')).toBeNull();
    expect(press('Delete', '/a')).toBeNull();
    expect(press('Backspace', '/a')).toBeNull();
  });

  test('typing finds the next name, and a repeated letter steps on', () => {
    expect(typeAhead(rows, at('/'), 'c')).toBe(at('/c'));
    expect(typeAhead(rows, at('/c'), 'cc')).toBe(at('/cc'));
    expect(typeAhead(rows, at('/cc'), 'c')).toBe(at('/c'));
    expect(typeAhead(rows, at('/'), 'zz')).toBeNull();
  });
});
