import { describe, expect, test } from 'vitest';
import {
  blindGroups,
  ensembleBlindGroups,
  epochIn,
  epochOf,
  lagFill,
  lagOf,
  newestZxid,
  verdictOf,
} from '@/components/overview/verdict';
import { thin } from '@/components/overview/latency';
import type { MemberRole, MemberView, OverviewResponse } from '@/lib/api/overview';

function member(name: string, role: MemberRole, more: Partial<MemberView> = {}): MemberView {
  return {
    name,
    serverId: null,
    lag: null,
    role,
    up: role !== 'down',
    since: 0,
    probedAt: 0,
    source: 'mntr',
    version: '3.8.0',
    product: 'apache',
    zxid: '0x1',
    latencyMs: null,
    connections: null,
    outstanding: null,
    znodes: null,
    watches: null,
    ephemerals: null,
    dataBytes: null,
    packetsReceived: null,
    packetsSent: null,
    uptimeMs: null,
    openFiles: null,
    openFilesMax: null,
    probeMs: 1,
    fault: null,
    blindSpots: [],
    ...more,
  };
}

const health = (roles: MemberRole[], quorum: OverviewResponse['quorum']) =>
  verdictOf({ members: roles.map((role, index) => member(`zk${index}:2181`, role)), quorum });
type Quorum = OverviewResponse['quorum'];
const unknown: Quorum = {
  ...{ mode: 'unknown', voters: null, votersUp: null, canLose: null, holds: null, observers: null },
  ...{ observersUp: null, grouped: false, unlisted: [], configVersion: null },
};
const ensemble = (voters: number, votersUp: number, more: Partial<Quorum> = {}): Quorum => ({
  ...unknown,
  mode: 'ensemble',
  voters,
  votersUp,
  canLose: Math.max(0, votersUp - (Math.floor(voters / 2) + 1)),
  holds: votersUp * 2 > voters,
  ...more,
});

describe('the verdict', () => {
  test.each([
    ['safe', 'calm', ['leader', 'follower', 'follower'], ensemble(3, 3)],
    ['noSpare', 'warn', ['leader', 'follower', 'down'], ensemble(3, 2)],
    ['quorumLost', 'danger', ['looking', 'down', 'down'], ensemble(3, 1)],
    ['noLeader', 'danger', ['looking', 'looking', 'looking'], ensemble(3, 3)],
    ['degraded', 'warn', ['leader', 'follower', 'follower', 'follower', 'down'], ensemble(5, 4)],
    ['allDown', 'danger', ['down', 'down', 'down'], ensemble(3, 0)],
    // Two of three are up, but the one that is away carries the weight.
    ['quorumLost', 'danger', ['looking', 'looking', 'down'], ensemble(3, 2, { holds: false, grouped: true })],
    ['partly', 'warn', ['leader', 'follower'], ensemble(5, 2, { holds: null, canLose: null })],
    ['standaloneUp', 'calm', ['standalone'], { ...unknown, mode: 'standalone', voters: 1, votersUp: 1 }],
    ['standaloneDown', 'danger', ['down'], unknown],
    ['unknown', 'warn', ['unknown', 'unknown'], unknown],
  ] as const)('is %s (%s) for %j', (kind, tone, roles, quorum) => {
    expect(health([...roles], quorum)).toMatchObject({ kind, tone });
  });
  test('names the leader and counts what is needed', () => {
    const verdict = health(['follower', 'leader', 'follower', 'follower', 'follower'], ensemble(5, 5));
    expect(verdict).toMatchObject({ needed: 3, canLose: 2 });
    expect(verdict.leader?.name).toBe('zk1:2181');
  });
});

