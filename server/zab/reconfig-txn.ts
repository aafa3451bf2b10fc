import { JuteReader } from '@/lib/jute/reader';
import { ops } from '@/lib/protocol/ops';
import type { QuorumPacket } from './quorum-packet';

/** The one kind of transaction that Zab itself looks into: a reconfig, whose data is the text of the new config. */

/** TxnHeader: `long clientId, int cxid, long zxid, long time, int type`. */
export const txnHeaderBytes = 32;
const typeOffset = 28;

/** The config that a transaction proposes; null for every other transaction. `payload` holds at least a header. */
export function reconfigText(payload: Buffer): string | null {
  if (payload.readInt32BE(typeOffset) !== ops.reconfig.code) return null;
  const reader = new JuteReader(payload, txnHeaderBytes);
  reader.ustring();
  return reader.buffer()?.toString('utf8') ?? null;
}

/** INFORMANDACTIVATE has the designated leader before the transaction. */
export function withoutLeader(packet: QuorumPacket): QuorumPacket {
  return { ...packet, data: packet.data?.subarray(8) ?? null };
}
