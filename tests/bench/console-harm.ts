import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { ConsoleResponse } from '@/lib/api/console';
import { apiPaths, pagePaths } from '@/lib/queries/paths';
import { launchBrowser, openPage } from '../support/browser';
import { startChild } from '../support/child';
import { startConsole, type RunningConsole } from '../support/console';
import { startApacheEnsemble, type Ensemble } from '../support/ensemble';
import { root } from '../support/member';
import { until } from '../support/wait';
import type { Line } from './console-line';
import { bootstrapMean, type Interval } from './median';
import { OfferedLoad } from './offered-load';
import { cpuOf, mixWritten, prepare, throughput, type Target } from './throughput';

/**
 * What 200 browsers on one console cost Apache's three members under load. All members have one core, everything else the
 * others, and each window with the console is beside one without (SIGSTOP), in changing order.
 *
 * Members that need their whole core lose as large a share of their throughput as the console takes of that core's time,
 * and that share is what is measured: the processor time that they need besides while a fixed load, well below their
 * limit, is offered, and while nothing else asks them anything, where it shows exactly. Only the members' own time counts,
 * neither other work on the machine nor a slow load generator. Their throughput at the limit itself would tell less: it
 * wanders by tens of percent from window to window. Three members on one core is the strictest case: each on a core of
 * its own loses its part of the sum.
 */

const cluster = 'harm';
const lossMax = 0.02;
const realBrowsers = 2;
/** Of the console's readings while browsers look, and of its sampling, each a whole number goes into one window. */
const windowMs = 10_000;
/** After the console was let go: what came due meanwhile is asked at once, and must not count twice. */
const settleMs = 2_000;
const warmMs = 60_000;
/** What the console's rates are over. */
const countedMs = 60_000;
/** Few enough that what differs from window to window by itself does not hide what is looked for. */
const offeredPerSecond = 500;
/** Idle members differ little from window to window. */
const idlePairs = 8;
/** Snapshots come every few minutes at this load and cost more than is looked for; none falls into a window. */
const memberOptions = { heapMb: 256, flags: ['-XX:+UseSerialGC', '-Dzookeeper.snapCount=100000000'] };

/** This process and all that it starts from now on run on these cores. */
function runOn(cores: string): void {
  execFileSync('taskset', ['-acp', cores, String(process.pid)], { stdio: 'ignore' });
}

export interface HarmOptions {
  /** Pairs of windows, with the console and without, under load. */
  readonly pairs: number;
  readonly browsers: number;
}

export async function benchHarm(options: HarmOptions): Promise<Line[]> {
  const last = cpus().length - 1;
  if (last < 1) throw new Error('the harm of a console is measured with two cores or more');
  runOn('0');
  const ensemble = await startApacheEnsemble(3, memberOptions);
  runOn(`1-${last}`);
  try {
    const target: Target = {
      ports: ensemble.members.map(({ port }) => port),
      pids: ensemble.members.map(({ child }) => child.pid),
    };
    await prepare(target);
    return await withConsole(ensemble, options.browsers, async (console, hold) => {
      const measured = (held: boolean) => {
        hold(held);
        return cpuPerSecond(target);
      };
      await throughput(target, 'mix', settleMs, warmMs);
      const idle = await pairsOf(idlePairs, measured);
      const offered = await OfferedLoad.start(target, 'mix', offeredPerSecond);
      await sleep(windowMs);
      const before = { at: performance.now(), done: offered.answered() };
      const loaded = await pairsOf(options.pairs, measured);
      const rate = ((offered.answered() - before.done) * 1000) / (performance.now() - before.at);
      hold(false);
      await sleep(countedMs);
      const asked = await requestsOf(console);
      await offered.stop();
      return [...linesOf(options.browsers, rate, loaded, idle), asked];
    });
  } finally {
    runOn(`0-${last}`);
    await ensemble.stop();
  }
}

/** Milliseconds of the members' processor time in a second of one window. */
async function cpuPerSecond(target: Target): Promise<number> {
  await sleep(settleMs);
  const before = { at: performance.now(), cpu: cpuOf(target) };
  await sleep(windowMs);
  return ((cpuOf(target) - before.cpu) * 1000) / (performance.now() - before.at);
}

