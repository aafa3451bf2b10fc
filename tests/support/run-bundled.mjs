// Bundles a TypeScript entry of the tests and runs it with Node: for commands that are not vitest's.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildBundles } from '../../lib/launch/build.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} entry relative to the root; the arguments of this process are passed on */
export async function runBundled(entry) {
  const outfile = path.join(root, 'tests/.tmp/bundles', `${entry.replaceAll('/', '-')}.mjs`);
  await buildBundles();
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
    // Helpers find the checkout from where they are; bundled, that is where they stood.
    define: { 'import.meta.url': JSON.stringify(new URL('./member.ts', import.meta.url).href) },
  });
  const args = ['--enable-source-maps', outfile, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  child.once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
