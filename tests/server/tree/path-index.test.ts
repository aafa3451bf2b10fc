import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PathIndex } from '@/server/tree/path-index';

/** As a node store keeps it: a slot per path, given out again when it is free. */
class Indexed {
  readonly paths: (string | undefined)[] = [];
  readonly index: PathIndex;
  private readonly free: number[] = [];

  constructor(
    seed: number,
    private readonly hashOf?: (path: string) => number,
  ) {
    this.index = new PathIndex(this.paths, seed);
  }

  hash(path: string): number {
    return this.hashOf?.(path) ?? this.index.hash(path);
  }

  find(path: string): number {
    return this.index.find(path, this.hash(path));
  }

  add(path: string): void {
    const slot = this.free.pop() ?? this.paths.length;
    this.paths[slot] = path;
    this.index.add(this.hash(path), slot);
  }

  remove(path: string): void {
    const slot = this.find(path);
    this.index.remove(this.hash(path), slot);
    this.paths[slot] = undefined;
    this.free.push(slot);
  }
}

/** All hashes in few places of one table, at its end among others: every entry is in the way of others. */
const crowded = (path: string): number => [-1, -2, 0x0fff_ffff | 0xf000_0000, -33][path.length % 4]! | 0;

test.each([
  ['as they are', undefined],
  ['that meet in few places', crowded],
])('paths with hashes %s are found as long as they are there, and no others', (_, hashOf) => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(60)), { maxLength: 300, size: 'max' });
  const property = fc.property(fc.integer(), steps, (seed, all) => {
    const indexed = new Indexed(seed, hashOf);
    const model = new Set<string>();
    for (const [adding, pick] of all) {
      const path = `/${'x'.repeat(pick % 9)}${pick}`;
      if (adding === model.has(path)) continue;
      if (adding) {
        indexed.add(path);
        model.add(path);
      } else {
        indexed.remove(path);
        model.delete(path);
      }
    }
    expect(indexed.index.size).toBe(model.size);
    for (let pick = 0; pick <= 60; pick += 1) {
      const path = `/${'x'.repeat(pick % 9)}${pick}`;
      const slot = indexed.find(path);
      expect(slot < 0 ? undefined : indexed.paths[slot]).toBe(model.has(path) ? path : undefined);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

test('a hundred thousand paths are found through all growing, and again after half of them went', () => {
  const indexed = new Indexed(7);
  const path = (number: number): string => `/bench/c${number % 16}/é${number}`;
  const count = 100_000;
  for (let number = 0; number < count; number += 1) indexed.add(path(number));
  for (let number = 0; number < count; number += 2) indexed.remove(path(number));
  expect(indexed.index.size).toBe(count / 2);
  let wrong = 0;
  for (let number = 0; number < count; number += 1) {
    const slot = indexed.find(path(number));
    if (number % 2 === 0 ? slot !== -1 : indexed.paths[slot] !== path(number)) wrong += 1;
  }
  expect(wrong).toBe(0);
  indexed.index.clear();
  expect([indexed.index.size, indexed.find(path(1))]).toEqual([0, -1]);
});

test('hashes are spread, differ by the seed, and do not take a two-byte unit for two', () => {
  const index = new PathIndex([], 1);
  const hashes = new Set<number>();
  const places = new Int32Array(64);
  for (let number = 0; number < 100_000; number += 1) {
    const hash = index.hash(`/bench/c3/x${String(number).padStart(8, '0')}`);
    hashes.add(hash);
    places[hash >>> 26] = places[hash >>> 26]! + 1;
  }
  // Of 100,000 drawn by chance out of 2^32 about one pair would be alike.
  expect(hashes.size).toBeGreaterThan(99_980);
  for (const place of places) expect(Math.abs(place - 100_000 / 64)).toBeLessThan(250);
  expect(index.hash('/a')).not.toBe(new PathIndex([], 2).hash('/a'));
  expect(index.hash('/\u0141')).not.toBe(index.hash('/A\u0001'));
});

test('units that differ in one bit each hash alike with no seed, wherever in the path they are', () => {
  // Where a unit reaches the upper bits of a number, a second one with that bit takes its trace away again.
  const flips = [1, 0x80, 0x4000, 0x8000];
  const path = (at: number, flip: number): string => {
    const units = Array.from({ length: 12 }, () => 0x4e00);
    for (const place of [at, at + 1, at + 2, at + 3]) if (place % 2 === at % 2) units[place]! ^= flip;
    return `/${String.fromCharCode(...units)}`;
  };
  for (const seed of [0, 1, -1, 0x7fff_ffff, 0x1234_5678, -0x6543_2100]) {
    const index = new PathIndex([], seed);
    const hashes = new Set<number>([index.hash(path(0, 0))]);
    for (const flip of flips) for (let at = 0; at < 8; at += 1) hashes.add(index.hash(path(at, flip)));
    expect(hashes.size).toBe(1 + flips.length * 8);
  }
});
