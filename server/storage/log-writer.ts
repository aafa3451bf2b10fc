import path from 'node:path';
import { assert } from '@/lib/base/assert';
import { JuteWriter } from '@/lib/jute/writer';
import { adler32 } from './adler32';
import type { TxnLog } from './contract';
import { diskError } from './errors';
import { logFileName, syncFolder } from './files';
import { LogFile } from './log-file';
import { entryHeadBytes, entryMarker, logHeader } from './log-format';

export interface LogWriterOptions {
  readonly logDir: string;
  /** false: acknowledged writes may be lost with the power, as with Apache's forceSync=no. */
  readonly forceSync: boolean;
  readonly preAllocBytes: number;
  /** A file that has grown beyond this is followed by a new one; −1 for no limit. */
  readonly fileBytesMax: number;
  /** Called after each group commit. */
  readonly onCommit: (commit: {
    readonly entries: number;
    readonly bytes: number;
    readonly durationMs: number;
    /** How long its oldest entry waited before the write began. */
    readonly waitedMs: number;
    /** Entries that wait behind it. */
    readonly behind: number;
  }) => void;
}

/** Entries that go to disk in one write. */
interface Batch {
  readonly writer: JuteWriter;
  entries: number;
  firstZxid: bigint;
  lastZxid: bigint;
  firstMs: number;
  readonly startsFile: boolean;
}

/** A batch beyond this is not filled further; the next entry begins another. */
const batchBytesMax = 4 << 20;
const batchBytesFirst = 64 << 10;

/**
 * The transaction log as it is written: group commit with exactly one write under way (Apache's SyncRequestProcessor and
 * FileTxnLog.append/commit). Entries are sealed into the batch being filled; when the write under way returns, that batch
 * follows at once, so the more is outstanding, the more a sync carries. Without a write under way the batch leaves at the
 * end of the turn, which gathers what the sockets delivered together and costs a lone request nothing.
 *
 * Invariants: batches reach the file in the order sealed; a batch never spans two files; nothing is reported as synced
 * before its bytes, and the folder entry of its file, are on disk; after a failure nothing is written or reported.
 */
export class LogWriter implements TxnLog {
  onSynced: (count: number) => void = () => {};
  onFailure: (error: Error) => void = () => {};
  pending = 0;
  /** The last transaction on disk that was written here; −1 before any. */
  lastSynced = -1n;

  private filling: Batch;
  private readonly sealed: Batch[] = [];
  private readonly spare: JuteWriter[] = [];
  private entryStart = -1;
  private rollNext = true;
  private isScheduled = false;
  private isWriting = false;
  private hasFailed = false;
  private file: LogFile | null = null;
  private whenIdle: (() => void) | null = null;
  private readonly waiting: { left: number; readonly done: () => void }[] = [];

  constructor(private readonly options: LogWriterOptions) {
    this.filling = this.newBatch();
  }

  private newBatch(): Batch {
    const writer = this.spare.pop() ?? new JuteWriter(batchBytesFirst);
    const startsFile = this.rollNext;
    this.rollNext = false;
    if (startsFile) writer.raw(logHeader());
    return { writer, entries: 0, firstZxid: 0n, lastZxid: 0n, firstMs: 0, startsFile };
  }

  begin(): JuteWriter {
    assert(this.entryStart < 0, 'a log entry was begun before the last one was ended');
    if (this.filling.entries > 0 && (this.rollNext || this.filling.writer.size > batchBytesMax)) {
      this.sealed.push(this.filling);
      this.filling = this.newBatch();
    } else if (this.rollNext) {
      this.spare.push(this.filling.writer);
      this.filling.writer.reset();
      this.filling = this.newBatch();
    }
    const { writer } = this.filling;
    this.entryStart = writer.size;
    writer.int(0);
    writer.int(0);
    writer.int(0);
    return writer;
  }

