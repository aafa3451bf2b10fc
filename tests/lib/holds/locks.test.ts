import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deadlocksOf } from '@/lib/holds/deadlocks';
import { parseDump } from '@/lib/holds/dump';
import { nextAfter, queuesOf, type Candidate } from '@/lib/holds/queue';
import { compareSequence, recognise } from '@/lib/holds/recipes';
import { parseWchp } from '@/lib/holds/watches';

const uuid = '25f02f19-a4e2-4c2e-8421-8c532014ad12';
const hex = 'a3df6dd0e6e94e5cbc8d0ccc82f7d8a9';

test.each([
  [`_c_${uuid}-lock-0000000007`, 'curator', 'lock', false, 7],
  [`_c_${uuid}-latch-0000000001`, 'curator', 'latch', false, 1],
  [`_c_${uuid}-lease-0000000002`, 'curator', 'lease', false, 2],
  [`_c_${uuid}-__READ__0000000003`, 'curator', 'readWrite', true, 3],
  [`_c_${uuid}-__WRIT__0000000004`, 'curator', 'readWrite', false, 4],
  ['lock-0000000005', 'curator', 'lock', false, 5],
  [`_c_${hex}-lock-0000000006`, 'curator', 'lock', false, 6],
  [`${hex}__lock__0000000008`, 'kazoo', 'lock', false, 8],
  [`${hex}__rlock__0000000009`, 'kazoo', 'readWrite', true, 9],
  [`${hex}__party__`, 'kazoo', 'member', false, null],
  [hex, 'kazoo', 'lease', false, null],
  ['n_0000000010', 'plain', 'plain', false, 10],
  ['144115218547277831-host:8983_solr-n_0000000011', 'plain', 'plain', false, 11],
  ['lock--2147483648', 'curator', 'lock', false, -2147483648],
])('%s is of %s: %s', (name, family, kind, reads, sequence) => {
  expect(recognise(name)).toEqual({ name, family, kind, reads, sequence });
});

// A time at the end, as in HBase's names of region servers, is no place in line.
test.each([
  'rs2.prod,16020,1764460000000',
  'config',
  'n_000000001',
  'broker-1',
  '',
  `${hex}__lock__`,
  `_c_${uuid}-lock-1`,
])('"%s" is of no recipe', (name) => expect(recognise(name)).toBe(null));

test('the counter goes on below zero after its largest number', () => {
  const given = [2_147_483_646, 2_147_483_647, -2_147_483_648, -2_147_483_647];
  expect([...given].reverse().sort(compareSequence)).toEqual(given);
});

// The ephemerals that kazoo made on Apache's server, as dump lists them.
const text = (name: string) => readFileSync(new URL(`./apache-3.8.0/${name}.txt`, import.meta.url), 'utf8');
const [first, second, third, fourth] = [0, 1, 2, 3].map((last) => 0x100000e95a40000n + BigInt(last)) as [
  bigint,
  bigint,
  bigint,
  bigint,
];
function below(parent: string): Candidate[] {
  return [...parseDump(text('dump')).ephemerals].flatMap(([owner, paths]) =>
    paths
      .filter((path) => path.startsWith(`/locks/${parent}/`))
      .map((path) => ({ name: path.slice(`/locks/${parent}/`.length), owner, createdAt: 0 })),
  );
}
const [orders] = queuesOf(below('orders'));

test('a lock of kazoo: holder, queue in order, and whom each one watches', () => {
  expect(orders).toMatchObject({ family: 'kazoo', kind: 'lock' });
  expect(orders!.entries.map(({ owner, holds }) => [owner, holds])).toEqual([
    [first, true],
    [second, false],
    [third, false],
  ]);
  const watched = parseWchp(text('wchp'));
  for (const { owner, waitsFor } of orders!.entries.slice(1)) {
    expect(watched.get(`/locks/orders/${waitsFor}`)).toEqual([owner]);
  }
});

