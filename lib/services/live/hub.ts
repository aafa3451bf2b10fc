import 'server-only';
import { randomUUID } from 'node:crypto';
import { ApiError } from '@/lib/api/errors';
import type { WatchesResponse, WatchTarget, ZnodeEvent, ZnodeEventKind } from '@/lib/api/live';
import type { WatchEvent } from '@/lib/client/session-client';
import type { Stat } from '@/lib/protocol/data';
import type { EventName } from '@/lib/protocol/proto';
import { formatZxid } from '@/lib/protocol/zxid';
import { statView } from '../browse/views';
import type { ClusterSession } from '../clusters/sessions';
import { asPurpose } from '../console/meter';
import { EventCoalescer, type CoalescedEvent } from './event-coalescer';
import { EventRing } from './event-ring';
import { LiveStream, type StreamSink } from './stream';
import { targetKey } from './targets';
import { UpstreamWatches, type WatchState } from './upstream-watches';

/**
 * The live events of one cluster: watches at the members on one side, browsers' streams on the other, and between them
 * one read of each changed node's Stat, however many browsers look.
 */

const ringEventsMax = 10_000;
export const streamsMax = 1_000;
/** How long a stream whose browser went away can be resumed; its watches stand as long. */
const resumableMs = 60_000;
const sweepEveryMs = 10_000;

const kinds: Partial<Record<EventName, ZnodeEventKind>> = {
  NodeCreated: 'created',
  NodeDeleted: 'deleted',
  NodeDataChanged: 'dataChanged',
  NodeChildrenChanged: 'childrenChanged',
};

/** The zxid of the change that a Stat was read after, as far as the Stat tells. */
function zxidOf(kind: ZnodeEventKind, stat: Stat | null): bigint | null {
  if (stat === null) return null;
  switch (kind) {
    case 'created':
      return stat.czxid;
    case 'dataChanged':
      return stat.mzxid;
    case 'childrenChanged':
      return stat.pzxid;
    case 'deleted':
    case 'aclChanged':
      return null;
  }
}

export class LiveHub {
  private readonly ring = new EventRing(ringEventsMax);
  private readonly streams = new Map<string, LiveStream>();
  private readonly upstream: UpstreamWatches;
  private readonly coalescer: EventCoalescer;
  private readonly sweep: NodeJS.Timeout;
  private releaseSession: (() => void) | null = null;

  constructor(private readonly session: ClusterSession) {
    this.coalescer = new EventCoalescer({
      now: Date.now,
      later: (delayMs, run) => void setTimeout(run, delayMs),
      read: (path) => this.readStat(path),
      publish: (event) => this.publishCoalesced(event),
    });
    this.upstream = new UpstreamWatches(session, {
      onEvent: (event) => this.onEvent(event),
      onGap: () => {
        for (const stream of this.streams.values()) stream.offerGap();
      },
      onStates: () => {
        for (const stream of this.streams.values()) stream.offerWatches(this.watchesOf(stream));
      },
    });
    session.onChange((view) => {
      for (const stream of this.streams.values()) stream.offerSession(view);
    });
    this.sweep = setInterval(() => this.dropStale(Date.now()), sweepEveryMs);
    this.sweep.unref();
  }

  // --- events -----------------------------------------------------------------------------------------------------

  private onEvent(event: WatchEvent): void {
    const kind = kinds[event.type];
    if (kind !== undefined) this.coalescer.push(event.path, kind, event.zxid);
  }

  private async readStat(path: string): Promise<Stat | null> {
    try {
      const { id } = this.session.settings;
      return (await asPurpose(id, 'live', () => this.session.use().exists(path))).value;
    } catch {
      // Gone, unreadable or the connection lost: the event still goes out, without a Stat.
      return null;
    }
  }

