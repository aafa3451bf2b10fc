import type { SessionView } from '@/lib/api/clusters';
import type {
  DroppedEvent,
  HelloEvent,
  WatchMode,
  WatchTarget,
  WatchesResponse,
  ZnodeEvent,
} from '@/lib/api/live';

/**
 * The browser's end of the live stream: one EventSource a tab and cluster. What it watches is the union of what the
 * screens ask for, set as a whole by PUT whenever that union changes.
 *
 * The state is one value moved by `stepLive`; `LiveClient` does the talking. Three things can hide a change from a
 * screen: a stream that could not be resumed, events the server had to drop, and the moment between reading a node and
 * its watch standing. The first two arrive as `resync`, the third as `armed`; both tell screens to read again.
 */

/** Watches of one stream, as the server bounds them. Not imported: the contract's module would bring its parser along. */
const watchesMax = 200;
const settleMs = 20;
const retryFirstMs = 500;
const retryMaxMs = 15_000;
/** A hidden tab gives its connection back after this long: browsers allow six to one host, all tabs together. */
const hiddenMs = 120_000;

export type LiveConnection = 'connecting' | 'open' | 'lost' | 'asleep';

export interface WatchStatus {
  readonly path: string;
  readonly mode: WatchMode;
  readonly active: boolean;
  /** Why it does not stand; null while it does or is not yet known. */
  readonly reason: string | null;
}

export interface LiveState {
  readonly connection: LiveConnection;
  readonly stream: string | null;
  readonly session: SessionView | null;
  /** By `watchKey`. */
  readonly watches: ReadonlyMap<string, WatchStatus>;
  /** Targets asked for beyond the bound, so not set. */
  readonly refused: number;
}

export const liveStart: LiveState = {
  connection: 'connecting',
  stream: null,
  session: null,
  watches: new Map(),
  refused: 0,
};

export type LiveStep =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'hello'; readonly hello: HelloEvent }
  | { readonly kind: 'session'; readonly session: SessionView }
  | { readonly kind: 'lost' }
  | { readonly kind: 'asleep' }
  | { readonly kind: 'watches'; readonly answer: WatchesResponse; readonly refused: number };

export function stepLive(state: LiveState, step: LiveStep): LiveState {
  switch (step.kind) {
    case 'connecting':
      return { ...state, connection: state.connection === 'open' ? 'lost' : state.connection, stream: null };
    case 'hello':
      return {
        ...state,
        connection: 'open',
        stream: step.hello.stream,
        session: step.hello.session,
        // A stream that starts anew watches nothing yet, whatever the one before it did.
        watches: step.hello.resumed ? state.watches : new Map(),
      };
    case 'session':
      return { ...state, session: step.session };
    case 'lost':
    case 'asleep':
      return { ...state, connection: step.kind, stream: null, watches: new Map() };
    case 'watches':
      return {
        ...state,
        refused: step.refused,
        watches: new Map(step.answer.watches.map((watch) => [watchKey(watch), watch])),
      };
  }
}

export function watchKey(target: WatchTarget): string {
  return `${target.mode}:${target.path}`;
}

/** The union in order of asking, each once, cut at the bound. Earlier askers (the selected node) come first. */
export function unionOf(asked: Iterable<readonly WatchTarget[]>): { set: WatchTarget[]; refused: number } {
  const union = new Map<string, WatchTarget>();
  for (const targets of asked) for (const target of targets) union.set(watchKey(target), target);
  const all = [...union.values()];
  return { set: all.slice(0, watchesMax), refused: Math.max(0, all.length - watchesMax) };
}

export type LiveMessage =
  | { readonly kind: 'znode'; readonly event: ZnodeEvent }
  | { readonly kind: 'dropped'; readonly event: DroppedEvent }
  | { readonly kind: 'overview' }
  | { readonly kind: 'session'; readonly session: SessionView }
  /** Changes may have been missed: everything on screen is to be read again. */
  | { readonly kind: 'resync' }
  /** These watches stand from now on; what was read before they did may be old. */
  | { readonly kind: 'armed'; readonly targets: readonly WatchTarget[] };

export interface LiveTransport {
  /** The address of the stream; `lastEventId` resumes. */
  readonly eventsUrl: (lastEventId: string | null) => string;
  readonly setWatches: (stream: string, watches: readonly WatchTarget[]) => Promise<WatchesResponse>;
  readonly open: (url: string) => EventSource;
}

export class LiveClient {
  private state: LiveState = liveStart;
  private source: EventSource | null = null;
  private lastEventId: string | null = null;
  private greeted = false;
  private retryMs = retryFirstMs;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private sleepTimer: ReturnType<typeof setTimeout> | undefined;
  private putting = false;
  private readonly asked = new Map<symbol, readonly WatchTarget[]>();
  private readonly stateListeners = new Set<() => void>();
  private readonly listeners = new Set<(message: LiveMessage) => void>();

