import fs from 'node:fs';
import path from 'node:path';
import { StorageError } from '@/server/storage/errors';
import { listLogs, listSnapshots, type Folders, type SnapshotFile } from '@/server/storage/files';
import { propertyPairs } from '@/server/config/properties';

/** From what the operator names to the folders and files meant. */

export interface DataPlace extends Folders {
  /** Where myid is. */
  readonly dataDir: string;
}

/** The folder itself where it is a `version-2`, otherwise the one in it. */
function versionFolder(folder: string): string {
  const inner = path.join(folder, 'version-2');
  if (path.basename(path.resolve(folder)) === 'version-2' && !fs.existsSync(inner)) return folder;
  return inner;
}

function existing(folder: string): string {
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory())
    throw new StorageError(`${folder} is no folder: name a dataDir (it holds version-2), or a zoo.cfg.`);
  return folder;
}

/** `given` is a dataDir, its version-2, or a zoo.cfg that names both folders; `logGiven` the dataLogDir where it is another. */
export function dataPlace(given: string, logGiven?: string): DataPlace {
  if (!fs.existsSync(given)) throw new StorageError(`${given} does not exist.`);
  if (fs.statSync(given).isFile()) {
    const keys = new Map(propertyPairs(fs.readFileSync(given, 'utf8')));
    const dataDir = keys.get('dataDir');
    if (dataDir === undefined) throw new StorageError(`${given} is no zoo.cfg: it has no dataDir.`);
    const logDir = logGiven ?? keys.get('dataLogDir');
    return dataPlace(dataDir, logDir);
  }
  const snapDir = existing(versionFolder(given));
  const logDir = logGiven === undefined ? snapDir : existing(versionFolder(logGiven));
  return { snapDir, logDir, dataDir: path.dirname(path.resolve(snapDir)) };
}

/** The transaction logs that `given` means: itself, or all of a folder, oldest first. */
export function logFiles(given: string): string[] {
  if (!fs.existsSync(given)) throw new StorageError(`${given} does not exist.`);
  if (fs.statSync(given).isFile()) return [given];
  return listLogs(existing(versionFolder(given))).map((log) => log.path);
}

/** The snapshot that `given` means: itself, whatever its name, or the newest of a folder. */
export function snapshotFile(given: string): SnapshotFile {
  if (!fs.existsSync(given)) throw new StorageError(`${given} does not exist.`);
  if (fs.statSync(given).isFile()) {
    const named = /^snapshot\.([0-9a-f]{1,16})/i.exec(path.basename(given));
    const suffix = /\.(gz|snappy)$/i.exec(given)?.[1]?.toLowerCase();
    return {
      path: given,
      zxid: named === null ? -1n : BigInt.asIntN(64, BigInt(`0x${named[1]}`)),
      compression: suffix === 'gz' || suffix === 'snappy' ? suffix : 'none',
    };
  }
  const newest = listSnapshots(existing(versionFolder(given))).at(-1);
  if (newest === undefined) throw new StorageError(`${given} holds no snapshot.`);
  return newest;
}
