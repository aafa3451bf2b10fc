import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { diskError, StorageError } from './errors';

/**
 * One running server a data folder. Apache has no such guard; the file's name means nothing to it. Node has no flock, so
 * the lock is a file that names its owner by pid, start time, boot and pid namespace: an owner that died (kill -9,
 * power loss) is recognised, and its lock taken over. Two containers that share a folder cannot see each other's
 * processes; there the later one takes the lock over with a warning.
 */
const lockName = 'zoodeck.lock';

interface Owner {
  readonly pid: number;
  /** Clock ticks since boot at which the process started; tells a reused pid from the owner. Empty without /proc. */
  readonly startTime: string;
  /** Boot and pid namespace: where `pid` has its meaning. */
  readonly system: string;
  readonly token: string;
}

export interface FolderLock {
  release(): void;
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function startTimeOf(pid: number): string {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  // The second field, the program's name in brackets, may hold spaces; field 22 is the 20th behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie: killed, and not yet collected by its parent. It holds no file any more.
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

function thisSystem(): string {
  let namespace = '';
  try {
    namespace = fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    // No /proc: the pid alone has to do.
  }
  return `${readOrEmpty('/proc/sys/kernel/random/boot_id')} ${namespace}`;
}

function isRunning(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startTimeOf(owner.pid) === owner.startTime;
}

function readOwner(file: string): Owner | null {
  try {
    const value = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Owner>;
    return typeof value.pid === 'number' && typeof value.token === 'string' ? (value as Owner) : null;
  } catch {
    return null;
  }
}

/** Takes the lock of `folder` or throws a sentence that names the owner; `warn` hears of a lock taken over blindly. */
export function lockFolder(folder: string, warn: (sentence: string) => void): FolderLock {
  const file = path.join(folder, lockName);
  const system = thisSystem();
  const mine: Owner = { pid: process.pid, startTime: startTimeOf(process.pid), system, token: randomUUID() };
  const draft = `${file}.${mine.token}`;
  try {
    fs.writeFileSync(draft, `${JSON.stringify(mine)}\n`);
    try {
      takeLock(file, draft, mine, warn);
    } finally {
      fs.rmSync(draft, { force: true });
    }
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw diskError('Locking the data folder with', file, error);
  }
  return {
    release() {
      if (readOwner(file)?.token === mine.token) fs.rmSync(file, { force: true });
    },
  };
}

/** Links the finished draft into place, which fails when a lock is there: nobody ever sees half a lock. */
function takeLock(file: string, draft: string, mine: Owner, warn: (sentence: string) => void): void {
  const attemptsMax = 5;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    try {
      fs.linkSync(draft, file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readOwner(file);
    if (owner !== null && owner.system === mine.system && isRunning(owner)) break;
    if (
      owner !== null &&
      owner.system !== mine.system &&
      owner.system.split(' ')[0] === mine.system.split(' ')[0]
    ) {
      warn(
        `${file} was left by process ${owner.pid} of another container; it is taken over. Make sure that no server runs there on the same folder.`,
      );
    }
    removeStale(file, owner);
  }
  const owner = readOwner(file);
  throw new StorageError(
    `${path.dirname(file)} is in use by another running server (process ${owner?.pid ?? 'unknown'}); stop it, or choose another dataDir.`,
  );
}

/** Moves the dead owner's lock away; puts it back should another server have taken the lock in between. */
function removeStale(file: string, stale: Owner | null): void {
  const aside = `${file}.stale-${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readOwner(aside);
  if (moved !== null && moved.token !== stale?.token) {
    try {
      fs.linkSync(aside, file);
    } catch {
      // A third server holds the lock now; the next attempt sees it.
    }
  }
  fs.rmSync(aside, { force: true });
}
