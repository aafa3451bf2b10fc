import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { mntr } from '../support/four-letter';
import { root, startMember, type Member, type MemberKind } from '../support/member';
import { until } from '../support/wait';
import { LoadConnection } from './load-connection';
import { fill } from './memory';
import { untilIdle } from './proc';
import { setTemplate } from './requests';
import type { Results } from './table';
import { latency, prepare, type Target } from './throughput';

/** What clients notice of a snapshot of a large tree: their writes meanwhile, and how long our event loop stands still. */

/** Room for a million znodes and more. */
const heapMb = 3000;
const usualMs = 5_000;
const withinMs = 600_000;
const valueBytes = 1024;

/** Our event loop's longest stall since the last call, in ms; null for Apache's server, which has none. */
async function takeStallMs(member: Member): Promise<number | null> {
  if (member.kind !== 'zoodeck') return null;
  const told = (): RegExpMatchArray[] => [...member.child.output().matchAll(/longest stall: (-?[\d.]+) ms/g)];
  const before = told().length;
  process.kill(member.child.pid, 'SIGUSR2');
  return Number(await until('a stall told', () => told().at(before)?.[1]));
}

const snapshotsTaken = async (member: Member): Promise<number> =>
  Number((await mntr(member.port)).get('cnt_snapshottime'));

/** Writes until one is so many that the server begins a snapshot. */
async function untilSnapshotBegins(member: Member): Promise<void> {
  const folder = path.join(member.dataDir, 'version-2');
  const snapshots = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name.includes('snapshot'));
  const before = new Set(await snapshots());
  const connection = await LoadConnection.open(member.port);
  connection.start(() => setTemplate('/bench/c1/n', 1000, Buffer.alloc(valueBytes)), 64);
  await until(
    'a snapshot begun',
    async () => (await snapshots()).find((name) => !before.has(name)),
    withinMs,
    5,
  );
  await connection.stop();
  connection.close();
}

interface SnapshotCost {
  readonly usualP99Ms: number;
  readonly p99Ms: number;
  readonly usualStallMs: number | null;
  readonly stallMs: number | null;
  readonly seconds: number;
}

async function measure(member: Member, nodes: number): Promise<SnapshotCost> {
  const target: Target = { ports: [member.port], pids: [member.child.pid] };
  await prepare(target);
  await fill(member.port, nodes);
  await untilIdle(target.pids);
  await takeStallMs(member);
  const usual = await latency(target, 'set', 1_000, usualMs);
  const usualStallMs = await takeStallMs(member);
  const taken = await snapshotsTaken(member);
  await untilSnapshotBegins(member);
  await takeStallMs(member);
  const startedMs = performance.now();
  const stop = new AbortController();
  const meanwhile = latency(target, 'set', 0, withinMs, stop.signal);
  await until(
    'a snapshot taken',
    async () => ((await snapshotsTaken(member)) > taken ? true : undefined),
    withinMs,
    200,
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const stallMs = await takeStallMs(member);
  stop.abort();
  return { usualP99Ms: usual.p99Ms, p99Ms: (await meanwhile).p99Ms, usualStallMs, stallMs, seconds };
}

export async function benchSnapshot(
  results: Results,
  options: { readonly rounds: number; readonly kinds: readonly MemberKind[]; readonly nodes: number },
): Promise<void> {
  const monitor = pathToFileURL(path.join(root, 'tests/bench/loop-delay.mjs')).href;
  for (let round = 1; round <= options.rounds; round += 1)
    for (const kind of options.kinds) {
      const flags = kind === 'zoodeck' ? [`--import=${monitor}`] : [];
      const member = await startMember(kind, { flags, heapMb });
      const cost = await measure(member, options.nodes).finally(() => member.stop());
      const what = `a snapshot of ${options.nodes.toLocaleString('en')} znodes`;
      console.error(
        `round ${round}, ${what}, ${kind}: ${cost.seconds.toFixed(1)} s, p99 of set ${cost.usualP99Ms.toFixed(2)} → ` +
          `${cost.p99Ms.toFixed(2)} ms` +
          (cost.stallMs === null ? '' : `, longest stall ${cost.usualStallMs} → ${cost.stallMs} ms`),
      );
      results.add(`${what}: p99 of set before`, 'ms', false, kind, cost.usualP99Ms);
      results.add(`${what}: p99 of set meanwhile`, 'ms', false, kind, cost.p99Ms);
      if (cost.usualStallMs === null || cost.stallMs === null) continue;
      results.add(`${what}: longest stall of the event loop before`, 'ms', false, kind, cost.usualStallMs);
      results.add(`${what}: longest stall of the event loop meanwhile`, 'ms', false, kind, cost.stallMs);
    }
}
