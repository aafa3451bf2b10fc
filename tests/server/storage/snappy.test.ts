import fc from 'fast-check';
import { expect, test } from 'vitest';
import { snappyChunks, snappyCompress, snappyUncompress, SnappyWriter } from '@/server/storage/snappy';

/** Bytes of all kinds: noise, repeats near and far, and lengths around every limit of the format. */
const blocks = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 900 }))
        .map(([piece, times]) => Buffer.concat(Array.from({ length: times }, () => Buffer.from(piece)))),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece))).subarray(0, 32 << 10));

test('whatever is compressed comes back, block by block and as a stream cut anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(blocks, fc.integer({ min: 1, max: 5000 }), async (bytes, step) => {
      expect(snappyUncompress(snappyCompress(bytes)).equals(bytes)).toBe(true);
      const writer = new SnappyWriter();
      const whole = Buffer.concat([bytes, bytes, bytes]);
      const stream = Buffer.concat([...writer.add(whole), ...writer.end()]);
      const pieces: Buffer[] = [];
      for (let from = 0; from < stream.length; from += step) pieces.push(stream.subarray(from, from + step));
      const out: Buffer[] = [];
      for await (const chunk of snappyChunks(pieces)) out.push(chunk);
      expect(Buffer.concat(out).equals(whole)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('every element of the format is read: literals of each length form, copies of each offset form, overlapping ones', () => {
  const long = Buffer.alloc(300, 0x61);
  const block = Buffer.concat([
    Buffer.from([0xc7, 0x04]), // 583 bytes
    Buffer.from([2 << 2]),
    Buffer.from('abc'),
    Buffer.from([(1 << 2) | 1, 3]), // 5 bytes from 3 back
    Buffer.from([(59 << 2) | 2, 8, 0]), // 60 bytes from 8 back
    Buffer.from([(14 << 2) | 3, 4, 0, 0, 0]), // 15 bytes from 4 back
    Buffer.from([61 << 2, 0x2b, 0x01]),
    long,
    Buffer.from([60 << 2, 99]),
    Buffer.alloc(100, 0x62),
    Buffer.from([62 << 2, 99, 0, 0]),
    Buffer.alloc(100, 0x63),
  ]);
  const out = snappyUncompress(block).toString();
  expect(out.slice(0, 8)).toBe('abcabcab');
  expect(out.slice(8, 16)).toBe('abcabcab');
  expect(out.slice(83)).toBe(`${'a'.repeat(300)}${'b'.repeat(100)}${'c'.repeat(100)}`);
});

test('a block that lies about its length, or a copy that reaches before its start, is refused', () => {
  const refused: [string, RegExp][] = [
    ['', /does not begin with its length/],
    ['ffffffffff', /does not begin with its length/],
    ['ffffffff0f', /claims 4294967295 bytes/],
    ['05086162', /literal is longer/],
    ['0500610104', /reaches out/],
    ['050061050000', /reaches out/],
    ['0300610a', /ends inside a copy/],
    ['03f4', /ends inside a literal/],
    ['0900610000', /bytes where it claims 9|literal/],
  ];
  for (const [hex, why] of refused) expect(() => snappyUncompress(Buffer.from(hex, 'hex')), hex).toThrow(why);
});

test('streams put one behind the other are one; what is no stream, or cut, is refused', async () => {
  const stream = (text: string): Buffer => {
    const writer = new SnappyWriter();
    return Buffer.concat([...writer.add(Buffer.from(text)), ...writer.end()]);
  };
  const read = async (bytes: Buffer): Promise<string> => {
    let text = '';
    for await (const chunk of snappyChunks([bytes])) text += chunk.toString();
    return text;
  };
  expect(await read(Buffer.concat([stream('one '), stream('two')]))).toBe('one two');
  await expect(read(Buffer.from('this is no stream of snappy'))).rejects.toThrow(
    'does not begin with the mark',
  );
  await expect(read(stream('cut short').subarray(0, 25))).rejects.toThrow('ends inside a snappy block');
  await expect(read(Buffer.concat([stream('x'), Buffer.alloc(4, 0xfe)]))).rejects.toThrow('no length of');
});
