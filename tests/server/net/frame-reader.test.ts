import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from '@/server/net/frame-reader';

const limit = 1000;

function frame(payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + payload.length);
  bytes.writeInt32BE(payload.length);
  bytes.set(payload, 4);
  return bytes;
}

/** The frames found when the stream comes in these chunks. */
function framesOf(chunks: readonly Buffer[]): { frames: string[]; fault: string | null } {
  const reader = new FrameReader(limit);
  const frames: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    while (reader.next()) frames.push(reader.bytes.toString('hex', reader.start, reader.end));
    if (reader.fault !== null) break;
  }
  return { frames, fault: reader.fault };
}

const payloads = [
  Buffer.from('first'),
  Buffer.alloc(0),
  Buffer.alloc(700, 7),
  Buffer.from([1]),
  Buffer.alloc(limit, 9),
];
const stream = Buffer.concat(payloads.map(frame));
const expected = payloads.map((payload) => payload.toString('hex'));

test('every split point gives the same frames', () => {
  for (let at = 0; at <= stream.length; at += 1) {
    const { frames } = framesOf([stream.subarray(0, at), stream.subarray(at)]);
    expect(frames, `split at ${at}`).toEqual(expected);
  }
});

test('byte by byte gives the same frames', () => {
  expect(framesOf([...stream].map((byte) => Buffer.from([byte]))).frames).toEqual(expected);
});

test('any chunks of any frames give those frames', () => {
  const property = fc.property(
    fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 12 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
    (parts, sizes) => {
      const whole = Buffer.concat(parts.map(frame));
      const chunks: Buffer[] = [];
      for (let at = 0, turn = 0; at < whole.length; turn += 1) {
        const size = sizes[turn % sizes.length]!;
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      expect(framesOf(chunks).frames).toEqual(parts.map((part) => Buffer.from(part).toString('hex')));
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('chunks that came while earlier frames were not taken are kept in order', () => {
  const reader = new FrameReader(limit);
  for (let at = 0; at < stream.length; at += 100) reader.push(stream.subarray(at, at + 100));
  const frames: string[] = [];
  while (reader.next()) frames.push(reader.bytes.toString('hex', reader.start, reader.end));
  expect(frames).toEqual(expected);
});

test.each([
  ['negative', 'ffffffff'],
  ['one above the limit', '000003e9'],
  ['largest', '7fffffff'],
])('a %s length is a fault, whole or in pieces', (_, hex) => {
  const bytes = Buffer.from(`${hex}00`, 'hex');
  expect(framesOf([frame(Buffer.from('ok')), bytes]).fault).toMatch(
    /^a frame of -?\d+ bytes is outside 0 to 1000$/,
  );
  expect(framesOf([...bytes].map((byte) => Buffer.from([byte]))).fault).not.toBeNull();
});

test('a frame that is promised but does not come costs what has come', () => {
  const reader = new FrameReader(1 << 20);
  const header = Buffer.alloc(4);
  header.writeInt32BE(1 << 20);
  reader.push(Buffer.concat([header, Buffer.alloc(10)]));
  expect(reader.next()).toBe(false);
  const { gathered } = reader as unknown as { gathered: Buffer };
  expect(gathered.length).toBeLessThanOrEqual(1024);
});

test('the first four bytes can be looked at without being taken', () => {
  const reader = new FrameReader(limit);
  reader.push(Buffer.from('ru'));
  expect(reader.peekInt()).toBeNull();
  reader.push(Buffer.from('ok\n'));
  expect(reader.peekInt()).toBe(Buffer.from('ruok').readInt32BE(0));
  expect(reader.rest().toString()).toBe('ruok\n');
});
