import { expect, test } from 'vitest';
import { byHost, matchingSessions } from '@/components/sessions/session-rows';
import type { SessionRow } from '@/lib/api/sessions';

function row(id: string, rest: Partial<SessionRow> = {}): SessionRow {
  return {
    ...{
      id,
      address: null,
      host: null,
      member: null,
      timeoutMs: null,
      queued: null,
      received: null,
      sent: null,
    },
    ...{
      lastOp: null,
      connectedAt: null,
      avgLatencyMs: null,
      maxLatencyMs: null,
      idleMs: null,
      silent: false,
      expiresAt: null,
    },
    ...{ ephemerals: null, watches: null, local: false, secure: false, own: false, ...rest },
  };
}

const rows = [
  row('0x2000007183d0007', {
    address: '10.0.0.1:50',
    host: '10.0.0.1',
    member: 'zk1:2181',
    queued: 2,
    ephemerals: 3,
  }),
  row('0x2000007183d0000', { address: '10.0.0.1:51', host: '10.0.0.1', member: 'zk2:2181', maxLatencyMs: 9 }),
  row('0xf000000000000001', { address: '10.0.0.2:52', host: '10.0.0.2', member: 'zk1:2181', watches: 0 }),
  row('0x7'),
];
const found = (text: string) => matchingSessions(rows, text).map(({ id }) => id);

test('a whole id means one session, in hex, in decimal, and in the signed decimal of Java', () => {
  expect(found('0x2000007183D0007')).toEqual(['0x2000007183d0007']);
  expect(found(' 144115218547277831 ')).toEqual(['0x2000007183d0007']);
  expect(found('-1152921504606846975')).toEqual(['0xf000000000000001']);
  expect(found('7')).toEqual(['0x7']);
});

test('anything else is looked for in ids, clients and members', () => {
  expect(found('7183d')).toHaveLength(2);
  expect(found('10.0.0.2')).toEqual(['0xf000000000000001']);
  expect(found('ZK1')).toHaveLength(2);
  expect(found('')).toHaveLength(4);
  expect(found('nobody')).toEqual([]);
});

test('hosts add up what their sessions have; what nobody knows stays unknown', () => {
  expect(byHost(rows)).toEqual([
    { ...host('10.0.0.1', 2, 2), queued: 2, ephemerals: 3, maxLatencyMs: 9 },
    { ...host('10.0.0.2', 1, 1), watches: 0 },
    host(null, 1, 0),
  ]);
});

function host(name: string | null, sessions: number, members: number) {
  const nothing = { queued: 0, received: 0, sent: 0, maxLatencyMs: null, ephemerals: null, watches: null };
  return { host: name, sessions, members, ...nothing };
}
