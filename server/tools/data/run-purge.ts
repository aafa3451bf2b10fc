import fs from 'node:fs';
import { diskError, StorageError } from '@/server/storage/errors';
import { listSnapshots, type SnapshotFile } from '@/server/storage/files';
import { purgeable } from '@/server/storage/purge';
import { readSnapshot, SnapshotDamage } from '@/server/storage/snapshot-reader';
import { emptyDatabase } from './empty-database';
import type { LineOutput } from './output';
import type { DataPlace } from './places';

/**
 * `zkData purge`, as Apache's zkCleanup, with one thing more: a snapshot counts as kept only after it was read to its end,
 * so that what a damaged one would need instead stays. It may run beside a server.
 */
export async function runPurge(
  place: DataPlace,
  retainCount: number,
  isDryRun: boolean,
  out: LineOutput,
  complain: (sentence: string) => void,
): Promise<void> {
  const kept: SnapshotFile[] = [];
  for (const snapshot of listSnapshots(place.snapDir).reverse()) {
    if (kept.length === retainCount) break;
    try {
      await readSnapshot(snapshot, emptyDatabase().beginRestore());
      kept.push(snapshot);
    } catch (error) {
      if (!(error instanceof SnapshotDamage)) throw error;
      complain(`${error.message}; it does not count as one that is kept.`);
    }
  }
  if (kept.length < retainCount) {
    out.line(
      `Nothing is removed: ${place.snapDir} holds ${kept.length} snapshots that read, ${retainCount} are kept.`,
    );
    return;
  }
  const files = purgeable(place, kept.reverse());
  for (const { path } of files) {
    try {
      if (!isDryRun) fs.rmSync(path, { force: true });
    } catch (error) {
      throw error instanceof StorageError ? error : diskError('Purging', path, error);
    }
    out.line(`${isDryRun ? 'Would remove' : 'Removing'} ${path}`);
  }
  if (files.length === 0) out.line('Nothing is there to remove.');
}
