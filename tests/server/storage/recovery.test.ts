import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { fileHeaderBytes } from '@/lib/protocol/txn';
import { readLoggedAfter } from '@/server/storage/logged-txns';
import { truncateAfter } from '@/server/storage/truncation';
import { dataFiles, openStorage, storageSettings, temporaryFolder } from './folders';
import { appendTxn, MemoryState } from './memory-state';

interface Restarted {
  readonly zxid: bigint;
  readonly zxids: bigint[];
  readonly warnings: string[];
}

/** Opens the folder as a new process would, recovers, and closes again. */
async function restart(
  dataDir: string,
  changes: Parameters<typeof storageSettings>[1] = {},
): Promise<Restarted> {
  const { storage, warnings } = openStorage(storageSettings(dataDir, changes));
  const state = new MemoryState();
  try {
    const { zxid } = await storage.recover(state);
    return { zxid, zxids: state.replayed.map((payload) => payload.readBigInt64BE(12)), warnings };
  } finally {
    await storage.close();
  }
}

/** A folder with `count` transactions in log.1; `changes` as for the settings. */
async function written(count: number, changes: Parameters<typeof storageSettings>[1] = {}): Promise<string> {
  const dataDir = temporaryFolder();
  const { storage } = openStorage(storageSettings(dataDir, changes));
  await storage.recover(new MemoryState());
  for (let zxid = 1n; zxid <= BigInt(count); zxid += 1n) appendTxn(storage.log, zxid);
  await storage.close();
  return dataDir;
}

const logOf = (dataDir: string, hex = '1'): string => path.join(dataDir, 'version-2', `log.${hex}`);

/** Offsets at which the entries of a log begin, and the end of the last. */
function entryOffsets(bytes: Buffer): number[] {
  const offsets = [fileHeaderBytes];
  for (let at = fileHeaderBytes; bytes.readInt32BE(at + 8) > 0;) {
    at += 12 + bytes.readInt32BE(at + 8) + 1;
    offsets.push(at);
  }
  return offsets;
}

const range = (from: number, to: number): bigint[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_value, index) => BigInt(from + index));

test('an empty folder gets snapshot.0, without which its logs could not be read again', async () => {
  const dataDir = temporaryFolder();
  expect(await restart(dataDir)).toMatchObject({ zxid: 0n, zxids: [] });
  expect(dataFiles(dataDir)).toEqual(['snapshot.0']);
});

test('a restart replays every transaction, and writes on in a new file', async () => {
  const dataDir = await written(20);
  expect(await restart(dataDir)).toEqual({ zxid: 20n, zxids: range(1, 20), warnings: [] });
  const { storage } = openStorage(storageSettings(dataDir));
  await storage.recover(new MemoryState());
  appendTxn(storage.log, 21n);
  await storage.close();
  expect(dataFiles(dataDir)).toEqual(['log.1', 'log.15', 'snapshot.0']);
  expect((await restart(dataDir)).zxids).toEqual(range(1, 21));
});

// The two below wait for the disk hundreds of times.
test('from every prefix of a log the whole transactions come back, and the server can write and restart', async () => {
  const source = await written(2);
  const bytes = fs.readFileSync(logOf(source));
  const offsets = entryOffsets(bytes);
  const end = offsets.at(-1)!;
  for (const padded of [false, true]) {
    for (let length = 0; length <= end; length += 1) {
      const whole = offsets.filter((offset) => offset <= length).length - 1;
      const dataDir = temporaryFolder();
      fs.cpSync(path.join(source, 'version-2'), path.join(dataDir, 'version-2'), { recursive: true });
      const prefix = bytes.subarray(0, length);
      fs.writeFileSync(logOf(dataDir), padded ? Buffer.concat([prefix, Buffer.alloc(5000)]) : prefix);
      const entries = Math.max(whole, 0);
      const { storage, warnings } = openStorage(storageSettings(dataDir, { forceSync: false }));
      const state = new MemoryState();
      const { zxid } = await storage.recover(state);
      expect(zxid, `${length} bytes`).toBe(BigInt(entries));
      expect(warnings.length).toBe(
        length > fileHeaderBytes && !offsets.includes(length) && hasBytes(bytes, offsets, length) ? 1 : 0,
      );
      appendTxn(storage.log, zxid + 1n);
      await storage.close();
      expect((await restart(dataDir)).zxids).toEqual(range(1, entries + 1));
      fs.rmSync(dataDir, { recursive: true });
    }
  }
}, 180_000);

