import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressFaults } from '@/server/quorum/addresses';
import type { QuorumConfig } from '@/server/quorum/contract';
import {
  isHierarchical,
  isQuorumKey,
  parseQuorumText,
  QuorumConfigError,
  sameMembers,
} from '@/server/quorum/quorum-config';

/** Lines stand with @ between, as they were printed by Apache 3.8.0's QuorumMaj and QuorumHierarchical for these inputs. */
const apacheTexts: readonly (readonly [lines: string, text: string])[] = [
  ['server.1=127.0.0.1:2888:3888', 'server.1=127.0.0.1:2888:3888:participant@version=0'],
  ['server.1=localhost:2888:3888;2181', 'server.1=localhost:2888:3888:participant;0.0.0.0:2181@version=0'],
  [
    'server.1=zk1.example:2888:3888:Observer;2181@server.2=zk2.example:1:2;127.0.0.1:99',
    'server.1=zk1.example:2888:3888:observer;0.0.0.0:2181@server.2=zk2.example:1:2:participant;127.0.0.1:99@version=0',
  ],
  [
    'server.1=[::1]:2888:3888;[::1]:2181@version=1f',
    'server.1=[0:0:0:0:0:0:0:1]:2888:3888:participant;[0:0:0:0:0:0:0:1]:2181@version=1f',
  ],
  ['server.1=[2001:db8::1]:1:2:participant', 'server.1=[2001:db8:0:0:0:0:0:1]:1:2:participant@version=0'],
  [
    'server.3=a:1:2@server.2=b:1:2@server.20=b:4:2@server.255=a:9:8@server.33=q:1:2',
    'server.33=q:1:2:participant@server.2=b:1:2:participant@server.3=a:1:2:participant@server.20=b:4:2:participant@server.255=a:9:8:participant@version=0',
  ],
  ['server.1=b:1:2|a:3:4;2181', 'server.1=a:3:4|b:1:2:participant;0.0.0.0:2181@version=0'],
  ['server.1=b:1:2:observer|a:3:4;2181', 'server.1=a:3:4|b:1:2:observer;0.0.0.0:2181@version=0'],
  ['server.01=a:1:2', 'server.1=a:1:2:participant@version=0'],
  [
    'server.1=a:1:2@server.2=b:1:2:observer@group.1=1@weight.1=3',
    'server.1=a:1:2:participant@server.2=b:1:2:observer@group.1=1@weight.1=3@version=0',
  ],
  [
    'server.1=a:1:2@server.2=b:1:2:observer@group.1=1:2@weight.2=5',
    'server.1=a:1:2:participant@server.2=b:1:2:observer@group.1=1:2@weight.1=1@weight.2=5@version=0',
  ],
  [
    'server.1=a:1:2@server.2=b:1:2@group.1=1@group.2=2:5@weight.5=1',
    'server.1=a:1:2:participant@server.2=b:1:2:participant@group.1=1@group.2=2:5@weight.1=1@weight.2=1@weight.5=1@version=0',
  ],
  [
    'server.1=a:1:2@server.2=b:1:2@group.7=2@group.3=1@weight.2=0@version=ffffffffff',
    'server.1=a:1:2:participant@server.2=b:1:2:participant@group.3=1@group.7=2@weight.1=1@weight.2=0@version=ffffffffff',
  ],
  ['version=5', 'version=5'],
];

const parse = (lines: string): QuorumConfig => parseQuorumText(lines.replaceAll('@', '\n'));

test.each(apacheTexts)('%s is written as Apache writes it', (lines, text) => {
  const config = parse(lines);
  expect(config.toText()).toBe(text.replaceAll('@', '\n'));
  expect(parseQuorumText(config.toText()).toText()).toBe(config.toText());
});

function faultsOf(lines: string): readonly string[] {
  try {
    return addressFaults(parse(lines));
  } catch (error) {
    if (error instanceof QuorumConfigError) return error.faults;
    throw error;
  }
}

const form = 'host:quorumPort:electionPort[:role][;[host:]clientPort]';

