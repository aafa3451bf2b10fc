import { JuteError } from '@/lib/jute/error';
import { statPersistedBytes } from '@/lib/protocol/data';
import { epochOf, formatZxid } from '@/lib/protocol/zxid';
import type { Database } from '@/server/processors/database';
import { StorageError } from '@/server/storage/errors';
import { listLogs, listSnapshots, type DataFile, type SnapshotFile } from '@/server/storage/files';
import { readLog, type LogEnd } from '@/server/storage/log-reader';
import { follows } from '@/server/storage/recovery';
import { readSnapshot, SnapshotDamage } from '@/server/storage/snapshot-reader';
import { readTxn } from '@/server/tree/txn';
import { emptyDatabase } from './empty-database';
import type { DataPlace } from './places';
import { checkNames } from './verify-names';

/**
 * `zkData verify`: reads every snapshot and every log to its end and changes nothing. Snapshots are loaded as a server
 * would; the logs are applied from the oldest snapshot on, and the tree is held against every digest that a transaction or
 * a snapshot foretells. That takes the memory of the tree, however long the logs; with `checksumsOnly` nothing is kept.
 */

/** error: a server stops at it, or data are lost. warning: it is mended or passed over. note: good to know. */
export type Level = 'error' | 'warning' | 'note';

export interface Finding {
  readonly level: Level;
  readonly message: string;
}

export interface Verified {
  readonly snapshots: number;
  readonly logs: number;
  readonly transactions: number;
  /** The last transaction there is. */
  readonly zxid: bigint;
  /** Of the tree at the end; null where the logs were not applied to their end. */
  readonly digest: bigint | null;
}

type Report = (level: Level, message: string) => void;

interface SnapshotDigest {
  readonly file: string;
  readonly treeDigest: bigint;
}

export async function verify(
  place: DataPlace,
  checksumsOnly: boolean,
  found: (finding: Finding) => void,
): Promise<Verified> {
  const report: Report = (level, message) => found({ level, message });
  const snapshots = listSnapshots(place.snapDir);
  const logs = listLogs(place.logDir);
  const digests = new Map<bigint, SnapshotDigest>();
  const readable: SnapshotFile[] = [];
  for (const snapshot of snapshots) {
    if (await checkSnapshot(snapshot, checksumsOnly, digests, report)) readable.push(snapshot);
  }
  if (snapshots.length > 0 && readable.length === 0)
    report(
      'error',
      `None of the ${snapshots.length} snapshots in ${place.snapDir} can be read: no server starts on them.`,
    );
  const check = new LogCheck(readable, digests, checksumsOnly, report);
  const { transactions, zxid } = await check.run(logs);
  if (snapshots.length === 0 && transactions > 0) {
    report(
      'error',
      `${place.snapDir} holds no snapshot, but ${place.logDir} holds transactions: a server starts on them only with snapshot.trust.empty=true.`,
    );
  }
  checkNames(place, epochOf(zxid), report);
  return { snapshots: snapshots.length, logs: logs.length, transactions, zxid, digest: check.digest() };
}

/** Loads it as a server would, or, without a tree, passes over its nodes; returns whether a server could start on it. */
async function checkSnapshot(
  snapshot: SnapshotFile,
  checksumsOnly: boolean,
  digests: Map<bigint, SnapshotDigest>,
  report: Report,
): Promise<boolean> {
  const database = emptyDatabase();
  let isForetold = true;
  database.onDigestMismatch = () => (isForetold = false);
  const restore = database.beginRestore();
  const sink = checksumsOnly
    ? { ...restore, node: skipNode, session() {}, acl() {}, digest() {}, finish() {} }
    : {
        ...restore,
        digest(zxid: bigint, treeDigest: bigint) {
          digests.set(zxid, { file: snapshot.path, treeDigest });
          restore.digest(zxid, treeDigest);
        },
      };
  try {
    await readSnapshot(snapshot, sink);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const isPassedOver = error instanceof SnapshotDamage;
    report(
      'error',
      `${error.message}${isPassedOver ? '; a server passes over it and takes an older one.' : ''}`,
    );
    return false;
  }
  if (!isForetold)
    report('error', `${snapshot.path} reads, but its znodes do not add up to the digest that it ends with.`);
  return true;
}

function skipNode(_path: string, reader: { buffer(): unknown; offset: number }): void {
  reader.buffer();
  reader.offset += 8 + statPersistedBytes;
}

/** Goes through the logs in order, and applies them to a tree where there is one. */
class LogCheck {
  private database: Database | null = null;
  /** The snapshot that logs are applied to, or would be, has everything up to here. */
  private from = -1n;
  private lastLogged = -1n;
  private transactions = 0;
  private mismatches = 0;
  private firstMismatch = 0n;
  private isApplying = true;

  constructor(
    private readonly snapshots: readonly SnapshotFile[],
    private readonly digests: ReadonlyMap<bigint, SnapshotDigest>,
    private readonly checksumsOnly: boolean,
    private readonly report: Report,
  ) {}

