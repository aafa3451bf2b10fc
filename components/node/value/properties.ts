/**
 * Java `.properties` as java.util.Properties reads them: `key=value`, `key: value`, `key value`; `#` and `!` comments; a
 * backslash continues the line or escapes a character. Used to recognise the format and to name the keys of a value.
 */
export interface Property {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

export function parseProperties(text: string): Property[] {
  const properties: Property[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    let logical = (lines[index] as string).replace(/^[ \t\f]+/, '');
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue;
    while (continues(logical) && index + 1 < lines.length) {
      index += 1;
      logical = logical.slice(0, -1) + (lines[index] as string).replace(/^[ \t\f]+/, '');
    }
    properties.push({ ...splitProperty(logical), line });
  }
  return properties;
}

/** An odd number of backslashes at the end. */
function continues(line: string): boolean {
  return ((/\\+$/.exec(line)?.[0].length ?? 0) & 1) === 1;
}

function splitProperty(line: string): { key: string; value: string } {
  const match = /^((?:[^\\=:\s]|\\.)*)[ \t\f]*(?:[=:][ \t\f]*)?/.exec(line);
  const key = match?.[1] ?? '';
  return { key: unescape(key), value: unescape(line.slice(match?.[0].length ?? 0)) };
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.?))/gs, (_, code: string | undefined, character: string) =>
    code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[character] ?? character),
  );
}

/** Whether the text is plausibly a properties file: every line that says something has a name, and most an `=`. */
export function looksLikeProperties(text: string): boolean {
  const said = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '' && !/^\s*[#!]/.test(line));
  if (said.length === 0) return false;
  const named = said.filter((line) => /^\s*[\w.\-/[\]]+\s*=/.test(line));
  return named.length === said.length || (said.length >= 4 && named.length >= said.length * 0.8);
}
