import { JuteError } from '@/lib/jute/error';
import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { aclList, statPersistedBytes } from '@/lib/protocol/data';
import type { PeerLink, SnapshotCursor, SnapshotSink } from './contract';
import type { PacketReader } from './packet-reader';

/**
 * A snapshot on the wire, behind a SNAP packet: sessions, ACLs, nodes and the end mark as in a snapshot file, but without
 * header and checksums, then the signature (Apache's LearnerHandler and Learner.syncWithLeader).
 */
const signature = 'BenWasHere';
const slash = 0x2f;
const endMarkBytes = 5;
/** aclId and StatPersisted, behind each node's data. */
const nodeTailBytes = 8 + statPersistedBytes;
/** More of one kind than any server holds: a count beyond is garbage. */
const countMax = 1 << 28;

const nodesPerCall = 8;
const sliceBytesMax = 256 << 10;

/**
 * Sends a snapshot in slices: each when the link has drained the one before, so that the leader's other work goes on and
 * memory stays bounded however slow the learner is.
 */
export function sendSnapshot(link: PeerLink, cursor: SnapshotCursor, done: () => void): void {
  link.send(preamble(cursor));
  const slice = (): void => {
    const writer = new JuteWriter(sliceBytesMax + (64 << 10));
    let more = true;
    while (more && writer.size < sliceBytesMax) more = cursor.writeNodes(writer, nodesPerCall);
    if (!more) {
      writer.ustring('/');
      writer.ustring(signature);
    }
    link.send(writer.view());
    if (more) link.whenDrained(slice);
    else done();
  };
  link.whenDrained(slice);
}

function preamble(cursor: SnapshotCursor): Buffer {
  const writer = new JuteWriter(4096);
  writer.int(cursor.sessions.length);
  for (const { sessionId, timeoutMs } of cursor.sessions) {
    writer.long(sessionId);
    writer.int(timeoutMs);
  }
  writer.int(cursor.acls.length);
  for (const { aclId, acl } of cursor.acls) {
    writer.long(aclId);
    aclList.write(writer, [...acl]);
  }
  return writer.view();
}

type Part = 'sessions' | 'acls' | 'nodes' | 'signature' | 'done';

/** Takes a snapshot in as its bytes come. */
export class SnapshotReceiver {
  private part: Part = 'sessions';
  /** Sessions or ACLs still to come; −1 before their number is known. */
  private left = -1;

  constructor(
    private readonly sink: SnapshotSink,
    private readonly zxid: bigint,
    private readonly valueBytesMax: number,
  ) {}

  /** Takes what is whole; true once the snapshot has ended. Throws JuteError where it cannot be one. */
  read(input: PacketReader): boolean {
    if (!input.hasWanted) return false;
    const bytes = input.rest();
    const reader = new JuteReader(bytes);
    let taken = 0;
    try {
      while (this.part !== 'done' && this.step(reader)) taken = reader.offset;
    } catch (error) {
      // Short is what lists and strings can be; a node is measured before it is read.
      const short = error instanceof JuteError && !(error instanceof SnapshotFault) && this.part !== 'nodes';
      if (!short || bytes.length - taken > this.valueBytesMax * 2) throw error;
    }
    if (this.done) taken = reader.offset;
    input.skip(taken);
    input.want(this.done ? 1 : this.wantedBytes(bytes, taken));
    return this.done;
  }

  private get done(): boolean {
    return this.part === 'done';
  }

  /** One item; false where the next one is not whole. */
  private step(reader: JuteReader): boolean {
    switch (this.part) {
      case 'sessions':
        return this.counted(reader, 'acls', () => this.sink.session(reader.long(), reader.int()));
      case 'acls':
        return this.counted(reader, 'nodes', () => this.sink.acl(reader.long(), aclList.read(reader)));
      case 'nodes':
        return this.node(reader);
      default:
        return this.end(reader);
    }
  }

  private counted(reader: JuteReader, next: Part, item: () => void): boolean {
    if (this.left < 0) {
      const count = reader.int();
      if (count < 0 || count > countMax) throw new SnapshotFault(`${count} items in a snapshot`);
      this.left = count;
    } else if (this.left > 0) {
      item();
      this.left -= 1;
    }
    if (this.left === 0) {
      this.part = next;
      this.left = -1;
    }
    return true;
  }

  private node(reader: JuteReader): boolean {
    const { bytes, offset, end } = reader;
    if (end - offset < endMarkBytes) return false;
    const pathLength = bytes.readInt32BE(offset);
    if (pathLength < 0 || pathLength > this.valueBytesMax)
      throw new SnapshotFault(`a path of ${pathLength} bytes in a snapshot`);
    const pathEnd = offset + 4 + pathLength;
    if (pathLength === 1 && bytes[offset + 4] === slash) {
      reader.offset = pathEnd;
      this.part = 'signature';
      return true;
    }
    if (pathEnd + 4 > end) return false;
    const dataLength = bytes.readInt32BE(pathEnd);
    if (dataLength > this.valueBytesMax)
      throw new SnapshotFault(`a value of ${dataLength} bytes in a snapshot`);
    if (pathEnd + 4 + Math.max(dataLength, 0) + nodeTailBytes > end) return false;
    reader.offset = pathEnd;
    this.sink.node(bytes.toString('utf8', offset + 4, pathEnd), reader);
    return true;
  }

  private end(reader: JuteReader): boolean {
    if (reader.ustring() !== signature) throw new SnapshotFault('a snapshot does not end with its signature');
    this.sink.finish(this.zxid);
    this.part = 'done';
    return true;
  }

  /** How much must be there before the next item can be whole, as far as its lengths are known. */
  private wantedBytes(bytes: Buffer, at: number): number {
    const there = bytes.length - at;
    if (this.part !== 'nodes' || there < endMarkBytes) return there + 1;
    const pathLength = bytes.readInt32BE(at);
    if (there < 8 + pathLength) return 8 + pathLength;
    return 8 + pathLength + Math.max(bytes.readInt32BE(at + 4 + pathLength), 0) + nodeTailBytes;
  }
}

/** What more bytes cannot mend. */
class SnapshotFault extends JuteError {
  constructor(message: string) {
    super(message, 0);
  }
}
