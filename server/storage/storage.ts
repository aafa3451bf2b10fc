import { zxidNone } from '@/lib/protocol/zxid';
import type { Replayable, Snapshotable } from './contract';
import fs from 'node:fs';
import { EpochFiles } from './epochs';
import {
  listSnapshots,
  openFolders,
  removeUnfinished,
  type Folders,
  type SnapshotCompression,
} from './files';
import { lockFolder, type FolderLock } from './lock';
import { LogWriter, type LogWriterOptions } from './log-writer';
import { purge } from './purge';
import { recover, type Recovered } from './recovery';
import { SnapshotTrigger } from './snapshot-trigger';
import { readLoggedAfter, type LoggedEntry } from './logged-txns';
import { SnapshotCancelled, writeSnapshot } from './snapshot-writer';
import { dropAfter, truncateAfter } from './truncation';

/** The settings storage needs; a ServerConfig has them all. */
export interface StorageSettings {
  readonly dataDir: string;
  readonly dataLogDir: string;
  readonly dataDirAutocreate: boolean;
  readonly snapshotTrustEmpty: boolean;
  readonly dbAutocreate: boolean;
  /** null for a server that stands alone. */
  readonly ensemble: object | null;
  readonly forceSync: boolean;
  readonly preAllocSizeBytes: number;
  readonly txnLogSizeLimitBytes: number;
  readonly fsyncWarningThresholdMs: number;
  readonly snapCount: number;
  readonly snapSizeLimitBytes: number;
  readonly snapshotCompression: SnapshotCompression;
  readonly digestEnabled: boolean;
  readonly autopurgeSnapRetainCount: number;
  readonly autopurgePurgeIntervalHours: number;
}

/** What storage tells its server. */
export interface StorageEvents {
  warn(sentence: string): void;
  /** After each group commit: `durationMs` is what mntr calls fsynctime. */
  readonly onCommit: LogWriterOptions['onCommit'];
  /** A commit took longer than fsync.warningthresholdms (the warning itself went to `warn`). */
  onSlowCommit(): void;
  onSnapshot(snapshot: { readonly path: string; readonly durationMs: number }): void;
  /** A snapshot could not be written: as with the log, the server must stop (Apache exits with 10). */
  onSnapshotFailure(error: Error): void;
}

const hourMs = 3_600_000;

/**
 * The disk side of one server: folders and their lock, recovery at start, the log, snapshots and purging. `open` takes
 * the folders; `recover` must follow before the log is used; `close` leaves everything durable and gives the lock back.
 */
export class Storage {
  readonly log: LogWriter;
  private readonly trigger: SnapshotTrigger;
  private state: (Snapshotable & Replayable) | null = null;
  private snapshotting: Promise<void> | null = null;
  private isCancelled = false;
  /** The last transaction that was on disk before the log wrote any. */
  private lastBefore = 0n;
  /** The log files have every transaction from here on; further back, a snapshot from a leader may hide a gap. */
  private logFrom = 0n;
  private isClosing = false;
  private purgeTimer: NodeJS.Timeout | null = null;

  private constructor(
    private readonly settings: StorageSettings,
    private readonly events: StorageEvents,
    private readonly folders: Folders,
    private readonly locks: readonly FolderLock[],
    random: () => number,
  ) {
    this.trigger = new SnapshotTrigger(settings.snapCount, settings.snapSizeLimitBytes, random);
    this.log = new LogWriter({
      logDir: folders.logDir,
      forceSync: settings.forceSync,
      preAllocBytes: settings.preAllocSizeBytes,
      fileBytesMax: settings.txnLogSizeLimitBytes,
      onCommit: (commit) => this.committed(commit),
    });
  }

  /** Creates or checks the folders and locks them; throws a StorageError otherwise. `random` gives values from 0 up to 1. */
  static open(settings: StorageSettings, events: StorageEvents, random: () => number = Math.random): Storage {
    const folders = openFolders(settings.dataDir, settings.dataLogDir, settings.dataDirAutocreate);
    const locks = [lockFolder(folders.snapDir, events.warn)];
    try {
      if (folders.logDir !== folders.snapDir) locks.push(lockFolder(folders.logDir, events.warn));
      removeUnfinished(folders.snapDir);
      return new Storage(settings, events, folders, locks, random);
    } catch (error) {
      for (const lock of locks) lock.release();
      throw error;
    }
  }

  /** Restores `state`, and writes the first snapshot of an empty folder, without which its logs could not be read again. */
  async recover(state: Snapshotable & Replayable): Promise<Recovered> {
    const recovered = await recover(state, {
      ...this.folders,
      ...this.recovery(),
    });
    this.state = state;
    this.lastBefore = recovered.zxid;
    this.logFrom = recovered.snapshotZxid ?? 0n;
    this.trigger.add(recovered.txnCount, 0);
    if (recovered.snapshotZxid === null && recovered.zxid !== zxidNone) await this.write(state);
    this.startPurging();
    return recovered;
  }

  private committed(commit: Parameters<LogWriterOptions['onCommit']>[0]): void {
    this.events.onCommit(commit);
    if (commit.durationMs > this.settings.fsyncWarningThresholdMs) {
      this.events.warn(
        `Writing and syncing ${commit.entries} transactions to ${this.folders.logDir} took ${Math.round(commit.durationMs)} ms, above fsync.warningthresholdms of ${this.settings.fsyncWarningThresholdMs}; every write waits for this disk.`,
      );
      this.events.onSlowCommit();
    }
    this.trigger.add(commit.entries, commit.bytes);
    // After this turn, so that what was just synced is applied before the snapshot's zxid is taken.
    if (this.trigger.isDue && this.snapshotting === null) setImmediate(() => this.beginSnapshot());
  }

