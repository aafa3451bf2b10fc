import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { Fifo } from '@/lib/base/fifo';
import { ops } from '@/lib/protocol/ops';
import type { Id } from '@/lib/protocol/data';
import type { ForwardedRequest } from './contract';
import { packetTypes } from './quorum-packet';

/**
 * What a learner asks of its leader for clients, its own and those of the observers behind it. The leader answers syncs, and
 * sessions that want to come back, in the order it was asked; whoever asked is kept until then.
 */

type Write = (type: number, zxid: bigint, data: Buffer | null, authInfo: readonly Id[] | null) => void;

interface Returning {
  readonly sessionId: bigint;
  readonly answered: (valid: boolean, nowMs: number) => void;
}

export class Upstream {
  private readonly syncs = new Fifo<(nowMs: number) => void>();
  private readonly returning: Returning[] = [];
  /** Sessions that observers heard of since the leader was last told, with their timeouts. */
  private readonly heardOf = new Map<bigint, number>();

  constructor(private readonly write: Write) {}

  /** What becomes of it comes as a transaction. */
  request({ sessionId, cxid, type, body, authInfo }: ForwardedRequest): void {
    const data = new JuteWriter(16 + body.length);
    data.long(sessionId);
    data.int(cxid);
    data.int(type);
    data.raw(body);
    this.write(packetTypes.REQUEST, -1n, data.view(), authInfo);
  }

  /** `done` once it has its place behind all that was proposed before. */
  sync(request: Omit<ForwardedRequest, 'type'>, done: (nowMs: number) => void): void {
    this.syncs.push(done);
    this.request({ ...request, type: ops.sync.code });
  }

  revalidate(sessionId: bigint, timeoutMs: number, answered: Returning['answered']): void {
    this.returning.push({ sessionId, answered });
    const data = new JuteWriter(12);
    data.long(sessionId);
    data.int(timeoutMs);
    this.write(packetTypes.REVALIDATE, -1n, data.view(), null);
  }

  touched(sessionId: bigint, timeoutMs: number): void {
    this.heardOf.set(sessionId, timeoutMs);
  }

  /** Answers a PING: `own` are the sessions that this server heard of by itself. */
  answerPing(zxid: bigint, own: Iterable<readonly [sessionId: bigint, timeoutMs: number]>): void {
    const data = new JuteWriter(256);
    for (const sessions of [own, this.heardOf])
      for (const [sessionId, timeoutMs] of sessions) {
        data.long(sessionId);
        data.int(timeoutMs);
      }
    this.heardOf.clear();
    this.write(packetTypes.PING, zxid, data.view(), null);
  }

  /** SYNC came. */
  synced(nowMs: number): void {
    this.syncs.shift()?.(nowMs);
  }

  /** REVALIDATE came. */
  revalidated(data: Buffer | null, nowMs: number): void {
    const reader = new JuteReader(data ?? Buffer.alloc(0));
    const sessionId = reader.long();
    const valid = reader.boolean();
    const at = this.returning.findIndex((asked) => asked.sessionId === sessionId);
    if (at >= 0) this.returning.splice(at, 1)[0]!.answered(valid, nowMs);
  }
}
