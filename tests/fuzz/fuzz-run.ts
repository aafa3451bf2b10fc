import { Random } from '../sim/random';
import { fileTargets } from './files';
import { frames } from './frames';
import { operatorTargets } from './operators';
import type { FuzzTarget } from './target';

/** Cases in rounds: each round has a state of its own and its chance from one seed, so that it can be done again alone. */

export const targets: readonly FuzzTarget[] = [frames, ...fileTargets, ...operatorTargets];
export const casesPerRound = 500;

export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  readonly error: Error;
  /** The line that does the round again. */
  readonly replay: string;
}

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** One of the targets' names; all by their shares otherwise. */
  readonly target?: string;
  readonly onRound?: (done: number) => void;
}

async function runRound(target: FuzzTarget, seed: number, cases: number): Promise<FuzzFailure | null> {
  try {
    await target.round(new Random(seed), cases);
    return null;
  } catch (error) {
    const replay = `npm run fuzz -- --target ${target.name} --cases ${cases} --seed ${seed}`;
    return { target: target.name, seed, error: error as Error, replay };
  }
}

/** The target whose turn it is, so that after a hundred rounds each has had its share. */
function turns(): FuzzTarget[] {
  const left = targets.map((target) => ({ target, due: 0 }));
  return Array.from({ length: 100 }, () => {
    for (const one of left) one.due += one.target.share;
    const next = left.reduce((best, one) => (one.due > best.due ? one : best));
    next.due -= 100;
    return next.target;
  });
}

/** Goes on after a failure with the next round; returns them all, and the cases done by target. */
export async function runFuzz(options: FuzzOptions) {
  const chosen = targets.filter(({ name }) => options.target === undefined || name === options.target);
  const order = options.target === undefined ? turns() : chosen;
  const failures: FuzzFailure[] = [];
  const done = new Map<string, number>();
  try {
    let total = 0;
    for (let round = 0; total < options.cases; round += 1) {
      const target = order[round % order.length]!;
      const cases = Math.min(casesPerRound, options.cases - total);
      const failure = await runRound(target, options.seed + round, cases);
      if (failure !== null) failures.push(failure);
      total += cases;
      done.set(target.name, (done.get(target.name) ?? 0) + cases);
      options.onRound?.(total);
    }
  } finally {
    for (const target of chosen) await target.close?.();
  }
  return { failures, done };
}
