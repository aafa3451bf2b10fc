import fs from 'node:fs';
import path from 'node:path';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import { createTxn, setDataTxn, txnHeader } from '@/lib/protocol/txn';
import { adler32 } from '@/server/storage/adler32';
import { entryMarker, logHeader } from '@/server/storage/log-format';
import { writeSnapshot } from '@/server/storage/snapshot-writer';
import { emptyDatabase } from '@/server/tools/data/empty-database';
import { startChild } from './child';
import { root } from './member';

/** Data directories larger than memory, and what a tool needs to go through them. */

const chunkBytes = 4 << 20;

function putEntry(writer: JuteWriter, zxid: bigint, type: number, body: (writer: JuteWriter) => void): void {
  const start = writer.size;
  for (let index = 0; index < 3; index += 1) writer.int(0);
  txnHeader.write(writer, { clientId: 1n, cxid: 1, zxid, time: 1_700_000_000_000n + zxid, type });
  body(writer);
  writer.patchInt(start + 4, adler32(writer.target, start + 12, writer.size) | 0);
  writer.patchInt(start + 8, writer.size - start - 12);
  writer.byte(entryMarker);
}

/** One snapshot of an empty tree, and one log of at least `bytes` in which `/a` is set to 1 KB again and again. */
export async function writeBigDirectory(dataDir: string, bytes: number): Promise<number> {
  const snapDir = path.join(dataDir, 'version-2');
  fs.mkdirSync(snapDir, { recursive: true });
  await writeSnapshot(emptyDatabase().beginSnapshot(), { snapDir, compression: 'none', hasDigest: true });
  const data = Buffer.alloc(1024, 'value ');
  const writer = new JuteWriter(chunkBytes * 2);
  writer.raw(logHeader());
  const created = { path: '/a', data: null, acl: [...openAcl], ephemeral: false, parentCVersion: 1 };
  putEntry(writer, 1n, ops.create.code, (into) => createTxn.write(into, created));
  const fd = fs.openSync(path.join(snapDir, 'log.1'), 'w');
  let entries = 1;
  for (let written = 0; written < bytes;) {
    while (writer.size < chunkBytes) {
      entries += 1;
      const change = { path: '/a', data, version: entries - 1 };
      putEntry(writer, BigInt(entries), ops.setData.code, (into) => setDataTxn.write(into, change));
    }
    written += fs.writeSync(fd, writer.view());
    writer.reset();
  }
  fs.closeSync(fd);
  return entries;
}

export interface ToolRun {
  readonly code: number | string;
  readonly seconds: number;
  readonly peakMiB: number;
  /** Empty where it was not kept. */
  readonly output: string;
}

/** Runs zkData with a heap of `heapMb`, its output kept or not; its peak of resident memory is what it says itself at its end. */
export async function runZkData(
  args: readonly string[],
  heapMb: number,
  keepsOutput = true,
): Promise<ToolRun> {
  const tell = 'process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS))';
  const options = [
    `--max-old-space-size=${heapMb}`,
    `--import=data:text/javascript,${encodeURIComponent(tell)}`,
  ];
  const startedMs = performance.now();
  const shell = `exec "$0" "$@"${keepsOutput ? '' : ' >/dev/null'}`;
  const command = ['-c', shell, path.join(root, 'server/bin/zkData'), ...args];
  const child = startChild('sh', command, {
    env: { NODE_OPTIONS: options.join(' ') },
  });
  const code = await child.exited;
  const [output = '', peak = 'NaN'] = child.output().split('\npeak ');
  return {
    code,
    seconds: (performance.now() - startedMs) / 1000,
    peakMiB: Number(peak) / 1024,
    output,
  };
}
