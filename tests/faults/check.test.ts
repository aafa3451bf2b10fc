import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from './check';
import { checkRegisters } from './check-registers';
import type { Entry, EntryOp } from './history';
import { accountAmount, accountCount, initialValue } from './workload';

/** Each checker passes a history that keeps its promise and sees one that breaks it by a single answer. */

let clock = 0;

/** An operation after all before it, unless times are given. */
function entry(op: EntryOp, path: string, more: Partial<Entry> = {}): Entry {
  clock += 2;
  const lost = more.outcome === 'unknown' ? { repliedMs: Infinity } : {};
  return {
    client: 'c',
    session: 's',
    op,
    path,
    outcome: 'ok',
    error: 0,
    invokedMs: clock,
    repliedMs: clock + 1,
    zxid: BigInt(clock),
    madeAt: 0n,
    value: '',
    names: [],
    ...lost,
    ...more,
  };
}

const always = (): boolean => true;
const broken = (...entries: Entry[]): string[] => check(entries, always);
const write = (value: string, madeAt: bigint, more: Partial<Entry> = {}): Entry =>
  entry('write', '/r', { value, madeAt, ...more });
const read = (value: string, madeAt: bigint, more: Partial<Entry> = {}): Entry =>
  entry('quorumRead', '/r', { value, madeAt, ...more });

describe('registers', () => {
  test('a read sees the last write that was answered', () => {
    expect(broken(read(initialValue, 0n), write('a', 1n), read('a', 1n))).toEqual([]);
    expect(broken(write('a', 1n), read(initialValue, 0n, { session: 't' }))).toEqual([
      '/r had to be "initial" before and after the whole of "a"',
    ]);
  });

  test('a lost acknowledged write is seen although the one after it had no answer', () => {
    const lost = write('b', 0n, { outcome: 'unknown' });
    expect(broken(write('a', 1n), lost, read('a', 1n))).toEqual([]);
    expect(broken(write('a', 1n), lost, read('b', 2n), read('b', 2n))).toEqual([]);
    expect(broken(write('a', 1n), lost, read('b', 2n), read('a', 1n, { session: 't' }))).toHaveLength(1);
  });

  test('a refused write and a value from nowhere are never read', () => {
    const refused = write('a', 0n, { outcome: 'failed' });
    expect(broken(refused, read(initialValue, 0n))).toEqual([]);
    expect(broken(refused, read('a', 1n))).toEqual(['c read "a" of /r, which nobody wrote']);
  });

  test('a read behind a sync counts only where no deposed leader may have answered it', () => {
    const history = [write('a', 1n), entry('syncRead', '/r', { value: initialValue, session: 't' })];
    expect(checkRegisters(history, initialValue, () => false)).toEqual([]);
    expect(checkRegisters(history, initialValue, always)).toHaveLength(1);
  });

  test('the verdict is that of trying every order', () => {
    const value = fc.integer({ min: 0, max: 3 }).map(String);
    const operation = fc.record({
      op: fc.constantFrom<EntryOp>('write', 'quorumRead'),
      value,
      outcome: fc.constantFrom<Entry['outcome']>('ok', 'ok', 'unknown'),
      from: fc.integer({ min: 0, max: 30 }),
      lasts: fc.integer({ min: 1, max: 12 }),
    });
    let good = 0;
    let bad = 0;
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const written = new Set<string>(['0']);
        const history = operations.flatMap(({ op, value: wanted, outcome, from, lasts }, index) => {
          if (op === 'write' && written.has(wanted)) return [];
          if (op === 'write') written.add(wanted);
          // No two moments are the same.
          const invokedMs = from + index / 100;
          const repliedMs = outcome === 'unknown' ? Infinity : invokedMs + lasts + 0.005;
          return [entry(op, '/r', { value: wanted, outcome, invokedMs, repliedMs })];
        });
        const expected = someOrder(history, '0');
        if (expected) good += 1;
        else bad += 1;
        expect(checkRegisters(history, '0', always).length === 0).toBe(expected);
      }),
      { numRuns: 3_000, seed: 7 },
    );
    expect(Math.min(good, bad)).toBeGreaterThan(300);
  });
});

/** Whether some order explains a history, by trying them all. */
function someOrder(left: readonly Entry[], value: string): boolean {
  if (left.every(({ outcome }) => outcome === 'unknown')) return true;
  const firstReplyMs = Math.min(...left.map(({ repliedMs }) => repliedMs));
  return left.some((next) => {
    if (next.invokedMs > firstReplyMs) return false;
    const rest = left.filter((one) => one !== next);
    if (next.op === 'write') return someOrder(rest, next.value);
    return (next.outcome === 'unknown' || next.value === value) && someOrder(rest, value);
  });
}

