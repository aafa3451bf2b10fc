import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import { bugNames, type BugName } from './faults';
import { runSeed, type Outcome } from './scenario';

/**
 * `npm run sim`: many seeds on several cores, or one seed with its story. Each failure is a line with what was wrong and
 * the command that replays it; the last line sums up. Exit code 1 where a seed failed.
 */

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Options {
  readonly seeds: Range;
  readonly seed?: number;
  readonly jobs: number;
  readonly bug: readonly BugName[];
  readonly first: boolean;
}

/** Seeds a worker takes at a time: some seconds of work; who looks for the first failure wants no others. */
const portionOf = ({ first }: Options): number => (first ? 1 : 50);

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number is needed.');
  return value;
}

function range(text: string): Range {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (from === undefined || Number(from) > Number(to))
    throw new InvalidArgumentError('Seeds are FROM..TO, as in 1..2000.');
  return { from: Number(from), to: Number(to) };
}

function bug(text: string, before: BugName[] | undefined): BugName[] {
  const found = bugNames.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`Bugs are ${bugNames.join(', ')}.`);
  return [...(before ?? []), found];
}

class Totals {
  private readonly startedMs = performance.now();
  private seeds = 0;
  private transactions = 0;
  private answers = 0;
  private virtualMs = 0;
  failed = 0;

  add(outcome: Omit<Outcome, 'trace'>, replay: string): void {
    this.seeds += 1;
    this.transactions += outcome.transactions;
    this.answers += outcome.answers;
    this.virtualMs += outcome.virtualMs;
    if (outcome.fault === null) return;
    this.failed += 1;
    console.log(`seed ${outcome.seed}: ${outcome.fault}\n  ${replay}`);
  }

  line(): string {
    const seconds = (performance.now() - this.startedMs) / 1000;
    const rate = (this.seeds / seconds).toFixed(1);
    return (
      `${this.seeds} seeds, ${this.failed} failed; ${this.transactions} transactions, ${this.answers} answers, ` +
      `${Math.round(this.virtualMs / 60_000)} virtual minutes in ${seconds.toFixed(1)} s (${rate} seeds a second)`
    );
  }
}

const bugsOf = (names: readonly BugName[]) => Object.fromEntries(names.map((name) => [name, true]));
const replayOf = (seed: number, bugs: readonly BugName[]): string =>
  ['npm run sim --', `--seed ${seed}`, ...bugs.map((name) => `--bug ${name}`)].join(' ');

/** A worker runs the portions it is sent, and tells each seed's outcome without its story. */
function work(bugs: readonly BugName[]): void {
  parentPort!.on('message', ({ from, to }: Range) => {
    for (let seed = from; seed <= to; seed += 1) {
      const { trace: _, ...outcome } = runSeed(seed, { bugs: bugsOf(bugs) });
      parentPort!.postMessage(outcome);
    }
    parentPort!.postMessage('done');
  });
}

async function runMany(options: Options): Promise<Totals> {
  const { seeds, jobs, bug: bugs, first } = options;
  const portion = portionOf(options);
  const totals = new Totals();
  let next = seeds.from;
  const progress = setInterval(() => console.error(totals.line()), 30_000);
  const job = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(process.argv[1]!, 'file:'), { workerData: bugs });
      const give = (): void => {
        if (next > seeds.to || (first && totals.failed > 0))
          return void worker.terminate().then(() => resolve(), reject);
        worker.postMessage({ from: next, to: Math.min(next + portion - 1, seeds.to) });
        next += portion;
      };
      worker.on('error', reject);
      worker.on('message', (message: Outcome | 'done') => {
        if (message === 'done') give();
        else totals.add(message, replayOf(message.seed, bugs));
      });
      give();
    });
  await Promise.all(Array.from({ length: jobs }, job));
  clearInterval(progress);
  return totals;
}

function runOne(seed: number, bugs: readonly BugName[]): Totals {
  const totals = new Totals();
  const outcome = runSeed(seed, { bugs: bugsOf(bugs), trace: true });
  for (const line of outcome.trace) console.log(line);
  totals.add(outcome, replayOf(seed, bugs));
  return totals;
}

async function main(): Promise<void> {
  const options = new Command('sim')
    .description('Runs ensembles on virtual time, network and disk, one a seed, under faults.')
    .option('--seeds <from..to>', 'which seeds', range, { from: 1, to: 1000 })
    .option('--seed <number>', 'one seed, with its story', whole)
    .option('--jobs <number>', 'seeds at a time', whole, availableParallelism())
    .option('--bug <name>', 'a bug to put in, to see that it is found; may be repeated', bug, [])
    .option('--first', 'stop soon after the first failure', false)
    .parse()
    .opts<Options>();
  const totals = options.seed === undefined ? await runMany(options) : runOne(options.seed, options.bug);
  console.log(totals.line());
  process.exitCode = totals.failed === 0 ? 0 : 1;
}

if (isMainThread) await main();
else work(workerData as readonly BugName[]);
