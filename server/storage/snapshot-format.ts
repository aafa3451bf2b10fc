import { fileVersion, snapshotMagic } from '@/lib/protocol/txn';

/**
 * The snapshot, byte for byte Apache's (FileSnap, SerializeUtils, DataTree.serialize):
 *
 *   FileHeader  int magic "ZKSN" | int version 2 | long dbid −1
 *   sessions    int n × { long sessionId, int timeout }
 *   ACLs        int n × { long aclId, vector<ACL> }
 *   nodes       { ustring path, buffer data, long aclId, StatPersisted } … parents first, the root as ""; then ustring "/"
 *   seal        long adler32 of every byte before it | ustring "/"
 *   digest      long zxid | int version 2 | long treeDigest | seal        (since 3.6, optional)
 *   last zxid   long | seal                                              (since 3.9, optional; read past here)
 *
 * The whole stream may be inside gzip or snappy; checksums are of the bytes outside it.
 */

/** Ends the node list and every seal: ustring "/". */
export const endMark = Buffer.from([0, 0, 0, 1, 0x2f]);
export const sealBytes = 8 + endMark.length;
/** Version of the way digests are computed. */
export const digestVersion = 2;

export function snapshotHeader(): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32BE(snapshotMagic, 0);
  bytes.writeInt32BE(fileVersion, 4);
  bytes.writeBigInt64BE(-1n, 8);
  return bytes;
}
