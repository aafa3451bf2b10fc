import { fileHeaderBytes, txnHeaderBytes } from '@/lib/protocol/txn';
import { adler32 } from './adler32';
import { StorageError } from './errors';
import { FileWindow } from './file-window';
import { entryHeadBytes, entryMarker, logHeader, zxidOffsetInPayload } from './log-format';

/**
 * Reads one log file to its end, and decides what an unreadable end means.
 *
 * A batch is acknowledged only after all its bytes, the marker 'B' of each entry included, are on disk, over space that
 * was zero before. So an entry was certainly never acknowledged when nothing but zeros (or the end of the file) stands
 * where its marker should be and after it: a torn tail, dropped silently as Apache does. In the newest file it may also
 * be one of the batch that was on its way when the power went, whose sectors reach the disk in any order: some are still
 * the zeros from before, others behind them are written (see `isTornBatch`). Everything else that does not read (a wrong
 * checksum under a marker, a length that points nowhere, bytes behind a small gap of zeros) could be an acknowledged
 * write that the disk lost, and hides those behind it: the server refuses to start, naming file and offset. Apache
 * refuses wrong checksums as well, but silently ends a file at a wrong marker or at a gap.
 *
 * Apache's learners write what they were sent before UPTODATE into one file twice (Learner.syncWithLeader). Apache applies
 * both when it reads them; here the second time is passed over, which comes to the same.
 */

const windowBytes = 1 << 20;
/** What a disk writes whole or not at all. */
const sectorBytes = 512;
/** More than one batch is (log-writer), so that nothing older is ever taken for torn. */
const tornBytesMax = 8 << 20;
/** A checksum is never zero, so an entry that begins with this many zeros was not written. */
const zerosOfNoEntry = 8;

export interface LogEnd {
  readonly entries: number;
  /** Entries passed over because the file holds their transactions before already. */
  readonly repeats: number;
  /** Where the next entry would stand. */
  readonly offset: number;
  /** Whether part of an entry, written but never acknowledged, follows `offset`. */
  readonly isTorn: boolean;
  /** Torn by how it looks (see `isTornBatch`): what follows `offset` is worth keeping for whoever doubts it. */
  readonly isGuess: boolean;
}

/**
 * Calls `visit` with each payload in order, a view valid during the call, and the offset behind its entry. Throws a StorageError for damage. `isNewest`
 * says that no later file was written, so that the end may be of a batch that never was acknowledged.
 */
export function readLog(
  file: string,
  visit: (payload: Buffer, zxid: bigint, endOffset: number) => void,
  isNewest = false,
): LogEnd {
  const window = new FileWindow(file, windowBytes);
  try {
    const header = readHeader(window, isNewest);
    if (header !== 'whole') {
      const isTorn = header === 'torn';
      return { entries: 0, repeats: 0, offset: isTorn ? 0 : fileHeaderBytes, isTorn, isGuess: isTorn };
    }
    return readEntries(window, visit, isNewest);
  } finally {
    window.close();
  }
}

/** 'missing' for a file that was created but never written, 'torn' where its first batch was never on disk whole. */
function readHeader(window: FileWindow, isNewest: boolean): 'whole' | 'missing' | 'torn' {
  const expected = logHeader();
  const at = window.ensure(0, fileHeaderBytes);
  if (at === 0 && window.bytes.compare(expected, 0, 4, 0, 4) === 0) return 'whole';
  const begun = window.lastNonZeroFrom(0) + 1;
  if (begun <= fileHeaderBytes && window.seek(0, begun) === 0) {
    if (window.bytes.compare(expected, 0, begun, 0, begun) === 0) return 'missing';
  }
  if (isNewest && isTornBatch(window, 0, fileHeaderBytes)) return 'torn';
  throw new StorageError(`${window.file} is not a transaction log: it does not begin with "ZKLG".`);
}

/** Where reading stands. */
interface Place {
  readonly offset: number;
  readonly entries: number;
  readonly repeats: number;
  readonly isNewest: boolean;
}

