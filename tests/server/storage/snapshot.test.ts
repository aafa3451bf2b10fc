import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { JuteWriter } from '@/lib/jute/writer';
import { listSnapshots } from '@/server/storage/files';
import { looksWhole, purge } from '@/server/storage/purge';
import { readSnapshot, SnapshotDamage } from '@/server/storage/snapshot-reader';
import { SnapshotTrigger } from '@/server/storage/snapshot-trigger';
import { writeSnapshot } from '@/server/storage/snapshot-writer';
import { dataFiles, openStorage, storageSettings, temporaryFolder } from './folders';
import { appendTxn, MemoryState } from './memory-state';

function sampleState(): MemoryState {
  const state = new MemoryState();
  state.lastZxid = 0x1an;
  state.treeDigest = 0x51c6d660n;
  state.sessions.set(0x1000001n, 30_000);
  state.acls.set(1n, [{ perms: 31, scheme: 'digest', id: 'a:b' }]);
  state.addNode('', Buffer.alloc(0));
  state.addNode('/a', null);
  state.addNode('/a/ü中', Buffer.from('value'), 1n);
  return state;
}

async function load(file: string): Promise<MemoryState> {
  const state = new MemoryState();
  const found = listSnapshots(path.dirname(file)).find((snapshot) => snapshot.path === file)!;
  await readSnapshot(found, state.beginRestore());
  return state;
}

const stat = '00'.repeat(60);
const golden = [
  '5a4b534e00000002ffffffffffffffff', // header
  '000000010000000001000001' + '00007530', // one session
  '00000001' + '0000000000000001' + '000000010000001f00000006646967657374' + '00000003613a62', // one ACL
  '00000000' + '00000000' + 'ffffffffffffffff' + stat, // the root, with empty data
  '000000022f61' + 'ffffffff' + 'ffffffffffffffff' + stat, // null data
  '000000082f612fc3bce4b8ad' + '0000000576616c7565' + '0000000000000001' + stat,
  '000000012f', // end of nodes
].join('');

test('a snapshot is Apache’s to the byte, with its two seals and the digest between', async () => {
  const snapDir = temporaryFolder();
  const file = await writeSnapshot(sampleState().beginSnapshot(), {
    snapDir,
    compression: 'none',
    hasDigest: true,
  });
  expect(path.basename(file)).toBe('snapshot.1a');
  const bytes = fs.readFileSync(file).toString('hex');
  expect(bytes.slice(0, golden.length)).toBe(golden);
  expect(bytes.slice(golden.length)).toBe(
    '00000000SEAL0001000000012f'.replace('SEAL0001', bytes.slice(golden.length + 8, golden.length + 16)) +
      '000000000000001a' +
      '00000002' +
      '0000000051c6d660' +
      '00000000' +
      bytes.slice(-18, -10) +
      '000000012f',
  );
  expect(bytes.slice(golden.length + 8, golden.length + 16)).toBe(adler(Buffer.from(golden, 'hex')));
  expect(bytes.slice(-18, -10)).toBe(adler(Buffer.from(bytes.slice(0, -26), 'hex')));
});

/** The definition in RFC 1950, byte by byte. */
function adler(bytes: Buffer): string {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return (b * 65536 + a).toString(16).padStart(8, '0');
}

test('what was written comes back: sessions, ACLs, nodes, null and empty data, digest', async () => {
  for (const compression of ['none', 'gz'] as const) {
    const snapDir = temporaryFolder();
    const written = sampleState();
    const file = await writeSnapshot(written.beginSnapshot(), { snapDir, compression, hasDigest: true });
    const read = await load(file);
    expect(read.nodes).toEqual(written.nodes);
    expect(read.sessions).toEqual(written.sessions);
    expect(read.acls).toEqual(written.acls);
    expect(read.lastZxid).toBe(0x1an);
    expect(read.restoredDigest).toEqual({ zxid: 0x1an, treeDigest: 0x51c6d660n });
    if (compression === 'gz')
      expect(gunzipSync(fs.readFileSync(file)).toString('hex', 0, 4)).toBe('5a4b534e');
  }
});

