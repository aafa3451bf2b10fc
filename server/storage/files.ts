import fs from 'node:fs';
import path from 'node:path';
import { diskError, StorageError } from './errors';

/**
 * The two folders and the names in them (Apache's FileTxnSnapLog and Util): `dataLogDir/version-2/log.<hex>` named after
 * the first txn, `dataDir/version-2/snapshot.<hex>[.gz|.snappy]` named after the zxid at which writing began.
 */

const versionFolder = 'version-2';

export interface Folders {
  /** `…/version-2` with the snapshots. */
  readonly snapDir: string;
  /** `…/version-2` with the logs; may be the same folder. */
  readonly logDir: string;
}

/** A log or snapshot, by its name. */
export interface DataFile {
  readonly path: string;
  readonly zxid: bigint;
}

export type SnapshotCompression = 'none' | 'gz' | 'snappy';
export interface SnapshotFile extends DataFile {
  readonly compression: SnapshotCompression;
}

export function logFileName(zxid: bigint): string {
  return `log.${BigInt.asUintN(64, zxid).toString(16)}`;
}

export function snapshotFileName(zxid: bigint, compression: SnapshotCompression): string {
  return `snapshot.${BigInt.asUintN(64, zxid).toString(16)}${compression === 'none' ? '' : `.${compression}`}`;
}

/** Where a snapshot is written before it is complete; the leading dot keeps Apache from taking it for one. */
export function unfinishedSnapshotName(zxid: bigint): string {
  return `.snapshot.${BigInt.asUintN(64, zxid).toString(16)}.unfinished`;
}

const logPattern = /^log\.([0-9a-f]{1,16})$/i;
const snapshotPattern = /^snapshot\.([0-9a-f]{1,16})(?:\.(gz|snappy))?$/i;
const unfinishedPattern = /^\.snapshot\.[0-9a-f]{1,16}\.unfinished$/;

function fromHex(text: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${text}`));
}

function names(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    throw diskError('Listing', folder, error);
  }
}

const byZxid = (left: DataFile, right: DataFile): number =>
  left.zxid < right.zxid ? -1 : left.zxid > right.zxid ? 1 : 0;

/** Logs, oldest first; other names are left alone. */
export function listLogs(logDir: string): DataFile[] {
  return names(logDir)
    .flatMap((name) => {
      const match = logPattern.exec(name);
      return match === null ? [] : [{ path: path.join(logDir, name), zxid: fromHex(match[1]!) }];
    })
    .sort(byZxid);
}

/** Snapshots, oldest first. */
export function listSnapshots(snapDir: string): SnapshotFile[] {
  return names(snapDir)
    .flatMap((name) => {
      const match = snapshotPattern.exec(name);
      if (match === null) return [];
      const compression = (match[2]?.toLowerCase() ?? 'none') as SnapshotCompression;
      return [{ path: path.join(snapDir, name), zxid: fromHex(match[1]!), compression }];
    })
    .sort(byZxid);
}

/** Bytes of all files below `folder`; 0 where it cannot be read. For `dirs`, `conf` and the purge. */
export function folderBytes(folder: string): number {
  let total = 0;
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) total += folderBytes(full);
      else if (entry.isFile()) total += fs.statSync(full).size;
    }
  } catch {
    // A file that was purged while being counted.
  }
  return total;
}

/**
 * Makes sure that a name just created or renamed in `folder` survives a power loss. Apache leaves this to the file
 * system; a log that vanishes with its folder entry would take acknowledged writes with it.
 */
export function syncFolder(folder: string, done: (error: Error | null) => void): void {
  fs.open(folder, 'r', (openError, fd) => {
    if (openError) return done(openError);
    fs.fsync(fd, (error) => fs.close(fd, () => done(error)));
  });
}

/** Makes the names on the way from `above` down to `folder`, just created, survive a power loss. */
function syncNames(above: string, folder: string): void {
  for (let at = folder; at.length > above.length;) {
    at = path.dirname(at);
    const fd = fs.openSync(at, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }
}

function makeFolder(root: string, key: string, autocreate: boolean): string {
  const folder = path.join(root, versionFolder);
  if (fs.existsSync(folder)) {
    if (!fs.statSync(folder).isDirectory()) throw new StorageError(`${folder} (${key}) is not a directory.`);
  } else if (!autocreate) {
    throw new StorageError(
      `${folder} (${key}) does not exist and zookeeper.datadir.autocreate is false: create it, or allow the server to.`,
    );
  }
  try {
    const firstMade = fs.mkdirSync(folder, { recursive: true });
    if (firstMade !== undefined) syncNames(path.resolve(path.dirname(firstMade)), path.resolve(folder));
    fs.accessSync(folder, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    throw diskError(`Preparing the ${key}`, folder, error);
  }
  return folder;
}

/** Creates or checks the folders; snapshots where logs belong, or the reverse, mean a wrong configuration. */
export function openFolders(dataDir: string, dataLogDir: string, autocreate: boolean): Folders {
  const snapDir = makeFolder(dataDir, 'dataDir', autocreate);
  const logDir = makeFolder(dataLogDir, 'dataLogDir', autocreate);
  if (fs.realpathSync(snapDir) === fs.realpathSync(logDir)) return { snapDir, logDir: snapDir };
  const strayLog = listLogs(snapDir)[0];
  const straySnapshot = listSnapshots(logDir)[0];
  if (strayLog !== undefined) {
    throw new StorageError(
      `${strayLog.path} is a transaction log in the snapshot folder: dataDir and dataLogDir are different, so logs belong in ${logDir}. Move it there, or set dataLogDir as it was when it was written.`,
    );
  }
  if (straySnapshot !== undefined) {
    throw new StorageError(
      `${straySnapshot.path} is a snapshot in the transaction-log folder: dataDir and dataLogDir are different, so snapshots belong in ${snapDir}. Move it there, or set dataDir as it was when it was written.`,
    );
  }
  return { snapDir, logDir };
}

/** Removes what a crash left of a snapshot being written. */
export function removeUnfinished(snapDir: string): void {
  for (const name of names(snapDir)) {
    if (unfinishedPattern.test(name)) fs.rmSync(path.join(snapDir, name), { force: true });
  }
}
