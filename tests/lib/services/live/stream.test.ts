import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SessionView } from '@/lib/api/clusters';
import { EventRing } from '@/lib/services/live/event-ring';
import { heartbeatMs, LiveStream, type StreamSink } from '@/lib/services/live/stream';

const session: SessionView = {
  ...{ state: 'connected', sessionId: '0x1', member: null, timeoutMs: null },
  ...{ since: 0, zxid: '0x0', fault: null, nextAttemptAt: null },
};

function sinkOf(ready: () => boolean) {
  const sent: string[] = [];
  let closed = false;
  const sink: StreamSink = {
    ready,
    write: (text) => void sent.push(text),
    close: () => {
      closed = true;
    },
  };
  return { sink, sent, isClosed: () => closed };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a browser that takes nothing any more is let go after a minute, and was sent nothing meanwhile', () => {
  let ready = true;
  const { sink, sent, isClosed } = sinkOf(() => ready);
  const stream = new LiveStream('s', new EventRing(10));
  stream.attach(sink, session, null, false);
  vi.advanceTimersByTime(heartbeatMs * 10);
  expect(stream.attached).toBe(true);
  expect(sent.filter((text) => text.startsWith(': heartbeat'))).toHaveLength(10);
  ready = false;
  const before = sent.length;
  vi.advanceTimersByTime(heartbeatMs * 3);
  expect(stream.attached).toBe(true);
  vi.advanceTimersByTime(heartbeatMs);
  expect([stream.attached, isClosed(), sent.length]).toEqual([false, true, before]);
});

test('a watch that could not be counted is tried again when it is asked for again', () => {
  const stream = new LiveStream('s', new EventRing(10));
  const [a, b] = [{ path: '/a', mode: 'node' } as const, { path: '/b', mode: 'node' } as const];
  expect(stream.retarget([a, b]).added).toEqual([a, b]);
  stream.counted.set('node /a', a);
  expect(stream.retarget([a, b])).toEqual({ added: [b], removed: [] });
  expect(stream.retarget([a])).toEqual({ added: [], removed: [b] });
});
