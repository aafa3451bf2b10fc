import fs from 'node:fs';
import { diskError } from './errors';
import { listLogs, listSnapshots, type DataFile, type Folders, type SnapshotFile } from './files';
import { snappyMagic } from './snappy';
import { endMark } from './snapshot-format';

/**
 * Removes old snapshots, and the logs that only they need (Apache's PurgeTxnLog). Recovery from the oldest snapshot kept
 * must still work, so the log that holds the transaction after it stays, and as with Apache the one before where that begins
 * a file; without any whole snapshot nothing goes.
 */

/** What a whole file ends with, or begins with where it is compressed. */
const marks = { none: endMark, gz: Buffer.from([0x1f, 0x8b]), snappy: snappyMagic };

/** Apache's test of a snapshot that was written to its end, without reading it all. */
export function looksWhole(snapshot: SnapshotFile): boolean {
  const fd = fs.openSync(snapshot.path, 'r');
  try {
    const { size } = fs.fstatSync(fd);
    const { length } = marks[snapshot.compression];
    if (size < 10) return false;
    const bytes = Buffer.alloc(length);
    fs.readSync(fd, bytes, 0, length, snapshot.compression === 'none' ? size - length : 0);
    return bytes.equals(marks[snapshot.compression]);
  } finally {
    fs.closeSync(fd);
  }
}

/** What nothing needs that starts from one of `kept` (oldest first): older snapshots, and logs that end before the first of them. */
export function purgeable(folders: Folders, kept: readonly SnapshotFile[]): DataFile[] {
  const oldest = kept[0]?.zxid;
  if (oldest === undefined) return [];
  const logs = listLogs(folders.logDir);
  const firstLogKept = logs.findLastIndex((log) => log.zxid <= oldest);
  return [
    ...logs.slice(0, Math.max(firstLogKept, 0)),
    ...listSnapshots(folders.snapDir).filter((snapshot) => snapshot.zxid < oldest),
  ];
}

/** Keeps the newest `retainCount` (3 or more) whole snapshots; returns the paths removed, oldest first. */
export function purge(folders: Folders, retainCount: number): string[] {
  const kept = listSnapshots(folders.snapDir).filter(looksWhole).slice(-retainCount);
  if (kept.length < retainCount) return [];
  const removed = purgeable(folders, kept);
  for (const file of removed) {
    try {
      fs.rmSync(file.path, { force: true });
    } catch (error) {
      throw diskError('Purging', file.path, error);
    }
  }
  return removed.map((file) => file.path);
}
