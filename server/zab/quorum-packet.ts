import { JuteWriter } from '@/lib/jute/writer';
import { id as idRecord, type Id } from '@/lib/protocol/data';
import { formatZxid } from '@/lib/protocol/zxid';

/**
 * QuorumPacket (module `org.apache.zookeeper.server.quorum`): all that leaders and learners say to each other. On the wire
 * a bare jute record, without a length in front: `int type, long zxid, buffer data, vector<Id> authinfo`.
 */
export const packetTypes = {
  REQUEST: 1,
  PROPOSAL: 2,
  ACK: 3,
  COMMIT: 4,
  PING: 5,
  REVALIDATE: 6,
  SYNC: 7,
  INFORM: 8,
  COMMITANDACTIVATE: 9,
  NEWLEADER: 10,
  FOLLOWERINFO: 11,
  UPTODATE: 12,
  DIFF: 13,
  TRUNC: 14,
  SNAP: 15,
  OBSERVERINFO: 16,
  LEADERINFO: 17,
  ACKEPOCH: 18,
  INFORMANDACTIVATE: 19,
} as const;

/** What 3.4 and later say of themselves in LEADERINFO and in LearnerInfo; older ones skip discovery. */
export const protocolVersion = 0x10000;

export interface QuorumPacket {
  readonly type: number;
  readonly zxid: bigint;
  /** A view of what was received. */
  readonly data: Buffer | null;
  readonly authInfo: readonly Id[] | null;
}

/** Appends a packet; `authInfo` null is written as −1, as Apache does. */
export function writePacket(
  writer: JuteWriter,
  type: number,
  zxid: bigint,
  data: Buffer | null = null,
  authInfo: readonly Id[] | null = null,
): void {
  writer.int(type);
  writer.long(zxid);
  writer.buffer(data);
  if (authInfo === null) return writer.int(-1);
  writer.int(authInfo.length);
  for (const entry of authInfo) idRecord.write(writer, entry);
}

/** One packet as bytes of its own. */
export function packetBytes(
  type: number,
  zxid: bigint,
  data: Buffer | null = null,
  authInfo: readonly Id[] | null = null,
): Buffer {
  const writer = new JuteWriter(24 + (data?.length ?? 0));
  writePacket(writer, type, zxid, data, authInfo);
  return writer.view();
}

const names = new Map<number, string>(Object.entries(packetTypes).map(([name, type]) => [type, name]));

/** `PROPOSAL 0x100000007, 120 B`: for logs and messages. */
export function describePacket(packet: QuorumPacket): string {
  const name = names.get(packet.type) ?? `type ${packet.type}`;
  return `${name} ${formatZxid(packet.zxid)}${packet.data === null ? '' : `, ${packet.data.length} B`}`;
}

/** What a learner says of itself in FOLLOWERINFO and OBSERVERINFO. */
export interface LearnerInfo {
  /** null where the leader is asked for one (an anonymous observer). */
  readonly serverId: number | null;
  readonly protocolVersion: number;
  readonly configVersion: bigint;
}

export function learnerInfoBytes(serverId: number, configVersion: bigint): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeBigInt64BE(BigInt(serverId));
  bytes.writeInt32BE(protocolVersion, 8);
  bytes.writeBigInt64BE(configVersion, 12);
  return bytes;
}

/** Also the shorter forms of 3.3 (server id only) and 3.4 (without config version); null for anything else. */
export function readLearnerInfo(data: Buffer | null): LearnerInfo | null {
  if (data === null || data.length === 0) return { serverId: null, protocolVersion: 0, configVersion: 0n };
  if (data.length !== 8 && data.length !== 12 && data.length !== 20) return null;
  const serverId = data.readBigInt64BE(0);
  if (serverId < BigInt(Number.MIN_SAFE_INTEGER) || serverId > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return {
    serverId: Number(serverId),
    protocolVersion: data.length >= 12 ? data.readInt32BE(8) : 0,
    configVersion: data.length === 20 ? data.readBigInt64BE(12) : 0n,
  };
}

/** One byte behind a long: the answer to REVALIDATE. */
export function revalidatedBytes(sessionId: bigint, valid: boolean): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeBigInt64BE(sessionId);
  bytes[8] = valid ? 1 : 0;
  return bytes;
}

export function intBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function longBytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