test('large trees and values larger than the reader’s chunks come back whole', async () => {
  const snapDir = temporaryFolder();
  const written = sampleState();
  for (let index = 0; index < 60_000; index += 1) {
    written.addNode(
      `/a/node-${index}`,
      index % 10_000 === 0 ? Buffer.alloc(5 << 20, index) : Buffer.from(`v${index}`),
    );
  }
  const file = await writeSnapshot(written.beginSnapshot(), {
    snapDir,
    compression: 'none',
    hasDigest: false,
  });
  const read = await load(file);
  expect(read.nodes.size).toBe(written.nodes.size);
  expect(read.restoredDigest).toBeNull();
  for (const [name, node] of written.nodes) {
    if (!node.data?.equals(read.nodes.get(name)!.data!) && node.data !== null)
      throw new Error(`${name} differs`);
  }
});

test('cut anywhere before its first seal, or with any bit flipped, a snapshot is refused as damaged', async () => {
  const snapDir = temporaryFolder();
  const file = await writeSnapshot(sampleState().beginSnapshot(), {
    snapDir,
    compression: 'none',
    hasDigest: true,
  });
  const bytes = fs.readFileSync(file);
  const sealEnd = golden.length / 2 + 13;
  for (let length = 0; length < sealEnd; length += 1) {
    fs.writeFileSync(file, bytes.subarray(0, length));
    await expect(load(file), `${length} bytes`).rejects.toBeInstanceOf(SnapshotDamage);
  }
  fs.writeFileSync(file, bytes.subarray(0, sealEnd));
  expect((await load(file)).restoredDigest).toBeNull();
  // Version and dbid in the header are not looked at, as in Apache, but they are part of the checksum.
  for (let at = 0; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at] = flipped[at]! ^ 0x10;
    fs.writeFileSync(file, flipped);
    await expect(load(file), `byte ${at}`).rejects.toBeInstanceOf(SnapshotDamage);
  }
});

test('the server is given the turn after every few milliseconds of a snapshot', async () => {
  const snapDir = temporaryFolder();
  const callMs = 0.5;
  let turns = 0;
  const turnsOfCalls: number[] = [];
  let counting = true;
  const count = (): void => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  count();
  const cursor = {
    ...sampleState().beginSnapshot(),
    writeNodes(writer: JuteWriter): boolean {
      writer.ustring('/a');
      const stop = performance.now() + callMs;
      while (performance.now() < stop);
      turnsOfCalls.push(turns);
      return turnsOfCalls.length < 60;
    },
  };
  await writeSnapshot(cursor, { snapDir, compression: 'none', hasDigest: false });
  counting = false;
  const callsInTurn = new Map<number, number>();
  for (const turn of turnsOfCalls) callsInTurn.set(turn, (callsInTurn.get(turn) ?? 0) + 1);
  expect(Math.max(...callsInTurn.values()) * callMs).toBeLessThanOrEqual(3);
});

test.each(['gz', 'snappy'] as const)(
  'a snapshot compressed with %s comes back whole, and cut anywhere it is refused as damaged',
  async (compression) => {
    const snapDir = temporaryFolder();
    const state = sampleState();
    state.addNode('/large', Buffer.from('many words, '.repeat(20_000)));
    const file = await writeSnapshot(state.beginSnapshot(), { snapDir, compression, hasDigest: true });
    expect(path.basename(file)).toBe(`snapshot.1a.${compression}`);
    expect((await load(file)).nodes).toEqual(state.nodes);
    const bytes = fs.readFileSync(file);
    expect(bytes.length).toBeLessThan(20_000);
    const kept = listSnapshots(snapDir);
    expect(kept.map(looksWhole)).toEqual([true]);
    for (let length = 0; length < bytes.length - 60; length += 397) {
      fs.writeFileSync(file, bytes.subarray(0, length));
      await expect(load(file), `${length} bytes`).rejects.toBeInstanceOf(SnapshotDamage);
    }
  },
);

