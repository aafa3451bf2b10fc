import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('.', import.meta.url));
const alias = { '@': root.replace(/\/$/, ''), 'server-only': `${root}tests/support/server-only.ts` };

/**
 * One project a level (ARCHITECTURE.md, "Tests"): what each needs installed differs, how it runs does not. Files run side
 * by side where they share nothing but the machine (tests/support/ports.ts keeps their ports apart): one more than there
 * are cores in a small machine, because many wait for half of their time, for elections and ends of sessions.
 */
function project(name: string, include: string[], timeoutMs: number, workers: number) {
  return {
    resolve: { alias },
    test: {
      name,
      include,
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      maxWorkers: workers,
      setupFiles: [`${root}tests/support/property-sizes.ts`],
      environment: 'node' as const,
    },
  };
}

/**
 * Files that take long for their size, by which vitest orders them. They begin before all others: one that began last would
 * run alone while the other worker has nothing left to do.
 */
const longest = [
  'server/storage/power-loss',
  'server/net/fuzz',
  'fuzz/fuzz',
  'process/faults',
  'process/start',
  'process/many-connections',
  'interop/conformance/conformance',
  'interop/console-quorum-lost',
  'interop/quorum-security',
  'interop/cluster-replaced',
  'interop/read-only',
  'e2e/hostile-names',
  'e2e/hostile-pages',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`));
      return index < 0 ? longest.length : index;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      project(
        'unit',
        ['tests/{rules,lib,server,components,faults,fuzz}/**/*.test.{ts,tsx}'],
        30_000,
        Math.max(3, availableParallelism()),
      ),
      project('sim', ['tests/sim/**/*.test.ts'], 900_000, 1),
      project('process', ['tests/process/**/*.test.ts'], 120_000, 3),
      project('interop', ['tests/interop/**/*.test.ts'], 180_000, 3),
      project('e2e', ['tests/e2e/**/*.test.ts'], 240_000, 2),
    ],
  },
});
