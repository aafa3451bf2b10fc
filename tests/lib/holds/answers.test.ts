import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectionsFromJson, hostOf, parseCons } from '@/lib/holds/connections';
import { dumpFromJson, parseDump } from '@/lib/holds/dump';
import { isSilent, joinSessions } from '@/lib/holds/join';
import {
  parseWchc,
  parseWchp,
  parseWchs,
  watchCountFromJson,
  watchesByPathFromJson,
  watchesFromJson,
} from '@/lib/holds/watches';
import { parseJsonExactly } from '@/lib/services/probes/json';

// Answers of Apache's server 3.8.0, and of ours, while tests/interop/kazoo/locks.py held its locks.
const kinds = ['apache-3.8.0', 'zoodeck'] as const;

describe.each(kinds)('what %s answers', (kind) => {
  const text = (name: string) => readFileSync(new URL(`./${kind}/${name}.txt`, import.meta.url), 'utf8');
  const json = (name: string) => parseJsonExactly(text(`admin-${name}`));
  const dump = parseDump(text('dump'));

  test('four sessions are connected, and one connection without a session asks', () => {
    const connections = parseCons(text('cons'));
    expect(connections).toHaveLength(5);
    const withSession = connections.filter(({ sessionId }) => sessionId !== null);
    expect(withSession).toHaveLength(4);
    for (const connection of withSession) {
      expect(connection).toMatchObject({ queued: 0, timeoutMs: 10_000, secure: false });
      expect(hostOf(connection.address)).toBe('127.0.0.1');
      expect(connection.latencyMs!.max).toBeGreaterThanOrEqual(connection.latencyMs!.avg);
      expect(dump.sessions.has(connection.sessionId!)).toBe(true);
    }
  });

  test('AdminServer names the same sessions as the words, to the last digit', () => {
    const ids = (found: readonly { sessionId: bigint | null }[]) =>
      found.flatMap(({ sessionId }) => (sessionId === null ? [] : [sessionId.toString(16)])).sort();
    expect(ids(connectionsFromJson(json('connections')))).toEqual(ids(parseCons(text('cons'))));
    const admin = dumpFromJson(json('dump'));
    expect([...admin.sessions.keys()].sort()).toEqual([...dump.sessions.keys()].sort());
    expect(admin.ephemerals.size).toBe(4);
    for (const [id, paths] of admin.ephemerals)
      expect([...paths].sort()).toEqual([...dump.ephemerals.get(id)!].sort());
  });

  test('ephemerals stand under their session, and sessions with the time they expire at', () => {
    const paths = [...dump.ephemerals.values()].flat();
    expect(paths).toHaveLength(18);
    expect(paths.filter((path) => path.startsWith('/locks/orders/'))).toHaveLength(3);
    for (const { expiresAt } of dump.sessions.values()) expect(expiresAt).toBeGreaterThan(Date.UTC(2026, 0));
  });

  test('watches are the same from all four answers, and as many as counted', () => {
    const byPath = parseWchp(text('wchp'));
    const plain = (paths: typeof byPath) =>
      [...paths]
        .map(
          ([path, ids]) =>
            `${path} ${ids
              .map((id) => id.toString(16))
              .sort()
              .join()}`,
        )
        .sort();
    expect(plain(parseWchc(text('wchc')))).toEqual(plain(byPath));
    expect(plain(watchesByPathFromJson(json('watches-by-path')))).toEqual(plain(byPath));
    expect(plain(watchesFromJson(json('watches')))).toEqual(plain(byPath));
    expect(parseWchs(text('wchs'))).toEqual({ sessions: 4, paths: byPath.size, watches: 6 });
    expect(watchCountFromJson(json('watch-summary'))).toEqual(parseWchs(text('wchs')));
  });
});

