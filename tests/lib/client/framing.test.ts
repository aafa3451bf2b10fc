import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { FrameReader, type Frame } from '@/lib/client/framing';

const headBytes = 4;

function framed(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + body.length);
  frame.writeInt32BE(body.length);
  frame.set(body, 4);
  return frame;
}

function read(chunks: readonly Buffer[], frameBytesMax: number): Frame[] {
  const reader = new FrameReader(frameBytesMax, headBytes);
  const frames: Frame[] = [];
  for (const chunk of chunks) reader.push(chunk, (frame) => frames.push(frame));
  return frames;
}

/** The bytes cut at the given places, which may repeat. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

test('frames come out whole and in order, however the stream was cut, and too large ones as their head', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(), { maxLength: 30 }), (all, places) => {
      const frames = read(cut(Buffer.concat(all.map(framed)), places), 20);
      expect(frames.map((frame) => [...frame.bytes])).toEqual(
        all.map((body) => [...(body.length > 20 ? body.subarray(0, headBytes) : body)]),
      );
      expect(frames.map((frame) => frame.oversizeBytes)).toEqual(
        all.map((body) => (body.length > 20 ? body.length : 0)),
      );
    }),
  );
});

test('a frame of megabytes in small chunks is joined once, not once a chunk', () => {
  const body = Buffer.alloc(16_000_000, 7);
  const bytes = framed(body);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 1_000) }, (_, index) =>
    bytes.subarray(index * 1_000, (index + 1) * 1_000),
  );
  const joining = vi.spyOn(Buffer, 'concat');
  const [frame] = read(chunks, 20_000_000);
  expect(joining).toHaveBeenCalledTimes(1);
  joining.mockRestore();
  expect(frame?.bytes.equals(body)).toBe(true);
});

test('a negative length is refused', () => {
  expect(() => read([Buffer.from('ffffffff', 'hex')], 10)).toThrow('a frame of -1 bytes');
});
