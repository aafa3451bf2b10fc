import { describe, expect, test } from 'vitest';
import { memberName, type Member } from '@/lib/base/connection-string';
import {
  isQuorum,
  losable,
  parseEnsembleConfig,
  serverOfMember,
} from '@/lib/services/probes/ensemble-config';
import { advance, firstRow } from '@/lib/services/probes/member-row';
import { quorumView, type QuorumMember } from '@/lib/services/probes/quorum';
import { nothingMeasured, type Reading } from '@/lib/services/probes/reading';

/** Who votes, who is up, and how many more may be lost, from what members and /zookeeper/config tell. */

function reading(role: Reading['role'], more: Partial<Reading> = {}): Reading {
  return {
    ...nothingMeasured,
    ...{ at: 1_000, up: role !== 'down', role, source: 'mntr', probeMs: 3, fault: null, blindSpots: [] },
    ...more,
  };
}

/** Members zk1, zk2 … of these readings, one after the other where a list is given. */
function members(...readings: (Reading | Reading[] | null)[]): QuorumMember[] {
  return readings.map((read, index) => {
    const member: Member = { host: `zk${index + 1}`, port: 2181 };
    let row = firstRow(memberName(member), 0);
    for (const one of read === null ? [] : [read].flat()) ({ row } = advance(row, one));
    return { member, row };
  });
}

const server = (id: number, role = 'participant') => `server.${id}=zk${id}:2888:3888:${role};0.0.0.0:2181`;
const config = (...lines: string[]) => parseEnsembleConfig([...lines, 'version=100000000'].join('\n'))!;
const three = config(server(1), server(2), server(3));
const withObserver = config(server(1), server(2), server(3), server(4, 'observer'));

const leader = reading('leader', { quorumSize: 3, syncedFollowers: 2 });
const follower = reading('follower', { quorumSize: 3 });
const observer = reading('observer', { quorumSize: 3 });
const down = reading('down');
const looking = reading('looking');

describe('without the configuration', () => {
  test.each([
    ['three of three', [leader, follower, follower], { voters: 3, votersUp: 3, canLose: 1, holds: true }],
    [
      'two of three',
      [reading('leader', { quorumSize: 3, syncedFollowers: 1 }), follower, down],
      { voters: 3, votersUp: 2, canLose: 0, holds: true },
    ],
    [
      'one of three hangs, and the leader counts it yet',
      [leader, follower, down],
      { voters: 3, votersUp: 2, canLose: 0, holds: true },
    ],
    [
      'two of three are out of the console’s reach, while a leader counts them for a minute and more',
      [leader, [down, reading('down', { at: 61_000 })], [down, reading('down', { at: 61_000 })]],
      { voters: 3, votersUp: 3, canLose: 1, holds: true },
    ],
    [
      'an observer is no voter',
      [leader, follower, follower, observer],
      { voters: 3, votersUp: 3, canLose: 1, observers: 1, observersUp: 1 },
    ],
    [
      'one that is down is an observer still',
      [leader, follower, follower, [observer, down]],
      { voters: 3, canLose: 1, observers: 1, observersUp: 0 },
    ],
    [
      'only the leader is configured: it counts its followers',
      [leader],
      { voters: 3, votersUp: 3, canLose: 1 },
    ],
    [
      'only a follower is: nobody can say',
      [follower],
      { voters: 3, votersUp: 1, canLose: null, holds: null },
    ],
    [
      'all are electing',
      [looking, looking, looking],
      { mode: 'ensemble', voters: 3, votersUp: 3, holds: true },
    ],
    ['one is left over', [looking, down, down], { mode: 'ensemble', voters: 3, votersUp: 1, holds: false }],
    [
      'alone',
      [reading('standalone')],
      { mode: 'standalone', voters: 1, votersUp: 1, canLose: 0, holds: true },
    ],
    ['nothing answers', [down, down], { mode: 'unknown', voters: null, votersUp: null, canLose: null }],
    ['nothing is read yet', [null], { mode: 'unknown', voters: null, votersUp: null, canLose: null }],
  ] as const)('%s', (_, readings, quorum) => {
    expect(quorumView(members(...(readings as readonly (Reading | null)[])), null)).toMatchObject({
      mode: 'ensemble',
      ...quorum,
    });
  });
});

