/** Java's .properties syntax, which is what zoo.cfg is written in. A later line wins over an earlier one of the same key. */

const separators = /[=:\s]/;

/** Joins lines that end in an odd number of backslashes with the next, whose leading blanks go. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | null = null;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.replace(/^[ \t\f]+/, '');
    if (begun === null && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const whole: string = (begun ?? '') + line;
    const backslashes = /\\*$/.exec(whole)![0].length;
    if (backslashes % 2 === 1) {
      begun = whole.slice(0, -1);
    } else {
      lines.push(whole);
      begun = null;
    }
  }
  if (begun !== null) lines.push(begun);
  return lines;
}

/** What is no .properties text; the message is a sentence without its stop. */
export class PropertiesError extends Error {
  override readonly name = 'PropertiesError';
}

const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(
    /\\(?:u(.{0,4})|([^u]))/gs,
    (_all, hex: string | undefined, letter: string | undefined) =>
      hex === undefined ? (escapes[letter ?? ''] ?? letter ?? '') : character(hex),
  );
}

function character(hex: string): string {
  if (/^[0-9a-fA-F]{4}$/.test(hex)) return String.fromCharCode(parseInt(hex, 16));
  throw new PropertiesError(
    `\\u${hex} is no character: four hexadecimal digits stand behind \\u, and a backslash is \\\\`,
  );
}

/** Where the key of a line ends: at the first separator without a backslash before it. */
function keyEnd(line: string): number {
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (separators.test(line[at]!)) return at;
  }
  return line.length;
}

/** Every line, in the order of the file. Throws a PropertiesError for a `\\u` without its four digits, as Java does. */
export function propertyPairs(text: string): [key: string, value: string][] {
  return logicalLines(text).map((line) => {
    const end = keyEnd(line);
    const value = line.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
    return [unescape(line.slice(0, end)), unescape(value)];
  });
}

export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const [key, value] of propertyPairs(text)) {
    properties.delete(key);
    properties.set(key, value);
  }
  return properties;
}

/** Keys that stand on more than one line. */
export function repeatedKeys(pairs: readonly (readonly [key: string, value: string])[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [key] of pairs) (seen.has(key) ? repeated : seen).add(key);
  return [...repeated];
}
