import { expect, test } from 'vitest';
import type { MemberRole } from '@/lib/api/overview';
import { balanceView } from '@/lib/services/health/balance';
import { type Measured, paceView } from '@/lib/services/health/pace';

// Who is slow, from keys as mntr has them.

function monitor(values: Readonly<Record<string, number>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

function summary(key: string, avg: number, count = 100) {
  return { [`avg_${key}`]: avg, [`cnt_${key}`]: count, [`sum_${key}`]: avg * count, [`max_${key}`]: avg * 4 };
}

function member(id: number, role: MemberRole, values: Readonly<Record<string, number>>): Measured {
  return {
    member: `zk${id}`,
    serverId: String(id),
    role,
    monitor: monitor({ uptime: 60_000, ...values }),
    before: null,
    behindMs: 0,
  };
}

const leader = (ack: readonly [number, number], values = {}) =>
  member(1, 'leader', {
    ...summary('fsynctime', 2),
    ...summary('2_ack_latency', ack[0]),
    ...summary('3_ack_latency', ack[1]),
    ...values,
  });

test('nobody is slow where all are alike, however slow', () => {
  const view = paceView(
    [
      leader([30, 40]),
      member(2, 'follower', summary('fsynctime', 30)),
      member(3, 'follower', summary('fsynctime', 35)),
    ],
    null,
  );
  expect(view).toMatchObject({ blamed: [], judged: true });
});

test('a slow disk is told as the disk, not as the link that waits for it', () => {
  const view = paceView(
    [
      leader([5, 90]),
      member(2, 'follower', summary('fsynctime', 2)),
      member(3, 'follower', summary('fsynctime', 80)),
    ],
    null,
  );
  expect(view.blamed).toEqual([{ member: 'zk3', what: 'disk', value: 80, others: 2 }]);
});

test('slow acknowledgements beside a quick disk are the link', () => {
  const view = paceView(
    [
      leader([5, 90]),
      member(2, 'follower', summary('fsynctime', 2)),
      member(3, 'follower', summary('fsynctime', 3)),
    ],
    null,
  );
  expect(view.blamed).toEqual([{ member: 'zk3', what: 'link', value: 90, others: 5 }]);
});

test('a queue at the leader, distance and outstanding requests stand for themselves', () => {
  const slow = { ...member(3, 'follower', { outstanding_requests: 400 }), behindMs: 9_000 };
  const view = paceView([leader([1, 1], summary('3_learner_handler_qp_size', 60)), slow], null);
  expect(view.blamed.map(({ what, value }) => [what, value])).toEqual([
    ['queue', 60],
    ['behind', 9_000],
    ['outstanding', 400],
  ]);
});

test('averages are of the time between two readings, unless counters began anew between them', () => {
  const now = member(2, 'follower', { avg_fsynctime: 10, cnt_fsynctime: 100, sum_fsynctime: 1_000 });
  const before = monitor({ uptime: 30_000, cnt_fsynctime: 90, sum_fsynctime: 100 });
  expect(paceView([{ ...now, before }], 30_000).rows[0]).toMatchObject({ fsyncAvg: 90 });
  const reset = monitor({ uptime: 90_000, cnt_fsynctime: 90, sum_fsynctime: 100 });
  expect(paceView([{ ...now, before: reset }], 30_000).rows[0]).toMatchObject({ fsyncAvg: 10 });
});

test('a member that counted nothing has no average, and one that tells nothing is not judged', () => {
  const idle = member(2, 'follower', { avg_fsynctime: 0, cnt_fsynctime: 0, sum_fsynctime: 0 });
  expect(paceView([idle], null).rows[0]).toMatchObject({ fsyncAvg: null });
  expect(paceView([idle, { ...idle, member: 'zk3', monitor: null }], null).judged).toBe(false);
});

test('connections are told with their skew; hosts by how near to the limit they are', () => {
  const members = [
    { member: 'zk1', connections: 90, perHostMax: 60 },
    { member: 'zk2', connections: 30, perHostMax: 0 },
    { member: 'zk3', connections: null, perHostMax: null },
  ];
  const clients = [
    ...Array.from({ length: 30 }, () => ({ host: '10.0.0.1', member: 'zk2' })),
    ...Array.from({ length: 20 }, () => ({ host: '10.0.0.2', member: 'zk1' })),
  ];
  const view = balanceView(members, { at: 5, clients });
  expect(view).toMatchObject({ total: 120, skew: 1.5 });
  expect(view.members.map(({ share }) => share)).toEqual([0.75, 0.25, null]);
  expect(view.hosts?.rows.map(({ host, connections, max }) => [host, connections, max])).toEqual([
    ['10.0.0.2', 20, 60],
    ['10.0.0.1', 30, 0],
  ]);
  expect(balanceView(members.slice(0, 1), null)).toMatchObject({ skew: null, hosts: null });
});