function readEntries(
  window: FileWindow,
  visit: (payload: Buffer, zxid: bigint, endOffset: number) => void,
  isNewest: boolean,
): LogEnd {
  let at = fileHeaderBytes;
  let entries = 0;
  let repeats = 0;
  let newest: bigint | null = null;
  for (;;) {
    const head = window.ensure(at, entryHeadBytes);
    const place: Place = { offset: window.base + Math.max(head, 0), entries, repeats, isNewest };
    if (head < 0) return endOfLog(window, place, window.base + window.filled);
    at = head;
    const crc = window.bytes.readBigInt64BE(at);
    const length = window.bytes.readInt32BE(at + 8);
    if (length < 0)
      return unreadable(window, place, place.offset + entryHeadBytes, `its length is ${length}`);
    const markerOffset = place.offset + entryHeadBytes + length;
    if (length === 0) return endOfLog(window, place, markerOffset);
    const start = window.ensure(at, entryHeadBytes + length + 1);
    if (start < 0) return endOfLog(window, place, markerOffset);
    at = start;
    const end = at + entryHeadBytes + length;
    if (window.bytes[end] !== entryMarker) return endOfLog(window, place, markerOffset);
    if (BigInt(adler32(window.bytes, at + entryHeadBytes, end)) !== crc) {
      return unreadable(window, place, markerOffset, 'its checksum does not match its bytes');
    }
    if (length < txnHeaderBytes)
      throw damage(window.file, place.offset, `${length} bytes are too few for a transaction`);
    const zxid = window.bytes.readBigInt64BE(at + entryHeadBytes + zxidOffsetInPayload);
    if (newest !== null && zxid <= newest) {
      repeats += 1;
    } else {
      newest = zxid;
      visit(window.bytes.subarray(at + entryHeadBytes, end), zxid, markerOffset + 1);
    }
    entries += 1;
    at = end + 1;
  }
}

/** The entry at `place` is not whole: clean or torn when only zeros follow from `markerOffset` on. */
function endOfLog(window: FileWindow, place: Place, markerOffset: number): LogEnd {
  const { offset, entries, repeats } = place;
  const stray = window.nonZeroFrom(markerOffset);
  if (stray >= 0) {
    const what = `it is incomplete, yet more bytes follow at offset ${stray}`;
    return unreadable(window, place, markerOffset, what);
  }
  const isTorn = window.nonZeroFrom(offset) >= 0;
  if (isTorn && isWholeButForLength(window, offset)) {
    throw damage(window.file, offset, 'its length is wrong, the rest of it is whole');
  }
  return { entries, repeats, offset, isTorn, isGuess: false };
}

/** The entry at `place`, up to its marker, does not read: the end of the newest file where power went, damage otherwise. */
function unreadable(window: FileWindow, place: Place, markerOffset: number, what: string): LogEnd {
  const { offset, entries, repeats, isNewest } = place;
  if (!isNewest || !isTornBatch(window, offset, markerOffset)) throw damage(window.file, offset, what);
  return { entries, repeats, offset, isTorn: true, isGuess: true };
}

/**
 * Whether the entry between `offset` and `markerOffset` misses a whole sector that is still as it was before the write,
 * and what is written behind is no more than one batch can be. A flipped bit or a sector of other bytes does not look so.
 */
function isTornBatch(window: FileWindow, offset: number, markerOffset: number): boolean {
  const length = window.lastNonZeroFrom(offset) + 1 - offset;
  if (length > tornBytesMax || window.seek(offset, length) < 0) return false;
  const zeros = Buffer.alloc(sectorBytes);
  const stop = Math.min(markerOffset + 1 - offset, length);
  for (let from = 0; from < stop;) {
    const to = from + sectorBytes - ((offset + from) % sectorBytes);
    const end = Math.min(to, length);
    const isUnwritten = zeros.compare(window.bytes, from, end, 0, end - from) === 0;
    if (isUnwritten && to - from >= (from === 0 ? zerosOfNoEntry : sectorBytes)) return true;
    from = to;
  }
  return false;
}

/**
 * Whether the bytes behind the entry's head make a whole entry of some other length: its marker, and before it what
 * its checksum asks for. Then it was written in full, and it is the length that the disk changed.
 */
function isWholeButForLength(window: FileWindow, offset: number): boolean {
  const end = window.lastNonZeroFrom(offset) + 1;
  const bytesThere = end - offset;
  if (bytesThere <= entryHeadBytes || window.seek(offset, bytesThere) < 0) return false;
  const { bytes } = window;
  const crc = bytes.readBigInt64BE(0);
  let summed = 1;
  for (let from = entryHeadBytes; ;) {
    const marker = bytes.indexOf(entryMarker, from);
    if (marker < 0 || marker >= bytesThere) return false;
    summed = adler32(bytes, from, marker, summed);
    if (BigInt(summed) === crc) return true;
    summed = adler32(bytes, marker, marker + 1, summed);
    from = marker + 1;
  }
}

function damage(file: string, offset: number, what: string): StorageError {
  return new StorageError(
    `${file} is damaged: the entry at offset ${offset} cannot be read (${what}), and it may have been acknowledged. Restore the file from a copy; to give up this entry and all behind it, cut it off with: truncate -s ${offset} ${file}`,
  );
}
