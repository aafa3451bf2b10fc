import { expect, test } from 'vitest';
import { startChild } from '../support/child';
import { root } from '../support/member';
import { bugNames } from './faults';

/** Whole ensembles under faults, a seed each (scenario.ts), in the bundle that `npm run sim` runs. */

/** What the command prints, and its exit code. */
async function simulate(...args: string[]): Promise<{ code: number | string; output: string }> {
  const child = startChild(process.execPath, ['tests/sim/run.mjs', ...args], { cwd: root });
  return { code: await child.exited, output: child.output() };
}

test('2,000 seeds: nothing acknowledged is lost, one history, and healed ensembles go on', async () => {
  const { code, output } = await simulate('--seeds', '1..2000');
  expect(output).toContain('2000 seeds, 0 failed');
  expect(code).toBe(0);
});

/** Bugs put in on purpose. How many seeds that takes: `npm run sim -- --seeds 1..3000 --first --bug NAME`. */
test.each(bugNames)('finds a server that %s', async (name) => {
  const { code, output } = await simulate('--bug', name, '--seeds', '1..3000', '--first');
  expect(output).toMatch(/^seed \d+: .+/m);
  expect(output).toContain(`--bug ${name}`);
  expect(code).toBe(1);
});
