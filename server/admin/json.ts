import { javaDouble } from './java-text';

/**
 * JSON as Apache's AdminServer writes it (Jackson's default pretty printer): objects with a line a field, arrays on one
 * line, ` : ` between name and value. A 64-bit number is written digit by digit from its bigint, so none is ever rounded
 * on its way through a double; lists and objects are walked as they are sent, so a large one is never held whole.
 */
export type Json = string | number | bigint | boolean | null | JavaDouble | JsonList | JsonObject;
export type JsonField = readonly [name: string, value: Json];

/** A number that Java keeps as a double: written with a decimal point even when it is whole. */
export class JavaDouble {
  constructor(readonly value: number) {}

  toString(): string {
    return javaDouble(this.value);
  }
}

export class JsonList {
  constructor(readonly items: Iterable<Json>) {}
}

/** Fields are written in the order they come. */
export class JsonObject {
  constructor(readonly fields: Iterable<JsonField>) {}
}

/** What JSON.stringify escapes, but control characters in upper-case hex, as Jackson has them. */
function text(value: string): string {
  return JSON.stringify(value).replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
}

/** A Java long: the 64 bits read as signed. */
function long(value: bigint): string {
  return BigInt.asIntN(64, value).toString();
}

/** The text of `value`, in pieces made as they are asked for. Numbers are whole and safe, or JavaDouble, or bigint. */
export function* jsonText(value: Json, indent = ''): Generator<string, void, void> {
  if (value instanceof JsonObject) return yield* objectText(value, indent);
  if (value instanceof JsonList) return yield* listText(value, indent);
  if (typeof value === 'string') yield text(value);
  else if (typeof value === 'bigint') yield long(value);
  else yield String(value);
}

function* objectText({ fields }: JsonObject, indent: string): Generator<string, void, void> {
  const inner = `${indent}  `;
  let separator = '{';
  for (const [name, value] of fields) {
    yield `${separator}\n${inner}${text(name)} : `;
    yield* jsonText(value, inner);
    separator = ',';
  }
  yield separator === '{' ? '{ }' : `\n${indent}}`;
}

function* listText({ items }: JsonList, indent: string): Generator<string, void, void> {
  let separator = '[ ';
  for (const item of items) {
    yield separator;
    yield* jsonText(item, indent);
    separator = ', ';
  }
  yield separator === '[ ' ? '[ ]' : ' ]';
}
