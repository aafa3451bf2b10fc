/** From a line to its words, and from the words of a command to its options and operands. */

/** Splits at blanks; what stands in single or double quotes stays together. Throws for a quote left open. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  const pattern = /\s*((?:[^\s"']|"[^"]*"|'[^']*')+)\s*/y;
  let end = 0;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    words.push(
      match[1]!.replace(/"([^"]*)"|'([^']*)'/g, (_all, one?: string, two?: string) => one ?? two ?? ''),
    );
    end = pattern.lastIndex;
  }
  if (line.slice(end).trim() !== '') throw new CommandError(`a quote is left open in: ${line.slice(end)}`);
  return words;
}

/** What the user asked for cannot be done as it stands; the message is for them. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

export class CommandNotFound extends CommandError {
  override readonly name = 'CommandNotFound';
}

export interface Arguments {
  readonly flags: ReadonlySet<string>;
  /** Value of `-v`. */
  readonly version: number;
  /** Values of the options that are words of their own. */
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * Reads `-s`, `-e`, `-se` and `-v 3` before and between the operands; `allowed` lists the letters. A word after `--`, or
 * one that does not begin with `-`, is an operand. `valued` lists the options that are words and take a value.
 */
export function readArguments(
  words: readonly string[],
  allowed: string,
  usage: string,
  valued: readonly string[] = [],
): Arguments {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  let version = -1;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word === '--') {
      operands.push(...words.slice(index + 1));
      break;
    }
    if (!/^-[A-Za-z]+$/.test(word)) {
      operands.push(word);
    } else if (valued.includes(word.slice(1))) {
      index += 1;
      const value = words[index];
      if (value === undefined) throw new CommandError(`${word} needs a value. Usage: ${usage}`);
      values.set(word.slice(1), value);
    } else if (word === '-v' && allowed.includes('v')) {
      index += 1;
      if (!/^-?\d{1,10}$/.test(words[index] ?? ''))
        throw new CommandError(`-v needs a version. Usage: ${usage}`);
      version = Number(words[index]);
    } else {
      for (const letter of word.slice(1)) {
        if (letter === 'v' || !allowed.includes(letter))
          throw new CommandError(`no option -${letter}. Usage: ${usage}`);
        flags.add(letter);
      }
    }
  }
  return { flags, version, values, operands };
}