  private publishCoalesced(event: CoalescedEvent): void {
    const { path, kind, folded, stat } = event;
    if (kind === 'deleted' || stat !== null) this.upstream.seen(path, stat);
    const zxid = event.zxid ?? zxidOf(kind, stat);
    this.publish({
      kind,
      path,
      at: Date.now(),
      zxid: zxid === null ? null : formatZxid(zxid),
      stat: stat === null ? null : statView(stat),
      folded,
    });
  }

  /** Puts an event into the ring and to every stream that asks for it. */
  publish(event: ZnodeEvent): void {
    const entry = this.ring.push(event);
    for (const stream of this.streams.values()) stream.offer(entry);
  }

  publishOverview(at: number): void {
    for (const stream of this.streams.values()) stream.offerOverview(at);
  }

  // --- streams ----------------------------------------------------------------------------------------------------

  /** Browsers connected now. */
  get browsers(): number {
    return [...this.streams.values()].filter((stream) => stream.attached).length;
  }

  /** Streams kept, those included whose browser may come back. */
  get streamCount(): number {
    return this.streams.size;
  }

  /** Opens a stream, or the one that `lastEventId` names where it is still kept. */
  open(sink: StreamSink, lastEventId: string | null): LiveStream {
    const [id = '', seq = ''] = (lastEventId ?? '').split(':');
    const known = this.streams.get(id);
    const since = known !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : null;
    const stream = known ?? this.newStream();
    this.releaseSession ??= this.session.hold();
    const asked = lastEventId !== null && lastEventId !== '';
    stream.attach(sink, this.session.view(), since, asked && since === null);
    return stream;
  }

  private newStream(): LiveStream {
    if (this.streams.size >= streamsMax) this.dropStale(Number.POSITIVE_INFINITY);
    if (this.streams.size >= streamsMax) {
      throw new ApiError('TOO_MANY', `${streamsMax} live streams are open on this cluster.`);
    }
    const stream = new LiveStream(randomUUID(), this.ring);
    this.streams.set(stream.id, stream);
    return stream;
  }

  /** Replaces what a stream watches and tells which of it stands. */
  async setWatches(streamId: string, targets: readonly WatchTarget[]): Promise<WatchesResponse> {
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      throw new ApiError('UNKNOWN_JOB', 'This live stream is not known any more; open a new one.', {
        stream: streamId,
      });
    }
    const { added, removed } = stream.retarget(targets);
    const wanted = added.map((target) => this.want(stream, target));
    for (const target of removed) this.unwant(stream, target);
    const states = await Promise.all(wanted);
    // What could not even be counted upstream (not a path, the cap) is known only here.
    const refused = new Map(
      added.flatMap((target, index) => {
        const key = targetKey(target);
        return stream.counted.has(key) ? [] : [[key, states[index]!] as const];
      }),
    );
    return this.watchesOf(stream, refused);
  }

  private watchesOf(stream: LiveStream, refused?: ReadonlyMap<string, WatchState>): WatchesResponse {
    return {
      watches: stream.targets.map((target) => ({
        ...target,
        ...(refused?.get(targetKey(target)) ?? this.upstream.stateOf(target)),
      })),
    };
  }

  private want(stream: LiveStream, target: WatchTarget): Promise<WatchState> {
    const { counted, state } = this.upstream.want(target);
    if (counted) stream.counted.set(targetKey(target), target);
    return state;
  }

  private unwant(stream: LiveStream, target: WatchTarget): void {
    if (stream.counted.delete(targetKey(target))) this.upstream.unwant(target);
  }

  /** Forgets streams whose browsers did not come back, and lets the session go when none is left. */
  private dropStale(now: number): void {
    for (const [id, stream] of this.streams) {
      if (stream.detachedAt === null || now - stream.detachedAt < resumableMs) continue;
      this.streams.delete(id);
      for (const target of stream.counted.values()) this.unwant(stream, target);
    }
    if (this.streams.size > 0) return;
    this.releaseSession?.();
    this.releaseSession = null;
  }

  stop(): void {
    clearInterval(this.sweep);
    for (const stream of this.streams.values()) stream.detach();
  }
}