describe('sessions', () => {
  test('what a session is told never goes back', () => {
    const plain = (madeAt: bigint, zxid: bigint): Entry =>
      entry('syncRead', '/p', { madeAt, zxid, value: initialValue });
    const order = (...entries: Entry[]): string[] => check(entries, () => false);
    expect(order(plain(1n, 3n), entry('event', '/p'), plain(1n, 3n))).toEqual([
      'c heard of /p without a watch on it',
    ]);
    expect(order(plain(1n, 3n), plain(1n, 5n))).toEqual([]);
    expect(order(plain(1n, 5n), plain(1n, 3n))).toEqual(['c (s) was answered at 0x3 after 0x5']);
    expect(order(plain(2n, 5n), plain(1n, 5n))).toEqual(['c (s) saw /p of 0x1 after that of 0x2']);
  });

  test('at one zxid a znode has one value', () => {
    const seen = (value: string, session: string): Entry =>
      entry('read', '/p', { value, madeAt: 4n, session });
    expect(broken(seen('a', 's'), seen('a', 't'))).toEqual([]);
    expect(broken(seen('a', 's'), seen('b', 't'))).toEqual(['c has "b" of /p at 0x4, where others have "a"']);
  });

  test('a watch fires once, before the change is seen', () => {
    const look = (madeAt: bigint): Entry => entry('read', '/p', { madeAt, value: `v${madeAt}` });
    expect(broken(look(1n), entry('event', '/p'), look(2n), look(2n))).toEqual([]);
    expect(broken(look(1n), look(2n))).toEqual(['c saw /p of 0x2 before its watch of 0x1 fired']);
    expect(broken(look(1n), entry('event', '/p'), entry('event', '/p'))).toEqual([
      'c heard of /p without a watch on it',
    ]);
  });

  test('acknowledged writes have zxids in the order of time', () => {
    const add = (path: string, madeAt: bigint, more: Partial<Entry> = {}): Entry =>
      entry('add', path, { madeAt, ...more });
    expect(broken(add('/a/1', 1n), add('/b/1', 2n))).toEqual([]);
    expect(broken(add('/a/1', 2n, { invokedMs: 0 }), add('/b/1', 1n, { invokedMs: 1 }))).toEqual([]);
    expect(broken(add('/a/1', 2n), add('/b/1', 1n))).toEqual([
      'c wrote /b/1 at 0x1, called after /a/1 was written at 0x2',
    ]);
    expect(broken(add('/a/1', 2n), add('/b/1', 2n))).toEqual(['two acknowledged writes have the same zxid']);
  });
});

describe('children', () => {
  const add = (name: string, madeAt: bigint, more: Partial<Entry> = {}): Entry =>
    entry('add', `/p/${name}`, { madeAt, ...more });
  const remove = (name: string, more: Partial<Entry> = {}): Entry => entry('remove', `/p/${name}`, more);
  const list = (...names: string[]): Entry => entry('list', '/p', { names });

  test('acknowledged changes show, others may', () => {
    const history = [
      add('a', 1n),
      add('b', 2n),
      remove('b'),
      add('c', 3n),
      remove('c', { outcome: 'unknown' }),
    ];
    const open = add('d', 0n, { outcome: 'unknown' });
    for (const names of [['a'], ['a', 'c'], ['a', 'd'], ['a', 'c', 'd']])
      expect(broken(...history, open, list(...names))).toEqual([]);
    expect(broken(...history, list())).toEqual(["c misses /p/a (c's)"]);
    expect(broken(...history, list('a', 'b'))).toEqual(["c still finds /p/b (c's)"]);
    expect(broken(...history, list('a', 'x'))).toEqual(['c found /p/x, which nobody created']);
    expect(broken(add('e', 0n, { outcome: 'failed' }), list('e'))).toEqual(["c still finds /p/e (c's)"]);
  });

  test('an ephemeral is there while its session lives, and not after its end', () => {
    const made = (): Entry => entry('ephemeral', '/p/e', { session: 'owner', madeAt: 1n });
    const alive = (): Entry =>
      entry('total', '/q', { session: 'owner', value: String(accountAmount * accountCount) });
    const closed = (): Entry => entry('close', '', { session: 'owner' });
    const other = (...names: string[]): Entry => entry('list', '/p', { names, session: 'other' });
    expect(broken(made(), other('e'), alive(), closed(), other())).toEqual([]);
    expect(broken(made(), other())).toEqual([]);
    expect(broken(made(), other(), alive())).toEqual(["c misses /p/e (c's)"]);
    expect(broken(made(), closed(), other('e'))).toEqual(["c still finds /p/e (c's)"]);
  });

  test('numbers are unique and rise with zxid and time', () => {
    const numbered = (number: number, madeAt: bigint, more: Partial<Entry> = {}): Entry =>
      entry('sequence', '/p/s-', { madeAt, value: `/p/s-${String(number).padStart(10, '0')}`, ...more });
    const both = { invokedMs: 0 };
    expect(broken(numbered(0, 1n), numbered(2, 2n), list('s-0000000000', 's-0000000002'))).toEqual([]);
    expect(broken(numbered(1, 1n), numbered(1, 2n))).toEqual(['/p/s-0000000001 was given twice']);
    expect(broken(numbered(2, 1n, both), numbered(1, 2n, both))).toEqual([
      '/p/s-0000000002 was created at a lower zxid than /p/s-0000000001',
    ]);
    expect(broken(numbered(2, 2n), numbered(1, 1n))).toContain(
      '/p/s-0000000001 was asked for after a higher number had been given',
    );
    expect(broken(numbered(0, 1n), list())).toEqual(["c misses /p/s-0000000000 (c's)"]);
    const open = entry('sequence', '/p/s-', { outcome: 'unknown' });
    expect(broken(open, list('s-0000000000'))).toEqual([]);
    expect(broken(open, list('s-0000000000', 's-0000000001'))).toHaveLength(1);
  });
});

test('writes of one lock holder are together', () => {
  const held = (holder: string, madeAt: bigint): Entry =>
    entry('fence', '/f', { value: `${holder} ${madeAt}`, madeAt, session: holder });
  expect(broken(held('0x1', 5n), held('0x1', 6n), held('0x3', 7n))).toEqual([]);
  expect(broken(held('0x1', 5n), held('0x3', 6n), held('0x1', 7n))).toEqual([
    'c wrote /f as holder 0x1 7 after holder 0x3',
  ]);
});

test('accounts always hold the same sum', () => {
  const total = accountAmount * accountCount;
  expect(broken(entry('total', '/r', { value: String(total) }))).toEqual([]);
  expect(broken(entry('total', '/r', { value: String(total - 1) }))).toHaveLength(1);
});
