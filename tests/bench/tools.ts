import { removeDir, tempDir } from '../support/temp';
import { runZkData, writeBigDirectory } from '../support/big-log';

/** How long zkData takes over a long log, and the most memory it has meanwhile: as a table of its own. */

const heapMb = 64;

export async function benchTools({ gigabytes }: { readonly gigabytes: number }): Promise<string> {
  const dataDir = await tempDir('bench-tools');
  try {
    process.stderr.write(`writing a log of ${gigabytes} GB …\n`);
    const entries = await writeBigDirectory(dataDir, gigabytes * 1e9);
    const rows = [];
    for (const args of [['log', '--json'], ['verify'], ['verify', '--checksums-only']]) {
      process.stderr.write(`zkData ${args.join(' ')} …\n`);
      const { code, seconds, peakMiB } = await runZkData([...args, dataDir], heapMb, false);
      if (code !== 0) throw new Error(`zkData ${args.join(' ')} ended with ${code}`);
      rows.push(`| zkData ${args.join(' ')} | ${seconds.toFixed(0)} s | ${peakMiB.toFixed(0)} MiB |`);
    }
    return [
      `| a log of ${gigabytes} GB, ${entries.toLocaleString('en')} transactions, --max-old-space-size=${heapMb} | time | peak resident memory |`,
      '| --- | ---: | ---: |',
      ...rows,
    ].join('\n');
  } finally {
    await removeDir(dataDir);
  }
}