/** Whether a prefix of `length` bytes holds a non-zero byte of its cut entry: the first bytes of a checksum are zeros. */
function hasBytes(bytes: Buffer, offsets: readonly number[], length: number): boolean {
  const start = offsets.filter((offset) => offset <= length).at(-1)!;
  return bytes.subarray(start, length).some((byte) => byte !== 0);
}

test('a flipped bit anywhere in an acknowledged entry is never passed over in silence', async () => {
  const source = await written(3);
  const bytes = fs.readFileSync(logOf(source));
  const offsets = entryOffsets(bytes);
  const dataDir = temporaryFolder();
  for (let at = fileHeaderBytes; at < offsets.at(-1)!; at += 1) {
    for (const bit of [0, 7]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = flipped[at]! ^ (1 << bit);
      fs.rmSync(dataDir, { recursive: true });
      fs.cpSync(path.join(source, 'version-2'), path.join(dataDir, 'version-2'), { recursive: true });
      fs.writeFileSync(logOf(dataDir), flipped);
      const entry = offsets.filter((offset) => offset <= at).at(-1)!;
      await expect(restart(dataDir), `byte ${at} bit ${bit}`).rejects.toThrow(
        `${logOf(dataDir)} is damaged: the entry at offset ${entry} cannot be read`,
      );
    }
  }
}, 180_000);

test('a damaged length costs no memory: the entry is refused without taking what it claims', async () => {
  const dataDir = await written(3);
  const bytes = fs.readFileSync(logOf(dataDir));
  const second = entryOffsets(bytes)[1]!;
  bytes.writeInt32BE(0x7fff_ffff, second + 8);
  fs.writeFileSync(logOf(dataDir), bytes);
  const taken = [vi.spyOn(Buffer, 'allocUnsafe'), vi.spyOn(Buffer, 'alloc')];
  await expect(restart(dataDir)).rejects.toThrow(`the entry at offset ${second} cannot be read`);
  const largest = Math.max(...taken.flatMap((spy) => spy.mock.calls.map(([size]) => size)));
  for (const spy of taken) spy.mockRestore();
  expect(largest).toBeLessThan(16 << 20);
});

test('bytes behind a gap of zeros are not hidden: the server refuses to start and says where', async () => {
  const dataDir = await written(5);
  const bytes = fs.readFileSync(logOf(dataDir));
  const [, , third, fourth] = entryOffsets(bytes);
  fs.writeFileSync(logOf(dataDir), bytes.fill(0, third, fourth));
  await expect(restart(dataDir)).rejects.toThrow(
    new RegExp(
      `the entry at offset ${third} cannot be read \\(it is incomplete, yet more bytes follow at offset \\d+\\)`,
    ),
  );
});

test('a sector missing from the newest batch is told once and cut off; from an older file it is damage', async () => {
  const dataDir = temporaryFolder();
  const { storage } = openStorage(storageSettings(dataDir));
  await storage.recover(new MemoryState());
  for (let zxid = 1n; zxid <= 4n; zxid += 1n) appendTxn(storage.log, zxid, '/a', Buffer.alloc(2_000, 7));
  await storage.close();
  const whole = fs.readFileSync(logOf(dataDir));
  const third = entryOffsets(whole)[2]!;
  const sector = Math.ceil(third / 512) * 512 + 512;
  const torn = Buffer.from(whole).fill(0, sector, sector + 512);
  fs.writeFileSync(logOf(dataDir), torn);

  const { zxids, warnings } = await restart(dataDir);
  expect(zxids).toEqual(range(1, 2));
  expect(warnings).toEqual([expect.stringContaining(`cut off at offset ${third} and never acknowledged`)]);
  expect(await restart(dataDir)).toMatchObject({ zxids: range(1, 2), warnings: [] });
  const kept = fs.readFileSync(path.join(dataDir, 'version-2', `torn.log.1.${third}`));
  expect(kept).toEqual(torn.subarray(third, entryOffsets(whole)[4]));

  const next = openStorage(storageSettings(dataDir)).storage;
  await next.recover(new MemoryState());
  appendTxn(next.log, 3n);
  await next.close();
  fs.writeFileSync(logOf(dataDir), torn);
  await expect(restart(dataDir)).rejects.toThrow(`the entry at offset ${third} cannot be read`);
});

