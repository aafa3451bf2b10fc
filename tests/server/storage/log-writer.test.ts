import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { StorageError } from '@/server/storage/errors';
import { readLog } from '@/server/storage/log-reader';
import { LogWriter } from '@/server/storage/log-writer';
import { temporaryFolder } from './folders';
import { appendTxn } from './memory-state';

function writerIn(
  logDir: string,
  changes: Partial<ConstructorParameters<typeof LogWriter>[0]> = {},
): LogWriter {
  const log = new LogWriter({
    logDir,
    forceSync: true,
    preAllocBytes: 64 << 10,
    fileBytesMax: -1,
    onCommit: () => {},
    ...changes,
  });
  log.onFailure = (error) => {
    throw error;
  };
  return log;
}

function zxids(file: string): bigint[] {
  const seen: bigint[] = [];
  readLog(file, (_payload, zxid) => seen.push(zxid));
  return seen;
}

/** As `zxids`, while the next batch is being written: what is there of it may look like damage. */
function zxidsSoFar(file: string): bigint[] {
  const seen: bigint[] = [];
  try {
    readLog(file, (_payload, zxid) => seen.push(zxid));
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
  return seen;
}

test('a log file is Apache’s to the byte: header, checksum, length, payload, marker, zeros', async () => {
  const folder = temporaryFolder();
  const log = writerIn(folder);
  const writer = log.begin();
  // A createSession of 4000 ms: clientId, cxid, zxid, time, type −10, timeout.
  writer.raw(
    Buffer.from(
      '0100000000000001' + '00000000' + '0000000000000001' + '0000018bcfe56800' + 'fffffff6' + '00000fa0',
      'hex',
    ),
  );
  log.end(1n);
  await log.close();
  const bytes = fs.readFileSync(path.join(folder, 'log.1'));
  expect(bytes.length).toBe(16 + 65_536);
  expect(bytes.subarray(0, 16).toString('hex')).toBe('5a4b4c47000000020000000000000000');
  expect(bytes.subarray(16, 65).toString('hex')).toBe(
    '0000000039a5074e' +
      '00000024' +
      '010000000000000100000000000000000000000100' +
      '00018bcfe56800fffffff600000fa0' +
      '42',
  );
  expect(bytes.subarray(65).every((byte) => byte === 0)).toBe(true);
});

test('entries are reported synced in order, all of them, and never before the file holds them', async () => {
  const folder = temporaryFolder();
  const log = writerIn(folder);
  let synced = 0;
  log.onSynced = (count) => {
    synced += count;
    expect(zxidsSoFar(path.join(folder, 'log.1')).length).toBeGreaterThanOrEqual(synced);
  };
  for (let zxid = 1n; zxid <= 500n; zxid += 1n) {
    appendTxn(log, zxid);
    if (zxid % 50n === 0n) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await log.close();
  expect(synced).toBe(500);
  expect(log.pending).toBe(0);
  expect(zxids(path.join(folder, 'log.1')).at(-1)).toBe(500n);
});

test('what is sealed while a write is under way goes to disk in one further write', async () => {
  const folder = temporaryFolder();
  const commits: number[] = [];
  const log = writerIn(folder, { onCommit: ({ entries }) => commits.push(entries) });
  appendTxn(log, 1n);
  await new Promise((resolve) => setImmediate(resolve));
  for (let zxid = 2n; zxid <= 100n; zxid += 1n) appendTxn(log, zxid);
  await log.close();
  expect(commits).toEqual([1, 99]);
});

test('after a roll the next entry starts a file of its own name, and a batch never spans two files', async () => {
  const folder = temporaryFolder();
  const log = writerIn(folder);
  for (let zxid = 1n; zxid <= 10n; zxid += 1n) {
    if (zxid === 4n || zxid === 0xan) log.roll();
    appendTxn(log, zxid);
  }
  await log.close();
  expect(fs.readdirSync(folder).sort()).toEqual(['log.1', 'log.4', 'log.a']);
  expect(zxids(path.join(folder, 'log.1'))).toEqual([1n, 2n, 3n]);
  expect(zxids(path.join(folder, 'log.4'))).toEqual([4n, 5n, 6n, 7n, 8n, 9n]);
  expect(zxids(path.join(folder, 'log.a'))).toEqual([10n]);
});

test('a file beyond its size limit is followed by a new one', async () => {
  const folder = temporaryFolder();
  const log = writerIn(folder, { fileBytesMax: 1000 });
  for (let zxid = 1n; zxid <= 4n; zxid += 1n) {
    appendTxn(log, zxid, '/a', Buffer.alloc(600));
    await new Promise<void>((resolve) => (log.onSynced = () => resolve()));
  }
  await log.close();
  expect(fs.readdirSync(folder).sort()).toEqual(['log.1', 'log.3']);
});

test('an existing file of that name is never overwritten', async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'log.1'), 'someone else');
  const log = writerIn(folder);
  let synced = 0;
  log.onSynced = (count) => (synced += count);
  const failure = new Promise<Error>((resolve) => (log.onFailure = resolve));
  appendTxn(log, 1n);
  expect((await failure).message).toMatch(/^Creating the transaction log .*log\.1 failed: /);
  await log.close();
  expect(synced).toBe(0);
  expect(fs.readFileSync(path.join(folder, 'log.1'), 'utf8')).toBe('someone else');
});

test('zeros written ahead never land on entries, whatever the sizes', async () => {
  const folder = temporaryFolder();
  const log = writerIn(folder, { preAllocBytes: 16 << 20 });
  let zxid = 0n;
  const expected: number[] = [];
  for (const size of [10, 3 << 20, 900, 5 << 20, 70_000, 4 << 20, 12, 2 << 20]) {
    for (let repeat = 0; repeat < 2; repeat += 1) {
      zxid += 1n;
      expected.push(size);
      appendTxn(log, zxid, '/a', Buffer.alloc(size, 0x61));
      if (repeat === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  await log.close();
  const sizes: number[] = [];
  readLog(path.join(folder, 'log.1'), (payload) => sizes.push(payload.length - 32 - 6 - 4 - 4));
  expect(sizes).toEqual(expected);
});

/** Whether a descriptor of this process is open on the file with O_DSYNC, as the kernel tells. */
function hasDurableDescriptor(file: string): boolean {
  return fs.readdirSync('/proc/self/fd').some((fd) => {
    try {
      if (fs.readlinkSync(`/proc/self/fd/${fd}`) !== file) return false;
      const flags = /^flags:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
      return (parseInt(flags ?? '0', 8) & fs.constants.O_DSYNC) !== 0;
    } catch {
      return false;
    }
  });
}

test.runIf(process.platform === 'linux')(
  'writes go past the page cache, unless forceSync is off',
  async () => {
    for (const forceSync of [true, false]) {
      const folder = temporaryFolder();
      const log = writerIn(folder, { forceSync });
      appendTxn(log, 1n);
      await new Promise<void>((resolve) => (log.onSynced = () => resolve()));
      expect(hasDurableDescriptor(path.join(folder, 'log.1'))).toBe(forceSync);
      await log.close();
    }
  },
);
