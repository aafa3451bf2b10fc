import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonExactly } from '@/lib/services/probes/json';
import { JavaDouble, JsonList, JsonObject, jsonText, type Json } from '@/server/admin/json';

const written = (value: Json): string => [...jsonText(value)].join('');

test('is laid out as Jackson lays it out', () => {
  const inner = new JsonObject([
    ['a', new JsonList([1, 'x', null])],
    ['b', new JsonObject([])],
  ]);
  const value = new JsonObject([
    ['objects', new JsonList([inner, inner])],
    ['none', new JsonList([])],
    ['is', true],
    ['avg', new JavaDouble(7)],
  ]);
  const one = '{\n    "a" : [ 1, "x", null ],\n    "b" : { }\n  }';
  expect(written(value)).toBe(
    `{\n  "objects" : [ ${one}, ${one} ],\n  "none" : [ ],\n  "is" : true,\n  "avg" : 7.0\n}`,
  );
});

test('a 64-bit number keeps every digit, and is signed as in Java', () => {
  expect(written(72057759383289857n)).toBe('72057759383289857');
  expect(written(2n ** 63n - 1n)).toBe('9223372036854775807');
  expect(written(0xff00_0000_0000_0001n)).toBe('-72057594037927935');
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
      const read = parseJsonExactly(written(new JsonList([number]))) as (string | number)[];
      expect(BigInt(read[0]!)).toBe(number);
    }),
  );
});

test('any text comes back as it was', () => {
  expect(written('"\\\n\u0001\u001f<é>')).toBe('"\\"\\\\\\n\\u0001\\u001F<é>"');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, text) => {
      fc.pre(name !== '__proto__');
      expect(JSON.parse(written(new JsonObject([[name, text]])))).toEqual({ [name]: text });
    }),
  );
});

test('a long list is made only as far as it is read', () => {
  let made = 0;
  function* endless(): Iterable<bigint> {
    for (;;) yield BigInt(made++);
  }
  const pieces = jsonText(new JsonList(endless()));
  for (let taken = 0; taken < 10; taken += 1) pieces.next();
  expect(made).toBeLessThan(10);
});
