import { mkdir } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { metricRanges, metricsResponse, pointsMax } from '@/lib/api/metrics';
import { installHost } from '@/lib/config/host';
import { mergeMinutes, minuteMs, type Sample, type SampleRow } from '@/lib/services/metrics/fields';
import { readMetrics } from '@/lib/services/metrics/metrics';
import { minutesKeptMs, SampleStore, samplesKeptMs } from '@/lib/services/metrics/sample-store';
import { Sampler } from '@/lib/services/metrics/sampler';
import { gridOf, seriesOf, timesOf } from '@/lib/services/metrics/series';
import { Prober } from '@/lib/services/probes/prober';
import { nothingMeasured, type Reading } from '@/lib/services/probes/reading';
import { consoleDatabase, openDatabase } from '@/lib/services/store/database';
import { EventStore, eventsKeptMs } from '@/lib/services/store/events';
import { removeDir, tempDir } from '../../../support/temp';
import { until } from '../../../support/wait';

const start = Date.UTC(2026, 10, 22, 12, 0, 0);
const member = 'zk1:2181';
const cluster = { id: 'main', members: [{ host: 'zk1', port: 2181 }] };
const row = (seconds: number, sample: Sample): SampleRow => ({ at: start + seconds * 1000, member, sample });

describe('series', () => {
  const grid = { first: start, stepMs: 10_000, count: 7 };

  test('counters become rates; a restart, a reset and a gap give none', () => {
    const counts = [
      row(0, { packetsReceived: 100, uptimeMs: 1_000_000 }),
      row(10, { packetsReceived: 150, uptimeMs: 1_010_000 }),
      // Restarted, and already past the old count.
      row(20, { packetsReceived: 400, uptimeMs: 5_000 }),
      row(30, { packetsReceived: 420, uptimeMs: 15_000 }),
      // srst: the count fell, the uptime did not.
      row(40, { packetsReceived: 1, uptimeMs: 25_000 }),
      // Two rounds are missing before this one.
      row(70, { packetsReceived: 31, uptimeMs: 55_000 }),
    ];
    const { receivedPerSecond, sentPerSecond } = seriesOf(counts, { ...grid, count: 8 }, 25_000);
    expect(receivedPerSecond).toEqual([null, 5, null, 2, null, null, null, null]);
    expect(sentPerSecond).toBeUndefined();
  });

  test('a rate is over the time between the counts, which is not the time between the rows', () => {
    const rows = [
      row(0, { packetsSent: 0, countedAt: start - 5_000 }),
      row(10, { packetsSent: 60, countedAt: start + 10_000 }),
      row(20, { packetsSent: 120, countedAt: start + 25_000 }),
    ];
    expect(seriesOf(rows, grid, 25_000).sentPerSecond?.slice(0, 3)).toEqual([null, 4, 4]);
  });

  test('the minute under way is no dip in a rate', () => {
    const rows = Array.from({ length: 16 }, (_, index) =>
      row(index * 10, { packetsSent: index * 40, countedAt: start + index * 10_000 }),
    );
    const minutes = mergeMinutes(rows);
    const { sentPerSecond } = seriesOf(minutes, { first: start, stepMs: 60_000, count: 3 }, 150_000);
    expect(sentPerSecond).toEqual([null, 4, 4]);
  });

  test('a row before the first point serves the first rate and is not drawn', () => {
    const rows = [row(-10, { packetsSent: 0, znodes: 1 }), row(0, { packetsSent: 30, znodes: 2 })];
    const { sentPerSecond, znodes } = seriesOf(rows, grid, 25_000);
    expect(sentPerSecond?.slice(0, 2)).toEqual([3, null]);
    expect(znodes?.slice(0, 2)).toEqual([2, null]);
  });

  test('drawn small, a latency keeps its peak and a gauge its average; what was never told is absent', () => {
    const rows = [
      row(0, { latencyMax: 3, latencyMin: 2, connections: 10 }),
      row(10, { latencyMax: 900, latencyMin: 0, connections: 20 }),
      row(20, { latencyMax: 4, latencyMin: 1, connections: 30 }),
    ];
    const series = seriesOf(rows, { first: start, stepMs: 60_000, count: 1 }, 25_000);
    expect(series).toEqual({ latencyMax: [900], latencyMin: [0], connections: [20] });
  });

  test('no range has more points than allowed, and each fits its rows', () => {
    for (const [name, range] of Object.entries(metricRanges)) {
      for (const everyMs of [2_000, 10_000, 60_000, 300_000]) {
        const points = gridOf(start - range + 1_234, start + 1_234, everyMs);
        expect(points.count, `${name} at ${everyMs} ms`).toBeLessThanOrEqual(pointsMax);
        expect(points.stepMs).toBeGreaterThanOrEqual(everyMs);
        expect(timesOf(points).every((time) => time % points.stepMs === 0)).toBe(true);
        expect(timesOf(points).at(-1)).toBeLessThanOrEqual(start + 1_234);
      }
    }
  });
});

