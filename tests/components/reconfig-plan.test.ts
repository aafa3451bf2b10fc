import { expect, test } from 'vitest';
import {
  commandOf,
  emptyNewcomer,
  newcomerFault,
  noEdits,
  planOf,
  requestOf,
} from '@/components/ensemble/members/plan';
import type { ConfigMember, ReconfigResponse } from '@/lib/api/reconfig';

const member = (id: number, up = true): ConfigMember => ({
  ...{ id: String(id), role: 'participant', peers: `zk${id}:2888:3888`, client: '0.0.0.0:2181' },
  state: { member: `zk${id}:2181`, role: id === 3 ? 'leader' : 'follower', up },
});
const config = (...members: ConfigMember[]): ReconfigResponse => ({
  ...{ version: '100000000', members, grouped: false, enabled: 'on', enableWith: '' },
  ...{ permitted: true, permitWith: '' },
});
const three = config(member(1), member(2), member(3));
const newcomer = { ...emptyNewcomer, id: '4', host: 'zk4' };

test('a newcomer is named with a free number and free addresses', () => {
  const fault = (change: object) => newcomerFault({ ...newcomer, ...change }, three.members);
  expect(fault({})).toBeNull();
  expect(fault({ id: '256' })).toBe('id');
  expect(fault({ id: '03' })).toBe('idTaken');
  expect(fault({ host: 'zk4:2888' })).toBe('host');
  expect(fault({ host: 'zk4;x' })).toBe('host');
  expect(fault({ host: '2001:db8::4' })).toBeNull();
  expect(fault({ clientPort: '65536' })).toBe('port');
  expect(fault({ electionPort: '2888' })).toBe('samePorts');
  expect(fault({ host: 'zk2', quorumPort: '3888', electionPort: '4888' })).toBe('addressTaken');
});

test('edits become one request over the version that was read, and a line for zkCli', () => {
  expect(requestOf(three, noEdits)).toBeNull();
  expect(requestOf(three, { ...noEdits, newcomer: emptyNewcomer })).toBeNull();
  const request = requestOf(three, { roles: { 2: 'observer', 1: 'participant' }, leaving: ['3'], newcomer })!;
  expect(request.joining.map(({ id, role }) => `${id} ${role}`)).toEqual(['2 observer', '4 participant']);
  expect(commandOf(request)).toBe(
    'reconfig -v 100000000 -add server.2=zk2:2888:3888:observer;0.0.0.0:2181,' +
      'server.4=zk4:2888:3888:participant;zk4:2181 -remove 3',
  );
});

test('a plan tells the quorum before and after, and whether one would be there', () => {
  const joins = requestOf(three, { ...noEdits, newcomer })!;
  expect(planOf(three, joins)).toMatchObject({
    before: { voters: 3, quorum: 2 },
    after: { voters: 4, quorum: 3 },
    ...{ unseen: ['4'], holds: true, evenVoters: true, leaderGoes: false, tooFew: false },
  });
  const oneDown = config(member(1, false), member(2), member(3));
  expect(planOf(oneDown, requestOf(oneDown, { ...noEdits, newcomer })!)).toMatchObject({
    ...{ down: ['1'], holds: null },
  });
  const leaves = requestOf(oneDown, { ...noEdits, leaving: ['2', '3'] })!;
  expect(planOf(oneDown, leaves)).toMatchObject({ holds: false, leaderGoes: true, tooFew: true });
});
