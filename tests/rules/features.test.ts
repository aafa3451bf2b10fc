import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

// docs/features.md says of each feature by which test it is shown: every such test exists, and says no less.
const folder = path.resolve(import.meta.dirname, '../../docs');
const text = readFileSync(path.join(folder, 'features.md'), 'utf8');

/** `[key]: ../tests/file.test.ts "title"`; prettier takes single quotes where the title holds double ones. */
const definitions = new Map(
  [...text.matchAll(/^\[([^\]]+)\]: (\S+) ["'](.*)["']$/gm)].map(
    ([, key, file, title]) => [key!, { file: path.resolve(folder, file!), title: title! }] as const,
  ),
);
const rows = [...text.matchAll(/^\| (.*) \|$/gm)]
  .map(([, row]) => row!.split('|').map((cell) => cell.trim()))
  .filter(([first]) => first !== '' && !/^-+$/.test(first!));
const references = [...text.matchAll(/\]\[([^\]]+)\]/g)].map(([, key]) => key!);

test('each feature is linked to a test for both servers, or is told to be missing', () => {
  expect(rows.length).toBeGreaterThan(40);
  const cell = /^\[[^\]]+\]\[[^\]]+\]$|^no$|^not tested$/;
  const loose = rows.filter(([, own, apache]) => !cell.test(own ?? '') || !cell.test(apache ?? ''));
  expect(loose).toEqual([]);
});

test('each link leads to a test file that has a test of that title', () => {
  expect([...new Set(references)].sort()).toEqual([...definitions.keys()].sort());
  const wrong = [...definitions].filter(([, { file, title }]) => {
    if (!/\.test\.tsx?$/.test(file) || !existsSync(file)) return true;
    return !["'", '`'].some((quote) => readFileSync(file, 'utf8').includes(`${quote}${title}${quote}`));
  });
  expect(wrong.map(([key]) => key)).toEqual([]);
});
