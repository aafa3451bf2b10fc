import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** docs/differences.md names a test for each difference: every one of them must be there, under that very name. */

const file = path.resolve('docs/differences.md');
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
const items = oneLine(fs.readFileSync(file, 'utf8').replace(/\n## /g, '\n- # '))
  .split(/ - (?=\*\*)/)
  .slice(1);

test('there are differences to look at', () => {
  expect(items.length).toBeGreaterThan(15);
});

test.each(items.map((item) => [/\*\*(.+?)\*\*/.exec(item)![1]!, item]))('%s', (_, item) => {
  const references = [...item.matchAll(/\]\((\.\.\/[^)]+)\) “([^”]+)”/g)];
  expect(references.length).toBeGreaterThan(0);
  for (const [, target, name] of references) {
    const text = fs.readFileSync(path.resolve(path.dirname(file), target!), 'utf8');
    expect(oneLine(text), target).toContain(name!);
  }
});
