import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { openFolders } from '@/server/storage/files';
import { lockFolder } from '@/server/storage/lock';
import { openStorage, storageSettings, temporaryFolder } from './folders';
import { MemoryState } from './memory-state';

test('a folder in use by a running server is refused in one line that names the process', () => {
  const folder = temporaryFolder();
  const lock = lockFolder(folder, () => {});
  expect(() => lockFolder(folder, () => {})).toThrow(
    `${folder} is in use by another running server (process ${process.pid}); stop it, or choose another dataDir.`,
  );
  lock.release();
  lockFolder(folder, () => {}).release();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('the lock of a process that is gone, or whose pid was given to another, is taken over', async () => {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  lockFolder(folder, () => {});
  const file = path.join(folder, 'zoodeck.lock');
  const owner = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  for (const stale of [
    { ...owner, pid: child.pid, token: 'gone' },
    { ...owner, startTime: '1', token: 'reused' },
    { ...owner, system: 'an earlier boot', token: 'reboot' },
  ]) {
    fs.writeFileSync(file, JSON.stringify(stale));
    lockFolder(folder, () => {}).release();
    expect(fs.readdirSync(folder)).toEqual([]);
  }
  fs.writeFileSync(file, 'not a lock');
  lockFolder(folder, () => {}).release();
});

test('separate folders are created; a snapshot among the logs or a log among the snapshots stops the start', async () => {
  const root = temporaryFolder();
  const dataDir = path.join(root, 'data');
  const dataLogDir = path.join(root, 'logs');
  const settings = storageSettings(dataDir, { dataLogDir });
  const { storage } = openStorage(settings);
  await storage.recover(new MemoryState());
  await storage.close();
  expect(fs.readdirSync(path.join(dataDir, 'version-2'))).toEqual(['snapshot.0']);
  const strayLog = path.join(dataDir, 'version-2', 'log.1');
  fs.writeFileSync(strayLog, '');
  expect(() => openStorage(settings)).toThrow(`${strayLog} is a transaction log in the snapshot folder`);
  fs.rmSync(strayLog);
  const straySnapshot = path.join(dataLogDir, 'version-2', 'snapshot.1');
  fs.writeFileSync(straySnapshot, '');
  expect(() => openStorage(settings)).toThrow(`${straySnapshot} is a snapshot in the transaction-log folder`);
});

test('two names of one folder are one folder', async () => {
  const dataDir = temporaryFolder();
  const link = `${dataDir}/link`;
  fs.symlinkSync(dataDir, link);
  const { storage } = openStorage(storageSettings(dataDir, { dataLogDir: link }));
  await storage.recover(new MemoryState());
  await storage.close();
  expect(fs.readdirSync(path.join(dataDir, 'version-2'))).toEqual(['snapshot.0']);
});

test('a missing folder is an error where datadir.autocreate is false', () => {
  const dataDir = path.join(temporaryFolder(), 'missing');
  expect(() => openStorage(storageSettings(dataDir, { dataDirAutocreate: false }))).toThrow(
    `${dataDir}/version-2 (dataDir) does not exist and zookeeper.datadir.autocreate is false`,
  );
});

test('folders just created are synced in the folders that name them, up to the first that was there', () => {
  const root = temporaryFolder();
  const synced: string[] = [];
  const sync = vi.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    synced.push(fs.readlinkSync(`/proc/self/fd/${fd}`));
  });
  try {
    const dataDir = path.join(root, 'var', 'zookeeper');
    openFolders(dataDir, dataDir, true);
    openFolders(dataDir, dataDir, true);
    expect(synced).toEqual([dataDir, path.join(root, 'var'), root]);
  } finally {
    sync.mockRestore();
  }
});
