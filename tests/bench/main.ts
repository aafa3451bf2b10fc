import { cpus, release, totalmem } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { memberKinds, type MemberKind } from '../support/member';
import { benchConsole, consoleFigures, type ConsoleFigure } from './console';
import { benchEnsembles } from './ensemble';
import { benchFailover } from './failover';
import { benchMemory } from './memory';
import { benchResync } from './resync';
import { benchServers, serverLoads, type ServerLoad } from './server';
import { benchSnapshot } from './snapshot';
import { benchSessions, benchWatches } from './standing';
import { Results } from './table';
import { benchTools } from './tools';

/**
 * Our server and Apache's 3.8.0 on the same load in one run, and the console's own figures. Progress goes to standard
 * error, the Markdown table to standard output.
 */
const parts = [
  'server',
  'memory',
  'sessions',
  'watches',
  'snapshot',
  'ensemble',
  'failover',
  'resync',
  'tools',
  'console',
] as const;
type Part = (typeof parts)[number];

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('A whole number above 0 is needed.');
  return value;
}

function part(text: string, before: Part[] | undefined): Part[] {
  const found = parts.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`Parts are ${parts.join(', ')}.`);
  return [...(before ?? []), found];
}

function figure(text: string, before: ConsoleFigure[] | undefined): ConsoleFigure[] {
  const found = consoleFigures.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`Figures are ${consoleFigures.join(', ')}.`);
  return [...(before ?? []), found];
}

function load(text: string, before: ServerLoad[] | undefined): ServerLoad[] {
  const found = serverLoads.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`Loads are ${serverLoads.join(', ')}.`);
  return [...(before ?? []), found];
}

function kind(text: string): MemberKind[] {
  const found = memberKinds.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`Servers are ${memberKinds.join(', ')}.`);
  return [found];
}

const command = new Command('bench')
  .description(
    'Measures both servers on the same load, alone and in ensembles, their memory and start-up, what idle clients and snapshots cost, and the console.',
  )
  .argument('[part...]', `which of ${parts.join(', ')} (default: all)`, part)
  .option('--rounds <number>', 'rounds, of which the median counts', positive, 3)
  .option('--seconds <number>', 'how long each workload is measured', positive, 5)
  .option('--only <server>', 'one of the servers: apache or zoodeck', kind)
  .option('--nodes <number>', 'znodes of the parts memory, snapshot, resync and console', positive, 1_000_000)
  .option(
    '--load <name>',
    `of the part server, again for more: ${serverLoads.join(', ')} (default: all)`,
    load,
  )
  .option(
    '--figure <name>',
    `of the console, again for more: ${consoleFigures.join(', ')} (default: all)`,
    figure,
  )
  .option('--feed-seconds <number>', 'how long the console keeps a tab on a busy feed', positive, 40)
  .option('--pairs <number>', 'pairs of windows with and without the console, of its harm', positive, 30)
  .option('--browsers <number>', 'browsers on the console then', positive, 200)
  .option('--gigabytes <number>', 'length of the log of the part tools', positive, 2)
  .parse();
const options = command.opts<{
  rounds: number;
  seconds: number;
  nodes: number;
  gigabytes: number;
  load?: ServerLoad[];
  figure?: ConsoleFigure[];
  feedSeconds: number;
  pairs: number;
  browsers: number;
  only?: MemberKind[];
}>();
const kinds = options.only ?? memberKinds;
const chosen: readonly Part[] = (command.processedArgs[0] as Part[] | undefined) ?? parts;

const results = new Results();
if (chosen.includes('server'))
  await benchServers(results, { ...options, kinds, loads: options.load ?? serverLoads });
if (chosen.includes('memory')) await benchMemory(results, { ...options, kinds });
if (chosen.includes('sessions')) await benchSessions(results, { ...options, kinds });
if (chosen.includes('watches')) await benchWatches(results, { ...options, kinds });
if (chosen.includes('snapshot')) await benchSnapshot(results, { ...options, kinds });
if (chosen.includes('ensemble')) await benchEnsembles(results, { ...options, kinds });
if (chosen.includes('failover')) await benchFailover(results, { ...options, kinds });
if (chosen.includes('resync')) await benchResync(results, { ...options, kinds });
const toolsTable = chosen.includes('tools') ? await benchTools(options) : null;
const consoleTable = chosen.includes('console')
  ? await benchConsole({ ...options, figures: options.figure ?? consoleFigures })
  : null;
const cpu = cpus();
console.log(
  `${cpu.length} × ${cpu[0]?.model ?? 'processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, ` +
    `Node ${process.versions.node}; medians of ${options.rounds} rounds\n`,
);
if (chosen.some((name) => name !== 'console' && name !== 'tools')) console.log(results.markdown());
if (toolsTable !== null) console.log(`\n${toolsTable}`);
if (consoleTable !== null) console.log(`\n${consoleTable}`);