test('readers hold together, a writer waits for them, and a later reader for the writer', () => {
  const [ledger] = queuesOf(below('ledger'));
  expect(ledger).toMatchObject({ family: 'kazoo', kind: 'readWrite' });
  expect(ledger!.entries.map(({ owner, reads, holds }) => [owner, reads, holds])).toEqual([
    [first, true, true],
    [second, true, true],
    [third, false, false],
    [fourth, true, false],
  ]);
  const [one, two, writer, reader] = ledger!.entries;
  expect([writer!.waitsFor, reader!.waitsFor]).toEqual([two!.name, writer!.name]);
  expect(nextAfter(ledger!, one!.name)).toEqual([]);
  const only = queuesOf(below('ledger').filter(({ name }) => name !== two!.name))[0]!;
  expect(nextAfter(only, one!.name)).toEqual([writer!.name]);
});

test('latches and plain elections have one leader; seats and parties have no queue', () => {
  expect(queuesOf(below('latch'))).toMatchObject([
    {
      family: 'curator',
      kind: 'latch',
      entries: [
        { owner: fourth, holds: true },
        { owner: third, holds: false },
      ],
    },
  ]);
  expect(queuesOf(below('election'))).toMatchObject([
    { family: 'plain', kind: 'plain', entries: [{ owner: fourth, holds: true }, { holds: false }] },
  ]);
  expect(queuesOf(below('seats'))).toMatchObject([
    { kind: 'lease', entries: [{ holds: true }, { holds: true }] },
  ]);
  expect(queuesOf(below('party'))).toMatchObject([{ kind: 'member', entries: [{ holds: true }] }]);
});

test('after the holder comes the next in line, and after one that waits nobody', () => {
  const [holder, next, last] = orders!.entries;
  expect(nextAfter(orders!, holder!.name)).toEqual([next!.name]);
  expect(nextAfter(orders!, last!.name)).toEqual([]);
  expect(nextAfter(orders!, 'nobody')).toEqual([]);
});

test('nodes that are not ephemeral are jobs, not holders', () => {
  expect(queuesOf([{ name: 'task-0000000001', owner: 0n, createdAt: 0 }])).toEqual([]);
});

const held = (path: string, owners: readonly bigint[], kind = 'lock-') => ({
  path,
  queue: queuesOf(
    owners.map((owner, index) => ({ name: `${kind}000000000${index}`, owner, createdAt: 0 })),
  )[0]!,
});

test('what kazoo tied up is found: two sessions, each with what the other wants', () => {
  const locks = ['left', 'right', 'orders'].map((name) => ({ path: name, queue: queuesOf(below(name))[0]! }));
  expect(deadlocksOf(locks)).toEqual([
    [
      { session: first, path: 'right' },
      { session: second, path: 'left' },
    ],
  ]);
});

test('a circle of three is found, also past one who only waits; a queue alone is none', () => {
  const circle = deadlocksOf([held('/a', [1n, 9n, 2n]), held('/b', [2n, 3n]), held('/c', [3n, 1n])]);
  expect(circle).toEqual([
    [
      { session: 1n, path: '/c' },
      { session: 3n, path: '/b' },
      { session: 2n, path: '/a' },
    ],
  ]);
  expect(deadlocksOf([held('/a', [1n, 2n]), held('/b', [1n, 2n])])).toEqual([]);
  expect(deadlocksOf([held('/a', [1n, 1n])])).toEqual([]);
});

test('leaders of one election that are candidates in another are no deadlock', () => {
  expect(deadlocksOf([held('/a', [1n, 2n], 'n_'), held('/b', [2n, 1n], 'n_')])).toEqual([]);
});

test('long queues are no trouble', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => ({
    name: `lock-${String(index).padStart(10, '0')}`,
    owner: BigInt(index + 1),
    createdAt: 0,
  }));
  expect(deadlocksOf([{ path: '/a', queue: queuesOf(many)[0]! }])).toEqual([]);
});
