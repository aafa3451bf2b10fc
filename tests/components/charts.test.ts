import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleLinear, scalePoint } from '@/components/metrics/scales';
import {
  bandKey,
  chartRows,
  chartSpecs,
  hasData,
  latestValue,
  lineKey,
  markTimes,
  memberLooks,
  nearestIndex,
  seriesUnits,
  shownMembers,
  timeTicks,
  valueAt,
} from '@/components/metrics/shape';
import { sparkSegments } from '@/components/ui/spark';
import { ranges } from '@/components/metrics/use-metrics-state';
import { metricRanges, seriesNames } from '@/lib/api/metrics';

const reads = chartSpecs.find(({ id }) => id === 'reads')!;
const latency = chartSpecs.find(({ id }) => id === 'latency')!;

test('every series of the contract is drawn on some chart and has a unit', () => {
  const drawn = chartSpecs.flatMap(({ lines, band }) => [...lines, ...(band ?? [])]);
  expect(new Set(drawn)).toEqual(new Set(seriesNames));
  expect(Object.keys(seriesUnits).sort()).toEqual([...seriesNames].sort());
});

test('the ranges offered are those of the contract', () => {
  expect([...ranges]).toEqual(Object.keys(metricRanges));
});

describe('rows of a chart', () => {
  test('a gap is null, never zero, and a series a member lacks is all gap', () => {
    const rows = chartRows(
      [1, 2],
      [
        { name: 'a', series: { latencyAvg: [3, null] } },
        { name: 'b', series: {} },
      ],
      latency,
    );
    expect(rows).toEqual([
      { t: 1, [lineKey(0, 0)]: 3, [lineKey(0, 1)]: null },
      { t: 2, [lineKey(0, 0)]: null, [lineKey(0, 1)]: null },
    ]);
  });
  test('a band stands only where both its edges are known', () => {
    const series = { readP50: [1, 1], readP95: [2, 2], readP99: [3, null] };
    const rows = chartRows([1, 2], [{ name: 'a', series }], reads);
    expect(rows.map((row) => row[bandKey(0)])).toEqual([[1, 3], null]);
  });
  test('keys hold no dot, so that host names cannot be read as paths into an object', () => {
    const [row] = chartRows([1], [{ name: '10.0.0.1:2181', series: { latencyAvg: [1] } }], latency);
    expect(Object.keys(row!).every((key) => /^[a-z0-9]+$/.test(key))).toBe(true);
  });
  test('a chart of nothing but gaps is not drawn', () => {
    expect(hasData([{ name: 'a', series: { latencyAvg: [null, null] } }], latency)).toBe(false);
    expect(hasData([{ name: 'a', series: { latencyAvg: [null, 0] } }], latency)).toBe(true);
  });
});

describe('values', () => {
  test('the latest is among the last few points, or not known', () => {
    expect(latestValue([1, 2, null])).toBe(2);
    expect(latestValue([9, null, null, null])).toBeNull();
    expect(latestValue(undefined)).toBeNull();
  });
  test('the nearest point is the nearest', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: -100, max: 10_100 }),
        (unordered, at) => {
          const times = unordered.sort((a, b) => a - b);
          const index = nearestIndex(times, at)!;
          const least = Math.min(...times.map((time) => Math.abs(time - at)));
          expect(Math.abs(times[index]! - at)).toBe(least);
        },
      ),
    );
    expect(nearestIndex([], 5)).toBeNull();
  });
  test('a value in a gap is not known', () => {
    expect(valueAt([10, 20], [1, null], 19)).toBeNull();
    expect(valueAt([10, 20], [1, null], 11)).toBe(1);
  });
});

describe('the time axis', () => {
  const minute = 60_000;
  test('ticks are round in the zone and few', () => {
    const from = 7 * minute;
    const ticks = timeTicks(from, from + 60 * minute, 6, 0);
    expect(ticks).toEqual([10, 20, 30, 40, 50, 60].map((at) => at * minute));
  });
  test('half-hour zones get their own hours', () => {
    const offset = 330 * minute;
    for (const tick of timeTicks(0, 1440 * minute, 6, offset))
      expect((tick + offset) % (60 * minute)).toBe(0);
  });
});

describe('members', () => {
  test('a member keeps its look whichever others are shown, and a seventh differs from the first', () => {
    const looks = memberLooks(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(new Set(looks.map(({ color, dash }) => `${color} ${dash}`)).size).toBe(7);
  });
  test('the URL chooses among those that are configured, in their order', () => {
    expect(shownMembers(['a', 'b', 'c'], null)).toEqual(['a', 'b', 'c']);
    expect(shownMembers(['a', 'b', 'c'], ['c', 'gone', 'a'])).toEqual(['a', 'c']);
    expect(shownMembers(['a'], [])).toEqual([]);
  });
});

test('marks too close to be told apart are one line, the first of them', () => {
  const at = (seconds: number) => ({ at: seconds * 1000 });
  expect(markTimes([at(61), at(60), at(60), at(90)], 0, 300_000)).toEqual([60_000, 90_000]);
  expect(markTimes([], 0, 300_000)).toEqual([]);
});

describe('sparklines', () => {
  test('break at gaps and stay inside their box', () => {
    const segments = sparkSegments([1, 2, null, 4, 8], 40, 20);
    expect(segments).toHaveLength(2);
    for (const point of segments.join(' ').split(' ')) {
      const [x, y] = point.split(',').map(Number);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(40.5);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(20);
    }
  });
  test('a lone sample is seen, zeros are a line on the ground, nothing is nothing', () => {
    expect(sparkSegments([null, 5, null], 40, 20)[0]!.split(' ')).toHaveLength(2);
    expect(sparkSegments([0, 0], 40, 20)).toEqual(['0,18.5 40,18.5']);
    expect(sparkSegments([null, null], 40, 20)).toEqual([]);
  });
});

describe('the scales of the axes', () => {
  test('numbers stand where they belong, upside down too', () => {
    const x = scaleLinear().domain([1_000, 3_000]).range([52, 352]);
    expect([1_000, 2_000, 3_000, 4_000].map(x)).toEqual([52, 202, 352, 502]);
    const y = scaleLinear().domain([0, 8]).range([112, 4]);
    expect([0, 4, 8].map(y)).toEqual([112, 58, 4]);
  });

  test('the only number there is stands in the middle, and what is none nowhere', () => {
    const scale = scaleLinear().domain([5, 5]).range([0, 100]);
    expect(scale(5)).toBe(50);
    expect(scale('none')).toBeUndefined();
    expect(scale(Number.NaN)).toBeUndefined();
  });

  test('categories stand evenly apart', () => {
    const scale = scalePoint().domain(['a', 'b', 'c']).range([10, 30]);
    expect(['a', 'b', 'c', 'd'].map(scale)).toEqual([10, 20, 30, undefined]);
    expect(scalePoint().domain(['a']).range([10, 30])('a')).toBe(20);
    expect(scalePoint().domain([]).range([10, 30])('a')).toBeUndefined();
  });

  test('a copy does not move what it was copied from', () => {
    const scale = scaleLinear().domain([0, 10]).range([0, 100]);
    const copy = scale.copy().domain([0, 20]);
    expect([scale(10), copy(10)]).toEqual([100, 50]);
    expect([scale.domain(), copy.domain(), copy.range()]).toEqual([
      [0, 10],
      [0, 20],
      [0, 100],
    ]);
  });
});