describe('with the configuration', () => {
  test('while a leader counts them for a minute and more, voters out of the console’s reach are up', () => {
    const unreached = [down, reading('down', { at: 61_000 })];
    const view = quorumView(members(leader, unreached, unreached), three);
    expect(view).toMatchObject({ voters: 3, votersUp: 3, canLose: 1, holds: true });
    const hung = quorumView(members(leader, down, down), three);
    expect(hung).toMatchObject({ voters: 3, votersUp: 1, canLose: 0, holds: false });
  });

  test('voters are those that it names; observers do not count', () => {
    const view = quorumView(members(leader, follower, down, observer), withObserver);
    // The leader counts one that hangs for a while yet.
    expect(view).toMatchObject({
      voters: 3,
      votersUp: 2,
      canLose: 0,
      observers: 1,
      observersUp: 1,
      unlisted: [],
    });
    expect(
      quorumView(members(reading('leader', { syncedFollowers: 1 }), follower, down, down), withObserver),
    ).toEqual({
      ...{ mode: 'ensemble', voters: 3, votersUp: 2, canLose: 0, holds: true, observers: 1, observersUp: 0 },
      ...{ grouped: false, unlisted: [], configVersion: '100000000' },
    });
  });

  test('a lost quorum is told from it even when no member can say how many vote', () => {
    expect(quorumView(members(looking, down, down), three)).toMatchObject({
      votersUp: 1,
      holds: false,
      canLose: 0,
    });
  });

  test('servers that the connection string leaves out are named, and counted through the leader', () => {
    const five = config(server(1), server(2), server(3), server(4), server(5));
    const view = quorumView(members(reading('leader', { syncedFollowers: 3 }), follower), five);
    expect(view).toMatchObject({ voters: 5, votersUp: 4, canLose: 1, holds: true });
    expect(view.unlisted).toEqual(['server.3 zk3:2181', 'server.4 zk4:2181', 'server.5 zk5:2181']);
    expect(quorumView(members(follower, follower), five)).toMatchObject({ canLose: null, holds: null });
  });

  test('weights and groups decide where there are any', () => {
    const lines = [1, 2, 3, 4, 5].map((id) => server(id));
    const weighted = config(...lines, 'group.1=1:2:3:4:5', 'weight.1=5', 'weight.4=0', 'weight.5=0');
    const all = [leader, follower, follower, follower, follower] as const;
    expect(quorumView(members(...all), weighted)).toMatchObject({
      grouped: true,
      votersUp: 5,
      canLose: 0,
      holds: true,
    });
    const without = members(down, looking, looking, looking, looking);
    expect(quorumView(without, weighted)).toMatchObject({ votersUp: 4, holds: false });
  });

  test('a standalone server has none', () => {
    expect(parseEnsembleConfig('')).toBeNull();
    expect(parseEnsembleConfig('version=0')).toBeNull();
  });
});

describe('what the configuration says', () => {
  test('both forms of a server line are read, with several addresses and IPv6', () => {
    const read = config(
      'server.1=zk1:2888:3888',
      'server.2=[fd00::2]:2888:3888:participant;[::]:2182',
      'server.10=zk10a:2888:3888|zk10b:2889:3889:observer;2183',
    );
    expect(read.servers).toEqual([
      { id: '1', role: 'participant', quorumHosts: ['zk1'], client: null },
      { id: '2', role: 'participant', quorumHosts: ['fd00::2'], client: { host: 'fd00::2', port: 2182 } },
      { id: '10', role: 'observer', quorumHosts: ['zk10a', 'zk10b'], client: { host: 'zk10a', port: 2183 } },
    ]);
    expect(read.version).toBe('100000000');
  });

  test('a member is found by its client address, else by its host where only one server is there', () => {
    const local = config(
      'server.1=127.0.0.1:1:2:participant;127.0.0.1:2181',
      'server.2=127.0.0.1:3:4:participant;127.0.0.1:2182',
      'server.3=zk3:5:6',
    );
    const idOf = (host: string, port: number) => serverOfMember(local, { host, port })?.id ?? null;
    expect(idOf('localhost', 2182)).toBe('2');
    expect(idOf('zk3', 9999)).toBe('3');
    expect(idOf('127.0.0.1', 2199)).toBeNull();
    const nameless = config('server.1=127.0.0.1:1:2', 'server.2=127.0.0.1:3:4');
    expect(serverOfMember(nameless, { host: '127.0.0.1', port: 2181 })).toBeNull();
  });

  test('more than half of the groups, each by more than half of its weight', () => {
    const grouped = config(
      ...Array.from({ length: 9 }, (_, index) => server(index + 1)),
      'group.1=1:2:3',
      'group.2=4:5:6',
      'group.3=7:8:9',
    );
    expect(isQuorum(grouped, new Set(['1', '2', '4', '5']))).toBe(true);
    expect(isQuorum(grouped, new Set(['1', '2', '3', '4', '7']))).toBe(false);
    // Two in one group can go, or one in each; two in each of two groups cannot.
    expect(losable(grouped, ['1', '2', '3', '4', '5', '6', '7', '8', '9'])).toBe(3);
    expect(losable(grouped, ['1', '2', '4', '5'])).toBe(0);
    expect(losable(three, ['1', '2', '3'])).toBe(1);
  });
});
