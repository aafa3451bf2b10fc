import { fileHeaderBytes, fileVersion, logMagic } from '@/lib/protocol/txn';

/**
 * The transaction log, byte for byte Apache's (FileTxnLog):
 *
 *   file    int magic "ZKLG" | int version 2 | long dbid 0 | entry … | zeros
 *   entry   long adler32(payload) | int length | payload | byte 'B'
 *   payload TxnHeader (clientId, cxid, zxid, time, type) | body | [TxnDigest]
 *
 * Files are extended with zeros ahead of the entries, so a file ends in zeros as a rule.
 */

/** crc and length before each payload. */
export const entryHeadBytes = 12;
/** 'B', written last: an entry without it was never written in full. */
export const entryMarker = 0x42;
/** clientId and cxid stand before the zxid in a TxnHeader. */
export const zxidOffsetInPayload = 12;

export function logHeader(): Buffer {
  const bytes = Buffer.alloc(fileHeaderBytes);
  bytes.writeInt32BE(logMagic, 0);
  bytes.writeInt32BE(fileVersion, 4);
  return bytes;
}
