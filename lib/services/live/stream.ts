import 'server-only';
import type { SessionView } from '@/lib/api/clusters';
import type { DroppedEvent, HelloEvent, OverviewEvent, WatchesResponse, WatchTarget } from '@/lib/api/live';
import type { EventRing, RingEntry } from './event-ring';
import { StreamQueue } from './stream-queue';
import { covers, targetKey } from './targets';

/**
 * One browser's stream. It outlives its connection for a while, so that a browser that comes back finds its watches
 * standing and gets what it missed from the ring. While a browser reads slowly, events wait in a bounded queue.
 */

export const heartbeatMs = 15_000;
/** A browser that has taken nothing for this many heartbeats is gone, although its connection never ended. */
const heartbeatsMissedMax = 4;
const paceMs = 25;
const lostResume: DroppedEvent = { count: null, reason: 'resume' };
const lostSession: DroppedEvent = { count: null, reason: 'session' };

/** Where bytes go: one HTTP response. */
export interface StreamSink {
  /** False while the browser has not taken what was sent before. */
  readonly ready: () => boolean;
  readonly write: (text: string) => void;
  readonly close: () => void;
}

function message(name: string, data: unknown, id: string | null): string {
  const idLine = id === null ? '' : `id: ${id}\n`;
  return `event: ${name}\n${idLine}data: ${JSON.stringify(data)}\n\n`;
}

export class LiveStream {
  targets: readonly WatchTarget[] = [];
  /** The targets that are counted upstream for this stream, by key. */
  readonly counted = new Map<string, WatchTarget>();
  detachedAt: number | null = null;
  private sink: StreamSink | null = null;
  private readonly queue = new StreamQueue(Date.now);
  private pace: NodeJS.Timeout | null = null;
  private heartbeat: NodeJS.Timeout | null = null;
  private session: SessionView | null = null;
  private watches: WatchesResponse | null = null;
  private overviewAt: number | null = null;
  private gap = false;
  private slow = false;

  constructor(
    readonly id: string,
    private readonly ring: EventRing,
  ) {}

  get attached(): boolean {
    return this.sink !== null;
  }

  private eventId(seq: number): string {
    return `${this.id}:${seq}`;
  }

  /**
   * Starts sending to a browser. `since` is the last event it saw, where it resumes; `lost` that it asked to resume and
   * cannot, because its stream is no longer kept.
   */
  attach(sink: StreamSink, session: SessionView, since: number | null, lost: boolean): void {
    this.detach();
    this.sink = sink;
    this.detachedAt = null;
    const resumed = since !== null;
    sink.write('retry: 1000\n\n');
    const id = this.eventId(since ?? this.ring.lastSeq);
    sink.write(message('hello', { stream: this.id, resumed, session } satisfies HelloEvent, id));
    if (lost) sink.write(message('dropped', lostResume, null));
    if (since !== null) this.replay(since);
    let missed = 0;
    this.heartbeat = setInterval(() => {
      missed = sink.ready() ? 0 : missed + 1;
      if (missed >= heartbeatsMissedMax) this.detach(sink);
      else if (missed === 0) sink.write(': heartbeat\n\n');
    }, heartbeatMs);
    this.heartbeat.unref();
    this.drain();
  }

  private replay(since: number): void {
    const { entries, complete } = this.ring.since(since);
    if (!complete) this.sink?.write(message('dropped', lostResume, null));
    for (const entry of entries) if (this.wants(entry)) this.queue.push(entry);
  }

  /** The browser is gone; the stream waits for it to come back. A response already replaced detaches nothing. */
  detach(of?: StreamSink): void {
    const { sink } = this;
    if (sink === null || (of !== undefined && of !== sink)) return;
    this.sink = null;
    this.detachedAt = Date.now();
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    if (this.pace !== null) clearTimeout(this.pace);
    this.heartbeat = this.pace = null;
    this.queue.clear();
    sink.close();
  }

  private wants(entry: RingEntry): boolean {
    return this.targets.some((target) => covers(target, entry.event));
  }

  /** Replaces what the stream watches; returns what is new and what is no longer wanted. */
  retarget(targets: readonly WatchTarget[]): { added: WatchTarget[]; removed: WatchTarget[] } {
    const before = new Map(this.targets.map((target) => [targetKey(target), target]));
    const after = new Map(targets.map((target) => [targetKey(target), target]));
    this.targets = [...after.values()];
    return {
      // What could not be counted when it was asked for (the cap) is tried again.
      added: [...after].filter(([key]) => !this.counted.has(key)).map(([, target]) => target),
      removed: [...before].filter(([key]) => !after.has(key)).map(([, target]) => target),
    };
  }

  offer(entry: RingEntry): void {
    if (this.sink === null || !this.wants(entry)) return;
    this.queue.push(entry);
    this.drain();
  }

  /** Only the newest state counts, so these wait at most once each. */
  offerSession(session: SessionView): void {
    this.session = session;
    this.drain();
  }

  offerWatches(watches: WatchesResponse): void {
    if (this.targets.length === 0) return;
    this.watches = watches;
    this.drain();
  }

  offerOverview(at: number): void {
    this.overviewAt = at;
    this.drain();
  }

  offerGap(): void {
    if (this.targets.length === 0) return;
    this.gap = true;
    this.drain();
  }

  /** Sends what may be sent now; called again when the browser has read, and while the pace holds events back. */
  drain(): void {
    const { sink } = this;
    if (sink === null) return;
    if (!sink.ready()) {
      this.slow = true;
      return;
    }
    this.sendNews(sink);
    while (sink.ready()) {
      const entry = this.queue.take();
      if (entry === null) break;
      const dropped = this.queue.takeDropped(this.slow);
      if (dropped !== null) sink.write(message('dropped', dropped, null));
      sink.write(message('znode', entry.event, this.eventId(entry.seq)));
    }
    if (this.queue.size === 0) this.slow = false;
    else if (this.pace === null) {
      this.pace = setTimeout(() => {
        this.pace = null;
        this.drain();
      }, paceMs);
      this.pace.unref();
    }
  }

  private sendNews(sink: StreamSink): void {
    if (this.session !== null) sink.write(message('session', this.session, null));
    if (this.watches !== null) sink.write(message('watches', this.watches, null));
    if (this.gap) sink.write(message('dropped', lostSession, null));
    if (this.overviewAt !== null)
      sink.write(message('overview', { at: this.overviewAt } satisfies OverviewEvent, null));
    this.session = null;
    this.watches = null;
    this.gap = false;
    this.overviewAt = null;
  }
}
