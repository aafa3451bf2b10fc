import { Command, InvalidArgumentError } from 'commander';
import { runFuzz, targets } from './fuzz-run';

/**
 * `npm run fuzz`: a million cases, or as many as asked. Each failure is told with the line that does its round again; exit
 * code 1 where there was one.
 */

const shownEvery = 50_000;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number is needed.');
  return value;
}

function targetName(text: string): string {
  const names = targets.map(({ name }) => name);
  if (!names.includes(text)) throw new InvalidArgumentError(`Targets are ${names.join(', ')}.`);
  return text;
}

const options = new Command('fuzz')
  .description(
    'Client frames, logs, snapshots, zoo.cfg, four-letter words and AdminServer requests, damaged at random.',
  )
  .option('--cases <number>', 'how many', whole, 1_000_000)
  .option('--seed <number>', 'of the first round', whole, 1)
  .option('--target <name>', `only one of ${targets.map(({ name }) => name).join(', ')}`, targetName)
  .parse()
  .opts<{ cases: number; seed: number; target?: string }>();

const startedMs = performance.now();
let shown = 0;
const { failures, done } = await runFuzz({
  ...options,
  onRound(total) {
    if (total - shown < shownEvery) return;
    shown = total;
    process.stderr.write(`${total.toLocaleString('en')} cases …\n`);
  },
});
for (const { target, error, replay } of failures)
  console.log(`${target}: ${error.stack ?? error.message}\n  again: ${replay}`);
const counts = [...done].map(([name, count]) => `${name} ${count.toLocaleString('en')}`).join(', ');
const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
console.log(`${counts}: ${failures.length} rounds failed, in ${seconds} s, from seed ${options.seed}.`);
process.exitCode = failures.length > 0 ? 1 : 0;
