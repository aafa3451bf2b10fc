import { MixedEnsemble } from '../support/ensemble-members';
import type { MemberKind } from '../support/member';
import { apacheHeapMb } from './memory';
import { untilIdle } from './proc';
import { labels, type ServerBenchOptions } from './server';
import type { Results } from './table';
import { latencies, prepare, throughput, workloads, type Target } from './throughput';

const firstWarmMs = 5_000;
const warmMs = 1_500;

/** Three members of a kind, with the files and limits of an ordinary zoo.cfg. */
export async function startThree(kind: MemberKind, heapMb = apacheHeapMb): Promise<MixedEnsemble> {
  return MixedEnsemble.start({
    kinds: [kind, kind, kind],
    tickMs: 2000,
    heapMb,
    config: { initLimit: 30, syncLimit: 10 },
  });
}

interface Loaded {
  readonly ensemble: MixedEnsemble;
  /** All members, the connections spread over them. */
  readonly all: Target;
  readonly leader: Target;
  readonly follower: Target;
}

async function load(kind: MemberKind): Promise<Loaded> {
  const ensemble = await startThree(kind);
  const leader = await ensemble.leader();
  const follower = ensemble.members.find((member) => member !== leader)!;
  const target = (members: typeof ensemble.members): Target => ({
    ports: members.map(({ port }) => port),
    pids: members.map(({ pid }) => pid),
  });
  const loaded = {
    ensemble,
    all: target(ensemble.members),
    leader: target([leader]),
    follower: target([follower]),
  };
  await prepare(loaded.leader);
  return loaded;
}

/** Three members of ours and three of Apache's, all running all the time, one ensemble of the two loaded. */
export async function benchEnsembles(
  results: Results,
  options: Omit<ServerBenchOptions, 'loads'>,
): Promise<void> {
  const ensembles = new Map<MemberKind, Loaded>();
  try {
    for (const kind of options.kinds) ensembles.set(kind, await load(kind));
    for (const { all } of ensembles.values())
      for (const workload of workloads) await throughput(all, workload, firstWarmMs, 500);
    for (let round = 0; round < options.rounds; round += 1) {
      const order = round % 2 === 0 ? options.kinds : [...options.kinds].reverse();
      for (const workload of workloads)
        for (const kind of order)
          await throughputOf(results, kind, ensembles.get(kind)!, workload, options.seconds * 1000);
      for (const at of ['leader', 'follower'] as const)
        await latencyOf(results, ensembles, at, options.seconds * 1000);
    }
  } finally {
    for (const { ensemble } of ensembles.values()) await ensemble.stop();
  }
}

async function throughputOf(
  results: Results,
  kind: MemberKind,
  { all }: Loaded,
  workload: (typeof workloads)[number],
  measureMs: number,
): Promise<void> {
  const found = await throughput(all, workload, warmMs, measureMs);
  const label = labels[workload];
  console.error(
    `three members, ${label}, ${kind}: ${found.opsPerSecond.toFixed(0)} ops/s, ` +
      `members ${found.serverCpuUs.toFixed(1)} µs, generator ${found.generatorCpuUs.toFixed(1)} µs`,
  );
  const what = `three members: ${label}`;
  results.add(`${what}, 16 connections × 64 outstanding, 1 KB`, 'ops/s', true, kind, found.opsPerSecond);
  results.add(`${what}, CPU per operation over all members`, 'µs', false, kind, found.serverCpuUs);
}

async function latencyOf(
  results: Results,
  ensembles: ReadonlyMap<MemberKind, Loaded>,
  at: 'leader' | 'follower',
  measureMs: number,
): Promise<void> {
  const targets = new Map([...ensembles].map(([kind, loaded]) => [kind, loaded[at]]));
  // Not beside the snapshots that the load before has brought about, which slow down both kinds.
  await untilIdle([...ensembles.values()].flatMap(({ all }) => all.pids));
  for (const [kind, { p50Ms, p99Ms }] of await latencies(targets, 'set', warmMs, measureMs)) {
    console.error(
      `three members, set at a ${at}, ${kind}: p50 ${p50Ms.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms`,
    );
    const what = `three members: set at the ${at}, one outstanding`;
    results.add(`${what}: p50`, 'ms', false, kind, p50Ms);
    results.add(`${what}: p99`, 'ms', false, kind, p99Ms);
  }
}
