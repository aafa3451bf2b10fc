import { gzipSync } from 'node:zlib';

/**
 * Names and values that break what handles text carelessly: HTML, URLs, CSV, terminals, JSON, objects used as maps.
 * Anything that runs sets `window.ran`.
 */

/** Every one is allowed by ZooKeeper, which forbids control characters, surrogates and `.` or `..` as a whole name. */
export const hostileNames: readonly string[] = [
  '<script>window.ran=1<',
  '<img src=x onerror="window.ran=1">',
  `'"><svg onload=window.ran=1>`,
  'javascript:window.ran=1',
  '${window.ran=1}',
  '{{constructor.constructor("window.ran=1")()}}',
  '{name, plural, other {#}}',
  '%2F',
  '%2e%2e%2f%00',
  '%',
  '%zz',
  '...',
  '..a',
  '..\\..\\windows',
  '?path=%2F&x#frag',
  'a+b c&d=e',
  ' spaced ',
  '=cmd|" !A1',
  '+1-1',
  '-2+3',
  '@SUM(A1)',
  'comma,semicolon;"quoted"',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '\u202egpj.exe',
  'zero\u200bwidth\u2060\ufeff',
  'line\u2028and\u2029paragraph',
  '\u00e9 composed',
  'e\u0301 decomposed',
  '\u0645\u0631\u062d\u0628\u0627 \u4f60\u597d',
  'z\u0335\u0336\u0337\u0338algo'.repeat(20),
  'long-'.repeat(400),
];

const deep = 20_000;

export const hostileValues: Readonly<Record<string, Buffer>> = {
  script: Buffer.from('<script>window.ran=1</script><img src=x onerror=window.ran=1>'),
  html: Buffer.from(
    '<!DOCTYPE html><html><body onload="window.ran=1"><iframe srcdoc="<script>1"></body></html>',
  ),
  formula: Buffer.from("=cmd|' /C calc'!A0"),
  fullWidthFormula: Buffer.from('\uff1dHYPERLINK("http://x")'),
  terminal: Buffer.from('\u001b[2J\u001b]0;owned\u0007\u001b[31mred\u0000bell\u0007'),
  lineEnds: Buffer.from('one\r\ntwo\rthree\nfour\u2028five\u0085six'),
  astral: Buffer.from('\u{1f9a5}\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u{20bb7}\u{1f3f4}'),
  direction: Buffer.from('user \u202enimda\u202c is \u2066root\u2069'),
  notUtf8: Buffer.from([0xed, 0xa0, 0x80, 0xff, 0xfe, 0xc0, 0xaf, 0x00]),
  prototype: Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  deepJson: Buffer.from(`${'['.repeat(deep)}${']'.repeat(deep)}`),
  wideNumber: Buffer.from('{"id":144115218547277831,"big":1e400}'),
  entities: Buffer.from(
    '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><l>&b;&x;</l>',
  ),
  aliases: Buffer.from(
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(',')}]`).join('\n')}\n`,
  ),
  longLine: Buffer.from(`key=${'x'.repeat(200_000)}`),
  bomb: gzipSync(Buffer.alloc(200_000_000)),
  cutGzip: gzipSync(Buffer.from('whole')).subarray(0, 20),
};
