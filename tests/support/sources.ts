import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** One file of the project's own code, as the rules read it. */
export interface Source {
  /** Relative to the root. */
  readonly file: string;
  readonly text: string;
}

/** Every tracked or new file under the root whose path matches; ignored files are not the project's. */
export function sources(matching: RegExp): Source[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' });
  return listed
    .split('\n')
    .filter((file) => matching.test(file) && existsSync(file))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}
