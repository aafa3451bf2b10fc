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
    for (const [name, count] of result.faults) this.faults.set(name, (this.faults.get(name) ?? 0) + count);
  }

  line(): string {
    const minutes = ((performance.now() - this.startedMs) / 60_000).toFixed(1);
    const faults = [...this.faults].map(([name, count]) => `${name} ${count}`).join(', ');
    return (
      `${this.rounds} rounds in ${minutes} minutes: ${this.acknowledged} operations acknowledged, ` +
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
  const endMs = performance.now() + options.minutes * 60_000;
  console.log(`seed ${options.seed}, members ${options.members.join(', ')}`);
  const run = await FaultRun.start({ seed: options.seed, kinds: options.members, faults: options.faults });
  const totals = new Totals();
  let broken: readonly string[] = [];
  try {
    for (let round = 1; broken.length === 0 && performance.now() < endMs; round += 1) {
      const result = await run.runRound(loadMs);
      totals.add(result);
      broken = result.broken;
      const faults = [...result.faults].map(([name, count]) => `${name} ${count}`).join(', ');
      console.log(
        `${new Date().toISOString()} round ${round}: ${result.acknowledged} acknowledged, ${result.unknown} unknown, ` +
          `${result.elections} elections; ${faults}`,
      );
    }
  } finally {
    await run.stop(broken.length > 0);
  }
  console.log(totals.line());
  for (const line of broken.slice(0, 20)) console.log(`  ${line}`);
  console.log(
    broken.length === 0
      ? 'every promise was kept'
      : `${broken.length} promises broken with seed ${options.seed}; history and logs are in ${run.home}`,
  );
  process.exitCode = broken.length === 0 ? 0 : 1;
}

await main();
