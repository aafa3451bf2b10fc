import { JuteWriter } from '@/lib/jute/writer';
import type { ServerId } from '@/server/quorum/contract';
import type { LoggedTxn } from './contract';
import type { LearnerHandler } from './learner-handler';
import { longBytes, packetTypes, writePacket } from './quorum-packet';

/**
 * What observers are told, by a leader or by an observer master: whole transactions, once they are committed. One buffer
 * collects an event's packets and goes to all observers at once; without observers nothing is written.
 */
export class Informs {
  private writer = new JuteWriter(1024);
  /** In the buffer. */
  private packets = 0;
  private observers = 0;

  constructor(private readonly handlers: ReadonlySet<LearnerHandler>) {}

  join(handler: LearnerHandler): void {
    handler.isForwarding = true;
    this.observers += 1;
  }

  leave(handler: LearnerHandler): void {
    if (handler.isForwarding) this.observers -= 1;
  }

  commit(txn: LoggedTxn): void {
    if (this.observers > 0) this.write(packetTypes.INFORM, txn.zxid, txn.payload);
  }

  /** The commit of a reconfig, which says who leads from now on. */
  activate(txn: LoggedTxn, designatedLeader: ServerId): void {
    if (this.observers === 0) return;
    const data = Buffer.concat([longBytes(BigInt(designatedLeader)), txn.payload]);
    this.write(packetTypes.INFORMANDACTIVATE, txn.zxid, data);
  }

  private write(type: number, zxid: bigint, data: Buffer): void {
    writePacket(this.writer, type, zxid, data);
    this.packets += 1;
  }

  flush(nowMs: number): void {
    if (this.writer.size === 0) return;
    const bytes = this.writer.view();
    const { packets } = this;
    this.packets = 0;
    this.writer = nextWriter(bytes.length);
    for (const handler of this.handlers)
      if (handler.isForwarding && handler.isObserver) handler.send(bytes, nowMs, packets);
  }
}

/** Links keep a buffer that was sent: the next is made for about as much. */
export function nextWriter(bytes: number): JuteWriter {
  return new JuteWriter(Math.min(Math.max(bytes * 2, 1024), 128 << 10));
}