describe('lag', () => {
  test('compares counters within one epoch only', () => {
    expect(lagOf('0x500000001', '0x50000000b')).toEqual({ kind: 'behind', by: 10n });
    expect(lagOf('0x50000000b', '0x50000000b')).toEqual({ kind: 'inStep' });
    expect(lagOf('0x4ffffffff', '0x500000001')).toEqual({ kind: 'otherEpoch' });
    // Just after an election nothing is written in the new epoch, and nobody is behind.
    expect(lagOf('0x4ffffffff', '0x500000000')).toEqual({ kind: 'inStep' });
    expect(lagOf(null, '0x1')).toBeNull();
  });
  test('the bar grows with each tenfold and never overflows', () => {
    const fill = (by: bigint) => lagFill({ kind: 'behind', by });
    expect(lagFill({ kind: 'inStep' })).toBe(0);
    expect(fill(1n)).toBeLessThan(fill(100n));
    expect(fill(2n ** 31n)).toBe(1);
  });
  test('the newest zxid is found beyond what a double can tell apart', () => {
    expect(newestZxid(['0x20000000000001', '0x20000000000002', null])).toBe('0x20000000000002');
    expect(newestZxid([null])).toBeNull();
  });
});

test('members blind for the same reason stand together', () => {
  const spot = { what: 'mntr', message: '', enableWith: '4lw.commands.whitelist=srvr, mntr' } as const;
  const members = ['a', 'b'].map((name) => member(name, 'follower', { blindSpots: [spot] }));
  expect(blindGroups(members)).toEqual([
    { what: 'mntr', enableWith: spot.enableWith, members: ['a', 'b'], details: [] },
  ]);
  const down = { what: 'unreachable', message: 'a speaks HTTP.', enableWith: null } as const;
  expect(blindGroups([member('a', 'down', { blindSpots: [down] })])[0]!.details).toEqual(['a speaks HTTP.']);
});

test('members that do not belong together are told as that, whatever else is well', () => {
  const standing = (role: 'standalone' | 'leader' | 'follower', name: string) => member(name, role);
  const verdict = (...members: MemberView[]) => verdictOf({ members, quorum: ensemble(3, 3) });
  expect(verdict(standing('leader', 'a'), standing('standalone', 'b'))).toMatchObject({
    kind: 'strangers',
    tone: 'danger',
    heads: ['a', 'b'],
  });
  expect(verdict(standing('leader', 'a'), standing('leader', 'b')).kind).toBe('strangers');
  expect(verdict(standing('standalone', 'a'), standing('follower', 'b')).kind).toBe('strangers');
  expect(verdict(standing('leader', 'a'), standing('follower', 'b')).kind).not.toBe('strangers');
});

test('what is hidden of the ensemble as a whole stands beside it', () => {
  const members = [member('a', 'leader', { serverId: '1' }), member('b', 'follower')];
  const kinds = (more: Partial<Quorum>) =>
    ensembleBlindGroups(members, ensemble(3, 2, more)).map(({ what, members: names }) => [what, names]);
  expect(kinds({ unlisted: ['server.3 c:2181'], configVersion: '0' })).toEqual([
    ['unlisted', ['server.3 c:2181']],
    ['noIds', ['b']],
  ]);
  expect(kinds({})).toEqual([['noConfig', ['/zookeeper/config']]]);
  expect(ensembleBlindGroups(members, unknown)).toEqual([]);
});

test('the epoch is read from the upper half of a zxid', () => {
  expect(epochOf('0x200000007')).toBe('2');
  expect(epochOf('0xffffffff00000001')).toBe(String(0xffffffffn));
  expect(epochOf(null)).toBeNull();
});

test('a member in step with a new leader is in its epoch, one with less in that of its last transaction', () => {
  expect(epochIn('0x100000007', '0x200000000')).toBe('2');
  expect(epochIn('0x100000007', '0x200000001')).toBe('1');
  expect(epochIn('0x200000001', '0x200000001')).toBe('2');
  expect(epochIn(null, '0x200000001')).toBeNull();
});

test('a thinned trend keeps its spikes and its gaps', () => {
  const values = Array.from({ length: 600 }, (_, index) => (index === 333 ? 99 : index < 100 ? null : 1));
  const few = thin(values, 60);
  expect(few).toHaveLength(60);
  expect(Math.max(...few.map((value) => value ?? 0))).toBe(99);
  expect(few.slice(0, 10).every((value) => value === null)).toBe(true);
});
