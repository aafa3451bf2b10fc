import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shapes, type Shape } from '@/components/node/value/open-value';
import { isPlain } from '@/components/node/value/reader/plain';
import { linesOf } from '@/components/node/value/reader/tokens';

/** `kind:text` of every coloured run. */
function coloured(text: string, shape: Shape): string[] {
  return linesOf(text, shape)
    .flat()
    .flatMap(({ kind, text: run }) => (kind === null || kind === 'mark' ? [] : [`${kind}:${run}`]));
}

describe('a text that is only looked at', () => {
  test('JSON has its names, strings and literals', () => {
    expect(coloured('{"a\\"b" : "x: \\"y\\"", "n": [-1.5e3, true, null]}', 'json')).toEqual([
      'name:"a\\"b"',
      'string:"x: \\"y\\""',
      'name:"n"',
      'literal:-1.5e3',
      'literal:true',
      'literal:null',
    ]);
  });

  test('XML has its tags, attributes, comments and character data', () => {
    const text = `<?xml version="1.0"?><!-- a <b> --><c:d e="f>g" h='i'/>j="k"<![CDATA[<l>]]>&amp;</c:d>`;
    expect(coloured(text, 'xml')).toEqual([
      'comment:<?xml version="1.0"?>',
      'comment:<!-- a <b> -->',
      'tag:c:d',
      'name:e',
      'string:"f>g"',
      'name:h',
      `string:'i'`,
      'string:<![CDATA[<l>]]>',
      'string:&amp;',
      'tag:c:d',
    ]);
  });

  test('YAML has its keys, quoted strings and comments', () => {
    const text = `--- # top\nhost : a:1 # note\n- "k" : 'it''s' # end\n  it's: plain don't#no\n`;
    expect(coloured(text, 'yaml')).toEqual([
      'comment:---',
      'comment:# top',
      'name:host',
      'comment:# note',
      'name:"k"',
      `string:'it''s'`,
      'comment:# end',
      `name:it's`,
    ]);
  });

  test('properties have their names and values, continued lines too', () => {
    expect(coloured('# c=d\na=b=c\n k : \\\n  # on\\\\\n!x\n', 'properties')).toEqual([
      'comment:# c=d',
      'name:a',
      'string:b=c',
      'name: k ',
      'string: \\',
      'string:  # on\\\\',
      'comment:!x',
    ]);
  });

  test('whatever it is, its lines are the text again', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom('<!--', '-->', '<a', '>', '"', "'", '{', ':', '\\', '- ', '#', '=', 'x', ' ', '\n'),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...shapes), fc.constantFrom('\n', '\r\n'), (some, shape, end) => {
        const whole = some.replace(/\r\n|\r|\n/g, end);
        const lines = linesOf(whole, shape).map((runs) => runs.map((run) => run.text).join(''));
        expect(lines.join(end)).toBe(whole);
      }),
      { numRuns: 2_000 },
    );
  });

  // Where a pattern took time by the square of a text, one of these would run into the limit of a test.
  test.each([
    ...['<!--', '<a "', '"\\', `<a b='`, '- ', "'a", '\\', '<!DOCTYPE [', ',"\\', 'k ', '&'].map((part) => [
      '',
      part,
    ]),
    ['key', ' '],
    ['"key"', ' '],
    ['<a ', ' '],
    ['<a ', '"b'],
  ])('of %j and many %j takes no time out of proportion', (start, part) => {
    const text = start + part.repeat(Math.floor(200_000 / part.length));
    for (const shape of shapes)
      expect(
        linesOf(text, shape)
          .flat()
          .map((run) => run.text)
          .join(''),
      ).toBe(text);
  });
});

describe('what is read where it stands', () => {
  test('is a text within bounds, with line ends of one kind', () => {
    expect(isPlain('a\tb\nc')).toBe(true);
    expect(isPlain('a\r\nb\r\n')).toBe(true);
    expect(isPlain('a\r\nb\nc')).toBe(false);
    expect(isPlain('x'.repeat(32_768))).toBe(true);
    expect(isPlain('x'.repeat(32_769))).toBe(false);
    expect(isPlain('\n'.repeat(999))).toBe(true);
    expect(isPlain('\n'.repeat(1_000))).toBe(false);
  });

  test.each(['\u0000', '\u001b', '\u007f', '\u0085', '\u00ad', '\u200b', '\u202e', '\u2066', '\ufeff'])(
    'has no character that does not show as itself, such as %j',
    (character) => {
      expect(isPlain(`a${character}b`)).toBe(false);
    },
  );
});
