import { describe, expect, test, vi } from 'vitest';
import type { SessionView } from '@/lib/api/clusters';
import type { WatchTarget, ZnodeEvent } from '@/lib/api/live';
import { Coalescer } from '@/lib/queries/coalescer';
import { LiveClient, liveStart, stepLive, unionOf, type LiveMessage } from '@/lib/queries/live-client';
import { coveredBy, emptyFeed, shownRows, stepFeed, type FeedState } from '@/lib/queries/live-feed';

const session: SessionView = {
  state: 'connected',
  sessionId: '0x1',
  member: '127.0.0.1:2181',
  timeoutMs: 30_000,
  since: 0,
  zxid: '0x5',
  fault: null,
  nextAttemptAt: null,
};

function event(path: string, at = 0): ZnodeEvent {
  return { kind: 'dataChanged', path, at, zxid: null, stat: null, folded: 0 };
}

describe('the state of the stream', () => {
  test('losing the stream forgets which watches stand; the session is kept until told otherwise', () => {
    const hello = stepLive(liveStart, { kind: 'hello', hello: { stream: 's1', resumed: false, session } });
    const watched = stepLive(hello, {
      kind: 'watches',
      answer: { watches: [{ path: '/a', mode: 'node', active: true, reason: null }] },
      refused: 0,
    });
    expect(watched.watches.get('node:/a')?.active).toBe(true);
    const lost = stepLive(watched, { kind: 'lost' });
    expect(lost).toMatchObject({ connection: 'lost', stream: null, session });
    expect(lost.watches.size).toBe(0);
  });

  test('what several screens ask for is set once, and what passes the bound is counted', () => {
    const many = Array.from({ length: 300 }, (_, index): WatchTarget => ({
      path: `/${index}`,
      mode: 'node',
    }));
    const { set, refused } = unionOf([[{ path: '/0', mode: 'node' }], many]);
    expect(set).toHaveLength(200);
    expect(set[0]).toEqual({ path: '/0', mode: 'node' });
    expect(refused).toBe(100);
  });
});

/** Stands where the browser's EventSource would: the test decides what arrives. */
class FakeSource extends EventTarget {
  readonly CLOSED = 2;
  readyState = 1;
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    super();
  }
  send(name: string, data: unknown, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId }));
  }
  fail(): void {
    this.readyState = this.CLOSED;
    this.onerror?.();
  }
  close(): void {
    this.closed = true;
  }
}

function harness() {
  const sources: FakeSource[] = [];
  const puts: { stream: string; watches: readonly WatchTarget[] }[] = [];
  const messages: LiveMessage[] = [];
  const client = new LiveClient({
    eventsUrl: (lastEventId) => (lastEventId === null ? '/events' : `/events?lastEventId=${lastEventId}`),
    setWatches: async (stream, watches) => {
      puts.push({ stream, watches });
      return { watches: watches.map((watch) => ({ ...watch, active: true, reason: null })) };
    },
    open: (url) => {
      const source = new FakeSource(url);
      sources.push(source);
      return source as unknown as EventSource;
    },
  });
  client.subscribe((message) => messages.push(message));
  return { client, sources, puts, messages };
}

