import { EditorState } from '@codemirror/state';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  base64Lines,
  decodeText,
  differingSpan,
  encodeText,
  fromBase64,
  hexText,
  parseBase64,
  parseHex,
  sameBytes,
  toBase64,
} from '@/components/node/value/bytes';
import { checkText, formatText } from '@/components/node/value/format-text';
import { lineEndings, lineSeparatorOf } from '@/components/node/value/line-separator';
import { openValue, shapeOf, wrap } from '@/components/node/value/open-value';
import { looksLikeProperties, parseProperties } from '@/components/node/value/properties';

const bytes = fc.uint8Array({ maxLength: 300 });
const awkwardText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\uFEFF', '\u2028', '\u0085', '\0', '\t', 'é', '😀'),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''));

describe('bytes stay exact', () => {
  test('base64 and hex return the same bytes', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(sameBytes(fromBase64(toBase64(value)), value)).toBe(true);
        expect(parseHex(hexText(value))).toEqual({ bytes: value });
        expect(parseBase64(base64Lines(value))).toEqual({ bytes: value });
        expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'));
      }),
    );
  });

  test('text is offered only where it returns the same bytes', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = decodeText(value);
        if (text !== null) expect(sameBytes(encodeText(text), value)).toBe(true);
      }),
    );
    expect(decodeText(new Uint8Array([0xc3, 0x28]))).toBeNull();
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('\uFEFFa');
  });

  test('an editor state gives back CRLF, lone CR, mixed endings, BOM and controls unchanged', () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        const state = EditorState.create({
          doc: text,
          extensions: EditorState.lineSeparator.of(lineSeparatorOf(text)),
        });
        expect(state.sliceDoc()).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('typing a line break into a CRLF document inserts CRLF, and into a CR document CR', () => {
    for (const [text, ending] of [
      ['a\r\nb', '\r\n'],
      ['a\rb', '\r'],
      ['a\nb', '\n'],
    ] as const) {
      const state = EditorState.create({
        doc: text,
        extensions: EditorState.lineSeparator.of(lineSeparatorOf(text)),
      });
      const after = state.update({ changes: { from: 1, insert: state.toText(`x${ending}`) } }).state;
      expect(after.sliceDoc()).toBe(`ax${ending}${text.slice(1)}`);
      expect(lineEndings(after.sliceDoc())).toBe(lineEndings(text));
    }
  });

  test('a wrapped value opens to what was wrapped', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (value) => {
        const zipped = await openValue(await wrap('gzip', value));
        expect(zipped.wrapping).toBe('gzip');
        expect(sameBytes(zipped.inner, value)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('the differing span is what must be replaced, and no more', () => {
    fc.assert(
      fc.property(bytes, bytes, (before, after) => {
        const { prefix, suffix } = differingSpan(before, after);
        const rebuilt = [
          ...before.slice(0, prefix),
          ...after.slice(prefix, after.length - suffix),
          ...before.slice(before.length - suffix),
        ];
        expect(rebuilt).toEqual([...after]);
      }),
    );
    expect(differingSpan(new Uint8Array([1, 2, 3]), new Uint8Array([1, 9, 3]))).toMatchObject({
      prefix: 1,
      suffix: 1,
    });
  });

  test('hex and base64 that do not parse say where', () => {
    expect(parseHex('00 zz')).toEqual({ faultAt: 3 });
    expect(parseHex('00 1')).toEqual({ faultAt: 4 });
    expect(parseBase64('AA*=')).toEqual({ faultAt: 2 });
    expect(parseBase64('AAA')).toEqual({ faultAt: 3 });
  });
});

describe('what a value is', () => {
  test.each([
    ['{"a": 1}', 'json'],
    ['\uFEFF[1, 2]', 'json'],
    ['{broken', 'text'],
    ['<?xml version="1.0"?>\n<a/>', 'xml'],
    ['<configuration><x>1</x></configuration>\n', 'xml'],
    ['a: 1\nb:\n  - 2\n', 'yaml'],
    ['---\nx', 'yaml'],
    ['tickTime=2000\ndataDir=/var\n', 'properties'],
    ['# comment\nkey = value', 'properties'],
    ['Note: one sentence', 'text'],
    ['plain words', 'text'],
    ['172.16.0.1:2181', 'text'],
    ['42', 'text'],
    ['a\0b', 'hex'],
  ])('%j reads as %s', (text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });

  test('bytes that are not UTF-8 are hex, gzip opens to its content, a damaged gzip shows as it is', async () => {
    expect(await openValue(new Uint8Array([0xff, 0x00]))).toMatchObject({
      wrapping: 'none',
      shape: 'hex',
      text: null,
    });
    const zipped = new Uint8Array(gzipSync('{"a":1}'));
    expect(await openValue(zipped)).toMatchObject({ wrapping: 'gzip', shape: 'json', text: '{"a":1}' });
    expect(await openValue(zipped, true)).toMatchObject({ wrapping: 'none', shape: 'hex' });
    const damaged = zipped.slice(0, zipped.length - 6);
    expect(await openValue(damaged)).toMatchObject({ wrapping: 'none', shape: 'hex' });
  });

  test('base64 text opens only when what is inside reads as text', async () => {
    const wrapped = encodeText(toBase64(encodeText('{"user": "operator"}')));
    expect(await openValue(wrapped)).toMatchObject({ wrapping: 'base64', shape: 'json' });
    expect(await openValue(encodeText('abcdefghijklmnop'))).toMatchObject({
      wrapping: 'none',
      shape: 'text',
    });
    expect(await openValue(encodeText('aGk='))).toMatchObject({ wrapping: 'none' });
  });

  test('a value that decompresses past the bound is shown as it is', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(17 * 1_048_576)));
    expect(await openValue(bomb)).toMatchObject({ wrapping: 'none', shape: 'hex' });
  });
});

describe('formatting and checking', () => {
  test('formatting JSON keeps every digit and the line ending', async () => {
    const text = '{"id":144115218547277831123,"x":1.50}';
    const formatted = await formatText('json', text, '\r\n');
    expect(formatted).toContain('144115218547277831123');
    expect(formatted).toContain('1.50');
    expect(formatted).toContain('\r\n');
    expect(formatted.replace(/\s/g, '')).toBe(text);
  });

  test('a fault names its line', async () => {
    expect(await checkText('json', '{\n"a": 1,\n}')).toMatchObject({ line: 3 });
    expect(await checkText('yaml', 'a: 1\nb: [1\n')).not.toBeNull();
    expect(await checkText('json', '{"a": 1}')).toBeNull();
    expect(await checkText('yaml', 'a: 1\nb: 2\n')).toBeNull();
  });
});

describe('properties', () => {
  test('keys, separators, escapes and continued lines as java.util.Properties reads them', () => {
    const text = '# note\na=1\nb : two\\\n   words\nc\\ d=\\u0041\\n\nempty=\n! also\nbare';
    expect(parseProperties(text)).toEqual([
      { key: 'a', value: '1', line: 2 },
      { key: 'b', value: 'twowords', line: 3 },
      { key: 'c d', value: 'A\n', line: 5 },
      { key: 'empty', value: '', line: 6 },
      { key: 'bare', value: '', line: 8 },
    ]);
    expect(looksLikeProperties('a sentence, no pairs')).toBe(false);
  });
});
