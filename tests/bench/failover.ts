import type { EnsembleMember, MixedEnsemble } from '../support/ensemble-members';
import type { MemberKind } from '../support/member';
import { until } from '../support/wait';
import { startThree } from './ensemble';
import { LoadConnection } from './load-connection';
import { createTemplate } from './requests';
import type { Results } from './table';

const everyMs = 10;
const nothing = Buffer.alloc(0);

/** A session at `port` and one create through it; rejects where the member does not serve. */
async function write(port: number, name: string): Promise<void> {
  const connection = await LoadConnection.open(port);
  try {
    connection.start(() => createTemplate(`/${name}-`, nothing), 1, 0, 1);
    await connection.stop();
  } finally {
    connection.close();
  }
}

/** Milliseconds from kill -9 of the leader until one of the others has acknowledged a write. */
async function failover(ensemble: MixedEnsemble, name: string): Promise<number> {
  const leader = await ensemble.leader();
  const others = ensemble.members.filter((member) => member !== leader);
  await write(leader.port, `${name}-before`);
  await until('the others are level', () => level(ensemble));
  const startedMs = performance.now();
  await leader.kill();
  const tries = others.map(({ id, port }) =>
    until(
      'a write is acknowledged',
      () =>
        write(port, `${name}-${id}`).then(
          () => true,
          () => undefined,
        ),
      60_000,
      everyMs,
    ),
  );
  await Promise.any(tries);
  const ms = performance.now() - startedMs;
  await Promise.all(tries);
  await leader.start();
  await leader.serving();
  return ms;
}

async function level({ members }: MixedEnsemble): Promise<true | undefined> {
  const zxids = await Promise.all(members.map((member: EnsembleMember) => member.zxid()));
  return zxids.every((zxid) => zxid !== null && zxid === zxids[0]) || undefined;
}

/** Leaders of both kinds are killed in turn; clients try again every 10 ms. */
export async function benchFailover(
  results: Results,
  options: { readonly rounds: number; readonly kinds: readonly MemberKind[] },
): Promise<void> {
  const ensembles = new Map<MemberKind, MixedEnsemble>();
  try {
    for (const kind of options.kinds) ensembles.set(kind, await startThree(kind));
    for (let round = 0; round < options.rounds * 3; round += 1)
      for (const kind of options.kinds) {
        const ms = await failover(ensembles.get(kind)!, `failover-${round}`);
        console.error(`failover ${round + 1}, ${kind}: ${ms.toFixed(0)} ms`);
        results.add('from kill -9 of the leader to the next acknowledged write', 'ms', false, kind, ms);
      }
  } finally {
    for (const ensemble of ensembles.values()) await ensemble.stop();
  }
}
