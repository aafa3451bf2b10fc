import fs from 'node:fs';
import { createGunzip } from 'node:zlib';
import { AssertionFailure } from '@/lib/base/assert';
import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import { aclList, statPersistedBytes } from '@/lib/protocol/data';
import { adler32 } from './adler32';
import type { SnapshotSink } from './contract';
import { diskError, StorageError } from './errors';
import type { SnapshotFile } from './files';
import { snappyChunks } from './snappy';
import { digestVersion, endMark, sealBytes, snapshotHeader } from './snapshot-format';

/**
 * Loads a snapshot file into a sink. The start of a server with a million znodes waits for this, so nodes are cut out of
 * chunks of several megabytes with plain index arithmetic, and the checksum runs over whole chunks.
 */

const chunkBytes = 4 << 20;

/** A damaged snapshot: recovery tries an older one. Its message names file and reason. */
export class SnapshotDamage extends StorageError {}

/** Bytes of the file, uncompressed, through one buffer that is refilled. */
class SnapshotSource {
  bytes = Buffer.allocUnsafe(chunkBytes);
  filled = 0;
  at = 0;
  private adler = 1;
  /** Bytes before this index are in `adler`. */
  private summedTo = 0;

  constructor(private readonly chunks: AsyncIterator<Buffer>) {}

  /** Bytes not yet taken that are in the buffer. */
  get available(): number {
    return this.filled - this.at;
  }

  /** Brings at least `length` bytes from `at` on into the buffer; false when the file ends before. */
  async need(length: number): Promise<boolean> {
    while (this.available < length) {
      const next = await this.chunks.next();
      if (next.done) return false;
      this.append(next.value, length);
    }
    return true;
  }

  private append(chunk: Buffer, length: number): void {
    if (this.filled + chunk.length > this.bytes.length) {
      this.sum();
      const kept = this.filled - this.at;
      // As much as came, and some ahead: a damaged length must not cost what it claims.
      const there = kept + chunk.length;
      const ahead = Math.min(length, 2 * this.bytes.length);
      const capacity = there > this.bytes.length ? Math.max(there, ahead) : this.bytes.length;
      const target = capacity > this.bytes.length ? Buffer.allocUnsafe(capacity) : this.bytes;
      this.bytes.copy(target, 0, this.at, this.filled);
      this.bytes = target;
      this.filled = kept;
      this.at = this.summedTo = 0;
    }
    chunk.copy(this.bytes, this.filled);
    this.filled += chunk.length;
  }

  /** The checksum of every byte taken so far. */
  sum(): number {
    this.adler = adler32(this.bytes, this.summedTo, this.at, this.adler);
    this.summedTo = this.at;
    return this.adler;
  }

  reader(): JuteReader {
    return new JuteReader(this.bytes, this.at, this.filled);
  }
}

async function* fileChunks(file: string): AsyncGenerator<Buffer> {
  const fd = fs.openSync(file, 'r');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes >> 1);
    for (;;) {
      const read = fs.readSync(fd, chunk, 0, chunk.length, null);
      if (read === 0) return;
      yield chunk.subarray(0, read);
    }
  } finally {
    fs.closeSync(fd);
  }
}

function gzipChunks(file: string): AsyncIterator<Buffer> {
  const stream = fs.createReadStream(file, { highWaterMark: 1 << 20 });
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  stream.on('error', (error) => gunzip.destroy(error));
  return stream.pipe(gunzip)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
}

function chunksOf({ path, compression }: SnapshotFile): AsyncIterator<Buffer> {
  if (compression === 'gz') return gzipChunks(path);
  return compression === 'snappy' ? snappyChunks(fileChunks(path)) : fileChunks(path);
}

/** Reads the whole file; throws SnapshotDamage where it is not what a snapshot must be. */
export async function readSnapshot(file: SnapshotFile, sink: SnapshotSink): Promise<void> {
  const source = new SnapshotSource(chunksOf(file));
  try {
    await readHeader(source);
    await readSessions(source, sink);
    await readAcls(source, sink);
    await readNodes(source, sink);
    await checkSeal(source, 'its checksum');
    await readDigest(source, sink);
  } catch (error) {
    if (error instanceof AssertionFailure) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined && !code.startsWith('Z_'))
      throw diskError('Reading the snapshot', file.path, error);
    const reason =
      error instanceof JuteError ? `a record is cut or wrong: ${error.message}` : (error as Error).message;
    throw new SnapshotDamage(`${file.path} is damaged: ${reason}`, { cause: error });
  }
  sink.finish(file.zxid);
}

async function required(source: SnapshotSource, length: number, what: string): Promise<void> {
  if (!(await source.need(length))) throw new JuteError(`the file ends inside ${what}`, source.at);
}

