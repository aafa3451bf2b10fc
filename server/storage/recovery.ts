import fs from 'node:fs';
import path from 'node:path';
import { formatZxid, zxidCounter, zxidEpoch, zxidNone } from '@/lib/protocol/zxid';
import type { Replayable, Snapshotable } from './contract';
import { diskError, StorageError } from './errors';
import { listLogs, listSnapshots, type DataFile, type Folders } from './files';
import { readLog, type LogEnd } from './log-reader';
import { readSnapshot, SnapshotDamage } from './snapshot-reader';

/**
 * Brings the state back from disk (Apache's FileTxnSnapLog.restore): the newest snapshot that reads, then every logged
 * transaction after it, in order. It stops with a sentence rather than start with a hole in the history: where Apache
 * replays what is there, this also refuses logs that are missing between two files, and transactions that go back.
 */

export interface RecoveryOptions extends Folders {
  /** snapshot.trust.empty: logs without any snapshot are taken to begin with an empty tree. */
  readonly trustEmpty: boolean;
  /** db.autocreate: a folder without any data is taken for a new server's. */
  readonly autocreate: boolean;
  /** There are other members, who have what this folder lacks. */
  readonly isMember: boolean;
  readonly warn: (sentence: string) => void;
}

export interface Recovered {
  /** The last transaction of the state; 0 for a new server, −1 for a member that has nothing and is not said to be new. */
  readonly zxid: bigint;
  /** The snapshot used; null when there was none. */
  readonly snapshotZxid: bigint | null;
  readonly snapshotMs: number;
  readonly txnCount: number;
  readonly txnMs: number;
}

/** Snapshots tried before giving up, as Apache. */
const snapshotsTriedMax = 100;

export async function recover(
  state: Snapshotable & Replayable,
  options: RecoveryOptions,
): Promise<Recovered> {
  const startedMs = performance.now();
  const snapshotZxid = await restoreNewest(state, options);
  const logs = listLogs(options.logDir);
  const isSaidToBeNew = takeMark(options);
  let from = snapshotZxid ?? 0n;
  if (snapshotZxid === null) {
    const written = logs.find((log) => readLog(log.path, () => {}).entries > 0);
    if (written !== undefined && !options.trustEmpty) {
      throw new StorageError(
        `${options.snapDir} holds no snapshot, but ${written.path} holds transactions: a snapshot is missing. Restore it from a copy; if the log really begins with the first transaction ever (data of ZooKeeper 3.4), start once with -Dzookeeper.snapshot.trust.empty=true.`,
      );
    }
    if (written === undefined && !isSaidToBeNew) from = zxidOfNothing(options);
    state.beginRestore().finish(from);
  }
  const replayStartedMs = performance.now();
  const { zxid, txnCount } = replayLogs(state, logs, from, options.warn);
  removeEmptyLogs(logs, zxid);
  return {
    zxid,
    snapshotZxid,
    snapshotMs: replayStartedMs - startedMs,
    txnCount,
    txnMs: performance.now() - replayStartedMs,
  };
}

const markOf = ({ logDir }: Folders): string => path.join(path.dirname(logDir), 'initialize');

/**
 * An empty folder may be a new server's, or one whose data was lost. Without db.autocreate the operator has to say that
 * it is new, by a file `initialize` beside version-2. It serves one start, of whatever data: it would say the same of data
 * that are lost later.
 */
function takeMark(folders: Folders): boolean {
  const mark = markOf(folders);
  if (!fs.existsSync(mark)) return false;
  try {
    fs.rmSync(mark);
  } catch (error) {
    throw diskError('Removing', mark, error);
  }
  return true;
}

/** A member whose data may have been lost begins before everything, as Apache's: it votes once a leader has given it data. */
function zxidOfNothing(options: RecoveryOptions): bigint {
  if (options.autocreate) return 0n;
  const fault = `${options.snapDir} holds no data and zookeeper.db.autocreate is false`;
  const mend = `restore the data, or create the file ${markOf(options)} to begin with an empty tree`;
  if (!options.isMember) throw new StorageError(`${fault}: ${mend}.`);
  options.warn(
    `${fault}: this member has no vote until a leader has given it data. Where no leader can be, ${mend}.`,
  );
  return zxidNone;
}

