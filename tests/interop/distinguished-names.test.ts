import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isDistinguishedName, subjectName } from '@/server/processors/distinguished-names';
import { root } from '../support/member';
import { Random } from '../sim/random';

/** Names of certificates are what Java makes of them: random ones, theirs and ours side by side. */

const random = new Random(1);
const one = <Item>(items: readonly Item[]): Item => random.pick(items);
const many = <Item>(most: number, make: () => Item): Item[] =>
  Array.from({ length: random.int(0, most) }, make);

function java(mode: 'der' | 'text', cases: readonly Buffer[]): string[] {
  const input = cases.map((bytes) => `${bytes.toString('base64')}\n`).join('');
  const source = path.join(root, 'tests/interop/java/Names.java');
  const output = execFileSync('java', [source, mode], { input, maxBuffer: 64 << 20 });
  return output.toString().split('\n').slice(0, cases.length);
}

const pieces =
  'CN|O|cn|DC|UID|1.2.3|OID.2.5.4.3|X|EMAILADDRESS| |=|=|=|,|+|;|"|\\|#|0401|41|a|é|\n|<|.|3|0500|\\"|\\,|/'.split(
    '|',
  );

test('which texts are names', () => {
  const texts = Array.from(
    { length: 20_000 },
    (_, index) => [index % 2 === 0 ? 'CN=' : '', ...many(10, () => one(pieces))].join(''),
    // Java miscounts what two backslashes before a separator escape.
  ).filter((text) => !text.includes('\\\\'));
  const told = java(
    'text',
    texts.map((text) => Buffer.from(text)),
  );
  const differing = texts.filter((text, index) => String(isDistinguishedName(text)) !== told[index]);
  expect(differing).toEqual([]);
  expect(told.filter((word) => word === 'true').length).toBeGreaterThan(2_000);
});

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const types = (
  '550403 550406 55040a 55040b 550407 550408 550409 0992268993f22c640119 0992268993f22c640101 2a864886f70d010901 ' +
  '550405 55042e 2a0304'
).split(' ');
const characters = [
  'a',
  'B',
  ' ',
  ' ',
  '\r',
  '\n',
  ',',
  '=',
  '+',
  '<',
  '#',
  ';',
  '"',
  '\\',
  'é',
  '中',
  '\0',
  '😀',
];
/** UTF8String, PrintableString, T61String, IA5String, BMPString, OctetString, Integer. */
const tags = [0x0c, 0x0c, 0x13, 0x14, 0x16, 0x1e, 0x04, 0x02];

function attribute(): Buffer {
  const tag = one(tags);
  const text = many(5, () => one(characters)).join('');
  const isNarrow = tag === 0x13 || tag === 0x16;
  const value = Buffer.from(isNarrow ? [...text].filter((char) => char < '\x80').join('') : text);
  return der(
    0x30,
    der(6, Buffer.from(one(types), 'hex')),
    tag === 2 ? der(2, Buffer.of(5)) : der(tag, value),
  );
}

/** As much of a certificate as stands before its subject, and that. */
function certificate(subject: Buffer): Buffer {
  const number = (value: number): Buffer => der(2, Buffer.of(value));
  const empty = der(0x30);
  return der(0x30, der(0x30, der(0xa0, number(2)), number(1), empty, empty, empty, subject));
}

test('how the subject of a certificate reads', () => {
  const names = Array.from({ length: 5_000 }, () =>
    der(0x30, ...many(3, () => der(0x31, attribute(), ...(random.chance(0.2) ? [attribute()] : [])))),
  );
  const told = java('der', names).map((line) => Buffer.from(line, 'base64').toString());
  expect(names.map((name) => subjectName(certificate(name)))).toEqual(told);
});