  end(zxid: bigint): void {
    const { writer } = this.filling;
    const start = this.entryStart;
    assert(start >= 0, 'a log entry was ended that was not begun');
    this.entryStart = -1;
    const payloadStart = start + entryHeadBytes;
    const payloadEnd = writer.size;
    // The checksum is a long whose upper half stays 0.
    writer.patchInt(start + 4, adler32(writer.target, payloadStart, payloadEnd) | 0);
    writer.patchInt(start + 8, payloadEnd - payloadStart);
    writer.byte(entryMarker);
    if (this.filling.entries === 0) {
      this.filling.firstZxid = zxid;
      this.filling.firstMs = performance.now();
    }
    this.filling.lastZxid = zxid;
    this.filling.entries += 1;
    this.pending += 1;
    if (this.isWriting || this.isScheduled || this.hasFailed) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.writeNext();
    });
  }

  roll(): void {
    this.rollNext = true;
  }

  private takeBatch(): Batch | null {
    const oldest = this.sealed.shift();
    if (oldest !== undefined) return oldest;
    if (this.filling.entries === 0) return null;
    const batch = this.filling;
    this.filling = this.newBatch();
    return batch;
  }

  private writeNext(): void {
    if (this.isWriting || this.hasFailed) return;
    const batch = this.takeBatch();
    if (batch === null) {
      this.whenIdle?.();
      return;
    }
    this.isWriting = true;
    const startedMs = performance.now();
    const done = (error: Error | null): void => {
      if (error) return this.fail(error);
      this.committed(batch, startedMs, performance.now());
    };
    if (!batch.startsFile) return this.file!.append(batch.writer.view(), done);
    this.startFile(batch, done);
  }

  /** Opens the file named after the batch's first zxid, writes, and makes the name durable before anything counts. */
  private startFile(batch: Batch, done: (error: Error | null) => void): void {
    const { logDir, forceSync, preAllocBytes } = this.options;
    const before = this.file;
    try {
      this.file = LogFile.create(path.join(logDir, logFileName(batch.firstZxid)), forceSync, preAllocBytes);
    } catch (error) {
      return done(error as Error);
    }
    void before?.close();
    this.file.append(batch.writer.view(), (error) => {
      if (error || !forceSync) return done(error);
      syncFolder(logDir, (folderError) =>
        done(folderError === null ? null : diskError('Syncing the folder', logDir, folderError)),
      );
    });
  }

  private committed(batch: Batch, startedMs: number, endedMs: number): void {
    const { entries, writer, firstMs } = batch;
    const bytes = writer.size;
    writer.reset();
    if (bytes <= batchBytesMax && this.spare.length < 2) this.spare.push(writer);
    this.isWriting = false;
    this.pending -= entries;
    this.lastSynced = batch.lastZxid;
    const { fileBytesMax } = this.options;
    if (fileBytesMax >= 0 && this.file!.position > fileBytesMax) this.rollNext = true;
    // The next write leaves before the replies of this one are worked out: the disk never waits for them.
    this.writeNext();
    const behind = this.pending;
    const durationMs = endedMs - startedMs;
    this.options.onCommit({ entries, bytes, durationMs, waitedMs: startedMs - firstMs, behind });
    this.onSynced(entries);
    this.tellWaiting(entries);
  }

  /** Calls `done`, in a later event, once every entry sealed by now is on disk and `onSynced` has said so. */
  whenSynced(done: () => void): void {
    if (this.pending === 0) setImmediate(() => !this.hasFailed && done());
    else this.waiting.push({ left: this.pending, done });
  }

  private tellWaiting(entries: number): void {
    for (const one of this.waiting) one.left -= entries;
    while (this.waiting.length > 0 && this.waiting[0]!.left <= 0) this.waiting.shift()!.done();
  }

  /** Lets go of the file: the next entry starts a new one. Nothing may be pending. */
  async leaveFile(): Promise<void> {
    assert(this.pending === 0, 'the log file was left while entries were on their way');
    this.rollNext = true;
    const { file } = this;
    this.file = null;
    await file?.close();
  }

  private fail(error: Error): void {
    this.hasFailed = true;
    this.isWriting = false;
    this.onFailure(error);
    this.whenIdle?.();
  }

  async close(): Promise<void> {
    if (!this.hasFailed && (this.isWriting || this.pending > 0)) {
      await new Promise<void>((resolve) => {
        this.whenIdle = resolve;
      });
    }
    await this.file?.close();
    this.file = null;
  }
}
