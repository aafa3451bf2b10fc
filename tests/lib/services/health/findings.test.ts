import { expect, test } from 'vitest';
import { parseEnsembleConfig } from '@/lib/services/probes/ensemble-config';
import { findingsOf, unjudgedOf } from '@/lib/services/health/findings';

const config = parseEnsembleConfig(
  'server.1=zk1:2888:3888:participant;zk1:2181\nserver.2=zk2:2888:3888:participant;zk2:2181\nversion=0\n',
);
const member = (host: string, myid: string | null) => ({
  name: `${host}:2181`,
  member: { host, port: 2181 },
  myid,
});

test('numbers are held against the server lines', () => {
  expect(findingsOf([member('zk1', '1'), member('zk2', '2')], config, [])).toEqual([]);
  expect(findingsOf([member('zk1', '2'), member('zk2', '2')], config, ['zk3:2181'])).toEqual([
    { kind: 'unlisted', member: 'zk3:2181', is: null, expected: null },
    { kind: 'sameId', member: 'zk1:2181', is: '2', expected: null },
    { kind: 'myid', member: 'zk1:2181', is: '2', expected: '1' },
    { kind: 'sameId', member: 'zk2:2181', is: '2', expected: null },
  ]);
  expect(findingsOf([member('zk1', '7')], config, []).map(({ kind }) => kind)).toEqual(['myid', 'foreign']);
});

test('of a member that does not tell its number, or has no configuration beside it, nothing is claimed', () => {
  expect(unjudgedOf([member('zk1', null), member('zk2', '2')], config)).toEqual(['zk1:2181']);
  expect(unjudgedOf([member('zk1', '1')], null)).toEqual(['zk1:2181']);
  expect(unjudgedOf([member('alone', '0')], null)).toEqual([]);
});
