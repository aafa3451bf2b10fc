import type { Random } from '../sim/random';

/** What is fuzzed: a round of cases on a state of its own. Throws where something happened that must not. */
export interface FuzzTarget {
  readonly name: string;
  /** Of a hundred cases, how many are its. */
  readonly share: number;
  round(random: Random, cases: number): Promise<void> | void;
  close?(): Promise<void>;
}

/** A promise that was not kept. */
export class FuzzFault extends Error {
  override readonly name = 'FuzzFault';
}
