import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { formatZxid, parseZxid } from '@/lib/protocol/zxid';
import { StorageError } from '@/server/storage/errors';
import { chopLog, repairLog, type CopyOptions } from './data/log-copy';
import { printLog } from './data/log-print';
import { LineOutput, ReaderGone } from './data/output';
import { dataPlace, logFiles, snapshotFile } from './data/places';
import { runCompare } from './data/run-compare';
import { runPurge } from './data/run-purge';
import { printSnapshot } from './data/snapshot-print';
import { verify, type Finding } from './data/verify';

/**
 * server/bin/zkData: what a data directory holds, without a server. Exit codes: 0 all is well, 1 something is wrong or
 * differs, 2 the question was wrong or a file could not be reached.
 */

const exitWrong = 1;
const exitTrouble = 2;
const retainCountMin = 3;
const zxidMax = (1n << 63n) - 1n;

const out = new LineOutput(1);
const errors = new LineOutput(2);

/** Told at once, behind what was printed before. */
function complain(sentence: string): void {
  out.flush();
  errors.line(sentence);
  errors.flush();
}

function zxidOf(text: string): bigint {
  const zxid = parseZxid(text.startsWith('0x') ? text : `0x${text}`);
  if (zxid === null) throw new InvalidArgumentError('It must be a zxid in hexadecimal, such as 0x5000001a3.');
  return zxid;
}

function countOf(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < retainCountMin)
    throw new InvalidArgumentError(`It must be a number of snapshots, ${retainCountMin} or more.`);
  return Number(text);
}

function authOf(text: string, before: { scheme: string; auth: Buffer }[]) {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('It must be scheme:auth, such as digest:user:password.');
  return [...before, { scheme: text.slice(0, colon), auth: Buffer.from(text.slice(colon + 1)) }];
}

interface Place {
  readonly logDir?: string;
}

const logDirOption = ['--log-dir <dir>', 'the dataLogDir, where it is another folder'] as const;
const placeHelp = 'a dataDir, its version-2, or a zoo.cfg';

function program(): Command {
  const zkData = new Command('zkData')
    .description('Prints, verifies, compares, mends and purges what a ZooKeeper server keeps on disk.')
    .exitOverride();
  zkData
    .command('log')
    .description("print transaction logs, an entry a line, as Apache's TxnLogToolkit does")
    .argument('<file...>', 'log files, or folders: all their logs')
    .option('--json', 'one JSON object a line')
    .option('--from <zxid>', 'the first transaction to print', zxidOf)
    .option('--to <zxid>', 'the last one', zxidOf)
    .action((files: string[], options: { json?: boolean; from?: bigint; to?: bigint }) => {
      const shape = { isJson: options.json === true, from: options.from ?? 0n, to: options.to ?? zxidMax };
      for (const file of files.flatMap(logFiles))
        if (!printLog(file, shape, out, complain)) process.exitCode = exitWrong;
    });
  zkData
    .command('snapshot')
    .description("print a snapshot, as Apache's SnapshotFormatter does")
    .argument('<file>', 'a snapshot, or a folder: its newest')
    .option('-d, --data', 'the data too, as base64')
    .option('--json', 'one JSON object a line, with ACLs')
    .action(async (file: string, options: { json?: boolean; data?: boolean }) => {
      const shape = { isJson: options.json === true, hasData: options.data === true };
      await printSnapshot(snapshotFile(file), shape, out);
    });
  zkData
    .command('verify')
    .description('read everything: checksums, digests, order, gaps, epochs, myid; a line a finding')
    .argument('<place>', placeHelp)
    .option(...logDirOption)
    .option('--checksums-only', 'keep no tree in memory: digests are not checked')
    .option('--json', 'one JSON object a line')
    .action(runVerify);
  zkData
    .command('compare')
    .description('compare two trees and list what differs')
    .argument('<a>', `${placeHelp}, or host:port of a running server`)
    .argument('<b>', 'the same')
    .option('--at <zxid>', 'data directories as they were after this transaction', zxidOf)
    .option('--auth <scheme:auth>', 'for running servers; may be repeated', authOf, [])
    .option('--json', 'one JSON object a line')
    .action(
      async (
        a: string,
        b: string,
        given: { at?: bigint; auth: ReturnType<typeof authOf>; json?: boolean },
      ) => {
        const options = {
          isJson: given.json === true,
          upTo: given.at ?? zxidMax,
          credentials: given.auth,
          complain,
        };
        if ((await runCompare([a, b], options, out)) > 0) process.exitCode = exitWrong;
      },
    );
  zkData
    .command('purge')
    .description("remove old snapshots and the logs that only they need, as Apache's zkCleanup does")
    .argument('<place>', placeHelp)
    .requiredOption('-n <count>', `snapshots to keep, ${retainCountMin} or more`, countOf)
    .option(...logDirOption)
    .option('--dry-run', 'only say what would go')
    .action(async (place: string, options: Place & { n: number; dryRun?: boolean }) => {
      await runPurge(dataPlace(place, options.logDir), options.n, options.dryRun === true, out, complain);
    });
  addLogCopies(zkData);
  return zkData;
}