async function readHeader(source: SnapshotSource): Promise<void> {
  const expected = snapshotHeader();
  await required(source, expected.length, 'the header');
  if (source.bytes.compare(expected, 0, 4, source.at, source.at + 4) !== 0) {
    throw new JuteError('it does not begin with "ZKSN"', 0);
  }
  source.at += expected.length;
}

async function count(source: SnapshotSource, what: string): Promise<number> {
  await required(source, 4, what);
  const value = source.bytes.readInt32BE(source.at);
  if (value < 0) throw new JuteError(`${value} is no number of ${what}`, source.at);
  source.at += 4;
  return value;
}

async function readSessions(source: SnapshotSource, sink: SnapshotSink): Promise<void> {
  for (let left = await count(source, 'sessions'); left > 0; left -= 1) {
    await required(source, 12, 'the sessions');
    sink.session(source.bytes.readBigInt64BE(source.at), source.bytes.readInt32BE(source.at + 8));
    source.at += 12;
  }
}

async function readAcls(source: SnapshotSource, sink: SnapshotSink): Promise<void> {
  // An ACL list has no length of its own; one that does not fit what is there is read again with more.
  for (let left = await count(source, 'ACLs'); left > 0; left -= 1) {
    for (let wanted = 12; ;) {
      await required(source, wanted, 'the ACLs');
      const reader = source.reader();
      const aclId = reader.long();
      try {
        const acl = aclList.read(reader);
        source.at = reader.offset;
        sink.acl(aclId, acl);
        break;
      } catch (error) {
        if (!(error instanceof JuteError)) throw error;
        wanted = source.available + 1;
      }
    }
  }
}

const slash = 0x2f;
/** aclId and StatPersisted, behind each node's data. */
const nodeTailBytes = 8 + statPersistedBytes;

async function readNodes(source: SnapshotSource, sink: SnapshotSink): Promise<void> {
  for (;;) {
    const { bytes } = source;
    const reader = source.reader();
    // All nodes that are whole in the buffer, without leaving this loop.
    for (;;) {
      const { at } = source;
      if (source.available < endMark.length) break;
      const pathLength = bytes.readInt32BE(at);
      if (pathLength < 0) throw new JuteError('a path has a negative length', at);
      const pathEnd = at + 4 + pathLength;
      if (pathLength === 1 && bytes[at + 4] === slash) {
        source.at = pathEnd;
        return;
      }
      if (pathEnd + 4 > source.filled) break;
      const path = bytes.toString('utf8', at + 4, pathEnd);
      const dataLength = bytes.readInt32BE(pathEnd);
      const end = pathEnd + 4 + (dataLength < 0 ? 0 : dataLength) + nodeTailBytes;
      if (end > source.filled) break;
      reader.offset = pathEnd;
      sink.node(path, reader);
      if (reader.offset !== end) throw new JuteError(`the node ${path} was not read to its end`, at);
      source.at = end;
    }
    await required(source, await wantedBytes(source), 'the nodes');
  }
}

/** How many bytes the node at `source.at` needs to be whole, as far as its lengths are known. */
async function wantedBytes(source: SnapshotSource): Promise<number> {
  await required(source, endMark.length, 'the nodes');
  const pathLength = source.bytes.readInt32BE(source.at);
  if (pathLength < 0) throw new JuteError('a path has a negative length', source.at);
  // The end mark is a node named "/" without anything behind it.
  if (pathLength === 1 && source.bytes[source.at + 4] === slash) return endMark.length;
  await required(source, 8 + pathLength, 'the nodes');
  const dataLength = source.bytes.readInt32BE(source.at + 4 + pathLength);
  return 8 + pathLength + Math.max(dataLength, 0) + nodeTailBytes;
}

async function checkSeal(source: SnapshotSource, what: string): Promise<void> {
  const expected = source.sum();
  await required(source, sealBytes, what);
  const isRight =
    source.bytes.readBigInt64BE(source.at) === BigInt(expected) &&
    source.bytes.compare(endMark, 0, endMark.length, source.at + 8, source.at + sealBytes) === 0;
  if (!isRight) throw new JuteError(`${what} does not match its bytes`, source.at);
  source.at += sealBytes;
}

/** The digest trailer; a file that ends without one was written with digests off, or before 3.6. */
async function readDigest(source: SnapshotSource, sink: SnapshotSink): Promise<void> {
  if (!(await source.need(20 + sealBytes))) return;
  const zxid = source.bytes.readBigInt64BE(source.at);
  const version = source.bytes.readInt32BE(source.at + 8);
  const treeDigest = source.bytes.readBigInt64BE(source.at + 12);
  source.at += 20;
  await checkSeal(source, 'the checksum of its digest');
  // Apache's first snapshot of an empty folder carries 0 for zxid and digest, and its readers pass over that as well.
  if (version === digestVersion && zxid > 0n) sink.digest(zxid, treeDigest);
}