test('what a follower of Apache wrote twice into one file counts once, and is cut off with its first time', async () => {
  const dataDir = await written(20);
  const bytes = fs.readFileSync(logOf(dataDir));
  const offsets = entryOffsets(bytes);
  const [from, behind] = [offsets[0]!, offsets.at(-1)!];
  const [fifth, tenth] = [offsets[5]!, offsets[10]!];
  // 1 to 10, again 1 to 10, then 11 to 20.
  const twice = [bytes.subarray(0, tenth), bytes.subarray(from, tenth), bytes.subarray(tenth, behind)];
  fs.writeFileSync(logOf(dataDir), Buffer.concat(twice));
  const told = await restart(dataDir);
  expect(told).toMatchObject({ zxid: 20n, zxids: range(1, 20) });
  expect(told.warnings).toEqual([expect.stringContaining('log.1 holds 10 transactions twice')]);
  const folders = { snapDir: path.join(dataDir, 'version-2'), logDir: path.join(dataDir, 'version-2') };
  expect(readLoggedAfter(folders.logDir, 3n, 20n, 1 << 20)?.map(({ zxid }) => zxid)).toEqual(range(4, 20));
  truncateAfter(folders, 12n);
  expect((await restart(dataDir)).zxids).toEqual(range(1, 12));
  truncateAfter(folders, 5n);
  expect(fs.statSync(logOf(dataDir)).size).toBe(fifth);
  expect(await restart(dataDir)).toEqual({ zxid: 5n, zxids: range(1, 5), warnings: [] });
});

test('where only a later snapshot had the transaction, taking back goes on to what was there before', async () => {
  const dataDir = await written(4);
  const { storage } = openStorage(storageSettings(dataDir));
  const state = new MemoryState();
  await storage.recover(state);
  const snapshot = (zxid: number): string => path.join(dataDir, 'version-2', `snapshot.${zxid}`);
  fs.copyFileSync(snapshot(0), snapshot(9));
  state.replayed.length = 0;
  expect(await storage.truncate(7n, false)).toBe(4n);
  expect(state.replayed).toHaveLength(4);
  await storage.close();
  expect(await restart(dataDir)).toMatchObject({ zxid: 4n, warnings: [] });
});

test('a torn tail in an older file is dropped, as the restart after it did', async () => {
  const dataDir = await written(4);
  const bytes = fs.readFileSync(logOf(dataDir));
  const lastOffset = entryOffsets(bytes).at(-2)!;
  fs.writeFileSync(logOf(dataDir), bytes.fill(0, lastOffset + 20));
  const { storage } = openStorage(storageSettings(dataDir));
  await storage.recover(new MemoryState());
  appendTxn(storage.log, 4n);
  await storage.close();
  expect((await restart(dataDir)).zxids).toEqual(range(1, 4));
});

test('a file that was created and never written is no obstacle, whatever its length', async () => {
  for (const contents of [Buffer.alloc(0), Buffer.from('5a4b4c4700', 'hex'), Buffer.alloc(40)]) {
    const dataDir = await written(3);
    fs.writeFileSync(logOf(dataDir, '4'), contents);
    expect((await restart(dataDir)).zxids).toEqual(range(1, 3));
    const { storage } = openStorage(storageSettings(dataDir));
    await storage.recover(new MemoryState());
    appendTxn(storage.log, 4n);
    await storage.close();
    expect((await restart(dataDir)).zxids).toEqual(range(1, 4));
  }
});