describe('the client', () => {
  test('sets its watches when the stream has a name, sets them again on a new one, and resumes by id', async () => {
    vi.useFakeTimers();
    const { client, sources, puts, messages } = harness();
    client.watch([{ path: '/a', mode: 'node' }]);
    client.start();
    sources[0]?.send('hello', { stream: 's1', resumed: false, session });
    await vi.advanceTimersByTimeAsync(100);
    expect(puts).toEqual([{ stream: 's1', watches: [{ path: '/a', mode: 'node' }] }]);
    expect(messages.at(-1)).toMatchObject({ kind: 'armed', targets: [{ path: '/a' }] });

    sources[0]?.send('znode', event('/a'), '17');
    expect(messages.at(-1)).toMatchObject({ kind: 'znode', event: { path: '/a' } });

    sources[0]?.fail();
    expect(client.getState().connection).toBe('lost');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sources[1]?.url).toBe('/events?lastEventId=17');
    sources[1]?.send('hello', { stream: 's2', resumed: true, session });
    await vi.advanceTimersByTimeAsync(100);
    expect(puts.at(-1)).toEqual({ stream: 's2', watches: [{ path: '/a', mode: 'node' }] });
    expect(messages.some((message) => message.kind === 'resync')).toBe(false);
    client.stop();
    vi.useRealTimers();
  });

  test('a stream that could not be resumed, and events the server dropped, tell screens to read again', async () => {
    vi.useFakeTimers();
    const { client, sources, messages } = harness();
    client.start();
    sources[0]?.send('hello', { stream: 's1', resumed: false, session });
    expect(messages.filter((message) => message.kind === 'resync')).toHaveLength(0);
    sources[0]?.send('dropped', { count: 3, reason: 'slow' });
    expect(messages.filter((message) => message.kind === 'resync')).toHaveLength(1);
    sources[0]?.send('hello', { stream: 's2', resumed: false, session });
    expect(messages.filter((message) => message.kind === 'resync')).toHaveLength(2);
    client.stop();
    vi.useRealTimers();
  });

  test('a new stream on the same connection gets its watches set again, and tells when they stand or fall', async () => {
    vi.useFakeTimers();
    const { client, sources, puts } = harness();
    client.watch([{ path: '/a', mode: 'node' }]);
    client.start();
    for (const stream of ['s1', 's2']) {
      sources[0]?.send('hello', { stream, resumed: false, session });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(puts.map((put) => put.stream)).toEqual(['s1', 's2']);
    const fallen = { path: '/a', mode: 'node', active: false, reason: 'no connection' };
    sources[0]?.send('watches', { watches: [fallen] });
    expect(client.getState().watches.get('node:/a')).toEqual(fallen);
    client.stop();
    vi.useRealTimers();
  });

  test('watches that nobody asks for any more are taken back', async () => {
    vi.useFakeTimers();
    const { client, sources, puts } = harness();
    client.start();
    sources[0]?.send('hello', { stream: 's1', resumed: false, session });
    const release = client.watch([{ path: '/a', mode: 'subtree' }]);
    await vi.advanceTimersByTimeAsync(100);
    release();
    await vi.advanceTimersByTimeAsync(100);
    expect(puts.map((put) => put.watches.length)).toEqual([1, 0]);
    client.stop();
    vi.useRealTimers();
  });
});

describe('the feed', () => {
  const fill = (count: number, rowsMax: number): FeedState => {
    let feed = emptyFeed;
    for (let index = 0; index < count; index += 1) {
      feed = stepFeed(feed, { kind: 'event', event: event(`/n${index}`, index) }, rowsMax);
    }
    return feed;
  };

  test('is bounded, newest first, and says how many rows gave way', () => {
    const feed = fill(25, 10);
    expect(feed.rows).toHaveLength(10);
    expect(feed.displaced).toBe(15);
    expect(feed.rows[0]).toMatchObject({ event: { path: '/n24' } });
  });

  test('pausing holds the picture still while events go on being kept', () => {
    let feed = stepFeed(fill(3, 10), { kind: 'pause' });
    feed = stepFeed(feed, { kind: 'event', event: event('/late') }, 10);
    expect(shownRows(feed, '').rows.map((row) => row.kind === 'event' && row.event.path)).toEqual([
      '/n2',
      '/n1',
      '/n0',
    ]);
    expect(shownRows(feed, '').waiting).toBe(1);
    expect(shownRows(stepFeed(feed, { kind: 'resume' }), '').rows).toHaveLength(4);
  });

  test('a pinned row outlives the bound and clearing', () => {
    let feed = fill(3, 3);
    feed = stepFeed(feed, { kind: 'pin', key: 1 }, 3);
    for (let index = 0; index < 5; index += 1)
      feed = stepFeed(feed, { kind: 'event', event: event('/x') }, 3);
    feed = stepFeed(feed, { kind: 'clear' }, 3);
    expect(feed.rows).toHaveLength(0);
    expect(feed.pinned).toMatchObject([{ event: { path: '/n0' } }]);
  });

  test('the filter hides events, never the mark of a gap', () => {
    let feed = stepFeed(emptyFeed, { kind: 'event', event: event('/a') });
    feed = stepFeed(feed, { kind: 'gap', gap: { count: 2, reason: 'resume' }, at: 1 });
    expect(shownRows(feed, 'nothing').rows.map((row) => row.kind)).toEqual(['gap']);
  });

  test('a subtree covers what is below it and not what only starts alike', () => {
    const targets: WatchTarget[] = [{ path: '/a', mode: 'subtree' }];
    expect(coveredBy(targets, '/a/b/c')).toBe(true);
    expect(coveredBy(targets, '/ab')).toBe(false);
    expect(coveredBy([{ path: '/a', mode: 'node' }], '/a/b')).toBe(false);
    expect(coveredBy([{ path: '/', mode: 'subtree' }], '/x')).toBe(true);
  });
});

test('demands during a run become one run after it, and the rest grows with the cost', async () => {
  vi.useFakeTimers();
  const coalescer = new Coalescer(2, () => Date.now());
  let runs = 0;
  const work = async (): Promise<void> => {
    runs += 1;
    await new Promise((done) => setTimeout(done, 100));
  };
  for (let index = 0; index < 50; index += 1) coalescer.demand('k', work);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(250);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(runs).toBe(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(runs).toBe(2);
  vi.useRealTimers();
});
