import { formatZxid } from '@/lib/protocol/zxid';
import { StorageError } from '@/server/storage/errors';
import { listLogs, listSnapshots, type Folders, type SnapshotFile } from '@/server/storage/files';
import { readLog } from '@/server/storage/log-reader';
import { follows } from '@/server/storage/recovery';
import { readSnapshot, SnapshotDamage } from '@/server/storage/snapshot-reader';
import type { Database } from '@/server/processors/database';
import { column, rootSlot } from '@/server/tree/node-store';
import { readTxn } from '@/server/tree/txn';
import type { ComparedTree, NodeRecord } from './compare';
import { emptyDatabase } from './empty-database';

/** The tree that a data directory holds, as a server would have it after a start, read without changing anything. */

class Reached extends Error {}

/** The newest snapshot at or before `upTo` that reads, loaded; null where there is none. */
async function restored(
  folders: Folders,
  upTo: bigint,
  warn: (sentence: string) => void,
): Promise<Database | null> {
  const fitting = listSnapshots(folders.snapDir).filter(({ zxid }) => zxid <= upTo);
  for (const snapshot of fitting.reverse() as SnapshotFile[]) {
    const database = emptyDatabase();
    try {
      await readSnapshot(snapshot, database.beginRestore());
      return database;
    } catch (error) {
      if (!(error instanceof SnapshotDamage)) throw error;
      warn(`${error.message}; an older one is taken.`);
    }
  }
  return null;
}

function replay(database: Database, folders: Folders, upTo: bigint): void {
  const logs = listLogs(folders.logDir);
  const first = logs.findLastIndex((log) => log.zxid <= database.lastApplied + 1n);
  for (const log of logs.slice(Math.max(first, 0))) {
    if (log.zxid > database.lastApplied + 1n && !follows(database.lastApplied, log.zxid)) {
      if (log.zxid > upTo) return;
      throw new StorageError(
        `Transactions are missing: ${log.path} begins with ${formatZxid(log.zxid)}, what is before it ends with ${formatZxid(database.lastApplied)}.`,
      );
    }
    try {
      const visit = (payload: Buffer, zxid: bigint): void => {
        if (zxid > upTo) throw new Reached();
        if (zxid > database.lastApplied) database.apply(readTxn(payload));
      };
      readLog(log.path, visit, log === logs.at(-1));
    } catch (error) {
      if (error instanceof Reached) return;
      throw error;
    }
  }
}

/** `upTo` is the last transaction that counts. Throws a StorageError where a server would not start either. */
export async function directoryDatabase(
  folders: Folders,
  upTo: bigint,
  warn: (sentence: string) => void,
): Promise<Database> {
  let database = await restored(folders, upTo, warn);
  if (database === null) {
    if (listSnapshots(folders.snapDir).length > 0 || listLogs(folders.logDir).length === 0)
      throw new StorageError(
        `${folders.snapDir} holds no snapshot that reads at or before that transaction.`,
      );
    warn(`${folders.snapDir} holds no snapshot; its logs are taken to begin with an empty tree.`);
    database = emptyDatabase();
    database.beginRestore().finish(0n);
  }
  replay(database, folders, upTo);
  database.recovered();
  return database;
}

export function treeOf({ tree }: Database): ComparedTree {
  const { nodes } = tree;
  const record = (slot: number): NodeRecord => ({
    path: slot === rootSlot ? '/' : nodes.path(slot),
    data: nodes.data(slot),
    acl: tree.acl(slot),
    czxid: nodes.getLong(slot, column.czxid),
    mzxid: nodes.getLong(slot, column.mzxid),
    pzxid: nodes.getLong(slot, column.pzxid),
    ctime: nodes.getLong(slot, column.ctime),
    mtime: nodes.getLong(slot, column.mtime),
    dataVersion: nodes.get(slot, column.version),
    cversion: nodes.get(slot, column.cversion),
    aclVersion: nodes.get(slot, column.aversion),
    ephemeralOwner: nodes.getLong(slot, column.ephemeralOwner),
  });
  return {
    find(path) {
      const slot = nodes.find(path);
      return slot < 0 ? null : record(slot);
    },
    *records() {
      for (const slot of nodes.walk()) yield record(slot);
    },
  };
}
