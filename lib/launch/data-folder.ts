import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { StartFault } from './fault';

/**
 * The data folder, held by one console at a time. The hold is a lock of the operating system on a small database file
 * (SQLite's own), which ends with the process however it ends; a file with a pid would outlive a kill -9.
 */
export function holdDataFolder(dataDir: string): () => void {
  const folder = path.join(dataDir, 'console');
  const holderFile = path.join(folder, 'holder.txt');
  let database: InstanceType<typeof Database> | null = null;
  try {
    makeFolder(folder);
    database = new Database(path.join(folder, 'hold.db'), { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(holderFile, String(process.pid));
  } catch (cause) {
    database?.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    // SQLite's own faults come with an empty code and words for programmers.
    const reason = code || `${path.join(folder, 'hold.db')} cannot be opened for writing`;
    if (String(code).startsWith('SQLITE_BUSY') || /locked/.test(message)) {
      throw new StartFault(
        `The data folder ${dataDir} is in use by another Zoodeck (process ${readHolder(holderFile)}). ` +
          'Stop that one, or choose another folder with --data.',
        { cause },
      );
    }
    throw new StartFault(`The data folder ${dataDir} cannot be used (${reason}).`, { cause });
  }
  const held = database;
  return () => held.close();
}

/** Node's own recursive mkdir never returns where the system denies that a parent exists (below /proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