test('a minute merges gauges and keeps each counter as last read', () => {
  const rows = [
    row(1, { latencyMax: 5, packetsSent: 10, uptimeMs: 1 }),
    row(11, { latencyMax: 9, packetsSent: 20, uptimeMs: 2 }),
    row(59, { latencyMax: 1 }),
    row(61, { packetsSent: 70 }),
  ];
  expect(mergeMinutes(rows)).toEqual([
    { at: start, member, sample: { latencyMax: 9, packetsSent: 20, uptimeMs: 2 } },
    { at: start + minuteMs, member, sample: { packetsSent: 70 } },
  ]);
});

describe('what is kept', () => {
  test('samples outlive a restart of the console', async () => {
    const folder = await tempDir('samples');
    const file = `${folder}/console/metrics.db`;
    const first = openDatabase(file);
    new SampleStore(first).add('main', [row(0, { znodes: 5 })]);
    first.close();
    const second = openDatabase(file);
    expect(new SampleStore(second).samples('main', start, start)).toEqual([row(0, { znodes: 5 })]);
    second.close();
    await removeDir(folder);
  });

  test('minutes are made once over, also those from before a restart; the present ones from their samples', () => {
    const db = openDatabase(':memory:');
    const store = new SampleStore(db);
    store.add(
      'main',
      Array.from({ length: 18 }, (_, index) => row(index * 10, { znodes: index })),
    );
    store.rollUp(start + 125_000);
    expect(db.prepare('SELECT COUNT(*) AS n FROM minutes').get()).toMatchObject({ n: 2 });
    expect(
      store.minutes('main', start, start + 180_000).map(({ at, sample }) => [at - start, sample.znodes]),
    ).toEqual([
      [0, 2.5],
      [60_000, 8.5],
      [120_000, 14.5],
    ]);
    new SampleStore(db).rollUp(start + 200_000);
    expect(db.prepare('SELECT COUNT(*) AS n FROM minutes').get()).toMatchObject({ n: 3 });
    db.close();
  });

  test('samples go after a day, minutes after a week, events after a month', () => {
    const db = openDatabase(':memory:');
    const store = new SampleStore(db);
    const events = new EventStore(db);
    store.add('main', [row(0, { znodes: 1 })]);
    store.rollUp(start + minuteMs);
    events.add('main', { at: start, kind: 'memberDown', member, from: 'leader', to: null });
    const counts = (now: number) => {
      store.prune(now);
      events.prune(now);
      return ['samples', 'minutes', 'events'].map(
        (table) => (db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get() as { n: number }).n,
      );
    };
    expect(counts(start + samplesKeptMs)).toEqual([1, 1, 1]);
    expect(counts(start + samplesKeptMs + 1)).toEqual([0, 1, 1]);
    expect(store.oldest('main')).toBe(start);
    expect(counts(start + minutesKeptMs + 1)).toEqual([0, 0, 1]);
    expect(counts(start + eventsKeptMs + 1)).toEqual([0, 0, 0]);
    expect(store.oldest('main')).toBeNull();
    db.close();
  });

  test('retention and rolling up find their rows without reading the whole table', () => {
    const db = openDatabase(':memory:');
    for (const query of [
      'DELETE FROM samples WHERE at < 1',
      'DELETE FROM minutes WHERE at < 1',
      'SELECT cluster FROM samples WHERE at >= 1 AND at < 2 ORDER BY at',
      'SELECT MAX(at) FROM minutes',
    ]) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${query}`).all() as { detail: string }[];
      expect(plan.map(({ detail }) => detail).join(), query).toMatch(/^SEARCH \w+ USING (COVERING )?INDEX/);
    }
    db.close();
  });

  test('a database that fails costs the event, and whoever told it goes on', () => {
    const db = openDatabase(':memory:');
    const faults: unknown[] = [];
    const events = new EventStore(db, (error) => faults.push(error));
    db.exec('DROP TABLE events');
    events.add('main', { at: start, kind: 'memberDown', member, from: 'leader', to: null });
    expect(events.list('main', { from: 0, to: start, limit: 10 })).toEqual([]);
    expect(faults).toHaveLength(2);
    db.close();
  });

  test('where the file cannot be opened the console goes on with a database in memory, and says so', async () => {
    const folder = await tempDir('damaged');
    await mkdir(`${folder}/console/metrics.db`, { recursive: true });
    const told: string[] = [];
    const note = (fields: object) => void told.push((fields as { event: string }).event);
    const log = { info: note, warn: note, error: note };
    const onStop: (() => void | Promise<void>)[] = [];
    const settings = {
      ...{
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        basePath: '',
        trustedProxies: [],
        userHeader: null,
        sampleEveryMs: 10_000,
        clusters: [],
      },
      dataDir: folder,
    };
    installHost({ version: '0', settings, log, onStop });
    const store = new SampleStore(consoleDatabase());
    store.add('main', [row(0, { znodes: 5 })]);
    expect(store.samples('main', start, start)).toHaveLength(1);
    expect(told).toEqual(['metricsNotKept']);
    await Promise.all(onStop.map((stop) => stop()));
    await removeDir(folder);
  });

  test('a database written by a newer version is refused, not guessed at', async () => {
    const folder = await tempDir('newer');
    const file = `${folder}/metrics.db`;
    const db = openDatabase(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => openDatabase(file)).toThrow('was written by a newer Zoodeck (schema 99');
    await removeDir(folder);
  });
});

describe('what charts get', () => {
  const day = 86_400_000;

  test('a day of samples comes down to at most 600 points a series, gaps and peaks kept, within a second', () => {
    const db = openDatabase(':memory:');
    const store = new SampleStore(db);
    const rows: SampleRow[] = [];
    for (let seconds = 0; seconds < 86_400; seconds += 10) {
      const away = seconds >= 40_000 && seconds < 50_000;
      if (!away)
        rows.push(
          row(seconds, { latencyMax: seconds === 30_000 ? 777 : 1, packetsSent: seconds * 4, znodes: 5 }),
        );
    }
    store.add('main', rows);
    store.rollUp(start + day);
    new EventStore(db).add('main', {
      at: start + 40_000_000,
      kind: 'memberDown',
      member,
      from: 'leader',
      to: null,
    });
    const now = start + day;
    const reply = readMetrics(db, cluster, { range: '24h' }, { now, sampleEveryMs: 10_000 });
    metricsResponse.parse(reply);
    const { latencyMax = [], sentPerSecond = [] } = reply.members[0]!.series;
    expect(reply.times.length).toBeLessThanOrEqual(pointsMax);
    expect(latencyMax).toHaveLength(reply.times.length);
    expect(Math.max(...latencyMax.map((value) => value ?? 0))).toBe(777);
    const awayAt = reply.times.findIndex((time) => time >= start + 45_000_000);
    expect([latencyMax[awayAt], sentPerSecond[awayAt]]).toEqual([null, null]);
    expect(sentPerSecond[10]).toBeCloseTo(4, 6);
    expect(reply.marks).toEqual([
      { at: start + 40_000_000, kind: 'memberDown', member, text: `${member} is down` },
    ]);
    expect(reply.oldest).toBe(start);
    db.close();
  });

  test('an hour that is no longer kept as sampled is answered by the minute', () => {
    const db = openDatabase(':memory:');
    const store = new SampleStore(db);
    store.add('main', [row(0, { znodes: 5 })]);
    store.rollUp(start + minuteMs);
    store.prune(start + 2 * day);
    const timing = { now: start + 2 * day, sampleEveryMs: 10_000 };
    const reply = readMetrics(db, cluster, { range: '5m', to: start + 200_000 }, timing);
    expect(reply.stepMs).toBe(minuteMs);
    expect(reply.members[0]!.series.znodes).toContain(5);
    db.close();
  });

  test('with nothing kept there are points without values', () => {
    const db = openDatabase(':memory:');
    const reply = readMetrics(db, cluster, { range: '15m' }, { now: start, sampleEveryMs: 10_000 });
    expect(reply).toMatchObject({ oldest: null, members: [{ name: member, series: {} }], marks: [] });
    expect(reply.times.length).toBeGreaterThan(80);
    db.close();
  });
});

function reading(part: Partial<Reading>): Reading {
  return {
    ...nothingMeasured,
    ...{
      at: Date.now(),
      up: true,
      role: 'standalone',
      source: 'mntr',
      probeMs: 1,
      fault: null,
      blindSpots: [],
    },
    ...part,
  };
}

describe('sampling', () => {
  test('rows stand at even moments, and a member that is down leaves none', async () => {
    const db = openDatabase(':memory:');
    const store = new SampleStore(db);
    let up = true;
    const prober = new Prober({
      cluster: 'main',
      members: cluster.members,
      probe: () => Promise.resolve(reading({ up, znodes: 5 })),
      onEvents: () => undefined,
    });
    const sampler = new Sampler(100, [{ id: 'main', prober }], store, [new EventStore(db)], (error) => {
      throw error;
    });
    const rows = () => store.samples('main', 0, Date.now());
    sampler.start();
    await until('three rows', () => (rows().length >= 3 ? true : undefined));
    up = false;
    await until('it is seen down', () => (prober.list()[0]?.reading?.up === false ? true : undefined));
    const before = rows();
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(rows()).toEqual(before);
    expect(before.slice(1).every(({ at }) => at % 100 === 0)).toBe(true);
    sampler.stop();
    db.close();
  });
});

describe('probing', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('however many look, one probe a member is under way, and none while the last is fresh', async () => {
    let probes = 0;
    const prober = new Prober({
      cluster: 'main',
      members: [...cluster.members, { host: 'zk2', port: 2181 }],
      probe: async () => {
        probes += 1;
        await new Promise((resolve) => setTimeout(resolve, 30));
        return reading({});
      },
      onEvents: () => undefined,
    });
    await Promise.all(Array.from({ length: 200 }, () => prober.look()));
    expect(probes).toBe(2);
    await Promise.all(Array.from({ length: 200 }, () => prober.look()));
    expect(probes).toBe(2);
    expect(prober.probesPerMinute()).toBe(2);
    prober.stop();
  });

  test('changes are followed by one extra reading a second, and by none where nobody looks', async () => {
    vi.useFakeTimers();
    let probes = 0;
    const prober = new Prober({
      cluster: 'main',
      members: cluster.members,
      probe: () => Promise.resolve(reading({ znodes: (probes += 1) })),
      onEvents: () => undefined,
    });
    prober.soon();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(probes).toBe(0);
    await prober.look();
    expect(probes).toBe(1);
    for (let passedMs = 0; passedMs < 2_500; passedMs += 20) {
      prober.soon();
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(probes).toBe(3);
    prober.stop();
  });

  test('a member that hangs does not keep screens from hearing what the others said', async () => {
    vi.useFakeTimers();
    const told: number[] = [];
    const prober = new Prober({
      cluster: 'main',
      members: [...cluster.members, { host: 'zk2', port: 2181 }],
      probe: ({ host }) => (host === 'zk2' ? new Promise(() => undefined) : Promise.resolve(reading({}))),
      onEvents: () => undefined,
      onRead: (at) => told.push(at),
    });
    const startedAt = Date.now();
    const look = prober.look();
    await vi.advanceTimersByTimeAsync(3_000);
    const [answered, hung] = await look;
    expect(answered?.reading?.up).toBe(true);
    expect(hung?.reading).toBeNull();
    expect(told).toEqual([startedAt + 100]);
    prober.stop();
  });

  test('a member that hangs holds up the first look only so long', async () => {
    vi.useFakeTimers();
    const prober = new Prober({
      cluster: 'main',
      members: cluster.members,
      probe: () => new Promise(() => undefined),
      onEvents: () => undefined,
    });
    const look = prober.look();
    await vi.advanceTimersByTimeAsync(3_000);
    const [hung] = await look;
    expect(hung?.reading).toBeNull();
    prober.stop();
  });
});
