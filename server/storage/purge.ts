import fs from 'node:fs';
import { diskError } from './errors';
import { listLogs, listSnapshots, type Folders, type SnapshotFile } from './files';
import { snappyMagic } from './snappy';
import { endMark } from './snapshot-format';

/**
 * Removes old snapshots, and the logs that only they need (Apache's PurgeTxnLog). Recovery from the oldest snapshot kept
 * must still work, so the log that holds the transaction after it stays; without any whole snapshot nothing goes.
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

/** Keeps the newest `retainCount` (3 or more) whole snapshots; returns the paths removed, oldest first. */
export function purge(folders: Folders, retainCount: number): string[] {
  const snapshots = listSnapshots(folders.snapDir);
  const kept = snapshots.filter(looksWhole).slice(-retainCount);
  const oldest = kept[0]?.zxid;
  if (oldest === undefined || kept.length < retainCount) return [];
  const logs = listLogs(folders.logDir);
  const firstLogKept = logs.findLastIndex((log) => log.zxid <= oldest + 1n);
  const removed = [
    ...logs.slice(0, Math.max(firstLogKept, 0)),
    ...snapshots.filter((snapshot) => snapshot.zxid < oldest),
  ];
  for (const file of removed) {
    try {
      fs.rmSync(file.path, { force: true });
    } catch (error) {
      throw diskError('Purging', file.path, error);
    }
  }
  return removed.map((file) => file.path);
}
