import type { ServerId } from '@/server/quorum/contract';

/**
 * What members tell each other in an election (Apache's FastLeaderElection.Notification): a vote, and the sender's state
 * and config. Older releases send less: 28 bytes without peerEpoch, 40 without version and config.
 */

export const serverStates = { LOOKING: 0, FOLLOWING: 1, LEADING: 2, OBSERVING: 3 } as const;
export type ServerState = keyof typeof serverStates;
const stateNames = Object.keys(serverStates) as ServerState[];

/** Who should lead, and why. */
export interface Vote {
  /** `noServer` in an observer's vote. */
  readonly leader: ServerId;
  /** The last transaction that server has logged; −1 where it has nothing. */
  readonly zxid: bigint;
  /** The round of the election ("logical clock"). */
  readonly electionEpoch: bigint;
  /** The epoch that server was in last. */
  readonly peerEpoch: bigint;
}

export interface Notification extends Vote {
  readonly state: ServerState;
  /** 0 for senders before 3.4.6. */
  readonly version: number;
  /** The sender's committed config as text; empty where it sent none. */
  readonly config: string;
}

/** Stands for Long.MIN_VALUE: observers vote for nobody. */
export const noServer: ServerId = Number.MIN_SAFE_INTEGER;
const longMin = -(1n << 63n);
const currentVersion = 2;
/** A config this long is none. */
const configBytesMax = 512 << 10;

export function writeNotification(state: ServerState, vote: Vote, config: string): Buffer {
  const text = Buffer.from(config, 'utf8');
  const bytes = Buffer.allocUnsafe(44 + text.length);
  bytes.writeInt32BE(serverStates[state], 0);
  bytes.writeBigInt64BE(vote.leader === noServer ? longMin : BigInt(vote.leader), 4);
  bytes.writeBigInt64BE(vote.zxid, 12);
  bytes.writeBigInt64BE(vote.electionEpoch, 20);
  bytes.writeBigInt64BE(vote.peerEpoch, 28);
  bytes.writeInt32BE(currentVersion, 36);
  bytes.writeInt32BE(text.length, 40);
  text.copy(bytes, 44);
  return bytes;
}

/** A sentence where the bytes are no notification. */
export function readNotification(bytes: Buffer): Notification | string {
  if (bytes.length < 28) return `a notification of ${bytes.length} bytes, below 28`;
  const state = stateNames[bytes.readInt32BE(0)];
  if (state === undefined) return `a notification with state ${bytes.readInt32BE(0)}, which is none`;
  const leader = bytes.readBigInt64BE(4);
  const zxid = bytes.readBigInt64BE(12);
  const hasVersion = bytes.length >= 44;
  const config = hasVersion ? readConfig(bytes) : '';
  if (config === null) return `a notification whose config has ${bytes.readInt32BE(40)} bytes`;
  const isServer = leader >= BigInt(Number.MIN_SAFE_INTEGER) && leader <= BigInt(Number.MAX_SAFE_INTEGER);
  return {
    state,
    leader: isServer ? Number(leader) : noServer,
    zxid,
    electionEpoch: bytes.readBigInt64BE(20),
    peerEpoch: bytes.length >= 40 ? bytes.readBigInt64BE(28) : zxid >> 32n,
    version: hasVersion ? bytes.readInt32BE(36) : 0,
    config,
  };
}

function readConfig(bytes: Buffer): string | null {
  const length = bytes.readInt32BE(40);
  if (length < 0 || length > configBytesMax || length > bytes.length - 44) return null;
  return bytes.toString('utf8', 44, 44 + length);
}