test('a crash while writing leaves nothing that recovery would take for a snapshot', async () => {
  const dataDir = temporaryFolder();
  const first = openStorage(storageSettings(dataDir));
  await first.storage.recover(new MemoryState());
  await first.storage.close();
  fs.writeFileSync(path.join(dataDir, 'version-2', '.snapshot.9.unfinished'), 'half a snapshot');
  const second = openStorage(storageSettings(dataDir));
  await second.storage.recover(new MemoryState());
  await second.storage.close();
  expect(dataFiles(dataDir)).toEqual(['snapshot.0']);
});

test('a snapshot is due between snapCount/2 and snapCount transactions, or the same part of the byte limit', () => {
  const due = (random: number, bytesEach: number): number => {
    const trigger = new SnapshotTrigger(100, 10_000, () => random);
    let txns = 0;
    while (!trigger.isDue) {
      trigger.add(1, bytesEach);
      txns += 1;
    }
    return txns;
  };
  expect([due(0, 0), due(0.5, 0), due(0.99, 0)]).toEqual([51, 76, 100]);
  expect([due(0, 1000), due(0.5, 1000)]).toEqual([6, 8]);
});

test('while the log goes on, snapshots are taken one at a time and the log is rolled with each', async () => {
  const dataDir = temporaryFolder();
  const { storage, snapshots } = openStorage(storageSettings(dataDir, { snapCount: 20 }));
  const state = new MemoryState();
  await storage.recover(state);
  for (let zxid = 1n; zxid <= 200n; zxid += 1n) {
    appendTxn(storage.log, zxid);
    await new Promise<void>((resolve) => {
      storage.log.onSynced = () => {
        state.lastZxid = zxid;
        resolve();
      };
    });
  }
  await storage.close();
  expect(snapshots.length).toBeGreaterThan(5);
  expect(new Set(snapshots).size).toBe(snapshots.length);
  expect(dataFiles(dataDir).filter((name) => name.startsWith('log.')).length).toBeGreaterThan(5);
  const again = openStorage(storageSettings(dataDir));
  expect((await again.storage.recover(new MemoryState())).zxid).toBe(200n);
  await again.storage.close();
});

test('purging keeps the newest whole snapshots and every log that recovery from the oldest of them needs', async () => {
  const snapDir = temporaryFolder();
  for (const zxid of [0x10n, 0x20n, 0x30n, 0x40n]) {
    const state = sampleState();
    state.lastZxid = zxid;
    await writeSnapshot(state.beginSnapshot(), { snapDir, compression: 'none', hasDigest: true });
  }
  fs.writeFileSync(path.join(snapDir, 'snapshot.50'), 'not a whole snapshot');
  for (const hex of ['1', '11', '1c', '21', '41']) fs.writeFileSync(path.join(snapDir, `log.${hex}`), '');
  purge({ snapDir, logDir: snapDir }, 3);
  expect(fs.readdirSync(snapDir).sort()).toEqual(
    ['log.1c', 'log.21', 'log.41', 'snapshot.20', 'snapshot.30', 'snapshot.40', 'snapshot.50'].sort(),
  );
  purge({ snapDir, logDir: snapDir }, 5);
  expect(fs.readdirSync(snapDir)).toHaveLength(7);
});

test('a snapshot that cannot be written is told in one sentence, and what was logged meanwhile is there', async () => {
  const dataDir = temporaryFolder();
  const failures: Error[] = [];
  const events = { onSnapshotFailure: (error: Error) => void failures.push(error) };
  const { storage } = openStorage(storageSettings(dataDir), events);
  const state = new MemoryState();
  await storage.recover(state);
  appendTxn(storage.log, 1n);
  state.lastZxid = 1n;
  // A folder stands where the snapshot's file would be made.
  const unfinished = path.join(dataDir, 'version-2', '.snapshot.1.unfinished');
  fs.mkdirSync(unfinished);
  await storage.beginSnapshot();
  expect(failures.map((error) => error.message)).toEqual([
    expect.stringMatching(/^Writing the snapshot \S+\/snapshot\.1 failed: .+\.$/),
  ]);
  appendTxn(storage.log, 2n);
  await storage.close();
  const again = new MemoryState();
  fs.rmSync(unfinished, { recursive: true, force: true });
  const restarted = openStorage(storageSettings(dataDir)).storage;
  expect((await restarted.recover(again)).zxid).toBe(2n);
  await restarted.close();
});
