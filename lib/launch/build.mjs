// Builds what is missing or stale into dist/ and .next/. What was built is known by a fingerprint of the sources'
// contents, so that neither a fresh clone nor a touched file misleads. `node lib/launch/build.mjs` builds everything.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { nodeFault } from './node-version.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = path.join(root, 'dist');
export const launcherUrl = pathToFileURL(path.join(dist, 'launch', 'main.js')).href;

/** Each bundle's source and what it becomes below dist/. */
const bundles = {
  'launch/main': 'lib/launch/main.ts',
  'launch/follow-parent': 'lib/launch/follow-parent.ts',
  'recipes/examples': 'lib/recipes/examples/main.ts',
  'server/main': 'server/main.ts',
  'server/zk-cli': 'server/tools/zk-cli.ts',
  'server/zk-data': 'server/tools/zk-data.ts',
  'server/zk-rolling': 'server/tools/rolling.ts',
  'server/zk-server': 'server/tools/zk-server.ts',
};
const bundleSources = ['lib', 'server', 'package.json', 'package-lock.json', 'tsconfig.json'];
const consoleSources = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'postcss.config.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** What Next reads first when it starts: a folder that lacks one of these was built half, or cleaned half. */
const consoleOutputs = ['BUILD_ID', 'routes-manifest.json', 'required-server-files.json', 'server', 'static'];

/** A failure whose message is all there is to say: shown without a stack. */
class BuildFault extends Error {
  name = 'BuildFault';
  expected = true;
}

function filesBelow(name) {
  const full = path.join(root, name);
  if (!existsSync(full)) return [];
  const entries = readdirSync(full, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** A digest of the names and contents of the sources, and of the Node that builds them. */
function fingerprint(sources) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const source of sources) {
    const full = path.join(root, source);
    const files = /\.[a-z]+$/.test(source) ? (existsSync(full) ? [full] : []) : filesBelow(source);
    for (const file of files.sort())
      hash.update(path.relative(root, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function stampFile(name) {
  return path.join(dist, `${name}.fingerprint`);
}

function isFresh(name, print, outputs) {
  return (
    outputs.every((output) => existsSync(output)) &&
    existsSync(stampFile(name)) &&
    readFileSync(stampFile(name), 'utf8') === print
  );
}

/** Called before building: what a build that was cut off left behind must not pass for one that was finished. */
function unstamp(name) {
  rmSync(stampFile(name), { force: true });
}

function stamp(name, print) {
  mkdirSync(dist, { recursive: true });
  writeFileSync(stampFile(name), print);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One build at a time in this folder: a second start waits for the first one's build instead of breaking it. */
async function alone(work) {
  mkdirSync(dist, { recursive: true });
  const lock = path.join(dist, 'build.lock');
  let told = false;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
    if (holder > 0 && !isAlive(holder)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!told) process.stderr.write(`Another start (process ${holder}) is building here; waiting for it.\n`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Bundles the server, its tools and the launcher, when stale. Takes well under a second. */
export async function buildBundles() {
  const outputs = Object.keys(bundles).map((name) => path.join(dist, `${name}.js`));
  const print = fingerprint(bundleSources);
  if (isFresh('bundles', print, outputs)) return;
  await alone(async () => {
    if (isFresh('bundles', print, outputs)) return;
    unstamp('bundles');
    const result = await build({
      absWorkingDir: root,
      entryPoints: Object.entries(bundles).map(([out, source]) => ({ in: source, out })),
      outdir: 'dist',
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: 'linked',
      logLevel: 'silent',
    }).catch((error) => error);
    if (result instanceof Error) {
      const lines = (result.errors ?? []).map(
        ({ location, text }) => `${location ? `${location.file}:${location.line}: ` : ''}${text}`,
      );
      throw new BuildFault(`The build failed.\n${lines.join('\n') || result.message}`);
    }
    stamp('bundles', print);
  });
}

/** Shows that something long is going on: seconds on a terminal, a line now and then elsewhere. */
function showProgress(label) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const onTerminal = process.stdout.isTTY === true;
  process.stdout.write(onTerminal ? label : `${label}\n`);
  const timer = setInterval(
    () => process.stdout.write(onTerminal ? `\r${label} ${seconds()} s` : `  ${seconds()} s\n`),
    onTerminal ? 1000 : 10_000,
  );
  return (ending) => {
    clearInterval(timer);
    process.stdout.write(`${onTerminal ? `\r${label} ` : ''}${ending} after ${seconds()} s\n`);
  };
}

/** Builds the console with Next, when stale. `stop` aborts it. */
export async function buildConsole(stop) {
  const print = fingerprint(consoleSources);
  const outputs = consoleOutputs.map((name) => path.join(root, '.next', name));
  if (isFresh('console', print, outputs)) return;
  await alone(async () => {
    if (isFresh('console', print, outputs)) return;
    unstamp('console');
    const done = showProgress('Building the console (only after an update) …');
    const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
    const child = spawn(process.execPath, [next, 'build'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
      signal: stop,
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    const code = await new Promise((resolve) => {
      child.once('error', () => resolve(-1));
      child.once('close', (exitCode) => resolve(exitCode ?? -1));
    });
    done(code === 0 ? 'built' : 'stopped');
    if (stop?.aborted) throw new BuildFault('Stopped while building.');
    if (code !== 0)
      throw new BuildFault(`${output.trim()}\nThe build of the console failed; the lines above say why.`);
    stamp('console', print);
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const fault = nodeFault(process.versions.node);
    if (fault !== null) throw new BuildFault(fault);
    await buildBundles();
    await buildConsole();
  } catch (error) {
    process.stderr.write(`${error.expected === true ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
