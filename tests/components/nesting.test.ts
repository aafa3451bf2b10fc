import { EditorState } from '@codemirror/state';
import { describe, expect, test } from 'vitest';
import { foldOf, pairAt, stepsAfter, unclosedAt } from '@/components/node/value/nesting';
import type { Shape } from '@/components/node/value/open-value';

/** The text with what would be folded at its first line in place of it. */
function folded(text: string, shape: Shape): string | null {
  const fold = foldOf(text, EditorState.create({ doc: text }).doc.line(1).length, shape);
  return fold === null ? null : `${text.slice(0, fold.from)}…${text.slice(fold.to)}`;
}

/** What is paired at the `|` of a text. */
function paired(marked: string, shape: Shape): (string | null)[] | null {
  const at = marked.indexOf('|');
  const text = marked.replace('|', '');
  const pair = pairAt(text, at, shape);
  if (pair === null) return null;
  return [pair.edge, pair.partner].map((edge) => edge && `${edge.from}:${text.slice(edge.from, edge.to)}`);
}

describe('a part is folded at the line it begins on', () => {
  test.each([
    ['{\n "a": "}",\n "b": [1]\n}\n', '{…}\n'],
    ['"a": {}, "b": [{\n 1\n}]\n', '"a": {}, "b": […]\n'],
    ['}, {\n}', '}, {…}'],
    ['{"a": [1, 2]}\n{\n}', null],
    ['"{"\n}', null],
    ['{\n', null],
  ])('JSON: %j', (text, expected) => {
    expect(folded(text, 'json')).toBe(expected);
  });

  test.each([
    ['<a b=">">\n<c/>\n<!-- </a> -->\n</a>', '<a b=">">…</a>'],
    ['<a></a><b>\n</b>', '<a></a><b>…</b>'],
    ['<a/>\n</b>', null],
  ])('XML: %j', (text, expected) => {
    expect(folded(text, 'xml')).toBe(expected);
  });
});

describe('the other end of a part', () => {
  test.each([
    ['{|"a": "}"}', ['0:{', '9:}']],
    ['[{}|]', ['2:}', '1:{']],
    ['[{|}]', ['1:{', '2:}']],
    ['|[]', ['0:[', '1:]']],
    ['["[|"]', null],
    ['[1|', null],
    ['{[]|', ['2:]', '1:[']],
    ['{|[]', ['0:{', null]],
  ])('JSON: %j', (marked, expected) => {
    expect(paired(marked, 'json')).toEqual(expected);
  });

  test('XML: of a tag the tag that ends its element', () => {
    expect(paired('<a><b/>x</a>|', 'xml')).toEqual(['8:</a>', '0:<a>']);
    expect(paired('|<a><b/>x</a>', 'xml')).toEqual(['0:<a>', '8:</a>']);
  });
});

test.each([
  ['  {', '', 'json', 1],
  ['  "a": [{', '', 'json', 1],
  ['  "a": {}', '', 'json', 0],
  ['  "a": 1', '}', 'json', -1],
  ['{', '}', 'json', 0],
  ['  "{"', '', 'json', 0],
  ['<a>', '', 'xml', 1],
  ['<a>', '</a>', 'xml', 0],
  ['<a/>', '', 'xml', 0],
  ['  x', '</a>', 'xml', -1],
] as const)('after %j and before %j a line of %s is indented by %d', (before, after, shape, steps) => {
  expect(stepsAfter(before, after, shape)).toBe(steps);
});

test.each([
  ['<a><b>', '</a>', 'b'],
  ['<a><b>', '</b></a>', null],
  ['<a><b/>', '<c></c>', 'a'],
  ['<a><!-- <b>', '', 'a'],
  ['<a></a>', '', null],
])('of %j before %j the element to be closed is %j', (before, after, name) => {
  expect(unclosedAt(before, after)).toBe(name);
});
