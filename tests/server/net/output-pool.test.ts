import { expect, test } from 'vitest';
import { JuteWriter } from '@/lib/jute/writer';
import { OutputPool } from '@/server/net/output-pool';

const mebibyte = 1024 * 1024;

test('buffers of as many clients as one turn answers serve again, empty', () => {
  const pool = new OutputPool();
  const taken = Array.from({ length: 1_000 }, () => pool.take());
  for (const writer of taken) {
    writer.int(1);
    pool.give(writer);
  }
  const again = new Set(Array.from({ length: 1_000 }, () => pool.take()));
  expect([...again].filter((writer) => taken.includes(writer))).toHaveLength(1_000);
  expect([...again].every((writer) => writer.size === 0)).toBe(true);
});

test('what is kept stays within 16 MiB, and holds no buffer of more than 256 KiB', () => {
  const pool = new OutputPool();
  const large = new JuteWriter(mebibyte);
  pool.give(large);
  expect(pool.take()).not.toBe(large);
  const writers = Array.from({ length: 100 }, () => new JuteWriter(mebibyte / 4));
  for (const writer of writers) pool.give(writer);
  const kept = Array.from({ length: 100 }, () => pool.take()).filter((writer) => writers.includes(writer));
  expect(kept).toHaveLength(64);
});
