import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SessionIds } from '@/server/session/session-ids';
import { sessionPassword } from '@/server/session/session-password';
import { SessionTracker } from '@/server/session/session-tracker';

test('passwords are those of Apache 3.8.0', () => {
  // Session id and password as a running Apache server gave them.
  expect(sessionPassword(72057832677376107n).toString('hex')).toBe('804996b0e62fe577428d681e09acb713');
  expect(sessionPassword(72057832677376108n).toString('hex')).toBe('e0ee78b006aa41d00cdc6cf72b581e15');
  expect(sessionPassword(72057832677376109n).toString('hex')).toBe('f30f73b0a6f52015011fd422ffe032e2');
});

describe('session ids', () => {
  const none = () => false;

  test('have the server in the top byte and grow from the time of the start', () => {
    const ids = new SessionIds(1, 0x18c_1234_5678);
    const first = ids.take(none);
    expect(first.toString(16)).toBe('18c123456780000');
    expect(ids.take(none)).toBe(first + 1n);
  });

  test('are legal with the top bit set', () => {
    expect(new SessionIds(200, 0).take(none)).toBe(BigInt.asIntN(64, 200n << 56n));
  });

  test('skip those a restored table already has', () => {
    const ids = new SessionIds(1, 0);
    const taken = new Set([1n << 56n, (1n << 56n) + 1n]);
    expect(ids.take((sessionId) => taken.has(sessionId))).toBe((1n << 56n) + 2n);
  });
});

describe('expiry', () => {
  const tick = 1_000;

  test('comes between the timeout and one tick more, whenever the session was last touched', () => {
    const property = fc.property(fc.array(fc.integer({ min: 0, max: 3_999 }), { maxLength: 20 }), (gaps) => {
      const tracker = new SessionTracker(tick, 0);
      const session = tracker.add(1n, 4_000, 0);
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        expect(tracker.takeExpired(now)).toEqual([]);
        tracker.touch(session, 4_000, now);
      }
      expect(tracker.takeExpired(now + 3_999)).toEqual([]);
      expect(tracker.takeExpired(now + 4_000 + tick)).toEqual([session]);
      expect(session.closing).toBe(true);
      expect(tracker.takeExpired(now + 60_000)).toEqual([]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('follows a shorter timeout negotiated later', () => {
    const tracker = new SessionTracker(tick, 0);
    const session = tracker.add(1n, 40_000, 0);
    tracker.touch(session, 4_000, 100);
    expect(tracker.takeExpired(5_500)).toEqual([session]);
  });

  test('passes by sessions that were removed', () => {
    const tracker = new SessionTracker(tick, 0);
    tracker.add(1n, 4_000, 0);
    tracker.remove(1n);
    expect(tracker.takeExpired(100_000)).toEqual([]);
    expect(tracker.size).toBe(0);
  });

  test('gives everyone the full time again after a start', () => {
    const tracker = new SessionTracker(tick, 0);
    tracker.add(1n, 4_000, 0);
    tracker.restartTimers(50_000);
    expect(tracker.takeExpired(53_999)).toEqual([]);
    expect(tracker.takeExpired(55_000)).toHaveLength(1);
  });

  test('lists sessions by the moment they expire', () => {
    const tracker = new SessionTracker(tick, 0);
    tracker.add(1n, 9_000, 0);
    tracker.add(2n, 4_000, 0);
    tracker.add(3n, 4_100, 0);
    const listed = tracker.byExpiry().map(([at, sessions]) => [at, sessions.map((one) => one.sessionId)]);
    expect(listed).toEqual([
      [5_000, [2n, 3n]],
      [10_000, [1n]],
    ]);
  });
});
