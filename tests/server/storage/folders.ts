import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { Storage, type StorageEvents, type StorageSettings } from '@/server/storage/storage';

const roots: string[] = [];

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'zoodeck-storage-'));
  roots.push(root);
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) fs.rmSync(root, { recursive: true, force: true });
});

export function storageSettings(dataDir: string, changes: Partial<StorageSettings> = {}): StorageSettings {
  return {
    dataDir,
    dataLogDir: dataDir,
    dataDirAutocreate: true,
    snapshotTrustEmpty: false,
    dbAutocreate: true,
    ensemble: null,
    forceSync: true,
    preAllocSizeBytes: 64 << 10,
    txnLogSizeLimitBytes: -1,
    fsyncWarningThresholdMs: 1000,
    snapCount: 100_000,
    snapSizeLimitBytes: -1,
    snapshotCompression: 'none',
    digestEnabled: true,
    autopurgeSnapRetainCount: 3,
    autopurgePurgeIntervalHours: 0,
    ...changes,
  };
}

export interface OpenedStorage {
  readonly storage: Storage;
  readonly warnings: string[];
  readonly snapshots: string[];
}

export function openStorage(settings: StorageSettings, events: Partial<StorageEvents> = {}): OpenedStorage {
  const warnings: string[] = [];
  const snapshots: string[] = [];
  const storage = Storage.open(settings, {
    warn: (sentence) => warnings.push(sentence),
    onCommit: () => {},
    onSlowCommit: () => {},
    onSnapshot: ({ path: file }) => snapshots.push(path.basename(file)),
    onSnapshotFailure: (error) => {
      throw error;
    },
    ...events,
  });
  return { storage, warnings, snapshots };
}

/** The names in `version-2` that recovery reads, sorted. */
export function dataFiles(dataDir: string): string[] {
  return fs
    .readdirSync(path.join(dataDir, 'version-2'))
    .filter((name) => name !== 'zoodeck.lock')
    .sort();
}
