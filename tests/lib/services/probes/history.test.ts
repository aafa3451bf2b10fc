import { describe, expect, test } from 'vitest';
import type { LeaderTerm } from '@/lib/api/overview';
import { EnsembleHistory } from '@/lib/services/probes/ensemble-history';
import { nothingMeasured, type Reading } from '@/lib/services/probes/reading';
import { ZxidClock } from '@/lib/services/probes/zxid-clock';
import { openDatabase } from '@/lib/services/store/database';
import { TermStore, termsKeptMs } from '@/lib/services/store/terms';

/** Who led from when to when, and how far behind members are in time, as probes tell it. */

function reading(at: number, role: Reading['role'], more: Partial<Reading> = {}): Reading {
  return {
    ...nothingMeasured,
    ...{ at, up: role !== 'down', role, source: 'mntr', probeMs: 3, fault: null, blindSpots: [] },
    ...more,
  };
}
const leading = (at: number, epoch: number, more: Partial<Reading> = {}) =>
  reading(at, 'leader', { zxid: `0x${epoch.toString(16)}00000000`, ...more });

function store(): TermStore {
  return new TermStore(openDatabase(':memory:'), (error) => {
    throw error;
  });
}
/** Terms as `leader epoch from–to gap`, newest first. */
function told(terms: readonly LeaderTerm[]): string[] {
  return terms.map(({ leader, epoch, from, fromExact, to, withoutLeaderMs, withoutExact }) => {
    const gap = withoutLeaderMs === null ? 'unknown' : `${withoutExact ? '' : '≤'}${withoutLeaderMs}`;
    return `${leader} ${epoch} ${fromExact ? '' : '~'}${from}–${to ?? ''} ${gap}`;
  });
}