test('a file of another kind under a log’s name is refused', async () => {
  const dataDir = await written(3);
  fs.writeFileSync(logOf(dataDir, '4'), 'this is no log at all');
  await expect(restart(dataDir)).rejects.toThrow(
    /log\.4 is not a transaction log: it does not begin with "ZKLG"/,
  );
});

test('logs without a snapshot are refused, unless the operator vouches for them', async () => {
  const dataDir = await written(3);
  fs.rmSync(path.join(dataDir, 'version-2', 'snapshot.0'));
  await expect(restart(dataDir)).rejects.toThrow(/holds no snapshot, but .*log\.1 holds transactions/);
  expect((await restart(dataDir, { snapshotTrustEmpty: true })).zxids).toEqual(range(1, 3));
});

test('without db.autocreate an empty folder needs the operator’s word, once', async () => {
  const dataDir = temporaryFolder();
  const changes = { dbAutocreate: false };
  await expect(restart(dataDir, changes)).rejects.toThrow(
    `holds no data and zookeeper.db.autocreate is false: restore the data, or create the file ${dataDir}/initialize`,
  );
  fs.writeFileSync(path.join(dataDir, 'initialize'), '');
  expect(await restart(dataDir, changes)).toMatchObject({ zxid: 0n });
  expect(fs.existsSync(path.join(dataDir, 'initialize'))).toBe(false);
  fs.writeFileSync(path.join(dataDir, 'initialize'), '');
  expect(await restart(dataDir, changes)).toMatchObject({ zxid: 0n });
  expect(fs.existsSync(path.join(dataDir, 'initialize'))).toBe(false);
});

test('a member without db.autocreate begins before everything, and no snapshot says otherwise', async () => {
  const dataDir = temporaryFolder();
  const changes = { dbAutocreate: false, ensemble: {} };
  for (let start = 0; start < 2; start += 1)
    expect(await restart(dataDir, changes)).toMatchObject({ zxid: -1n });
  expect(
    fs.readdirSync(path.join(dataDir, 'version-2')).filter((name) => name.startsWith('snapshot')),
  ).toEqual([]);
});

test('missing logs between a snapshot and the next log are refused, not skipped', async () => {
  const dataDir = await written(3);
  fs.renameSync(logOf(dataDir), logOf(dataDir, '3'));
  await expect(restart(dataDir)).rejects.toThrow(/transaction 0x1 comes first in a file of another name/);
  const gap = await written(3);
  const { storage } = openStorage(storageSettings(gap));
  await storage.recover(new MemoryState());
  appendTxn(storage.log, 10n);
  await storage.close();
  await expect(restart(gap)).rejects.toThrow(
    /log\.a begins with 0xa, but the snapshot and logs before it end with 0x3/,
  );
});

test('a newest snapshot that is damaged gives way to an older one and more of the log', async () => {
  const dataDir = temporaryFolder();
  const { storage, snapshots } = openStorage(storageSettings(dataDir));
  const state = new MemoryState();
  await storage.recover(state);
  for (let zxid = 1n; zxid <= 9n; zxid += 1n) {
    appendTxn(storage.log, zxid);
    state.lastZxid = zxid;
    if (zxid % 4n === 0n) await storage.beginSnapshot();
  }
  await storage.close();
  expect(snapshots).toEqual(['snapshot.0', 'snapshot.4', 'snapshot.8']);
  const before = await restart(dataDir);
  const newest = path.join(dataDir, 'version-2', snapshots.at(-1)!);
  fs.truncateSync(newest, fs.statSync(newest).size - 60);
  const after = await restart(dataDir);
  expect(after.zxid).toBe(before.zxid);
  expect(after.warnings[0]).toMatch(/is damaged: .*; trying an older one\./);
  for (const name of snapshots) fs.truncateSync(path.join(dataDir, 'version-2', name), 30);
  await expect(restart(dataDir)).rejects.toThrow(/None of the \d+ snapshots in .* can be read/);
});
