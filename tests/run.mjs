// `npm test`: everything that can be shown on this machine, in one command, ending with `N passed, N failed`.
// `npm test -- lint unit` runs only the named steps; without names, all of them in the order below.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeFault } from '../lib/launch/node-version.mjs';
import { missingPackages, systemPackagesReady } from './support/system-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = `${root}tests/.tmp/reports`;
const bin = (name) => `${root}node_modules/.bin/${name}`;
const started = Date.now();

/** Runs a command; `quiet` keeps its output back unless it fails. */
function run(command, args, quiet) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A step that passes or fails as a whole: counts as one. */
function whole(command, args) {
  return async () => {
    const { code, output } = await run(command, args, true);
    if (code !== 0) process.stdout.write(output);
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };
}

/** A vitest project: counts its tests. A test that was skipped counts as failed, and so does an error outside of tests. */
function project(name) {
  return async () => {
    const file = `${reports}/${name}.json`;
    rmSync(file, { force: true });
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { code } = await run(bin('vitest'), ['run', '--project', name, ...reporters], false);
    let report;
    try {
      report = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return { passed: 0, failed: 1 };
    }
    const passed = report.numPassedTests;
    const notRun = report.numPendingTests + report.numTodoTests;
    const inTests = report.numFailedTests + notRun;
    if (notRun > 0) console.log(`${name}: ${notRun} tests were skipped; that counts as failed`);
    const outside = code !== 0 && inTests === 0 ? 1 : 0;
    return { passed, failed: inTests + outside };
  };
}

const steps = {
  build: whole(process.execPath, ['lib/launch/build.mjs']),
  typecheck: whole('npm', ['run', '--silent', 'typecheck']),
  lint: whole(bin('eslint'), ['.']),
  format: whole(bin('prettier'), ['--check', '.']),
  deadcode: whole(bin('knip'), []),
  unit: project('unit'),
  sim: project('sim'),
  process: project('process'),
  interop: project('interop'),
  e2e: project('e2e'),
};

/** Steps that only read the sources. */
const sourceChecks = ['lint', 'format', 'deadcode'];

/** The build writes types, which are checked with the sources' own. */
const builtFirst = ['build', 'typecheck'];

/** The steps asked for, or an explanation and the exit. */
function chosenSteps() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in steps));
  if (unknown.length > 0) {
    console.error(`Unknown step: ${unknown.join(', ')}. Steps: ${Object.keys(steps).join(', ')}.`);
    process.exit(2);
  }
  return asked.length > 0 ? asked : Object.keys(steps);
}

/** Real clients, Apache's server and a browser; only these steps need them. */
function prepare(names) {
  if (!names.some((name) => ['process', 'interop', 'e2e'].includes(name))) return true;
  if (missingPackages().length === 0) return true;
  return systemPackagesReady((line) => console.log(line));
}

async function main() {
  const fault = nodeFault(process.versions.node);
  if (fault !== null) {
    console.error(fault);
    process.exit(1);
  }
  const names = chosenSteps();
  const installed = spawnSync(process.execPath, ['-e', 'import("vitest")'], { cwd: root });
  if (installed.status !== 0) {
    console.error('The npm packages are not installed. Run: npm ci');
    process.exit(1);
  }
  mkdirSync(reports, { recursive: true });
  let passed = 0;
  let failed = 0;
  if (!prepare(names)) {
    console.log('0 passed, 1 failed');
    process.exit(1);
  }
  async function runInTurn(group) {
    for (const name of group) {
      console.log(`\n== ${name} (at ${Math.round((Date.now() - started) / 1000)} s)`);
      const result = await steps[name]();
      console.log(`== ${name}: ${result.passed} passed, ${result.failed} failed`);
      passed += result.passed;
      failed += result.failed;
    }
  }
  // Each of these uses one core: on two, two at a time.
  const among = (some) => runInTurn(names.filter((name) => some.includes(name)));
  await Promise.all([among(builtFirst), among(sourceChecks)]);
  await runInTurn(names.filter((name) => ![...builtFirst, ...sourceChecks].includes(name)));
  console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

await main();