  constructor(private readonly transport: LiveTransport) {}

  readonly getState = (): LiveState => this.state;

  readonly onState = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  subscribe(listener: (message: LiveMessage) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Asks for watches until the returned function is called; asking again replaces nothing of others'. */
  watch(targets: readonly WatchTarget[]): () => void {
    const asker = Symbol('watch');
    this.asked.set(asker, targets);
    this.settle();
    return () => {
      this.asked.delete(asker);
      this.settle();
    };
  }

  start(): void {
    if (this.source !== null) return;
    const source = this.transport.open(this.transport.eventsUrl(this.lastEventId));
    this.source = source;
    const on = (name: string, handle: (data: never) => void): void => {
      source.addEventListener(name, (message: MessageEvent<string>) => {
        if (message.lastEventId !== '') this.lastEventId = message.lastEventId;
        handle(JSON.parse(message.data) as never);
      });
    };
    on('hello', (hello: HelloEvent) => this.hello(hello));
    on('session', (session: SessionView) => {
      this.step({ kind: 'session', session });
      this.tell({ kind: 'session', session });
    });
    on('znode', (event: ZnodeEvent) => this.tell({ kind: 'znode', event }));
    on('dropped', (event: DroppedEvent) => {
      this.tell({ kind: 'dropped', event });
      this.tell({ kind: 'resync' });
    });
    on('watches', (answer: WatchesResponse) => {
      const { refused } = this.state;
      this.step({ kind: 'watches', answer, refused });
    });
    on('overview', () => this.tell({ kind: 'overview' }));
    source.onerror = () => this.failed(source);
  }

  stop(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.settleTimer);
    clearTimeout(this.sleepTimer);
    this.source?.close();
    this.source = null;
    this.step({ kind: 'lost' });
  }

  /** Told when the tab is hidden or shown. */
  visible(shown: boolean): void {
    clearTimeout(this.sleepTimer);
    if (shown) {
      if (this.state.connection === 'asleep') this.start();
      return;
    }
    this.sleepTimer = setTimeout(() => {
      this.stop();
      this.step({ kind: 'asleep' });
    }, hiddenMs);
  }

  private hello(hello: HelloEvent): void {
    this.retryMs = retryFirstMs;
    this.step({ kind: 'hello', hello });
    this.tell({ kind: 'session', session: hello.session });
    if (this.greeted && !hello.resumed) this.tell({ kind: 'resync' });
    this.greeted = true;
    this.settle();
  }

  /** The browser reconnects by itself while the stream is only cut; a refused one it gives up, and we start anew. */
  private failed(source: EventSource): void {
    if (source !== this.source) return;
    if (source.readyState !== source.CLOSED) return this.step({ kind: 'connecting' });
    this.source = null;
    this.step({ kind: 'lost' });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.start(), this.retryMs * (0.75 + Math.random() / 2));
    this.retryMs = Math.min(retryMaxMs, this.retryMs * 2);
  }

  private settle(): void {
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => void this.putWatches(), settleMs);
  }

  private async putWatches(): Promise<void> {
    const stream = this.state.stream;
    if (stream === null || this.putting) return;
    const { set, refused } = unionOf(this.asked.values());
    if (sameTargets(set, this.state.watches)) return;
    this.putting = true;
    try {
      const before = this.state.watches;
      const answer = await this.transport.setWatches(stream, set);
      if (this.state.stream !== stream) return;
      this.step({ kind: 'watches', answer, refused });
      const armed = answer.watches.filter(
        (watch) => watch.active && before.get(watchKey(watch))?.active !== true,
      );
      if (armed.length > 0) this.tell({ kind: 'armed', targets: armed });
    } catch {
      // The stream may be gone on the server: a new one asks for the same watches again.
      if (this.state.stream === stream) this.reopen();
    } finally {
      this.putting = false;
      if (!sameTargets(unionOf(this.asked.values()).set, this.state.watches)) this.settle();
    }
  }

  private reopen(): void {
    this.source?.close();
    this.source = null;
    this.step({ kind: 'lost' });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.start(), this.retryMs);
    this.retryMs = Math.min(retryMaxMs, this.retryMs * 2);
  }

  private step(step: LiveStep): void {
    const next = stepLive(this.state, step);
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.stateListeners) listener();
  }

  private tell(message: LiveMessage): void {
    for (const listener of this.listeners) listener(message);
  }
}

function sameTargets(set: readonly WatchTarget[], watches: ReadonlyMap<string, WatchStatus>): boolean {
  return set.length === watches.size && set.every((target) => watches.has(watchKey(target)));
}