describe('leaders', () => {
  test('a term goes on while its leader leads, and ends where another begins', () => {
    const history = new EnsembleHistory('c', store());
    history.take('a', leading(1_000, 1));
    history.take('b', reading(1_000, 'follower'));
    history.take('a', leading(6_000, 1));
    expect(told(history.terms(9))).toEqual(['a 1 ~1000– unknown']);
    history.take('a', reading(8_000, 'down'));
    expect(told(history.terms(9))).toEqual(['a 1 ~1000–6000 unknown']);
    history.take('b', leading(9_000, 2));
    expect(told(history.terms(9))).toEqual(['b 2 ~9000– ≤3000', 'a 1 ~1000–6000 unknown']);
  });

  test('a leader that tells since when it leads, and how long nobody did, is believed', () => {
    const history = new EnsembleHistory('c', store());
    history.take(
      'a',
      leading(60_000, 4, { leaderUptimeMs: 50_000, leaderlessCount: 1, leaderlessSumMs: 400, elections: 1 }),
    );
    history.take(
      'b',
      reading(60_000, 'follower', { leaderlessCount: 2, leaderlessSumMs: 900, elections: 5 }),
    );
    history.take(
      'b',
      leading(70_000, 5, { leaderUptimeMs: 4_000, leaderlessCount: 3, leaderlessSumMs: 1_250, elections: 6 }),
    );
    expect(told(history.terms(9))).toEqual(['b 5 66000– 350', 'a 4 10000–65650 unknown']);
  });

  test('the time a member took to start is not told as one without a leader', () => {
    const history = new EnsembleHistory('c', store());
    history.take('a', leading(1_000, 1));
    history.take('a', reading(2_000, 'down'));
    history.take('b', leading(5_000, 2, { leaderlessCount: 1, leaderlessSumMs: 90_000, elections: 1 }));
    expect(told(history.terms(1))).toEqual(['b 2 ~5000– ≤4000']);
  });

  test('a leader missed by one probe, and one that was cut off and does not know it, make no new term', () => {
    const history = new EnsembleHistory('c', store());
    history.take('a', leading(1_000, 1));
    history.take('a', reading(2_000, 'down'));
    history.take('a', leading(3_000, 1));
    history.take('b', leading(4_000, 2));
    history.take('a', leading(4_100, 1));
    expect(told(history.terms(9)).map((term) => term.slice(0, 3))).toEqual(['b 2', 'a 1']);
    expect(told(history.terms(1))).toEqual(['b 2 ~4000– ≤1000']);
  });

  test('one member can lead twice running; epochs that nobody saw leave the time before unknown', () => {
    const history = new EnsembleHistory('c', store());
    history.take('a', leading(1_000, 1));
    history.take('a', leading(2_000, 2));
    history.take('b', leading(3_000, 7));
    expect(told(history.terms(9))).toEqual([
      'b 7 ~3000– unknown',
      'a 2 ~2000–2000 ≤1000',
      'a 1 ~1000–1000 unknown',
    ]);
  });

  test('where the epoch is not told, terms go by the leader and since when it leads', () => {
    const history = new EnsembleHistory('c', store());
    const lead = (at: number, uptime: number) => reading(at, 'leader', { leaderUptimeMs: uptime });
    history.take('a', lead(10_000, 5_000));
    history.take('a', lead(20_000, 14_990));
    history.take('a', lead(30_000, 2_000));
    expect(told(history.terms(9)).map((term) => term.split(' ')[2])).toEqual(['28000–', '5000–20000']);
  });

  test('a restart of the console goes on with the term that stands, and does not invent a gap', () => {
    const terms = store();
    new EnsembleHistory('c', terms).take('a', leading(1_000, 1));
    const again = new EnsembleHistory('c', terms);
    again.take('a', leading(9_000_000, 1));
    expect(told(again.terms(9))).toEqual(['a 1 ~1000– unknown']);
    const later = new EnsembleHistory('c', terms);
    later.take('b', leading(90_000_000, 2));
    expect(told(later.terms(1))).toEqual(['b 2 ~90000000– unknown']);
  });

  test('terms are kept a while, a bounded number a cluster', () => {
    const terms = store();
    const now = termsKeptMs * 2;
    const put = (cluster: string, from: number) =>
      terms.put(cluster, {
        term: {
          leader: 'a',
          epoch: 1,
          from,
          fromExact: true,
          to: from,
          withoutLeaderMs: null,
          withoutExact: false,
        },
        seenAt: from,
      });
    put('old', now - termsKeptMs - 1);
    for (let index = 0; index < 600; index += 1) put('busy', now - index);
    put('other', now);
    terms.prune(now);
    expect(terms.list('old', 9)).toEqual([]);
    expect(terms.list('busy', 9_999)).toHaveLength(500);
    expect(terms.list('busy', 1)[0]?.term.from).toBe(now);
    expect(terms.list('other', 9)).toHaveLength(1);
  });
});

describe('lag in time', () => {
  test('grows from when the ensemble passed the member’s zxid, taken as even between probes', () => {
    const clock = new ZxidClock();
    clock.see(0x100000064n, 1_000);
    clock.see(0x1000000c8n, 11_000);
    expect(clock.lag(0x100000096n, 12_000)).toEqual({ ms: 6_000, atLeast: false });
    expect(clock.lag(0x1000000c8n, 12_000)).toBeNull();
    expect(clock.lag(0x100000001n, 12_000)).toEqual({ ms: 11_000, atLeast: true });
  });

  test('a new leader that has written nothing puts nobody behind; its first write does', () => {
    const clock = new ZxidClock();
    clock.see(0x100000005n, 1_000);
    clock.see(0x200000000n, 2_000);
    expect(clock.lag(0x100000005n, 60_000)).toBeNull();
    clock.see(0x200000001n, 61_000);
    expect(clock.lag(0x100000005n, 64_000)).toEqual({ ms: 3_000, atLeast: false });
  });

  test('is not known of what nobody saw, and remembers a bounded time', () => {
    const clock = new ZxidClock();
    expect(clock.lag(1n, 5)).toBeNull();
    for (let index = 1; index <= 1_000; index += 1) clock.see(BigInt(index), index * 1_000);
    expect(clock.lag(1n, 1_000_000)).toMatchObject({ atLeast: true });
    expect(clock.lag(999n, 1_000_000)).toEqual({ ms: 1_000, atLeast: false });
  });
});
