import { expect, test } from 'vitest';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import { evaluateReconfig, type ReconfigContext, type ReconfigRequest } from '@/server/quorum/reconfig';

/** The answers are those of Apache 3.8.0 to the same requests, but for the two cases named so. */
const s1 = 'server.1=127.0.0.1:27121:27131:participant;127.0.0.1:27311';
const s2 = 'server.2=127.0.0.1:27122:27132:participant;0.0.0.0:27312';
const s3 = 'server.3=127.0.0.1:27123:27133:participant';
const current = parseQuorumText(`${s1}\n${s2}\n${s3}\nversion=100000000`);

function reconfig(request: Partial<ReconfigRequest>, context: Partial<ReconfigContext> = {}): string {
  const result = evaluateReconfig(
    { joiningServers: null, leavingServers: null, newMembers: null, curConfigId: -1n, ...request },
    {
      current,
      lastSeen: current,
      version: 0x10000000an,
      standaloneEnabled: true,
      multiAddressEnabled: false,
      isQuorumSynced: (config) => config.hasQuorum(new Set([1, 2, 3])),
      ...context,
    },
  );
  return 'config' in result ? result.config.toText() : `${result.error}: ${result.reason}`;
}

const join = (joiningServers: string): string => reconfig({ joiningServers });
const leave = (leavingServers: string): string => reconfig({ leavingServers });
const replace = (newMembers: string, context?: Partial<ReconfigContext>): string =>
  reconfig({ newMembers }, context);

test.each([
  ['server.4=127.0.0.1:1:2', /^BADARGUMENTS: .* needs quorum, election and client port/],
  ['server.4=127.0.0.1:1', /^BADARGUMENTS: .* has not the form/],
  ['server.4', /^BADARGUMENTS: .* has the form server\.N=spec/],
  ['server.4=a=b', /^BADARGUMENTS: .* has the form server\.N=spec/],
  ['server.x=127.0.0.1:1:2;3', /^MARSHALLINGERROR: "x" is no server id/],
  ['server.4=10.1.1.1:1:1;3', /^BADARGUMENTS: .* must be different/],
  ['4=10.1.1.1:1:2:bogus;3', /^BADARGUMENTS: .* is no role/],
  [
    'server.4=10.1.1.1:1:2;3,server.5=10.1.1.1:1:6;3',
    /^BADARGUMENTS: server.4 and server.5 both use 10\.1\.1\.1:1\./,
  ],
  ['server.300=10.1.1.1:1:2;3', /^BADARGUMENTS: .* ids are 0 to 255/],
  ['server.4=a:1:2|b:1:2;3', /^BADARGUMENTS: server.4 has 2 addresses/],
  [
    'server.4=10.1.1.1:1:2;3,server.5=10.1.1.1:4:6;3,server.6=10.1.1.2:4:6;3,server.7=10.1.1.3:4:6;3',
    /^NEWCONFIGNOQUORUM: /,
  ],
])('joining %s is refused', (joining, reason) => {
  expect(join(joining)).toMatch(reason);
});

test('an address shared on loopback is refused, which Apache overlooks', () => {
  expect(join('server.4=127.0.0.1:27121:27131;3')).toBe(
    'BADARGUMENTS: server.1 and server.4 both use 127.0.0.1:27121.',
  );
});

test('servers join, leave and change their roles, under the version of the transaction', () => {
  expect(join('server.4=10.1.1.1:1:2;3')).toBe(
    `${s1}\n${s2}\n${s3}\nserver.4=10.1.1.1:1:2:participant;0.0.0.0:3\nversion=10000000a`,
  );
  expect(leave('3')).toBe(`${s1}\n${s2}\nversion=10000000a`);
  expect(leave(' 9,, 3 ')).toBe(`${s1}\n${s2}\nversion=10000000a`);
  expect(join('server.3=127.0.0.1:27123:27133:observer;27313')).toBe(
    `${s1}\n${s2}\nserver.3=127.0.0.1:27123:27133:observer;0.0.0.0:27313\nversion=10000000a`,
  );
  expect(reconfig({ joiningServers: ' server.3 = h:1:2;4 ', leavingServers: '2' })).toBe(
    `${s1}\nserver.3=h:1:2:participant;0.0.0.0:4\nversion=10000000a`,
  );
  expect(reconfig({})).toBe(`${s1}\n${s2}\n${s3}\nversion=10000000a`);
});

test('leaving down to one voter is refused, unless a server may be an ensemble of its own', () => {
  expect(leave('1,2')).toMatch(/^BADARGUMENTS: .* 1 voters; with standaloneEnabled=true it needs at least 2/);
  expect(reconfig({ leavingServers: '1,2' }, { standaloneEnabled: false, isQuorumSynced: () => true })).toBe(
    `${s3}\nversion=10000000a`,
  );
  expect(reconfig({ leavingServers: '1,2,3' }, { standaloneEnabled: false })).toMatch(
    /^BADARGUMENTS: .* 0 voters/,
  );
  expect(leave('x')).toBe('MARSHALLINGERROR: "x" is no server id.');
});

test('the whole list may be replaced, with groups too, separated by commas or lines', () => {
  expect(replace(`${s1},${s2},version=5`)).toBe(`${s1}\n${s2}\nversion=10000000a`);
  const grouped = replace(`${s1}\n${s2}\n${s3}\ngroup.1=1:2:3\nweight.1=2`);
  expect(grouped).toBe(
    `${s1}\n${s2}\n${s3}\ngroup.1=1:2:3\nweight.1=2\nweight.2=1\nweight.3=1\nversion=10000000a`,
  );
});

test.each([
  ['server.1=foo', /^BADARGUMENTS: /],
  ['foo=1', /^BADARGUMENTS: /],
  ['', /^BADARGUMENTS: .* 0 voters/],
  [s1, /^BADARGUMENTS: .* 1 voters/],
  [`${s1},server.4=h:1:2:observer`, /^MARSHALLINGERROR: 1 voters and 1 observers are no ensemble/],
  ['server.4=h:1:2:observer', /^MARSHALLINGERROR: 0 voters/],
  // Apache takes this one and its ensemble breaks.
  [`${s1},${s2},server.3=127.0.0.1:27121:27133`, /^BADARGUMENTS: server.1 and server.3 both use/],
])('%j is refused as a list of members', (members, reason) => {
  expect(replace(members)).toMatch(reason);
});

test('a list without voters is malformed where no server runs alone', () => {
  expect(replace('', { standaloneEnabled: false })).toMatch(/^MARSHALLINGERROR: /);
});

test('with groups servers do not join or leave one by one', () => {
  const lastSeen = parseQuorumText(`${s1}\n${s2}\ngroup.1=1:2`);
  const context = { current: lastSeen, lastSeen };
  expect(reconfig({ leavingServers: '2' }, context)).toMatch(/^BADARGUMENTS: .* there are groups/);
  expect(reconfig({ newMembers: `${s1},${s2}` }, context)).toMatch(/version=10000000a$/);
});

test('checks come in Apache’s order: one under way, then the version, then the request', () => {
  const lastSeen = current.withVersion(0x100000009n);
  const wrong = { leavingServers: 'x', curConfigId: 77n };
  expect(reconfig(wrong, { lastSeen })).toBe(
    'RECONFIGINPROGRESS: The reconfig to version 0x100000009 is not done yet.',
  );
  expect(reconfig(wrong)).toBe('BADVERSION: The request expects version 0x4d, the version is 0x100000000.');
  expect(reconfig({ ...wrong, curConfigId: 0x100000000n })).toMatch(/^MARSHALLINGERROR/);
});
