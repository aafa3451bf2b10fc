import { mntr } from '../support/four-letter';
import type { MixedEnsemble } from '../support/ensemble-members';
import type { MemberKind } from '../support/member';
import { startThree } from './ensemble';
import { fill } from './memory';
import { latency, type Target } from './throughput';
import { LoadConnection } from './load-connection';
import { createTemplate, plainCreate } from './requests';
import { untilIdle } from './proc';
import type { Results } from './table';

/** Room for a million znodes, twice over while a snapshot is sent. */
const heapMb = 3000;
const usualMs = 5_000;

interface Resync {
  readonly seconds: number;
  readonly usualP99Ms: number;
  readonly p99Ms: number;
}

async function targetOf(ensemble: MixedEnsemble): Promise<Target> {
  const leader = await ensemble.leader();
  const connection = await LoadConnection.open(leader.port);
  for (const path of ['/bench', '/bench/c0']) {
    connection.start(() => plainCreate(path), 1, 0, 1);
    await connection.stop();
  }
  connection.start(() => createTemplate('/bench/c0/n', Buffer.alloc(1024)), 64, 0, 1000);
  await connection.drained();
  await connection.stop();
  connection.close();
  return { ports: [leader.port], pids: [leader.pid] };
}

/** A follower loses its disk and comes back, while one client writes through the leader, one write after the other. */
async function resync(kind: MemberKind, nodes: number): Promise<Resync> {
  const ensemble = await startThree(kind, heapMb);
  try {
    const target = await targetOf(ensemble);
    await fill(target.ports[0]!, nodes);
    const count = Number((await mntr(target.ports[0]!)).get('znode_count'));
    if (count < nodes) throw new Error(`${kind} has ${count} znodes instead of ${nodes}`);
    const leader = await ensemble.leader();
    const follower = ensemble.members.find((member) => member !== leader)!;
    await untilIdle(ensemble.members.map(({ pid }) => pid));
    const usual = await latency(target, 'set', 1_000, usualMs);
    await follower.halt();
    await follower.wipe();
    const startedMs = performance.now();
    await follower.start();
    const stop = new AbortController();
    const loaded = latency(target, 'set', 0, 600_000, stop.signal);
    await follower.serving(600_000);
    const seconds = (performance.now() - startedMs) / 1000;
    stop.abort();
    return { seconds, usualP99Ms: usual.p99Ms, p99Ms: (await loaded).p99Ms };
  } finally {
    await ensemble.stop();
  }
}

export async function benchResync(
  results: Results,
  options: { readonly rounds: number; readonly kinds: readonly MemberKind[]; readonly nodes: number },
): Promise<void> {
  for (let round = 0; round < options.rounds; round += 1)
    for (const kind of options.kinds) {
      const { seconds, usualP99Ms, p99Ms } = await resync(kind, options.nodes);
      console.error(
        `resync ${round + 1}, ${kind}: ${seconds.toFixed(1)} s, the leader's p99 ${usualP99Ms.toFixed(2)} → ${p99Ms.toFixed(2)} ms`,
      );
      const what = `a wiped follower of ${options.nodes.toLocaleString('en')} znodes`;
      results.add(`${what}: start to serving again`, 's', false, kind, seconds);
      results.add(`${what}: p99 of set at the leader before`, 'ms', false, kind, usualP99Ms);
      results.add(`${what}: p99 of set at the leader meanwhile`, 'ms', false, kind, p99Ms);
    }
}
