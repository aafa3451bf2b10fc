import path from 'node:path';
import { root } from './member';
import { startChild, type Child } from './child';
import { until } from './wait';

/**
 * Four kazoo sessions below `base` of the server at `address`: a lock in line, a deadlock, readers and a writer, seats,
 * elections (tests/interop/kazoo/locks.py says which). They stay until the child is stopped.
 */
export async function startLocks(address: string, base: string): Promise<Child> {
  const script = path.join(root, 'tests/interop/kazoo/locks.py');
  const child = startChild('/usr/bin/python3', ['-u', script, address, base], {
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  });
  await until('the locks are made', () =>
    !child.running() || child.output().includes('ready') ? true : undefined,
  );
  if (!child.running()) throw new Error(`the locks were not made:\n${child.output()}`);
  return child;
}
