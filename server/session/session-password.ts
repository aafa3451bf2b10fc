/**
 * A session's password is not stored but computed from its id, so that every server of an ensemble, Apache's included,
 * can verify it: 16 bytes of java.util.Random seeded with the id XOR a constant.
 */
const superSecret = 0xb3415c00n;
const multiplier = 0x5deece66dn;
const mask48 = (1n << 48n) - 1n;

export const passwordBytes = 16;

export function sessionPassword(sessionId: bigint): Buffer {
  const password = Buffer.alloc(passwordBytes);
  let seed = (BigInt.asUintN(64, sessionId ^ superSecret) ^ multiplier) & mask48;
  for (let at = 0; at < passwordBytes; at += 4) {
    seed = (seed * multiplier + 0xbn) & mask48;
    password.writeInt32LE(Number(BigInt.asIntN(32, seed >> 16n)), at);
  }
  return password;
}
