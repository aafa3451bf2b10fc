import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const alias = { '@': root.replace(/\/$/, ''), 'server-only': `${root}tests/support/server-only.ts` };

/** One project a level (ARCHITECTURE.md, "Tests"): what each needs installed differs, how it runs does not. */
function project(name: string, include: string[], timeoutMs: number, parallel: boolean) {
  return {
    resolve: { alias },
    test: {
      name,
      include,
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      fileParallelism: parallel,
      // Vitest leaves one core to itself, which of two is half; a unit test's own work is what takes time here.
      ...(parallel && { maxWorkers: '100%' }),
      environment: 'node' as const,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      project('unit', ['tests/{rules,lib,server,components,faults,fuzz}/**/*.test.{ts,tsx}'], 30_000, true),
      project('sim', ['tests/sim/**/*.test.ts'], 900_000, false),
      project('process', ['tests/process/**/*.test.ts'], 120_000, false),
      project('interop', ['tests/interop/**/*.test.ts'], 180_000, false),
      project('e2e', ['tests/e2e/**/*.test.ts'], 240_000, false),
    ],
  },
});