interface CopyGiven {
  readonly out?: string;
  readonly inPlace?: boolean;
}

const copyOptions = ({ out: file, inPlace }: CopyGiven): CopyOptions => {
  if (file !== undefined && inPlace)
    throw new StorageError('Give either --out or --in-place: the copy has one name.');
  return { out: file ?? null, isInPlace: inPlace === true };
};

/** Commands that write a log anew, beside the one they read. */
function addLogCopies(zkData: Command): void {
  const outOption = ['--out <file>', 'the new file, which must not be there yet'] as const;
  const placeOption = [
    '--in-place',
    'give the copy the name of the log, which is kept under another',
  ] as const;
  zkData
    .command('repair')
    .description("copy a log with checksums that match, as Apache's TxnLogToolkit -r does")
    .argument('<file>', 'a log file; the copy is <file>.repaired unless said otherwise')
    .option(...outOption)
    .option(...placeOption)
    .action((file: string, given: CopyGiven) => repairLog(file, copyOptions(given), out, complain));
  zkData
    .command('chop')
    .description("copy a log up to and including a transaction, as Apache's LogChopper does")
    .argument('<file>', 'a log file; the copy is <file>.chopped unless said otherwise')
    .argument('<zxid>', 'the last transaction to keep', zxidOf)
    .option(...outOption)
    .option(...placeOption)
    .action((file: string, last: bigint, given: CopyGiven) => {
      if (!chopLog(file, last, copyOptions(given), out, complain)) process.exitCode = exitWrong;
    });
}

async function runVerify(
  place: string,
  options: Place & { readonly checksumsOnly?: boolean; readonly json?: boolean },
): Promise<void> {
  const counts = { error: 0, warning: 0, note: 0 };
  const found = ({ level, message }: Finding): void => {
    counts[level] += 1;
    out.line(options.json ? JSON.stringify({ level, message }) : `${level}: ${message}`);
    out.flush();
  };
  const whole = await verify(dataPlace(place, options.logDir), options.checksumsOnly === true, found);
  if (counts.error > 0) process.exitCode = exitWrong;
  const digest = whole.digest === null ? null : formatZxid(whole.digest);
  if (options.json) {
    out.line(JSON.stringify({ level: 'end', ...whole, zxid: formatZxid(whole.zxid), digest, ...counts }));
    return;
  }
  out.line(
    `snapshots ${whole.snapshots}, logs ${whole.logs}, transactions ${whole.transactions} up to ${formatZxid(whole.zxid)}${digest === null ? '' : `, digest ${digest}`}: errors ${counts.error}, warnings ${counts.warning}`,
  );
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
    out.flush();
  } catch (error) {
    if (error instanceof ReaderGone) return;
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : exitTrouble;
      return;
    }
    complain(error instanceof StorageError || error instanceof Error ? error.message : String(error));
    process.exitCode = exitTrouble;
  }
}

void main();
