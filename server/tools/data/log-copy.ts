import fs from 'node:fs';
import path from 'node:path';
import { fileHeaderBytes, txnHeaderBytes } from '@/lib/protocol/txn';
import { formatZxid } from '@/lib/protocol/zxid';
import { adler32 } from '@/server/storage/adler32';
import { diskError, StorageError } from '@/server/storage/errors';
import { FileWindow } from '@/server/storage/file-window';
import { lockFolder } from '@/server/storage/lock';
import { entryHeadBytes, entryMarker, logHeader, zxidOffsetInPayload } from '@/server/storage/log-format';
import type { LineOutput } from './output';

/**
 * `zkData repair` and `zkData chop`: a log copied entry by entry into another file, the first with checksums that match
 * (Apache's TxnLogToolkit -r), the second up to a transaction (LogChopper). The original is only ever renamed, and that
 * only where asked and while no server runs on its folder.
 */

const windowBytes = 1 << 20;

export interface CopyOptions {
  /** The new file, which must not exist; null for one beside the original. */
  readonly out: string | null;
  /** The new file takes the name of the original, which is kept under another that no server reads. */
  readonly isInPlace: boolean;
}

interface Entry {
  readonly zxid: bigint;
  readonly offset: number;
  /** Head, payload and marker; a view that lasts until the next entry. */
  readonly bytes: Buffer;
  readonly isSound: boolean;
}

/** What a log holds up to its end, its zeros, or what is no whole entry, which `complain` hears of. */
function* entriesOf(file: string, complain: (sentence: string) => void): Generator<Entry> {
  const window = new FileWindow(file, windowBytes);
  try {
    let at = window.ensure(0, fileHeaderBytes);
    if (at < 0 || window.bytes.compare(logHeader(), 0, 4, 0, 4) !== 0)
      throw new StorageError(`${file} is not a transaction log: it does not begin with "ZKLG".`);
    at += fileHeaderBytes;
    for (;;) {
      at = window.ensure(at, entryHeadBytes);
      if (at < 0) return;
      const offset = window.base + at;
      const length = window.bytes.readInt32BE(at + 8);
      if (length === 0) return;
      const whole = length < txnHeaderBytes ? -1 : window.ensure(at, entryHeadBytes + length + 1);
      if (whole < 0 || window.bytes[whole + entryHeadBytes + length] !== entryMarker)
        return complain(`${file}: the entry at offset ${offset} is not whole; the copy ends before it.`);
      at = whole;
      const bytes = window.bytes.subarray(at, at + entryHeadBytes + length + 1);
      const sum = BigInt(adler32(bytes, entryHeadBytes, entryHeadBytes + length));
      const isSound = bytes.readBigInt64BE(0) === sum;
      yield { zxid: bytes.readBigInt64BE(entryHeadBytes + zxidOffsetInPayload), offset, bytes, isSound };
      at += bytes.length;
    }
  } finally {
    window.close();
  }
}

/** A file being written, gone again where it is not finished. */
class NewLog {
  private readonly fd: number;
  private readonly pending: Buffer[] = [logHeader()];
  private pendingBytes = fileHeaderBytes;

  constructor(readonly file: string) {
    try {
      this.fd = fs.openSync(file, 'wx');
    } catch (error) {
      throw diskError('Creating', file, error);
    }
  }

  add(entry: Buffer): void {
    this.pending.push(Buffer.from(entry));
    this.pendingBytes += entry.length;
    if (this.pendingBytes >= windowBytes) this.flush();
  }

  private flush(): void {
    const bytes = Buffer.concat(this.pending.splice(0));
    this.pendingBytes = 0;
    for (let from = 0; from < bytes.length;) from += fs.writeSync(this.fd, bytes, from);
  }

  finish(): void {
    this.flush();
    fs.fsyncSync(this.fd);
    fs.closeSync(this.fd);
  }

  discard(): void {
    fs.closeSync(this.fd);
    fs.rmSync(this.file, { force: true });
  }
}

/** Writes the copy by `fill`; null where it says that there shall be none. */
function copy(
  file: string,
  suffix: string,
  options: CopyOptions,
  fill: (into: NewLog) => boolean,
): string | null {
  const lock = options.isInPlace ? lockFolder(path.dirname(path.resolve(file)), () => {}) : null;
  try {
    const into = new NewLog(options.out ?? `${file}.${suffix}`);
    let isWanted = false;
    try {
      isWanted = fill(into);
    } finally {
      if (!isWanted) into.discard();
    }
    if (!isWanted) return null;
    into.finish();
    if (!options.isInPlace) return into.file;
    const kept = path.join(path.dirname(file), `before-${suffix}.${path.basename(file)}`);
    if (fs.existsSync(kept))
      throw new StorageError(`${kept} is there already, and ${file} would be kept under it; move it away.`);
    fs.renameSync(file, kept);
    fs.renameSync(into.file, file);
    return file;
  } finally {
    lock?.release();
  }
}

/** Every whole entry with a checksum that matches its bytes. Whether the bytes are right no checksum can say any more. */
export function repairLog(
  file: string,
  options: CopyOptions,
  out: LineOutput,
  complain: (sentence: string) => void,
): void {
  let entries = 0;
  let mended = 0;
  const written = copy(file, 'repaired', options, (into) => {
    for (const { zxid, offset, bytes, isSound } of entriesOf(file, complain)) {
      entries += 1;
      if (!isSound) {
        mended += 1;
        bytes.writeBigInt64BE(BigInt(adler32(bytes, entryHeadBytes, bytes.length - 1)), 0);
        out.line(`The checksum of transaction ${formatZxid(zxid)} at offset ${offset} is mended.`);
      }
      into.add(bytes);
    }
    return true;
  });
  out.line(`${written}: ${entries} transactions, ${mended} checksums mended.`);
}

/** The log up to and including `last`. Returns whether that was found: where it is not, nothing is written. */
export function chopLog(
  file: string,
  last: bigint,
  options: CopyOptions,
  out: LineOutput,
  complain: (sentence: string) => void,
): boolean {
  let entries = 0;
  const written = copy(file, 'chopped', options, (into) => {
    for (const { zxid, offset, bytes, isSound } of entriesOf(file, complain)) {
      if (!isSound)
        throw new StorageError(
          `${file} is damaged: the checksum of transaction ${formatZxid(zxid)} at offset ${offset} does not match. Cut it off before, or repair it first.`,
        );
      entries += 1;
      into.add(bytes);
      if (zxid === last) return true;
    }
    return false;
  });
  if (written !== null) out.line(`${written}: ${entries} transactions up to ${formatZxid(last)}.`);
  else complain(`${file} holds no transaction ${formatZxid(last)}: nothing is written.`);
  return written !== null;
}