/** What was measured without the console and with it, pair by pair. */
interface Pair {
  readonly without: number;
  readonly withIt: number;
}

async function pairsOf(count: number, measure: (held: boolean) => Promise<number>): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let index = 0; index < count; index += 1) {
    const heldFirst = index % 2 === 0;
    const first = await measure(heldFirst);
    const second = await measure(!heldFirst);
    const [without, withIt] = heldFirst ? [first, second] : [second, first];
    pairs.push({ without, withIt });
    console.error(
      `pair ${index + 1}: ${without.toFixed(2)} without, ${withIt.toFixed(2)} with it, ms of CPU a second`,
    );
  }
  return pairs;
}

const percent = (share: number): string => (share * 100).toFixed(2);
const percents = ({ mean, low, high }: Interval): string =>
  `${percent(mean)} % (95 %: ${percent(low)} … ${percent(high)})`;

function linesOf(browsers: number, rate: number, loaded: readonly Pair[], idle: readonly Pair[]): Line[] {
  const line = (what: string, pairs: readonly Pair[]): Line => {
    const share = bootstrapMean(pairs.map(({ without, withIt }) => (withIt - without) / 1000));
    const own = bootstrapMean(pairs.map(({ without }) => without)).mean;
    return {
      what: `${what} (${pairs.length} pairs; ${own.toFixed(0)} ms/s without the console)`,
      value: percents(share),
      limit: '2 %',
      good: share.high < lossMax,
    };
  };
  const what = `three Apache members on one core: the share of it, and so of their throughput, that ${browsers} browsers take`;
  return [line(`${what}, at ${rate.toFixed(0)} ops/s`, loaded), line('the same without load', idle)];
}

/** What the console itself counts, over a minute in which nothing held it. */
async function requestsOf(console: RunningConsole): Promise<Line> {
  const response = await fetch(`${console.url}${apiPaths.console()}`);
  const report = (await response.json()) as ConsoleResponse;
  const cost = report.clusters.find(({ id }) => id === cluster)!;
  const rates = cost.requests
    .filter(({ perSecond }) => perSecond > 0)
    .map(({ purpose, perSecond }) => `${purpose} ${perSecond.toFixed(2)}`);
  return {
    what: `its requests a second by purpose then; sessions, watches`,
    value: `${rates.join(', ')}; ${cost.sessions}, ${cost.watches}`,
    limit: '',
    good: true,
  };
}

async function openRealBrowsers(browser: Browser, console: RunningConsole): Promise<void> {
  for (let index = 0; index < realBrowsers; index += 1) {
    const { page } = await openPage(browser, {}, [/./]);
    const name = index % 2 === 0 ? 'overview' : 'tree';
    await page.goto(`${console.url}${pagePaths[name](cluster)}`);
    await page.getByRole('main').waitFor();
  }
}

/** Runs `work` with the console and its browsers up; `hold` stops them in their tracks, and lets them go on. */
async function withConsole(
  ensemble: Ensemble,
  count: number,
  work: (console: RunningConsole, hold: (held: boolean) => void) => Promise<Line[]>,
): Promise<Line[]> {
  const console = await startConsole({
    config: `clusters:\n  - id: ${cluster}\n    connect: ${ensemble.address}\n`,
  });
  const script = path.join(root, 'tests/bench/many-browsers.mjs');
  // Each looks at another znode, and every one of them is written under load.
  const paths = mixWritten(count - realBrowsers);
  const many = startChild(process.execPath, [script, console.url, cluster, ...paths]);
  const browser = await launchBrowser();
  const hold = (held: boolean) => {
    for (const child of [console.child, many]) {
      if (!child.running()) throw new Error(`the console or its browsers ended:\n${child.output()}`);
      process.kill(child.pid, held ? 'SIGSTOP' : 'SIGCONT');
    }
  };
  try {
    await openRealBrowsers(browser, console);
    await until('all streams stand', () => (many.output().includes('ready') ? true : undefined), 300_000);
    const lines = await work(console, hold).finally(() => hold(false));
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
