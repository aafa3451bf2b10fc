import { assert } from '@/lib/base/assert';
import { JuteWriter } from '@/lib/jute/writer';
import type { ServerId } from '@/server/quorum/contract';
import type { LoggedTxn, ZabStorage } from './contract';
import type { History } from './history';
import { Informs, nextWriter } from './informs';
import type { LearnerHandler } from './learner-handler';
import { longBytes, packetTypes, writePacket } from './quorum-packet';

/**
 * The stream of a leader: proposals and commits for every follower, informs for every observer. One buffer of each kind
 * collects an event's packets and goes to all links at once; a packet of one link is put behind a flush, so that order
 * is kept.
 */
export class Broadcast {
  /** The last zxid proposed, or the epoch's zero. */
  lastProposed = 0n;
  /** Sizes of proposals, bytes; −1 before the first. */
  readonly proposalBytes = { last: -1, min: -1, max: -1 };
  private toFollowers = new JuteWriter(4096);
  private readonly informs: Informs;
  /** Packets for followers. */
  private packets = 0;
  private proposalStart = -1;

  constructor(
    private readonly history: History,
    private readonly log: ZabStorage['log'],
    private readonly handlers: ReadonlySet<LearnerHandler>,
  ) {
    this.informs = new Informs(handlers);
  }

  /** From here on the learner gets what is broadcast. Whatever is not flushed yet must not be meant for it. */
  join(handler: LearnerHandler): void {
    if (handler.isObserver) this.informs.join(handler);
    else handler.isForwarding = true;
  }

  leave(handler: LearnerHandler): void {
    if (handler.isObserver) this.informs.leave(handler);
  }

  /** Begins a proposal: the payload is written in place, `end` seals, logs and sends it. */
  begin(): JuteWriter {
    assert(this.proposalStart < 0, 'a proposal was begun before the last one was ended');
    const writer = this.toFollowers;
    this.proposalStart = writer.size;
    writer.int(packetTypes.PROPOSAL);
    writer.long(0n);
    writer.int(0);
    return writer;
  }

  end(zxid: bigint): void {
    assert(zxid > this.lastProposed, 'a proposal out of order');
    const writer = this.toFollowers;
    const payloadStart = this.proposalStart + proposalHeadBytes;
    const payloadEnd = writer.size;
    writer.target.writeBigInt64BE(zxid, this.proposalStart + 4);
    writer.patchInt(this.proposalStart + 12, payloadEnd - payloadStart);
    writer.int(-1);
    this.log.begin().section(writer.target, payloadStart, payloadEnd);
    this.log.end(zxid);
    // The buffer is handed to the links and never written again, so the history may keep a view of it.
    this.history.appended({ zxid, payload: writer.target.subarray(payloadStart, payloadEnd) });
    this.lastProposed = zxid;
    this.packets += 1;
    this.measure(payloadEnd - payloadStart);
    this.proposalStart = -1;
  }

  private measure(bytes: number): void {
    const { proposalBytes } = this;
    proposalBytes.last = bytes;
    if (proposalBytes.min < 0 || bytes < proposalBytes.min) proposalBytes.min = bytes;
    if (bytes > proposalBytes.max) proposalBytes.max = bytes;
  }

  commit(txn: LoggedTxn): void {
    writePacket(this.toFollowers, packetTypes.COMMIT, txn.zxid);
    this.packets += 1;
    this.informs.commit(txn);
  }

  /** The commit of a reconfig, which says who leads from now on. */
  activate(txn: LoggedTxn, designatedLeader: ServerId): void {
    const id = longBytes(BigInt(designatedLeader));
    writePacket(this.toFollowers, packetTypes.COMMITANDACTIVATE, txn.zxid, id);
    this.packets += 1;
    this.informs.activate(txn, designatedLeader);
  }

  /** Sends what was proposed and committed since the last time; called at the end of every event. */
  flush(nowMs: number): void {
    if (this.toFollowers.size > 0) this.sendToFollowers(nowMs);
    this.informs.flush(nowMs);
  }

  private sendToFollowers(nowMs: number): void {
    assert(this.proposalStart < 0, 'a flush came in the middle of a proposal');
    const bytes = this.toFollowers.view();
    const { packets } = this;
    this.packets = 0;
    // Links and history keep the bytes.
    this.toFollowers = nextWriter(bytes.length);
    const owes = this.history.uncommitted.size > 0;
    for (const handler of this.handlers) {
      if (!handler.isForwarding || handler.isObserver) continue;
      handler.send(bytes, nowMs, packets);
      if (owes && handler.awaited === null && handler.acked < this.lastProposed)
        handler.awaited = { zxid: this.lastProposed, sinceMs: nowMs };
    }
  }
}

/** `int type, long zxid, int length`. */
const proposalHeadBytes = 16;
