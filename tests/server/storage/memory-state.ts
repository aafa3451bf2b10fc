import type { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import { statPersistedBytes, type Acl } from '@/lib/protocol/data';
import type { LogWriter } from '@/server/storage/log-writer';
import type { Replayable, Snapshotable, SnapshotCursor, SnapshotSink } from '@/server/storage/contract';

interface MemoryNode {
  data: Buffer | null;
  aclId: bigint;
  stat: Buffer;
}

/** State with nothing behind it but what storage gave it: shows what a restore delivered, to the byte. */
export class MemoryState implements Snapshotable, Replayable {
  nodes = new Map<string, MemoryNode>();
  sessions = new Map<bigint, number>();
  acls = new Map<bigint, readonly Acl[]>();
  replayed: Buffer[] = [];
  lastZxid = 0n;
  restoredDigest: { zxid: bigint; treeDigest: bigint } | null = null;
  /** What a snapshot reports as the digest. */
  treeDigest = 0n;

  addNode(path: string, data: Buffer | null, aclId = -1n): void {
    this.nodes.set(path, { data, aclId, stat: Buffer.alloc(statPersistedBytes) });
  }

  beginSnapshot(): SnapshotCursor {
    const nodes = this.nodes.entries();
    return {
      zxid: this.lastZxid,
      sessions: [...this.sessions].map(([sessionId, timeoutMs]) => ({ sessionId, timeoutMs })),
      acls: [...this.acls].map(([aclId, acl]) => ({ aclId, acl })),
      writeNodes(writer: JuteWriter, nodesMax: number): boolean {
        for (let count = 0; count < nodesMax; count += 1) {
          const next = nodes.next();
          if (next.done) return false;
          const [path, node] = next.value;
          writer.ustring(path);
          writer.buffer(node.data);
          writer.long(node.aclId);
          writer.raw(node.stat);
        }
        return true;
      },
      digest: () => ({ zxid: this.lastZxid, treeDigest: this.treeDigest }),
    };
  }

  beginRestore(): SnapshotSink {
    this.nodes.clear();
    this.sessions.clear();
    this.acls.clear();
    this.restoredDigest = null;
    return {
      session: (sessionId, timeoutMs) => void this.sessions.set(sessionId, timeoutMs),
      acl: (aclId, acl) => void this.acls.set(aclId, acl),
      node: (path, reader) => void this.nodes.set(path, readNode(path, reader, this.acls)),
      digest: (zxid, treeDigest) => void (this.restoredDigest = { zxid, treeDigest }),
      finish: (zxid) => void (this.lastZxid = zxid),
    };
  }

  replay(payload: Buffer): void {
    this.replayed.push(Buffer.from(payload));
    this.lastZxid = payload.readBigInt64BE(12);
  }
}

function readNode(path: string, reader: JuteReader, acls: ReadonlyMap<bigint, readonly Acl[]>): MemoryNode {
  const data = reader.buffer();
  const aclId = reader.long();
  if (aclId !== -1n && !acls.has(aclId)) throw new Error(`the ACL ${aclId} of ${path} is missing`);
  const stat = Buffer.from(reader.bytes.subarray(reader.offset, reader.offset + statPersistedBytes));
  reader.offset += statPersistedBytes;
  return { data: data === null ? null : Buffer.from(data), aclId, stat };
}

/** A setData transaction's payload, as the log holds it. */
export function writeTxn(writer: JuteWriter, zxid: bigint, path: string, data: Buffer): void {
  writer.long(0x100000000000001n);
  writer.int(Number(zxid & 0x7fffffffn));
  writer.long(zxid);
  writer.long(1_700_000_000_000n + zxid);
  writer.int(5);
  writer.ustring(path);
  writer.buffer(data);
  writer.int(1);
}

export function appendTxn(
  log: LogWriter,
  zxid: bigint,
  path = '/a',
  data: Buffer = Buffer.from(`value ${zxid}`),
): void {
  writeTxn(log.begin(), zxid, path, data);
  log.end(zxid);
}
