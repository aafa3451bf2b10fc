/** How long to wait before dialling again: doubling with each failed round over all members, and spread by chance. */
export const backoffBaseMs = 250;
export const backoffMaxMs = 15_000;

/**
 * `round` counts failed rounds from 1. `random` is in [0, 1): half of the wait is certain and half is spread, so that
 * consoles that lost the same member do not come back together and none waits more than `backoffMaxMs`.
 */
export function backoffMs(round: number, random: number): number {
  const ceiling = Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(round, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/** A random order of the members, so that many consoles spread over an ensemble. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}
