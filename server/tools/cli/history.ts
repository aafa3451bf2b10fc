import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * The lines of earlier runs, for the arrow keys: a file that only its owner reads. Lines with credentials are not kept,
 * and a file that cannot be read or written costs nothing but the history.
 */

type Environment = Readonly<Record<string, string | undefined>>;

export const historyMax = 1000;

export function historyFile(environment: Environment): string {
  const state = environment.XDG_STATE_HOME ?? path.join(environment.HOME ?? os.homedir(), '.local/state');
  return environment.ZKCLI_HISTORY ?? path.join(state, 'zoodeck', 'zkCli.history');
}

/** Oldest first. */
export function loadHistory(file: string): string[] {
  try {
    return fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(-historyMax);
  } catch {
    return [];
  }
}

export function isKept(line: string): boolean {
  return line.trim() !== '' && !/^\s*addauth\b/.test(line);
}

export function saveHistory(file: string, lines: readonly string[]): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const text = lines
      .filter(isKept)
      .slice(-historyMax)
      .map((line) => `${line}\n`);
    fs.writeFileSync(file, text.join(''), { mode: 0o600 });
  } catch {
    // A home that is read-only has no history.
  }
}