test.each([
  ['server.1=a:1:1', 'server.1=a:1:1: quorum and election port are both 1, they must be different.'],
  ['server.1=a:1:2:foo', 'server.1=a:1:2:foo: "foo" is no role; participant and observer are.'],
  ['server.1=a:1', `server.1=a:1: "a:1" has not the form ${form}.`],
  ['server.1=a:1:x', `server.1=a:1:x: "a:1:x" has not the form ${form}.`],
  ['server.1=', `server.1=: "" has not the form ${form}.`],
  ['server.1=a:1:70000', 'server.1=a:1:70000: port 70000 is above 65535, the highest there is.'],
  ['server.1=a:1:2;70000', 'server.1=a:1:2;70000: client port 70000 is above 65535, the highest there is.'],
  ['server.1=a:1:2;3;4', `server.1=a:1:2;3;4: there is more than one ";", the form is ${form}.`],
  ['server.1=a:1:2;h:3:4', `server.1=a:1:2;h:3:4: "h:3:4" is no client address, the form is ${form}.`],
  ['server.1=a:1:2;h:', `server.1=a:1:2;h:: "h:" is no client address, the form is ${form}.`],
  ['server.1=2001:db8::1:1:2', `server.1=2001:db8::1:1:2: "2001:db8::1:1:2" has not the form ${form}.`],
  ['server.1=[::1::]:1:2', `server.1=[::1::]:1:2: "[::1::]:1:2" has not the form ${form}.`],
  [
    'server.1=b:1:2:observer|a:3:4:participant',
    'server.1=b:1:2:observer|a:3:4:participant: its addresses say different roles.',
  ],
  ['server.-1=a:1:2', 'server.-1: ids are 0 to 255.'],
  ['server.256=a:1:2', 'server.256: ids are 0 to 255.'],
  ['server.x=a:1:2', 'server.x=a:1:2: only server.N, group.N, weight.N and version belong here.'],
  ['foo=1', 'foo=1: only server.N, group.N, weight.N and version belong here.'],
  ['version=xyz', 'version=xyz: must be hexadecimal digits, at most 16.'],
  ['server.1=a:1:2@server.1=b:1:2', 'server.1 is there twice.'],
  ['server.1=a:1:2@server.2=a:2:3', 'server.1 and server.2 both use a:2.'],
  ['server.1=a:1:2;a:2', 'server.1 uses a:2 twice.'],
  ['server.1=a:1:2@server.2=b:1:2@group.1=1', 'server.2 votes but is in no group.'],
  ['server.1=a:1:2@group.1=1@group.2=1', 'group.2=1: server 1 is in a group already.'],
  ['server.1=a:1:2@group.1=1:5', 'Server 5 is in a group but has no server line.'],
  ['server.1=a:1:2@server.2=b:1:2:observer@group.1=1:2', 'Server 2 is in a group but is an observer.'],
  ['server.1=a:1:2@group.1=1:', 'group.1=1:: "" is no server id.'],
  ['server.1=a:1:2@group.1=1@weight.1=-2', 'weight.1=-2: must be a whole number from 0 to 999999999.'],
])('%s is told as a fault', (lines, fault) => {
  expect(faultsOf(lines)).toEqual([fault]);
});

test('every fault is told at once', () => {
  expect(faultsOf('server.1=a:1@version=q@group.1=z')).toHaveLength(3);
});

test('keys of the dynamic part are known by their beginning, as Apache knows them', () => {
  expect(['server.1', 'group.2', 'weight.3'].every(isQuorumKey)).toBe(true);
  expect(['serverCnxnFactory', 'version', 'clientPort'].some(isQuorumKey)).toBe(false);
});

test('configs are the same when their members are, whatever their versions', () => {
  const one = parse('server.1=a:1:2@server.2=b:1:2@version=1');
  expect(sameMembers(one, parse('server.2=b:1:2@server.1=a:1:2@version=9'))).toBe(true);
  expect(sameMembers(one, parse('server.1=a:1:2@server.2=b:1:2:observer@version=1'))).toBe(false);
  expect(one.withVersion(0x1ffn).toText()).toMatch(/\nversion=1ff$/);
  expect(sameMembers(one.withVersion(3n), one)).toBe(true);
});

function voters(count: number): string {
  return Array.from({ length: count }, (_, index) => `server.${index + 1}=h${index + 1}:1:2`).join('@');
}

test('a majority is more than half of the voters; observers and strangers do not count', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 30 })),
      (count, ids) => {
        const config = parse(`${voters(count)}@server.20=o:1:2:observer`);
        const counted = ids.filter((id) => id <= count).length;
        expect(config.hasQuorum(new Set(ids))).toBe(counted * 2 > count);
        expect(config.weight(20)).toBe(0);
        expect(config.weight(1)).toBe(count > 0 ? 1 : 0);
      },
    ),
  );
});

test('any two quorums of one config meet, with groups and weights too', () => {
  const config = fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 7 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 7, maxLength: 7 }),
      fc.boolean(),
    )
    .map(([groupOf, weights, hierarchical]) => {
      if (!hierarchical) return parse(voters(groupOf.length));
      const groups = [0, 1, 2]
        .map((group) => groupOf.flatMap((of, index) => (of === group ? [index + 1] : [])))
        .flatMap((members, group) => (members.length === 0 ? [] : [`group.${group}=${members.join(':')}`]));
      const lines = groupOf.map((_, index) => `weight.${index + 1}=${weights[index]!}`);
      return parse([voters(groupOf.length), ...groups, ...lines].join('@'));
    });
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 7 }));
  fc.assert(
    fc.property(config, ids, ids, (quorums, one, other) => {
      fc.pre(quorums.hasQuorum(new Set(one)) && quorums.hasQuorum(new Set(other)));
      expect(one.some((id) => other.includes(id))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

const nine = `${voters(9)}@group.1=1:2:3@group.2=4:5:6@group.3=7:8:9`;
const sevenVoters = `${voters(7)}@group.1=1:2:3@group.2=4:5:6@group.3=7@weight.7=0@weight.1=3`;

test.each([
  [nine, [1, 2, 4, 5], true],
  [nine, [1, 2, 3, 4, 7], false],
  [nine, [1, 4, 7], false],
  [nine, [1, 2, 3, 4, 5, 6], true],
  [nine, [], false],
  [sevenVoters, [1, 4, 5], true],
  [sevenVoters, [2, 3, 4, 5], false],
  [sevenVoters, [1, 7], false],
  [sevenVoters, [1, 2, 3, 7, 4], false],
])('%s: %j is a quorum: %s', (lines, ids, expected) => {
  const config = parse(lines);
  expect(isHierarchical(config)).toBe(true);
  expect(config.hasQuorum(new Set(ids))).toBe(expected);
});

test('a voter of weight 0 cannot be elected', () => {
  expect(parse(sevenVoters).weight(7)).toBe(0);
  expect(parse(sevenVoters).weight(1)).toBe(3);
  expect(parse(sevenVoters).voters.has(7)).toBe(true);
});
