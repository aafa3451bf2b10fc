import { text } from '@/lib/jute/codec';
import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import { openAcl, readAcl, writeAcl, type Acl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import * as records from '@/lib/protocol/txn';
import { highHalf, highInt, lowHalf, putInt } from './ints';
import { containerOwner, isTtlMs, ttlOwner } from './owners';
import { treeDigestVersion } from './tree-digest';

/**
 * A transaction in memory: one shape for every type, so that the hot path stays monomorphic. It is made by prep, or read
 * from a log or a proposal; `writeTxn` and `readTxn` are the two ways between it and the bytes of TxnHeader, body and
 * TxnDigest (layouts in lib/protocol/txn).
 */
export class Txn {
  path = '';
  data: Buffer | null = null;
  acl: readonly Acl[] = openAcl;
  ephemeral = false;
  parentCVersion = 0;
  /** The new version (setData), aversion (setACL), or the expected one plus 1 (check). */
  version = 0;
  ttl = 0n;
  err = 0;
  timeoutMs = 0;
  /** closeSession's ephemerals; null where the body is empty (before 3.6). */
  paths: readonly string[] | null = null;
  /** multi's parts; each has this header and a type of its own. */
  txns: readonly Txn[] = noTxns;

  /**
   * What prep found out and apply need not find again; trusted only when `prepared`. Slots are −1 where the node did not
   * exist yet when prep looked.
   */
  prepared = false;
  slot = -1;
  parentSlot = -1;
  nodeCrc = 0;
  parentCrc = 0;

  /** The tree's digest after this txn, as halves; meaningful when `hasDigest`. */
  hasDigest = false;
  digestHigh = 0;
  digestLow = 0;

  constructor(
    public type: number,
    readonly clientId: bigint,
    readonly cxid: number,
    readonly zxid: bigint,
    readonly zxidHigh: number,
    readonly zxidLow: number,
    readonly timeMs: number,
  ) {}

  /** A part of this multi. */
  part(type: number): Txn {
    return new Txn(type, this.clientId, this.cxid, this.zxid, this.zxidHigh, this.zxidLow, this.timeMs);
  }
}

const noTxns: readonly Txn[] = [];

/** The owner field of the znode that a create makes; 0 for a plain one. */
export function ownerOf(txn: Txn): bigint {
  if (txn.type === ops.createContainer.code) return containerOwner;
  if (txn.type === ops.createTTL.code) return ttlOwner(txn.ttl);
  return txn.ephemeral ? txn.clientId : 0n;
}

export const isCreateType = (type: number): boolean =>
  type === ops.create.code ||
  type === ops.create2.code ||
  type === ops.createContainer.code ||
  type === ops.createTTL.code;

function writeHeader(writer: JuteWriter, txn: Txn): void {
  writer.long(txn.clientId);
  const at = writer.reserve(24);
  const target = writer.target;
  putInt(target, at, txn.cxid);
  putInt(target, at + 4, txn.zxidHigh);
  putInt(target, at + 8, txn.zxidLow);
  putInt(target, at + 12, highInt(txn.timeMs));
  putInt(target, at + 16, txn.timeMs | 0);
  putInt(target, at + 20, txn.type);
}

function writeBody(writer: JuteWriter, txn: Txn): void {
  switch (txn.type) {
    case ops.create.code:
    case ops.create2.code:
      writeNode(writer, txn);
      writer.boolean(txn.ephemeral);
      return writer.int(txn.parentCVersion);
    case ops.createContainer.code:
      writeNode(writer, txn);
      return writer.int(txn.parentCVersion);
    case ops.createTTL.code:
      writeNode(writer, txn);
      writer.int(txn.parentCVersion);
      return writer.long(txn.ttl);
    case ops.delete.code:
    case ops.deleteContainer.code:
      return writer.ustring(txn.path);
    case ops.setData.code:
    case ops.reconfig.code:
      writer.ustring(txn.path);
      writer.buffer(txn.data);
      return writer.int(txn.version);
    case ops.setACL.code:
      writer.ustring(txn.path);
      writeAcl(writer, txn.acl);
      return writer.int(txn.version);
    case ops.check.code:
      writer.ustring(txn.path);
      return writer.int(txn.version);
    case ops.createSession.code:
      return writer.int(txn.timeoutMs);
    case ops.closeSession.code:
      if (txn.paths !== null) records.closeSessionTxn.write(writer, { paths2Delete: [...txn.paths] });
      return;
    case ops.error.code:
      return writer.int(txn.err);
    case ops.multi.code:
      return writeParts(writer, txn);
    default:
      throw new Error(`a txn of type ${txn.type} cannot be written`);
  }
}

function writeNode(writer: JuteWriter, txn: Txn): void {
  writer.ustring(txn.path);
  writer.buffer(txn.data);
  writeAcl(writer, txn.acl);
}

/** Parts are buffers with a length of their own: written in place, the length patched in. */
function writeParts(writer: JuteWriter, txn: Txn): void {
  writer.int(txn.txns.length);
  for (const part of txn.txns) {
    writer.int(part.type);
    const lengthAt = writer.size;
    writer.int(0);
    writeBody(writer, part);
    writer.patchInt(lengthAt, writer.size - lengthAt - 4);
  }
}

/** TxnHeader, body and, where the txn has one, TxnDigest: the payload of a log entry and of a proposal. */
export function writeTxn(writer: JuteWriter, txn: Txn): void {
  writeHeader(writer, txn);
  writeBody(writer, txn);
  if (!txn.hasDigest) return;
  const at = writer.reserve(12);
  putInt(writer.target, at, treeDigestVersion);
  putInt(writer.target, at + 4, txn.digestHigh);
  putInt(writer.target, at + 8, txn.digestLow);
}

function readBody(reader: JuteReader, txn: Txn): void {
  switch (txn.type) {
    case ops.create.code:
    case ops.create2.code:
      readNode(reader, txn);
      txn.ephemeral = reader.boolean();
      // Logs of 3.3 and before end here; −1 asks apply to count by itself.
      txn.parentCVersion = reader.remaining >= 4 ? reader.int() : -1;
      return;
    case ops.createContainer.code:
      readNode(reader, txn);
      txn.parentCVersion = reader.int();
      return;
    case ops.createTTL.code:
      readNode(reader, txn);
      txn.parentCVersion = reader.int();
      txn.ttl = reader.long();
      // As 3.8.0 logged it before it died of it, and can start no more.
      if (!isTtlMs(txn.ttl)) throw new JuteError(`a TTL of ${txn.ttl} ms is none`, reader.offset);
      return;
    case ops.delete.code:
    case ops.deleteContainer.code:
      txn.path = text.read(reader);
      return;
    case ops.setData.code:
    case ops.reconfig.code:
      txn.path = text.read(reader);
      txn.data = reader.buffer();
      txn.version = reader.int();
      return;
    case ops.setACL.code:
      txn.path = text.read(reader);
      txn.acl = readAcl(reader);
      txn.version = reader.int();
      return;
    case ops.createSession.code:
      txn.timeoutMs = reader.int();
      return;
    case ops.closeSession.code:
      if (!bodyIsEmpty(reader)) txn.paths = records.closeSessionTxn.read(reader).paths2Delete;
      return;
    case ops.error.code:
      txn.err = reader.int();
      return;
    case ops.multi.code:
      txn.txns = readParts(reader, txn);
      return;
    default:
      throw new JuteError(`transaction type ${txn.type} is not known`, reader.offset);
  }
}

/** closeSession without its list (before 3.6, or switched off); what follows then is the end or a digest. */
function bodyIsEmpty(reader: JuteReader): boolean {
  if (reader.remaining === 0) return true;
  return (
    reader.remaining === records.txnDigest.bytesMin &&
    reader.bytes.readInt32BE(reader.offset) === treeDigestVersion
  );
}

function readNode(reader: JuteReader, txn: Txn): void {
  txn.path = text.read(reader);
  txn.data = reader.buffer();
  txn.acl = readAcl(reader);
}

/** A part's bytes: `int type`, then a buffer holding its body. */
const partBytesMin = 8;

function readParts(reader: JuteReader, multi: Txn): Txn[] {
  const count = reader.vectorLength(partBytesMin);
  const parts: Txn[] = [];
  for (let index = 0; index < count; index += 1) {
    const part = multi.part(reader.int());
    const body = reader.buffer();
    if (body === null) throw new JuteError('a part of multi has no body', reader.offset);
    const partReader = new JuteReader(body);
    if (part.type === ops.check.code) {
      part.path = text.read(partReader);
      part.version = partReader.int();
    } else {
      readBody(partReader, part);
    }
    parts.push(part);
  }
  return parts;
}

/** Reads a payload as `writeTxn` made it. Data are views of `payload`. Throws JuteError for an unknown type. */
export function readTxn(payload: Buffer): Txn {
  const reader = new JuteReader(payload);
  const header = records.txnHeader.read(reader);
  const txn = new Txn(
    header.type,
    header.clientId,
    header.cxid,
    header.zxid,
    highHalf(header.zxid),
    lowHalf(header.zxid),
    Number(header.time),
  );
  readBody(reader, txn);
  if (reader.remaining >= 12 && reader.int() === treeDigestVersion) {
    txn.hasDigest = true;
    txn.digestHigh = reader.int();
    txn.digestLow = reader.int();
  }
  return txn;
}
