import path from 'node:path';
import { root } from './member';
import { runToEnd } from './child';

/** Runs a script under tests/interop/kazoo with Debian's Python, which has kazoo; its output when it succeeded. */
export function runKazoo(script: string, args: readonly string[]): Promise<string> {
  return runToEnd('/usr/bin/python3', ['-u', path.join(root, 'tests/interop/kazoo', script), ...args], {
    env: { PYTHONDONTWRITEBYTECODE: '1' },
    timeoutMs: 150_000,
  });
}
