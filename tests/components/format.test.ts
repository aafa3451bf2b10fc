import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  durationParts,
  formatAge,
  formatAbsolute,
  formatBytes,
  formatClock,
  formatDuration,
  formatMeasure,
  formatRelative,
  isAhead,
  isZone,
  zoneOffsetMs,
} from '@/components/ui/format';

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1_048_576, '1 MiB'],
    [150 * 1024, '150 KiB'],
    [5 * 1024 ** 4, '5 TiB'],
    [5000 * 1024 ** 4, '5,000 TiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes, 'en')).toBe(text));
});

test('measures keep the digits that matter', () => {
  expect([0.424, 4.24, 42.4, 4242].map((value) => formatMeasure(value, 'en'))).toEqual([
    '0.42',
    '4.2',
    '42',
    '4,242',
  ]);
});

describe('durations', () => {
  test.each([
    [0, '0 s'],
    [999, '0 s'],
    [59_000, '59 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [93_784_000, '1 d 2 h'],
    [-5, '0 s'],
  ])('%d ms are %s', (ms, text) => expect(formatDuration(ms, 'en')).toBe(text));

  test('at most two neighbouring units, never an empty answer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        const parts = durationParts(ms);
        expect(parts.length).toBeGreaterThanOrEqual(1);
        expect(parts.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('times', () => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 0);
  test.each([
    [0, 'now'],
    [-5_000, '5 s ago'],
    [-179_000, '2 min ago'],
    [-7_200_000, '2 h ago'],
    [-86_400_000, 'yesterday'],
    [5_000, 'in 5 s'],
  ])('%d ms from now is "%s"', (delta, text) => expect(formatRelative(now + delta, now, 'en')).toBe(text));

  test('in Chinese too, how long and how long ago have the same units', () => {
    expect(formatDuration(93_784_000, 'zh-CN')).toBe('1 天 2 小时');
    expect(
      [0, -5_000, 179_000, -86_400_000].map((delta) => formatRelative(now + delta, now, 'zh-CN')),
    ).toEqual(['刚刚', '5 秒前', '2 分钟后', '昨天']);
  });

  test('a zone is one the runtime knows by its whole name; its offset follows the season', () => {
    expect(['local', 'utc', 'Europe/Berlin', 'Asia/Kolkata'].every(isZone)).toBe(true);
    expect(['', 'Berlin', 'Mars/Olympus', '/', 'Europe/Berlin;x'].some(isZone)).toBe(false);
    const january = Date.UTC(2026, 0, 15, 12);
    const july = Date.UTC(2026, 6, 15, 12);
    expect([january, july].map((at) => zoneOffsetMs(at, 'Europe/Berlin') / 3_600_000)).toEqual([1, 2]);
    expect(zoneOffsetMs(january + 7, 'Asia/Kolkata') / 60_000).toBe(330);
    expect(zoneOffsetMs(january, 'utc')).toBe(0);
    expect(formatAbsolute(january, 'en', 'Asia/Kolkata')).toMatch(/^2026-01-15 17:30:00\.000 /);
  });

  test('absolute times name their zone and keep milliseconds', () => {
    expect(formatAbsolute(now + 7, 'en', 'utc')).toBe('2026-11-22 12:00:00.007 UTC');
    expect(formatAbsolute(now + 7, 'zh-CN', 'utc')).toBe('2026-11-22 12:00:00.007 UTC');
  });

  test('clocks show what the axis needs', () => {
    expect(formatClock(now, 'en', 'utc', 'minutes')).toBe('12:00');
    expect(formatClock(now, 'en', 'utc', 'seconds')).toBe('12:00:00');
    expect(formatClock(now, 'en', 'utc', 'days')).toBe('11-22 12:00');
  });
});

test('what happened by a clock that is ahead is told as ahead, not as now', () => {
  const now = 1_800_000_000_000;
  expect(formatAge(now - 120_000, now, 'en')).toBe('2 min ago');
  expect(formatAge(now + 2_000, now, 'en')).toBe('now');
  expect(formatAge(now + 3_600_000, now, 'en')).toBe('in 1 h');
  expect([isAhead(now + 5_000, now), isAhead(now + 5_001, now)]).toEqual([false, true]);
});
