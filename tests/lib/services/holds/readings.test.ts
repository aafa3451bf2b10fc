import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionsResponse } from '@/lib/api/sessions';
import { watchListResponse } from '@/lib/api/watches';
import { memberName } from '@/lib/base/connection-string';
import type { ClusterSettings } from '@/lib/config/settings';
import { lastSessions, readSession, takeSessions } from '@/lib/services/holds/sessions';
import { SharedReading } from '@/lib/services/holds/shared-reading';
import { lastWatches, takeWatches, watchersOf } from '@/lib/services/holds/watches';
import { clusterProber } from '@/lib/services/probes/prober';
import { cluster as settings, startServices, type ServicesHost } from '../../../support/console-host';
import { type FakeMember, startFakeMember } from '../../../support/fake-member';

const texts = new URL('../../holds/apache-3.8.0/', import.meta.url);
const answerOf = (word: string) => readFileSync(new URL(`${word}.txt`, texts), 'utf8');
const refusal = (word: string) => `${word} is not executed because it is not in the whitelist.\n`;

let fake: FakeMember;
let host: ServicesHost;
let refused: readonly string[] = [];
let serial = 0;
beforeEach(async () => {
  refused = [];
  fake = await startFakeMember((word) => (refused.includes(word) ? refusal(word) : answerOf(word)));
});
afterEach(async () => {
  await host.stop();
  await fake.stop();
});

/** Readings are one a process and cluster, so each test has a cluster of its own. */
function cluster(chroot = ''): ClusterSettings {
  const made = settings(`h${(serial += 1)}`, [fake.member.port], { chroot });
  host = startServices([made]);
  return made;
}

const holder = '0x100000e95a40000';

test('nobody is asked until somebody asks, and then once for all who ask', async () => {
  const made = cluster();
  expect(lastSessions(made)).toBe(null);
  expect(readSession(made, holder)).toMatchObject({ head: null, session: null });
  expect(fake.words).toEqual([]);
  await Promise.all([takeSessions(made), takeSessions(made)]);
  await takeSessions(made);
  expect([...fake.words].sort()).toEqual(['cons', 'dump']);
  const reading = sessionsResponse.parse({ reading: lastSessions(made) }).reading!;
  expect(reading.total).toBe(4);
  const row = reading.sessions.find(({ id }) => id === holder);
  expect(row).toMatchObject({ address: '127.0.0.1:35590', host: '127.0.0.1', ephemerals: 5, watches: null });
});

test('one session is found by its decimal id too, with what it holds', async () => {
  const made = cluster();
  await takeSessions(made);
  await takeWatches(made, '');
  const found = readSession(made, '72057656678023168');
  expect(found).toMatchObject({ id: holder, decimal: '72057656678023168', own: false });
  expect(found.ephemerals).toMatchObject({ total: 5, outside: 0 });
  expect(found.watches?.paths).toEqual(['/locks/right/b63cc9db654c4859b8921b37d5242874__lock__0000000000']);
  expect(() => readSession(made, 'drop table')).toThrow('is no session id');
  expect(readSession(made, '0x1').session).toBe(null);
});

test('a member that refuses comes with the line that would allow it, and the rest still shows', async () => {
  refused = ['dump'];
  const { sources, sessions } = await takeSessions(cluster());
  expect(sessions).toHaveLength(4);
  expect(sessions[0]!.ephemerals).toBe(null);
  const [fault] = sources.filter((source) => source.fault !== null);
  expect(fault).toMatchObject({
    asked: 'dump',
    enableWith: '4lw.commands.whitelist=srvr, mntr, cons, dump, wchs, wchp',
  });
});

test('watches come from wchc where wchp is refused', async () => {
  refused = ['wchp'];
  const { counts, reading } = watchListResponse.parse(await takeWatches(cluster(), ''));
  expect(counts).toMatchObject({ watches: 6, paths: 6, sessions: 4 });
  expect(reading).toMatchObject({ watches: 6, paths: 6, sessions: 4, pathsMatching: 6, sessionsMatching: 4 });
  expect(reading!.sources[0]!.asked).toBe('wchc');
});

test('watches are counted unasked, listed on request, and filtered', async () => {
  const made = cluster();
  expect(await lastWatches(made, '')).toMatchObject({ counts: { watches: 6 }, reading: null });
  expect(fake.words).toEqual(['wchs']);
  await takeWatches(made, '');
  const { reading } = await lastWatches(made, 'ORDERS');
  expect(reading).toMatchObject({ pathsMatching: 2, paths: 6 });
  const path = '/locks/orders/2d6960981ab44451849c25b57df5b4f0__lock__0000000000';
  expect(watchersOf(made, path)).toMatchObject({ total: 1, watchers: [{ id: '0x100000e95a40001' }] });
  expect(fake.words).toEqual(['wchs', 'wchp']);
});

test('paths begin at the chroot, and what is outside of it is counted only', async () => {
  const made = cluster('/locks/orders');
  await takeSessions(made);
  await takeWatches(made, '');
  expect(readSession(made, holder).ephemerals).toEqual({
    total: 5,
    outside: 4,
    paths: ['/2d6960981ab44451849c25b57df5b4f0__lock__0000000000'],
  });
  expect((await lastWatches(made, '')).reading).toMatchObject({ outside: 4, pathsMatching: 2 });
  expect(watchersOf(made, '/2d6960981ab44451849c25b57df5b4f0__lock__0000000000').total).toBe(1);
});

test('a member that does not answer is told, not thrown', async () => {
  const made = cluster();
  await fake.stop();
  const { sources, total } = await takeSessions(made);
  expect(total).toBe(0);
  expect(sources.map(({ fault }) => fault)).toEqual([
    `127.0.0.1:${fake.member.port} refuses connections.`,
    `127.0.0.1:${fake.member.port} refuses connections.`,
  ]);
});

test('a member that hangs and was found down is waited for shortly', async () => {
  refused = ['mntr', 'srvr'];
  const hung = await startFakeMember(() => null);
  const made = settings(`h${(serial += 1)}`, [hung.member.port, fake.member.port]);
  host = startServices([made]);
  try {
    await clusterProber(made).refresh(0);
    const { sources, total } = await takeSessions(made);
    expect(total).toBe(4);
    const name = memberName(hung.member);
    const told = sources.find((source) => source.member === name && source.asked === 'cons')!;
    expect(told.fault).toContain(`${name} accepted the connection but did not answer within 2000 ms`);
  } finally {
    await hung.stop();
  }
});

test('a reading serves everybody for its time; one that failed may be tried again', async () => {
  let reads = 0;
  let fails = true;
  const shared = new SharedReading(() => {
    reads += 1;
    return fails ? Promise.reject(new Error('no')) : Promise.resolve(reads);
  }, 10_000);
  await expect(shared.take(0)).rejects.toThrow('no');
  expect(shared.current()).toBe(null);
  fails = false;
  expect(await shared.take(1)).toBe(2);
  expect(await shared.take(10_000)).toBe(2);
  expect(await shared.take(10_001)).toBe(3);
});
