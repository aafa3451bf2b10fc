import { StorageError } from './errors';
import { listLogs } from './files';
import { readLog } from './log-reader';

/** A transaction as it stands in the log. */
export interface LoggedEntry {
  readonly zxid: bigint;
  readonly payload: Buffer;
}

/** More than this is not read into memory for one learner, whatever the snapshot's size would allow. */
const bytesMaxEver = 64 << 20;

class Enough extends Error {}

/**
 * The transactions on disk behind `after`, up to `synced`, while the log is being written; null where `after` is not among
 * them, or where they are more than `bytesMax` bytes.
 */
export function readLoggedAfter(
  logDir: string,
  after: bigint,
  synced: bigint,
  bytesMax: number,
): LoggedEntry[] | null {
  const logs = listLogs(logDir);
  const first = logs.findLastIndex((log) => log.zxid <= after);
  if (first < 0) return null;
  const found: LoggedEntry[] = [];
  let left = Math.min(bytesMax, bytesMaxEver);
  let hasStart = false;
  let last = after;
  const visit = (payload: Buffer, zxid: bigint): void => {
    if (zxid > synced) throw new Enough();
    hasStart ||= zxid === after;
    if (zxid <= after) return;
    left -= payload.length;
    if (!hasStart || left < 0) throw new Enough();
    last = zxid;
    found.push({ zxid, payload: Buffer.from(payload) });
  };
  for (const log of logs.slice(first)) {
    try {
      readLog(log.path, visit, true);
    } catch (error) {
      // What is being written at this moment does not read; it is behind `synced`.
      if (error instanceof Enough || (error instanceof StorageError && last === synced)) break;
      throw error;
    }
  }
  return hasStart && left >= 0 && last === synced ? found : null;
}
