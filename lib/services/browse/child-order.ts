/**
 * The order children are shown in: by the text before a number at the end, then by that number, then by the text. So
 * broker 2 stands before broker 10, and sequence suffixes stand in the order they were given, also past ten digits.
 */

interface Key {
  readonly name: string;
  readonly prefix: string;
  readonly number: number;
}

/** More digits than a double counts exactly are compared as text. */
const digitsMax = 15;

function keyOf(name: string): Key {
  let start = name.length;
  while (start > 0 && name.length - start < digitsMax) {
    const code = name.charCodeAt(start - 1);
    if (code < 48 || code > 57) break;
    start -= 1;
  }
  return start === name.length
    ? { name, prefix: name, number: -1 }
    : { name, prefix: name.slice(0, start), number: Number(name.slice(start)) };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function sortChildren(names: readonly string[]): string[] {
  return names
    .map(keyOf)
    .sort(
      (left, right) =>
        compareText(left.prefix, right.prefix) ||
        left.number - right.number ||
        compareText(left.name, right.name),
    )
    .map((key) => key.name);
}
