import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openStorage, storageSettings, temporaryFolder } from './folders';
import { appendTxn, MemoryState } from './memory-state';

/**
 * The power goes while a write of the log is on its way: of its 512-byte sectors any are on disk, in no order. What was
 * acknowledged must come back, followed by nothing or by more transactions in their order, and the server must write on.
 */

const sectorBytes = 512;

/** Numbers from 0 up to 1, the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random: () => number, limit: number): number => Math.floor(random() * limit);

/** Writes the sectors that chance picks, and says that much. */
function writeSome(
  fd: number,
  bytes: Buffer,
  from: number,
  length: number,
  position: number,
  random: () => number,
): void {
  for (let at = 0; at < length;) {
    const size = Math.min(sectorBytes - ((position + at) % sectorBytes), length - at);
    if (random() < 0.5) fs.writeSync(fd, bytes, from + at, size, position + at);
    at += size;
  }
}

type WriteCall = (
  fd: number,
  bytes: Buffer,
  offset: number,
  length: number,
  position: number,
  done: (error: Error | null, written: number) => void,
) => void;

/** Lets `count` writes pass; of the next, some sectors arrive, and neither it nor any later one ever returns. */
function cutPowerAfter(count: number, random: () => number): Promise<void> {
  const write = fs.write as unknown as WriteCall;
  let left = count;
  return new Promise((resolve) => {
    vi.spyOn(fs, 'write').mockImplementation(((fd, bytes, offset, length, position, done) => {
      if (left-- > 0) return write(fd, bytes, offset, length, position, done);
      if (left === -1) writeSome(fd, bytes, offset, length, position, random);
      resolve();
    }) as WriteCall as unknown as typeof fs.write);
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Appends batches until the power goes; returns the last transaction acknowledged and the last sealed. */
async function writeUntilDark(
  dataDir: string,
  from: bigint,
  random: () => number,
): Promise<{ acknowledged: bigint; sealed: bigint }> {
  const { storage } = openStorage(storageSettings(dataDir, { preAllocSizeBytes: 8 << 20 }));
  const state = new MemoryState();
  await storage.recover(state);
  let acknowledged = from;
  let sealed = from;
  storage.log.onSynced = (count) => {
    acknowledged += BigInt(count);
    state.lastZxid = acknowledged;
  };
  let isDark = false;
  void cutPowerAfter(below(random, 8), random).then(() => (isDark = true));
  while (!isDark) {
    for (let left = 1 + below(random, 12); left > 0; left -= 1) {
      sealed += 1n;
      const size = random() < 0.5 ? below(random, 60) : below(random, 6_000);
      appendTxn(storage.log, sealed, '/a', Buffer.alloc(size, Number(sealed % 255n) + 1));
    }
    if (random() < 0.1) storage.log.roll();
    await new Promise((resolve) => setTimeout(resolve, random() < 0.5 ? 0 : 2));
  }
  vi.restoreAllMocks();
  return { acknowledged, sealed };
}

/** The folder as the next boot finds it, without the lock of a process that is gone. */
function afterTheBoot(dataDir: string): string {
  const next = temporaryFolder();
  fs.cpSync(dataDir, next, { recursive: true });
  fs.rmSync(path.join(next, 'version-2', 'zoodeck.lock'));
  return next;
}

test('whatever sectors of a batch were written when the power went, acknowledged writes come back and service goes on', async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const random = randomFrom(seed);
    let dataDir = temporaryFolder();
    let last = 0n;
    for (let boot = 0; boot < 3; boot += 1) {
      const { acknowledged, sealed } = await writeUntilDark(dataDir, last, random);
      dataDir = afterTheBoot(dataDir);
      const { storage } = openStorage(storageSettings(dataDir));
      const state = new MemoryState();
      const { zxid } = await storage.recover(state);
      await storage.close();
      const where = `seed ${seed}, boot ${boot}`;
      expect(zxid, where).toBeGreaterThanOrEqual(acknowledged);
      expect(zxid, where).toBeLessThanOrEqual(sealed);
      const zxids = state.replayed.map((payload) => payload.readBigInt64BE(12));
      expect(zxids, where).toEqual(
        Array.from({ length: Number(zxid) }, (_value, index) => BigInt(index + 1)),
      );
      last = zxid;
    }
  }
}, 180_000);
