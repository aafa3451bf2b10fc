import { Command, InvalidArgumentError } from 'commander';
import { memberKinds, type MemberKind } from '../support/member';
import { faultNames, type FaultName } from './nemesis';
import { FaultRun, type RoundResult } from './fault-run';

/**
 * `npm run faults`: an ensemble of real processes under load and faults for as long as asked, a line a round of about a
 * minute, and the sums in the end. Needs root, for network namespaces and a small disk. Exit code 1 where a promise was
 * broken; the line before says where the history and the members' logs are.
 */

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly members: readonly MemberKind[];
  readonly faults: readonly FaultName[];
}

/** Of load; what follows in a round, mending and looking, takes some seconds more. */
const loadMs = 45_000;
/** Broken promises shown; all are in the run's folder. */
const linesMax = 20;

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('A number above 0 is needed.');
  return value;
}

function listOf<Name extends string>(names: readonly Name[], what: string): (text: string) => Name[] {
  return (text) =>
    text.split(',').map((word) => {
      const found = names.find((name) => name === word.trim());
      if (found === undefined) throw new InvalidArgumentError(`${what} are ${names.join(', ')}.`);
      return found;
    });
}

function members(text: string): MemberKind[] {
  const kinds = listOf(memberKinds, 'Servers')(text);
  if (kinds.length < 3)
    throw new InvalidArgumentError('An ensemble that loses a member needs three or more.');
  return kinds;
}

class Totals {
  private readonly startedMs = performance.now();
  private rounds = 0;
  private acknowledged = 0;
  private refused = 0;
  private unknown = 0;
  private elections = 0;
  private readonly faults = new Map<string, number>();

  add(result: RoundResult): void {
    this.rounds += 1;
    this.acknowledged += result.acknowledged;
    this.refused += result.refused;
    this.unknown += result.unknown;
    this.elections += result.elections;
    for (const { name } of result.faults) this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
  }

  line(): string {
    const minutes = ((performance.now() - this.startedMs) / 60_000).toFixed(1);
    const faults = [...this.faults].map(([name, count]) => `${name} ${count}`).join(', ');
    return (
      `${this.rounds} rounds checked in ${minutes} minutes: ${this.acknowledged} operations acknowledged, ` +
      `${this.refused} refused, ${this.unknown} unknown; ${this.elections} elections; faults: ${faults}`
    );
  }
}

async function main(): Promise<void> {
  const options = new Command('faults')
    .description(
      'Runs an ensemble of real processes under load and faults, and checks what its clients were told.',
    )
    .option('--minutes <number>', 'how long', positive, 10)
    .option('--seed <number>', 'chooses the faults and what clients do', positive, Date.now() % 1_000_000)
    .option('--members <kinds>', 'apache or zoodeck, one a member', members, [
      'zoodeck',
      'zoodeck',
      'zoodeck',
    ])
    .option('--faults <names>', 'which may happen', listOf(faultNames, 'Faults'), [...faultNames])
    .parse()
    .opts<Options>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  console.log(`seed ${options.seed}, members ${options.members.join(', ')}`);
  const run = await FaultRun.start({ seed: options.seed, kinds: options.members, faults: options.faults });
  const totals = new Totals();
  const broken = await rounds(run, performance.now() + options.minutes * 60_000, totals);
  await run.stop(broken.length > 0);
  console.log(totals.line());
  for (const line of broken.slice(0, linesMax)) console.log(`  ${line}`);
  console.log(
    broken.length === 0
      ? 'every promise was kept'
      : `${broken.length} promises broken with seed ${options.seed}; history and logs are in ${run.home}`,
  );
  process.exit(broken.length === 0 ? 0 : 1);
}

/** Until the time is over or a promise was broken; returns what was. */
async function rounds(run: FaultRun, endMs: number, totals: Totals): Promise<readonly string[]> {
  for (let round = 1; performance.now() < endMs; round += 1) {
    const result = await run.runRound(loadMs);
    const { acknowledged, unknown, elections, silentMs, faults, broken } = result;
    totals.add(result);
    console.log(
      `${new Date().toISOString()} round ${round}: ${acknowledged} acknowledged, ${unknown} unknown, ` +
        `${elections} elections, ${(silentMs / 1000).toFixed(1)} s without a write at most; ${faults.map(({ name }) => name).join(', ')}`,
    );
    if (broken.length === 0) continue;
    for (const { name, what } of faults) console.log(`  ${name}: ${what}`);
    return broken;
  }
  return [];
}

await main();
