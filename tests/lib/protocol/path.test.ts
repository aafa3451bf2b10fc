import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinPath, nodeName, parentPath, pathFault } from '@/lib/protocol/path';

test.each(['/', '/a', '/a/b.c', '/a/.hidden', '/a/...', '/a b/c~', '/日本', '/\u00a0', '/a/b..'])(
  '%s is a path',
  (path) => {
    expect(pathFault(path)).toBeNull();
  },
);

test.each([
  ['', 'empty'],
  ['a', 'start'],
  ['/a/', 'ends'],
  ['//', 'ends'],
  ['/a//b', 'empty name'],
  ['/.', 'relative'],
  ['/a/..', 'relative'],
  ['/a/./b', 'relative'],
  ['/a\0', 'null character'],
  ['/a\u0001', 'U+0001'],
  ['/a\u007f', 'U+007F'],
  ['/a\u009f', 'U+009F'],
  ['/a\ud800', 'U+D800'],
  ['/a\uf8ff', 'U+F8FF'],
  ['/a\ufff0', 'U+FFF0'],
])('%j is none, and the sentence says why', (path, word) => {
  expect(pathFault(path)).toContain(word);
});

test('whatever the characters, a path is what joining its parent and its name gives', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (text) => {
      const path = `/${text}`;
      if (pathFault(path) !== null || path === '/') return;
      expect(joinPath(parentPath(path), nodeName(path))).toBe(path);
      expect(path).not.toMatch(/\/\/|\/\.{1,2}(\/|$)|.\/$/);
    }),
    { numRuns: 500 },
  );
});
