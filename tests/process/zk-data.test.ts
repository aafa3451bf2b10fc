import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runZkData, writeBigDirectory } from '../support/big-log';
import { root } from '../support/member';
import { removeDir, tempDir } from '../support/temp';

/** server/bin/zkData as a process: exit codes, pipes that end early, and the memory that a long log takes. */

const script = path.join(root, 'server/bin/zkData');
const bytes = 96 << 20;
let folder: string;
let small: string;
let entries: number;

beforeAll(async () => {
  [folder, small] = [await tempDir('big-log'), await tempDir('small-log')];
  entries = await writeBigDirectory(folder, bytes);
  await writeBigDirectory(small, 1);
});
afterAll(async () => {
  await removeDir(folder);
  await removeDir(small);
});

test('a log far larger than the memory allowed is verified and printed in the memory of a short one', async () => {
  const heapMb = 32;
  for (const command of [['verify'], ['verify', '--checksums-only'], ['log', '--json']]) {
    const short = await runZkData([...command, small], heapMb);
    const long = await runZkData([...command, folder], heapMb);
    expect(long.code, long.output).toBe(0);
    // Garbage not yet collected differs from run to run; a log kept in memory would be three times this.
    expect(long.peakMiB, command.join(' ')).toBeLessThan(short.peakMiB + 32);
    if (command[0] === 'verify')
      expect(long.output).toMatch(
        new RegExp(`^snapshots 1, logs 1, transactions ${entries} up to 0x.*errors 0`),
      );
    else expect(long.output).toContain(`"zxid":"0x${entries.toString(16)}"`);
  }
});

test('exit codes: 0 in order, 1 something is wrong, 2 the question was; a pipe that ends early is no failure', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(script, args, { encoding: 'utf8' });
    return [status, stdout, stderr];
  };
  expect(run('verify', small)[0]).toBe(0);
  expect(run('verify', '/nowhere')).toEqual([2, '', '/nowhere does not exist.\n']);
  expect(run('purge', small)[0]).toBe(2);
  expect(run('purge', '-n', '2', small)[2]).toContain('It must be a number of snapshots, 3 or more.');
  expect(run('nonsense')[0]).toBe(2);
  expect(run('--help')[1]).toMatch(/log .*\n[^]*snapshot .*\n[^]*verify .*\n[^]*compare .*\n[^]*purge /);
  expect(run('compare', small, small)[0]).toBe(0);
  expect(run('compare', small, folder)[0]).toBe(1);
  const shell = `set -o pipefail; "${script}" log "${folder}" | head -n 2`;
  const shown = execFileSync('bash', ['-c', shell], { encoding: 'utf8' });
  expect(shown.split('\n')[1]).toMatch(/ zxid 0x1 create \/a,,\[31,s\{'world,'anyone\}$/);
});