test('a cut answer loses its half line and nothing else', () => {
  const line =
    ' /10.0.0.1:5[1](queued=3,recved=4,sent=5,sid=0x1,lop=PING,est=1,to=6,lcxid=0x1,lzxid=0x2,lresp=7,llat=1,minlat=0,avglat=0,maxlat=3)';
  expect(parseCons(`${line}\n /10.0.0.2:6[1](queued=0,rec`, true).map(({ address }) => address)).toEqual([
    '10.0.0.1:5',
  ]);
  expect([...parseWchp('/a\n\t0x1\n/b/cut', true).keys()]).toEqual(['/a']);
  expect(parseDump('ephemeral nodes dump:\n0x1:\n\t/a\n\t/b/c', true).ephemerals).toEqual(
    new Map([[1n, ['/a']]]),
  );
});

test('what is no answer is read as nothing', () => {
  for (const reply of [null, [], 'x', { connections: 'x', session_id_to_ephemeral_paths: [1] }]) {
    expect(connectionsFromJson(reply)).toEqual([]);
    expect(dumpFromJson(reply)).toEqual({ sessions: new Map(), ephemerals: new Map() });
    expect(watchesFromJson(reply).size + watchesByPathFromJson(reply).size).toBe(0);
    expect(watchCountFromJson(reply)).toBe(null);
  }
  expect(parseWchs('nonsense')).toBe(null);
});

test('a learner tells timeouts instead of expiries, and which sessions are its own', () => {
  const text = [
    'SessionTracker dump:',
    'Local Session Sets (1)/(1):',
    '1 expire at Sat Nov 28 23:42:19 UTC 2026:',
    '\t0x5',
    'Global Sessions(1):',
    '0xf000000000000001\t10000ms',
    'ephemeral nodes dump:',
  ].join('\n');
  expect([...parseDump(text).sessions]).toEqual([
    [0x5n, { timeoutMs: null, expiresAt: Date.UTC(2026, 10, 28, 23, 42, 19), local: true }],
    [0xf000000000000001n, { timeoutMs: 10_000, expiresAt: null, local: false }],
  ]);
});

test('IPv6 addresses, TLS and negative ids keep their meaning', () => {
  const [connection] = parseCons(
    ' /[0:0:0:0:0:0:0:1]:4[1](queued=0,recved=1,sent=1,sid=0xf000000000000001,lop=NA)',
  );
  expect(connection).toMatchObject({
    address: '[0:0:0:0:0:0:0:1]:4',
    sessionId: 0xf000000000000001n,
    lastOp: null,
  });
  expect(hostOf(connection!.address)).toBe('0:0:0:0:0:0:0:1');
  const reply = {
    secure_connections: [{ remote_socket_address: '/a:1', session_id: '-1152921504606846975' }],
  };
  expect(connectionsFromJson(reply)[0]).toMatchObject({
    address: 'a:1',
    sessionId: 0xf000000000000001n,
    secure: true,
  });
});

const connection = (sessionId: bigint, connectedAt: number, answeredMs: number) => ({
  ...parseCons(` /10.0.0.1:5[1](queued=0,recved=1,sent=1,sid=0x1,to=4000)`)[0]!,
  ...{ sessionId, connectedAt, answeredMs },
});

test('a client not heard of for more than half of its timeout is silent, by its own member alone', () => {
  const joined = joinSessions(
    [
      { member: 'zk1', connections: [connection(1n, 1, 10_000), connection(2n, 1, 7_999)] },
      { member: 'zk2', connections: [connection(3n, 1, 500)] },
    ],
    parseDump('ephemeral nodes dump:\n0x4:\n\t/gone\n'),
  );
  expect(joined.map((session) => [session.id, session.idleMs, isSilent(session)])).toEqual([
    [1n, 0, false],
    [2n, 2_001, true],
    [3n, 0, false],
    [4n, null, false],
  ]);
});

test('a session that moved is shown where it is now; one without a connection still holds its ephemerals', () => {
  const dump = parseDump('ephemeral nodes dump:\n0x2:\n\t/gone\n');
  const joined = joinSessions(
    [
      { member: 'a', connections: [connection(1n, 200, 1_000), connection(3n, 100, 400)] },
      { member: 'b', connections: [connection(1n, 100, 9_000)] },
    ],
    dump,
  );
  expect(joined.map(({ id, member, idleMs }) => [id, member, idleMs])).toEqual([
    [1n, 'a', 0],
    [3n, 'a', 600],
    [2n, null, null],
  ]);
});
