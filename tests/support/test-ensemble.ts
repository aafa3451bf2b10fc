import { onTestFinished } from 'vitest';
import { MixedEnsemble, type EnsembleOptions } from './ensemble-members';

/** The ensemble stops when the present test ends; of a test that failed, one reads what its members said. */
export function untilTestEnds(ensemble: MixedEnsemble): MixedEnsemble {
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail')
      for (const member of ensemble.members)
        console.log(`--- server ${member.id} (${member.kind})\n${member.output().slice(-4_000)}`);
    await ensemble.stop();
  });
  return ensemble;
}

/** An ensemble that serves, for the present test. */
export async function startEnsemble(options: EnsembleOptions): Promise<MixedEnsemble> {
  return untilTestEnds(await MixedEnsemble.start(options));
}
