import { startMember, type Member, type MemberKind } from '../support/member';
import { apacheHeapMb } from './memory';
import type { Results } from './table';
import { fanOut, prepareWatched, watchers } from './fan-out';
import {
  childrenCount,
  latencies,
  multiCount,
  prepare,
  prepareChildren,
  rarerWorkloads,
  throughput,
  workloads,
  type Target,
  type Workload,
} from './throughput';

/** The groups of figures, in the order they are measured. */
export const serverLoads = [...workloads, ...rarerWorkloads, 'fan-out'] as const;
export type ServerLoad = (typeof serverLoads)[number];

export interface ServerBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly kinds: readonly MemberKind[];
  /** Which loads. */
  readonly loads: readonly ServerLoad[];
}

const load = '16 connections × 64 outstanding, 1 KB';
export const labels: Readonly<Record<Workload, string>> = {
  create: 'create',
  set: 'set',
  get: 'get',
  mix: '70% get, 30% set',
  churn: 'create or delete of an ephemeral',
  children: `listing ${childrenCount} children`,
  multi: `multi of ${multiCount} creates`,
};
const loads: Partial<Record<Workload, string>> = {
  churn: '16 connections × 64 outstanding',
  children: '16 connections × 64 outstanding',
  multi: '16 connections × 4 outstanding, 100 B',
};
/** Before the first round, so that Java's and Node's compilers have seen each workload. */
const firstWarmMs = 5_000;
const warmMs = 1_500;
/** Those that are measured with one client alone besides. */
const alone = ['create', 'set', 'get', 'children', 'multi'] as const satisfies readonly Workload[];

/**
 * Both servers run all the time, one of them loaded, the other idle. Rounds alternate which goes first. Nothing is
 * pinned to a processor: the generator and the server share the machine's cores as their system schedules them, for
 * both servers alike.
 */
export async function benchServers(results: Results, options: ServerBenchOptions): Promise<void> {
  const wants = (load: ServerLoad): boolean => options.loads.includes(load);
  const measured = [...workloads, ...rarerWorkloads].filter(wants);
  const members: Member[] = [];
  const targets = new Map<MemberKind, Target>();
  try {
    for (const kind of options.kinds) {
      const member = await startMember(kind, { flags: [], heapMb: apacheHeapMb });
      members.push(member);
      const target = { ports: [member.port], pids: [member.child.pid] };
      targets.set(kind, target);
      await prepare(target);
      await prepareChildren(target);
      await prepareWatched(target);
    }
    for (const kind of options.kinds) {
      for (const workload of measured) await throughput(targets.get(kind)!, workload, firstWarmMs, 500);
    }
    for (let round = 0; round < options.rounds; round += 1) {
      const order = round % 2 === 0 ? options.kinds : [...options.kinds].reverse();
      const measureMs = options.seconds * 1000;
      await throughputRound(results, targets, measured, order, round, measureMs);
      await latencyRound(results, targets, alone.filter(wants), round, measureMs);
      if (wants('fan-out')) await fanOutRound(results, targets, order, round, measureMs);
    }
  } finally {
    for (const member of members) await member.stop();
  }
}

async function throughputRound(
  results: Results,
  targets: ReadonlyMap<MemberKind, Target>,
  measured: readonly Workload[],
  order: readonly MemberKind[],
  round: number,
  measureMs: number,
): Promise<void> {
  for (const workload of measured) {
    for (const kind of order) {
      const found = await throughput(targets.get(kind)!, workload, warmMs, measureMs);
      const label = labels[workload];
      console.error(
        `round ${round + 1}, ${label}, ${kind}: ${found.opsPerSecond.toFixed(0)} ops/s, ` +
          `server ${found.serverCpuUs.toFixed(1)} µs, generator ${found.generatorCpuUs.toFixed(1)} µs`,
      );
      results.add(`${label}, ${loads[workload] ?? load}`, 'ops/s', true, kind, found.opsPerSecond);
      results.add(`${label}, server's CPU per operation`, 'µs', false, kind, found.serverCpuUs);
    }
  }
}

async function latencyRound(
  results: Results,
  targets: ReadonlyMap<MemberKind, Target>,
  measured: readonly Workload[],
  round: number,
  measureMs: number,
): Promise<void> {
  for (const workload of measured) {
    const found = await latencies(targets, workload, warmMs, measureMs);
    const label = labels[workload];
    for (const [kind, { p50Ms, p99Ms }] of found) {
      console.error(
        `round ${round + 1}, ${label} alone, ${kind}: p50 ${p50Ms.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms`,
      );
      results.add(`${label}, one client, one outstanding: p50`, 'ms', false, kind, p50Ms);
      results.add(`${label}, one client, one outstanding: p99`, 'ms', false, kind, p99Ms);
    }
  }
}

async function fanOutRound(
  results: Results,
  targets: ReadonlyMap<MemberKind, Target>,
  order: readonly MemberKind[],
  round: number,
  measureMs: number,
): Promise<void> {
  const label = `a write that ${watchers} sessions watch`;
  for (const kind of order) {
    const target = targets.get(kind)!;
    await fanOut(target, warmMs);
    const { p50Ms, p99Ms, notificationsPerSecond, serverCpuUs } = await fanOut(target, measureMs);
    console.error(
      `round ${round + 1}, ${label}, ${kind}: p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ` +
        `server ${serverCpuUs.toFixed(1)} µs a notification`,
    );
    results.add(`${label}, until the last was told: p50`, 'ms', false, kind, p50Ms);
    results.add(`${label}, until the last was told: p99`, 'ms', false, kind, p99Ms);
    results.add(`${label}: notifications`, '1/s', true, kind, notificationsPerSecond);
    results.add(`${label}, server's CPU for each, its watch set anew`, 'µs', false, kind, serverCpuUs);
  }
}
