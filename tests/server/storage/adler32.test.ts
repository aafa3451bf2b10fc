import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adler32 } from '@/server/storage/adler32';

/** zlib ends its stream with the Adler-32 of what went in. */
function zlibAdler(bytes: Uint8Array): number {
  return deflateSync(bytes, { level: 1 }).subarray(-4).readUInt32BE();
}

test('the checksum is zlib’s, for any bytes, summed at once or in parts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), fc.nat(20_000), (bytes, cut) => {
      const at = Math.min(cut, bytes.length);
      expect(adler32(bytes)).toBe(zlibAdler(bytes));
      expect(adler32(bytes, at, bytes.length, adler32(bytes, 0, at))).toBe(zlibAdler(bytes));
    }),
    { numRuns: 200 },
  );
});

test('the sums do not overflow on the largest bytes', () => {
  const bytes = Buffer.alloc(1 << 20, 0xff);
  expect(adler32(bytes)).toBe(zlibAdler(bytes));
});
