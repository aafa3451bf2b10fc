import fs from 'node:fs';
import { formatZxid } from '@/lib/protocol/zxid';
import { diskError, StorageError } from './errors';
import { listLogs, listSnapshots, type Folders } from './files';
import { readLog } from './log-reader';
import { fileHeaderBytes } from '@/lib/protocol/txn';

/**
 * Takes transactions back (TRUNC of Zab): `zxid` is the last one on disk afterwards. Files go newest first, so that a crash
 * in between leaves a history that ends later than asked, never one with a hole. Where only a snapshot later than `zxid` had
 * it (one taken from a leader that had more than the ensemble kept), what was there before that is left: the last of it is
 * returned.
 */
export function truncateAfter(folders: Folders, zxid: bigint): bigint {
  const lastLogged = dropAfter(folders, zxid);
  const lastSnapshot = listSnapshots(folders.snapDir).at(-1)?.zxid ?? null;
  if (lastSnapshot !== null)
    return lastLogged !== null && lastLogged > lastSnapshot ? lastLogged : lastSnapshot;
  throw new StorageError(
    `${folders.snapDir} holds no snapshot at or before transaction ${formatZxid(zxid)}, the last one this member shares with its leader. Empty the data folder of this member, and it will get everything from the leader.`,
  );
}

/** As `truncateAfter`, where it does not matter whether `zxid` itself is there; returns the last one that is. */
export function dropAfter(folders: Folders, zxid: bigint): bigint | null {
  for (const snapshot of listSnapshots(folders.snapDir).reverse()) {
    if (snapshot.zxid > zxid) remove(snapshot.path);
  }
  const logs = listLogs(folders.logDir).reverse();
  for (const log of logs) if (log.zxid > zxid) remove(log.path);
  const last = logs.find((log) => log.zxid <= zxid);
  return last === undefined ? null : cutLog(last.path, zxid);
}

function remove(file: string): void {
  try {
    fs.rmSync(file);
  } catch (error) {
    throw diskError('Removing', file, error);
  }
}

class Reached extends Error {}

/** Cuts one file behind `zxid`; returns the last transaction it still holds. */
function cutLog(file: string, zxid: bigint): bigint | null {
  let last: bigint | null = null;
  let end = fileHeaderBytes;
  try {
    readLog(
      file,
      (_, found, endOffset) => {
        if (found > zxid) throw new Reached();
        last = found;
        end = endOffset;
      },
      true,
    );
  } catch (error) {
    if (!(error instanceof Reached)) throw error;
  }
  try {
    const fd = fs.openSync(file, 'r+');
    try {
      fs.ftruncateSync(fd, end);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    throw diskError('Cutting off the end of', file, error);
  }
  return last;
}
