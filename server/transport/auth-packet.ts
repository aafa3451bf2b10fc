/**
 * QuorumAuthPacket, the record in which members exchange SASL tokens: `long magic, int status, buffer token`. It comes
 * before everything else a connection carries; nothing else on these ports begins with its magic.
 */

const magic = 0x5f2435013501edccn;
export const magicBytes = 8;
const headBytes = magicBytes + 8;
/** What RFC 2831 allows for a challenge; responses are no longer. */
const tokenBytesMax = 4096;

export const authStatus = { inProgress: 0, success: 1, error: -1 } as const;

export interface AuthPacket {
  readonly status: number;
  readonly token: Buffer;
  /** How many bytes it took. */
  readonly bytes: number;
}

/** Whether `bytes`, of which there are at least `magicBytes`, begin such a packet. */
export function isAuthPacket(bytes: Buffer): boolean {
  return bytes.readBigInt64BE(0) === magic;
}

/** Null where more bytes are needed; a sentence where they cannot be such a packet. */
export function readAuthPacket(bytes: Buffer): AuthPacket | string | null {
  if (bytes.length < headBytes) return null;
  if (!isAuthPacket(bytes)) return 'it does not go on to authenticate';
  const length = bytes.readInt32BE(headBytes - 4);
  if (length < -1 || length > tokenBytesMax)
    return `its token has ${length} bytes, where at most ${tokenBytesMax} are taken`;
  const end = headBytes + Math.max(length, 0);
  if (bytes.length < end) return null;
  return { status: bytes.readInt32BE(magicBytes), token: bytes.subarray(headBytes, end), bytes: end };
}

export function authPacket(status: number, token: Buffer): Buffer {
  const bytes = Buffer.alloc(headBytes + token.length);
  bytes.writeBigInt64BE(magic);
  bytes.writeInt32BE(status, magicBytes);
  bytes.writeInt32BE(token.length, headBytes - 4);
  token.copy(bytes, headBytes);
  return bytes;
}