  /** Begins a snapshot now, unless one is being written; resolves when it (or the one under way) is on disk or failed. */
  beginSnapshot(): Promise<void> {
    if (this.snapshotting !== null) return this.snapshotting;
    if (this.state === null || this.isClosing) return Promise.resolve();
    this.log.roll();
    this.snapshotting = this.write(this.state)
      .catch((error: unknown) => {
        if (!(error instanceof SnapshotCancelled)) this.events.onSnapshotFailure(error as Error);
      })
      .finally(() => {
        this.snapshotting = null;
      });
    return this.snapshotting;
  }

  private async write(state: Snapshotable): Promise<void> {
    const startedMs = performance.now();
    this.trigger.reset();
    this.isCancelled = false;
    const path = await writeSnapshot(state.beginSnapshot(), {
      snapDir: this.folders.snapDir,
      compression: this.settings.snapshotCompression,
      hasDigest: this.settings.digestEnabled,
      isCancelled: () => this.isCancelled,
    });
    this.events.onSnapshot({ path, durationMs: performance.now() - startedMs });
  }

  /** The epochs of a member of an ensemble; after `recover`. */
  epochs(): EpochFiles {
    return EpochFiles.open(this.folders.snapDir, this.lastBefore, (error) => this.log.onFailure(error));
  }

  /** Gives up the snapshot being written, because the state it is taken of is about to change otherwise than by transactions. */
  async stopSnapshot(): Promise<void> {
    this.isCancelled = true;
    await this.snapshotting;
  }

  /**
   * `zxid` is the last transaction on disk afterwards, or the one returned, where the disk cannot go back to just there. The
   * log must be idle. With `reload`, or where more was taken back than asked, the state is restored from it.
   */
  async truncate(zxid: bigint, reload: boolean): Promise<bigint> {
    await this.stopSnapshot();
    await this.log.leaveFile();
    const reached = truncateAfter(this.folders, zxid);
    this.restartAt(reached);
    const { state } = this;
    if ((reload || reached < zxid) && state !== null)
      await recover(state, { ...this.folders, ...this.recovery() });
    return reached;
  }

  /**
   * The state in memory, got whole from a leader, becomes what the disk holds. First its snapshot is complete on disk
   * under another name, then what is later goes, then it gets its name: a crash leaves the old history or the new one.
   */
  async installSnapshot(): Promise<void> {
    await this.stopSnapshot();
    await this.log.leaveFile();
    const { state, settings, folders } = this;
    const cursor = state!.beginSnapshot();
    const startedMs = performance.now();
    const path = await writeSnapshot(cursor, {
      snapDir: folders.snapDir,
      compression: settings.snapshotCompression,
      hasDigest: settings.digestEnabled,
      isUrgent: true,
      beforeNaming: () => dropAfter(folders, cursor.zxid),
    });
    this.logFrom = cursor.zxid;
    this.restartAt(cursor.zxid);
    this.trigger.reset();
    this.events.onSnapshot({ path, durationMs: performance.now() - startedMs });
  }

  private restartAt(zxid: bigint): void {
    this.lastBefore = zxid;
    this.log.lastSynced = -1n;
  }

  /** See `readLoggedAfter`. */
  readAfter(after: bigint, bytesMax: number): LoggedEntry[] | null {
    if (after < this.logFrom) return null;
    const { lastSynced } = this.log;
    const synced = lastSynced < 0n ? this.lastBefore : lastSynced;
    return readLoggedAfter(this.folders.logDir, after, synced, bytesMax);
  }

  /** Bytes of the newest snapshot, 0 where there is none. */
  get snapshotBytes(): number {
    const newest = listSnapshots(this.folders.snapDir).at(-1);
    return newest === undefined ? 0 : fs.statSync(newest.path).size;
  }

  /** The newest snapshot: its zxid, and when it was written (wall clock, ms); null where there is none. */
  lastSnapshot(): { readonly zxid: bigint; readonly writtenMs: number } | null {
    const newest = listSnapshots(this.folders.snapDir).at(-1);
    if (newest === undefined) return null;
    return { zxid: newest.zxid, writtenMs: fs.statSync(newest.path).mtimeMs };
  }

  private recovery() {
    return {
      trustEmpty: this.settings.snapshotTrustEmpty,
      autocreate: this.settings.dbAutocreate,
      isMember: this.settings.ensemble !== null,
      warn: this.events.warn,
    };
  }

  private startPurging(): void {
    const { autopurgePurgeIntervalHours: hours, autopurgeSnapRetainCount } = this.settings;
    if (hours <= 0) return;
    const run = (): void => {
      try {
        purge(this.folders, autopurgeSnapRetainCount);
      } catch (error) {
        this.events.warn((error as Error).message);
      }
    };
    run();
    this.purgeTimer = setInterval(run, Math.min(hours * hourMs, 2 ** 31 - 1)).unref();
  }

  /** Waits for the snapshot and the log, then gives the folders back. */
  async close(): Promise<void> {
    this.isClosing = true;
    if (this.purgeTimer !== null) clearInterval(this.purgeTimer);
    await this.snapshotting;
    await this.log.close();
    for (const lock of this.locks) lock.release();
  }
}
