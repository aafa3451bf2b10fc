import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { pagePaths } from '@/lib/queries/paths';
import { launchBrowser, openPage } from '../support/browser';
import { startChild } from '../support/child';
import { startConsole, type RunningConsole } from '../support/console';
import { startApacheEnsemble, type Ensemble } from '../support/ensemble';
import { root } from '../support/member';
import { until } from '../support/wait';
import type { Line } from './console-line';
import { median } from './median';
import { prepare, throughput, type Target } from './throughput';

/**
 * What 200 browsers on one console cost Apache's three members under load. Measured in pairs: the console held (SIGSTOP)
 * and let go, in changing order, so that what drifts drifts for both. The console and all browsers have one core, the
 * ensemble and its load the others, as they would on machines of their own: what is left is what they ask of the members.
 */

const cluster = 'harm';
const lossMax = 0.02;
const realBrowsers = 2;
const warmMs = 500;

/** This process and all that it starts from now on run on these cores. */
function runOn(cores: string): void {
  execFileSync('taskset', ['-acp', cores, String(process.pid)], { stdio: 'ignore' });
}

async function openRealBrowsers(browser: Browser, console: RunningConsole): Promise<void> {
  for (let index = 0; index < realBrowsers; index += 1) {
    const { page } = await openPage(browser, {}, [/./]);
    const name = index % 2 === 0 ? 'overview' : 'tree';
    await page.goto(`${console.url}${pagePaths[name](cluster)}`);
    await page.getByRole('main').waitFor();
  }
}

export interface HarmOptions {
  readonly pairs: number;
  readonly seconds: number;
  readonly browsers: number;
}

export async function benchHarm(options: HarmOptions): Promise<Line[]> {
  const last = cpus().length - 1;
  if (last < 1) throw new Error('the harm of a console is measured with two cores or more');
  runOn(last === 1 ? '0' : `0-${last - 1}`);
  const ensemble = await startApacheEnsemble(3);
  try {
    const target: Target = {
      ports: ensemble.members.map(({ port }) => port),
      pids: ensemble.members.map(({ child }) => child.pid),
    };
    await prepare(target);
    runOn(String(last));
    return await withConsole(
      ensemble,
      async (hold) => {
        runOn(last === 1 ? '0' : `0-${last - 1}`);
        return pairsOf(options, target, hold);
      },
      options.browsers,
    );
  } finally {
    runOn(`0-${last}`);
    await ensemble.stop();
  }
}

/** Runs `work` with the console and its browsers up; `hold` stops them in their tracks, and lets them go on. */
async function withConsole(
  ensemble: Ensemble,
  work: (hold: (held: boolean) => void) => Promise<Line[]>,
  count: number,
): Promise<Line[]> {
  const console = await startConsole({
    config: `clusters:\n  - id: ${cluster}\n    connect: ${ensemble.address}\n`,
  });
  const script = path.join(root, 'tests/bench/many-browsers.mjs');
  const many = startChild(process.execPath, [
    script,
    console.url,
    cluster,
    String(count - realBrowsers),
    '/bench/c0/n0000000000',
  ]);
  const browser = await launchBrowser();
  const hold = (held: boolean) => {
    for (const pid of [console.child.pid, many.pid]) process.kill(pid, held ? 'SIGSTOP' : 'SIGCONT');
  };
  try {
    await openRealBrowsers(browser, console);
    await until('all streams stand', () => (many.output().includes('ready') ? true : undefined), 60_000, 50);
    const lines = await work(hold).finally(() => hold(false));
    await many.stop(10_000);
    const polls = /\{.*\}/.exec(many.output())?.[0] ?? '{}';
    globalThis.console.error(`what the ${count} browsers got: ${polls}`);
    return lines;
  } finally {
    await browser.close();
    await many.kill();
    await console.stop();
  }
}

async function pairsOf(
  { pairs, seconds, browsers }: HarmOptions,
  target: Target,
  hold: (held: boolean) => void,
): Promise<Line[]> {
  const ratios: number[] = [];
  const rates: number[] = [];
  const measured = async (held: boolean): Promise<number> => {
    hold(held);
    await sleep(warmMs);
    return (await throughput(target, 'mix', warmMs, seconds * 1000)).opsPerSecond;
  };
  // The first run warms Apache's JVMs and counts for nobody.
  await measured(true);
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = await measured(pair % 2 === 0);
    const second = await measured(pair % 2 !== 0);
    const [without, withThem] = pair % 2 === 0 ? [first, second] : [second, first];
    ratios.push(withThem / without);
    rates.push(without);
    console.error(
      `pair ${pair + 1}: ${without.toFixed(0)} without, ${withThem.toFixed(0)} with ${browsers} browsers ` +
        `(${((withThem / without - 1) * 100).toFixed(1)} %)`,
    );
  }
  const loss = 1 - median(ratios);
  return [
    {
      what: `throughput of three Apache members lost to ${browsers} browsers, median of ${pairs} pairs`,
      value: `${(loss * 100).toFixed(1)} % of ${median(rates).toFixed(0)} ops/s`,
      limit: '2 %',
      good: loss < lossMax,
    },
  ];
}