async function restoreNewest(state: Snapshotable, options: RecoveryOptions): Promise<bigint | null> {
  const snapshots = listSnapshots(options.snapDir).reverse();
  for (const snapshot of snapshots.slice(0, snapshotsTriedMax)) {
    try {
      await readSnapshot(snapshot, state.beginRestore());
      return snapshot.zxid;
    } catch (error) {
      if (!(error instanceof SnapshotDamage)) throw error;
      options.warn(`${error.message}; trying an older one.`);
    }
  }
  if (snapshots.length === 0) return null;
  throw new StorageError(
    `None of the ${snapshots.length} snapshots in ${options.snapDir} can be read; the newest is ${snapshots[0]!.path}. Restore one from a copy.`,
  );
}

/** Whether `next` can be the transaction after `last`: the next counter, or the first of a later epoch. */
export function follows(last: bigint, next: bigint): boolean {
  return next === last + 1n || (zxidEpoch(next) > zxidEpoch(last) && zxidCounter(next) === 1n);
}

function replayLogs(
  state: Replayable,
  logs: readonly DataFile[],
  from: bigint,
  warn: (sentence: string) => void,
): { zxid: bigint; txnCount: number } {
  const first = logs.findLastIndex((log) => log.zxid <= from + 1n);
  let last = from;
  let txnCount = 0;
  for (const log of logs.slice(Math.max(first, 0))) {
    let before: bigint | null = null;
    const end = readLog(
      log.path,
      (payload, zxid) => {
        checkOrder(log, before, zxid, zxid <= from ? null : last);
        before = zxid;
        if (zxid <= from) return;
        state.replay(payload);
        last = zxid;
        txnCount += 1;
      },
      log === logs.at(-1),
    );
    if (end.repeats > 0) {
      warn(
        `${log.path} holds ${end.repeats} transactions twice, as Apache's followers write them; once is enough.`,
      );
    }
    if (end.isTorn) dropTornEnd(log, end, log === logs.at(-1), warn);
  }
  return { zxid: last, txnCount };
}

/** Says what is dropped; in the newest file it goes, before a later file makes this one's end look like a loss. */
function dropTornEnd(log: DataFile, end: LogEnd, isNewest: boolean, warn: (sentence: string) => void): void {
  const copy = isNewest && end.isGuess ? setAside(log, end.offset) : null;
  if (isNewest && end.entries > 0) cutOff(log.path, end.offset);
  warn(
    `${log.path} ends in a transaction that was cut off at offset ${end.offset} and never acknowledged; it is dropped, and all behind it${copy === null ? '' : ` (${copy} keeps it)`}.`,
  );
}

/** Keeps what a torn end holds under a name that no server reads; returns the path. */
function setAside(log: DataFile, offset: number): string {
  const copy = path.join(path.dirname(log.path), `torn.${path.basename(log.path)}.${offset}`);
  try {
    const bytes = fs.readFileSync(log.path).subarray(offset);
    fs.writeFileSync(copy, bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1));
  } catch (error) {
    throw diskError('Keeping the torn end of the log as', copy, error);
  }
  return copy;
}

/** Leaves only whole entries, before a later file makes this one's end look like a loss. */
function cutOff(file: string, offset: number): void {
  try {
    const fd = fs.openSync(file, 'r+');
    try {
      fs.ftruncateSync(fd, offset);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    throw diskError('Cutting off the torn end of', file, error);
  }
}

/** `before` is the transaction before in the same file, `last` the last one applied, both null where there is none. */
function checkOrder(log: DataFile, before: bigint | null, zxid: bigint, last: bigint | null): void {
  const misplaced =
    before === null && zxid !== log.zxid
      ? 'comes first in a file of another name'
      : zxid <= (before ?? last ?? -1n)
        ? `follows ${formatZxid(before ?? last ?? -1n)}`
        : null;
  if (misplaced !== null) {
    throw new StorageError(
      `${log.path} is out of order: transaction ${formatZxid(zxid)} ${misplaced}. Restore the file from a copy.`,
    );
  }
  if (before !== null || last === null || follows(last, zxid)) return;
  throw new StorageError(
    `Transactions are missing: ${log.path} begins with ${formatZxid(zxid)}, but the snapshot and logs before it end with ${formatZxid(last)}. Restore the missing log from a copy.`,
  );
}

/** A file named after a transaction that was never completed would be in the way of the next one of that zxid. */
function removeEmptyLogs(logs: readonly DataFile[], last: bigint): void {
  for (const log of logs) {
    if (log.zxid <= last) continue;
    try {
      fs.rmSync(log.path);
    } catch (error) {
      throw diskError('Removing the empty transaction log', log.path, error);
    }
  }
}
