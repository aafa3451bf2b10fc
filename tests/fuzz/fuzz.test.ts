import { expect, test } from 'vitest';
import { runFuzz, targets } from './fuzz-run';

/** The short form of `npm run fuzz`: the same cases on every run, some of each kind. */

const cases = 50_000;
const seed = 1;

test(
  'no damaged frame, file, configuration or question ends the server, leaks a session or loses a write',
  { timeout: 120_000 },
  async () => {
    const { failures, done } = await runFuzz({ cases, seed });
    expect(failures.map(({ error, replay }) => `${error.message}; again: ${replay}`)).toEqual([]);
    expect([...done.keys()].sort()).toEqual(targets.map(({ name }) => name).sort());
  },
);
