import { JuteReader } from '@/lib/jute/reader';
import { ops } from '@/lib/protocol/ops';
import type { ForwardedRequest, LeaderHost } from './contract';
import type { LearnerHandler } from './learner-handler';
import type { LearnerVoice } from './learner-master';
import { packetBytes, packetTypes, revalidatedBytes, type QuorumPacket } from './quorum-packet';

/**
 * What learners ask of their leader for their clients: writes, syncs, sessions that come back or were heard of. A sync has
 * its place behind everything proposed before it; those that wait for it are kept here, with the leader's own clients'.
 */

/** A sync that waits for a proposal to be committed: of a learner, or of an own client. */
type WaitingSync = { readonly zxid: bigint } & (
  { readonly from: LearnerHandler } | { readonly from: null; readonly tag: unknown }
);

export interface RequestParts {
  readonly host: LeaderHost;
  /** The last zxid proposed, and how many proposals are not committed. */
  readonly lastProposed: bigint;
  readonly outstanding: number;
  /** What was broadcast so far leaves before the answer. */
  flush(): void;
}

export class LearnerRequests implements LearnerVoice {
  private readonly syncs: WaitingSync[] = [];

  constructor(private readonly parts: RequestParts) {}

  get pendingSyncs(): number {
    return this.syncs.length;
  }

  /** A PING's answer: which sessions the learner heard of. */
  touched(handler: LearnerHandler, data: Buffer | null, nowMs: number): void {
    for (const [sessionId, timeoutMs] of readTouched(data))
      this.parts.host.touched(handler, sessionId, timeoutMs, nowMs);
  }

  revalidate(handler: LearnerHandler, data: Buffer | null, nowMs: number): void {
    const reader = new JuteReader(data ?? Buffer.alloc(0));
    const sessionId = reader.long();
    const valid = this.parts.host.revalidate(handler, sessionId, reader.int(), nowMs);
    this.parts.flush();
    handler.send(packetBytes(packetTypes.REVALIDATE, -1n, revalidatedBytes(sessionId, valid)), nowMs);
  }

  requested(handler: LearnerHandler, packet: QuorumPacket, nowMs: number): void {
    const request = readForwarded(packet);
    if (request.type === ops.sync.code)
      return this.takeSync({ zxid: this.parts.lastProposed, from: handler }, nowMs);
    this.parts.host.forwarded(handler, request, nowMs);
  }

  /** The sync of an own client. */
  sync(tag: unknown, nowMs: number): void {
    this.takeSync({ zxid: this.parts.lastProposed, from: null, tag }, nowMs);
  }

  private takeSync(sync: WaitingSync, nowMs: number): void {
    if (this.parts.outstanding === 0) this.answer(sync, nowMs);
    else this.syncs.push(sync);
  }

  private answer(sync: WaitingSync, nowMs: number): void {
    if (sync.from === null) return this.parts.host.syncDone(sync.tag, nowMs);
    this.parts.flush();
    sync.from.send(packetBytes(packetTypes.SYNC, 0n), nowMs);
  }

  /** Everything up to `zxid` is committed. */
  committed(zxid: bigint, nowMs: number): void {
    while (this.syncs.length > 0 && this.syncs[0]!.zxid <= zxid) this.answer(this.syncs.shift()!, nowMs);
  }
}

/** What a REQUEST carries. Throws JuteError where it has no header. */
export function readForwarded({ data, authInfo }: QuorumPacket): ForwardedRequest {
  const reader = new JuteReader(data ?? Buffer.alloc(0));
  const sessionId = reader.long();
  const cxid = reader.int();
  const type = reader.int();
  return { sessionId, cxid, type, body: reader.bytes.subarray(reader.offset), authInfo: authInfo ?? [] };
}

/** What the answer to a PING carries. */
export function* readTouched(
  data: Buffer | null,
): IterableIterator<readonly [sessionId: bigint, timeoutMs: number]> {
  const reader = new JuteReader(data ?? Buffer.alloc(0));
  while (reader.remaining >= 12) yield [reader.long(), reader.int()];
}