  async run(logs: readonly DataFile[]): Promise<{ transactions: number; zxid: bigint }> {
    await this.takeUp(this.snapshots[0]);
    for (const log of logs) {
      await this.checkJoint(log);
      this.checkLog(log, log === logs.at(-1));
    }
    if (this.mismatches > 0) {
      this.report(
        'error',
        `After transaction ${formatZxid(this.firstMismatch)} the tree is not the one that its digest foretells, nor after ${this.mismatches - 1} later ones.`,
      );
    }
    this.checkOwners();
    const newest = this.snapshots.at(-1)?.zxid ?? 0n;
    return {
      transactions: this.transactions,
      zxid: this.lastLogged > newest ? this.lastLogged : newest,
    };
  }

  /** Of the tree as it is after everything; null where that is not known. */
  digest(): bigint | null {
    return this.database === null || !this.isApplying ? null : this.database.tree.digest.value;
  }

  /** From here on transactions are applied to this snapshot's tree; to an empty one where there is none. */
  private async takeUp(snapshot: SnapshotFile | undefined): Promise<void> {
    this.from = snapshot?.zxid ?? -1n;
    this.isApplying = true;
    if (this.checksumsOnly) return;
    const database = emptyDatabase();
    const restore = database.beginRestore();
    if (snapshot === undefined) restore.finish(0n);
    else await readSnapshot(snapshot, restore);
    database.onDigestMismatch = (zxid) => {
      if (this.mismatches === 0) this.firstMismatch = zxid;
      this.mismatches += 1;
    };
    this.database = database;
  }

  /** Whether the file goes on from what was before it; where transactions are missing, a snapshot must have them. */
  private async checkJoint(log: DataFile): Promise<void> {
    const last = this.lastLogged > this.from ? this.lastLogged : this.from;
    if (log.zxid <= this.lastLogged) {
      this.report(
        'error',
        `${log.path} goes back: by its name it begins with ${formatZxid(log.zxid)}, the file before it ends with ${formatZxid(this.lastLogged)}.`,
      );
    }
    if (last < 0n || log.zxid <= last || follows(last, log.zxid)) return;
    const bridge = this.snapshots.find(
      ({ zxid }) => zxid > last && (zxid >= log.zxid || follows(zxid, log.zxid)),
    );
    const gap = `Transactions are missing: ${log.path} begins with ${formatZxid(log.zxid)}, what is before it ends with ${formatZxid(last)}`;
    if (bridge === undefined) {
      this.report('error', `${gap}. No server starts on this: restore the missing log.`);
      this.isApplying = false;
    } else {
      this.report('note', `${gap}; ${bridge.path} has them.`);
      await this.takeUp(bridge);
    }
  }

  private checkLog(log: DataFile, isNewest: boolean): void {
    let before: bigint | null = null;
    let leaps = 0;
    try {
      const end = readLog(
        log.path,
        (payload, zxid) => {
          if (before === null && zxid !== log.zxid)
            this.report(
              'error',
              `${log.path} begins with transaction ${formatZxid(zxid)}, its name promises another.`,
            );
          if (before !== null && !follows(before, zxid)) leaps += 1;
          before = zxid;
          this.transactions += 1;
          this.lastLogged = zxid;
          this.take(log, payload, zxid);
        },
        isNewest,
      );
      this.reportEnd(log, end);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.report('error', error.message);
      this.isApplying = false;
    }
    if (leaps > 0)
      this.report(
        'warning',
        `${log.path} leaves out transaction ids in ${leaps} places between its entries.`,
      );
  }

  private reportEnd(log: DataFile, end: LogEnd): void {
    if (end.repeats > 0)
      this.report(
        'note',
        `${log.path} holds ${end.repeats} transactions twice, as Apache's followers write them.`,
      );
    if (end.isTorn) {
      this.report(
        'warning',
        `${log.path} ends in a transaction that was cut off at offset ${end.offset} and never acknowledged; a start drops it.`,
      );
    } else if (end.entries === 0) {
      this.report(
        'warning',
        `${log.path} holds no transaction: a start removes it. (Apache's 3.8 does not start where it is shorter than 16 bytes.)`,
      );
    }
  }

  private take(log: DataFile, payload: Buffer, zxid: bigint): void {
    const { database } = this;
    if (database !== null && (!this.isApplying || zxid <= database.lastApplied)) return;
    try {
      const txn = readTxn(payload);
      if (database === null) return;
      database.apply(txn);
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      this.isApplying = false;
      this.report(
        'error',
        `${log.path}: transaction ${formatZxid(zxid)} is whole, but no server can apply it: ${error.message}.`,
      );
      return;
    }
    const promised = this.digests.get(zxid);
    if (promised !== undefined && promised.treeDigest !== database.tree.digest.value)
      this.report(
        'error',
        `${promised.file} has another digest than the tree that the logs make up to ${formatZxid(zxid)}.`,
      );
  }

  private checkOwners(): void {
    const { database } = this;
    if (database === null || !this.isApplying) return;
    let orphans = 0;
    for (const [owner, paths] of database.tree.ephemeralOwners())
      if (database.sessions.get(owner) === undefined) orphans += paths.size;
    if (orphans > 0)
      this.report(
        'note',
        `${orphans} ephemeral znodes belong to sessions that are gone; a start removes them.`,
      );
  }
}
