import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { JuteError } from '@/lib/jute/error';
import { adler32 } from '@/server/storage/adler32';
import { StorageError } from '@/server/storage/errors';
import type { SnapshotCompression } from '@/server/storage/files';
import { entryMarker, logHeader } from '@/server/storage/log-format';
import { readLog } from '@/server/storage/log-reader';
import { SnappyWriter } from '@/server/storage/snappy';
import { readSnapshot } from '@/server/storage/snapshot-reader';
import { writeSnapshot } from '@/server/storage/snapshot-writer';
import { emptyDatabase } from '@/server/tools/data/empty-database';
import type { Random } from '../sim/random';
import { Stage } from '../server/processors/stage';
import { requestTemplates } from '../support/client-frames';
import { removeDir, tempDir } from '../support/temp';
import { mutated } from './mutate';
import { FuzzFault, type FuzzTarget } from './target';

/** Logs, transactions and snapshots with damage: refused with a sentence, or read without anything that was not written. */

/** A history with a little of everything, as payloads. */
function history(): { readonly payloads: readonly Buffer[]; readonly stage: Stage } {
  const stage = new Stage({ extendedTypes: 'on' });
  const client = stage.session();
  client.create('/fuzz');
  for (const template of requestTemplates) client.raw(template.subarray(4));
  for (let index = 0; index < 12; index += 1)
    client.create(`/fuzz/n${index}`, { data: Buffer.alloc(index * 9, 7) });
  stage.log.sync();
  return { payloads: stage.log.entries, stage };
}

function logOf(payloads: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [logHeader()];
  for (const payload of payloads) {
    const head = Buffer.alloc(12);
    head.writeInt32BE(adler32(payload) | 0, 4);
    head.writeInt32BE(payload.length, 8);
    parts.push(head, payload, Buffer.from([entryMarker]));
  }
  return Buffer.concat(parts);
}

class LogFuzz implements FuzzTarget {
  readonly name = 'logs';
  readonly share = 4;
  private folder: string | null = null;

  async round(random: Random, cases: number): Promise<void> {
    this.folder ??= await tempDir('fuzz-logs');
    const { payloads } = history();
    const known = new Set(payloads.map((payload) => payload.toString('latin1')));
    const whole = logOf(payloads);
    const file = path.join(this.folder, 'log.1');
    for (let index = 0; index < cases; index += 1) {
      const padding = random.chance(0.5) ? Buffer.alloc(random.int(0, 2_000)) : Buffer.alloc(0);
      fs.writeFileSync(file, mutated(Buffer.concat([whole, padding]), random));
      readDamaged(file, known, random.chance(0.5));
    }
  }

  async close(): Promise<void> {
    if (this.folder !== null) await removeDir(this.folder);
  }
}

function readDamaged(file: string, known: ReadonlySet<string>, isNewest: boolean): void {
  let last = -(1n << 63n);
  try {
    readLog(
      file,
      (payload, zxid) => {
        if (!known.has(payload.toString('latin1')))
          throw new FuzzFault(`a transaction was read that nobody wrote: ${payload.toString('hex')}`);
        if (zxid <= last) throw new FuzzFault('transactions came out of order');
        last = zxid;
      },
      isNewest,
    );
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (!error.message.includes(file)) throw new FuzzFault(`the sentence names no file: ${error.message}`);
  }
}

/** Bytes that are no transaction, under a checksum that is right: refused, or applied without an end of the process. */
const transactions: FuzzTarget = {
  name: 'transactions',
  share: 15,
  round(random, cases) {
    const { payloads } = history();
    const database = emptyDatabase();
    database.beginRestore().finish(0n);
    for (let index = 0; index < cases; index += 1) {
      const payload = random.chance(0.3) ? random.pick(payloads) : mutated(random.pick(payloads), random);
      try {
        database.replay(payload);
      } catch (error) {
        if (!(error instanceof JuteError)) throw error;
      }
    }
  },
};

function compressed(bytes: Buffer, compression: SnapshotCompression): Buffer {
  if (compression === 'gz') return gzipSync(bytes);
  if (compression === 'none') return bytes;
  const writer = new SnappyWriter();
  return Buffer.concat([...writer.add(bytes), ...writer.end()]);
}

const suffixes: Readonly<Record<SnapshotCompression, string>> = { none: '', gz: '.gz', snappy: '.snappy' };

class SnapshotFuzz implements FuzzTarget {
  readonly name = 'snapshots';
  readonly share = 1;
  private folder: string | null = null;

  async round(random: Random, cases: number): Promise<void> {
    this.folder ??= await tempDir('fuzz-snapshots');
    const { stage } = history();
    const options = { snapDir: this.folder, compression: 'none', hasDigest: true } as const;
    const file = await writeSnapshot(stage.database.beginSnapshot(), options);
    const bytes = fs.readFileSync(file);
    const digest = stage.database.tree.digest.value;
    for (let index = 0; index < cases; index += 1) {
      const compression = random.pick<SnapshotCompression>(['none', 'none', 'gz', 'snappy']);
      const damaged = `${file}${suffixes[compression]}`;
      const isInner = random.chance(0.3);
      const inner = isInner ? mutated(bytes, random) : bytes;
      const outer = compressed(inner, compression);
      fs.writeFileSync(damaged, isInner ? outer : mutated(outer, random));
      const database = emptyDatabase();
      try {
        await readSnapshot(
          { path: damaged, zxid: stage.database.tree.lastZxid, compression },
          database.beginRestore(),
        );
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        if (!error.message.includes(damaged))
          throw new FuzzFault(`the sentence names no file: ${error.message}`);
        continue;
      }
      if (database.tree.digest.value !== digest)
        throw new FuzzFault('a damaged snapshot was read as another tree');
    }
  }

  async close(): Promise<void> {
    if (this.folder !== null) await removeDir(this.folder);
  }
}

/** Three formats of the data folder. */
export const fileTargets: readonly FuzzTarget[] = [new LogFuzz(), transactions, new SnapshotFuzz()];
