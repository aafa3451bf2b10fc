import type { JuteReader } from '@/lib/jute/reader';
import type { ReplyHeader } from '@/lib/protocol/proto';
import type { OutgoingRequest } from 'node-zookeeper-client/lib/ConnectionManager.js';

/** A reply as it came, before its body is read. */
export interface RawReply {
  readonly header: ReplyHeader;
  readonly body: JuteReader;
  /** The member that answered, `host:port`. */
  readonly member: string;
}

const headerBytes = 8;

/**
 * A request whose body is encoded by lib/protocol. It goes through the package's packet queue like the package's own
 * requests: `toBuffer` is called once, when the frame is handed to the socket, which is what `sent` records.
 */
export class ProtocolRequest implements OutgoingRequest {
  readonly header: { xid: number; readonly type: number };
  /** The package would prefix the chroot to a payload; the bodies here are complete. */
  readonly payload = null;
  sentAt: number | null = null;

  constructor(
    type: number,
    private readonly body: Uint8Array | null,
  ) {
    this.header = { xid: 0, type };
  }

  /** The size that the member compares with its jute.maxbuffer. */
  get frameBytes(): number {
    return headerBytes + (this.body?.length ?? 0);
  }

  toBuffer(): Buffer {
    this.sentAt = Date.now();
    return frameOf(this.header.xid, this.header.type, this.body);
  }
}

/** One request frame: length, xid, operation, body. */
export function frameOf(xid: number, type: number, body: Uint8Array | null): Buffer {
  const frame = Buffer.allocUnsafe(4 + headerBytes + (body?.length ?? 0));
  frame.writeInt32BE(frame.length - 4, 0);
  frame.writeInt32BE(xid, 4);
  frame.writeInt32BE(type, 8);
  if (body !== null) frame.set(body, 12);
  return frame;
}
