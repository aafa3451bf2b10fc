import { readFileSync } from 'node:fs';
import path from 'node:path';
import { memberName } from '@/lib/base/connection-string';
import { type BundledPlan, ensembleMembers } from '@/lib/config/bundled';
import { type ConsoleHost, installHost } from '@/lib/config/host';
import type { ConsoleSettings } from '@/lib/config/settings';
import { startBundledEnsemble } from './bundled-ensemble';
import { type BundledServers, startBundledServer } from './bundled-server';
import { type RunningConsole, startConsole } from './console-server';
import { holdDataFolder } from './data-folder';
import { isLoopback } from './headers';
import { type ConsoleLog, createLog } from './log';
import { parseOptions } from './options';
import { requireFreePorts } from './ports';
import { readConfig } from './read-config';
import { refuseEnsembleData } from './upgrade-data';

/**
 * `npm start` after the bundles stand: options and configuration are checked first, then the data folder and the ports,
 * so that every reason not to start is told before the minute a first build takes. Then the console is built if stale,
 * the bundled servers started if wanted, and the console served until a signal stops all.
 */

export interface Builder {
  readonly root: string;
  buildConsole(stop?: AbortSignal): Promise<void>;
}

export async function main(argv: readonly string[], builder: Builder): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(builder.root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const options = parseOptions(argv, version);
  const { settings, bundled } = readConfig(options, process.env, workingDir(process.env));
  const log = createLog(process.env);
  // Nothing that is started here reports to anyone.
  process.env.NEXT_TELEMETRY_DISABLED = '1';
  const stopping = stopSignal();
  // A closed terminal makes every further line fail; that is no reason to fail on the way out.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const release = holdDataFolder(settings.dataDir);
  const running: { servers?: BundledServers; console?: RunningConsole } = {};
  try {
    if (bundled?.kind === 'single') refuseEnsembleData(settings.dataDir, ensembleMembers(bundled));
    await requireFreePorts(settings, bundled);
    if (!options.dev) await builder.buildConsole(stopping.signal);
    if (bundled !== null && !stopping.signal.aborted) {
      running.servers = await startServers(bundled, builder.root, settings.dataDir, stopping.signal);
    }
    if (!stopping.signal.aborted) {
      running.console = await startConsole(builder.root, options.dev, hostOf(version, settings, log));
      announce(settings, running.servers);
    }
    await stopping.requested;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    if (running.console !== undefined || running.servers !== undefined) tell('Stopping …');
    await running.console?.stop();
    await running.servers?.stop();
    release();
  }
  // Next keeps timers that would hold the process for a while.
  process.exit(0);
}

function startServers(
  plan: BundledPlan,
  root: string,
  dataDir: string,
  signal: AbortSignal,
): Promise<BundledServers> {
  const common = { root, dataDir, signal, tell };
  if (plan.kind === 'single') return startBundledServer({ ...common, port: plan.serverPort });
  return startBundledEnsemble({ ...common, members: ensembleMembers(plan) });
}

/** npm changes to the package's folder; what the user named is relative to where npm was called. */
function workingDir(env: NodeJS.ProcessEnv): string {
  const calledByNpm = env.npm_lifecycle_event === 'start' || env.npm_lifecycle_event === 'dev';
  return (calledByNpm ? env.INIT_CWD : undefined) ?? process.cwd();
}

function hostOf(version: string, settings: ConsoleSettings, log: ConsoleLog): ConsoleHost {
  const host: ConsoleHost = { version, settings, log, onStop: [] };
  installHost(host);
  return host;
}

/** npm passes on a Ctrl-C that the terminal has already delivered, so that one press can arrive twice. */
const sameSignalMs = 1_000;

/** The first signal asks for an orderly stop, a later one ends the process where it stands. */
function stopSignal(): { signal: AbortSignal; requested: Promise<void> } {
  const controller = new AbortController();
  let firstAt = 0;
  const requested = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (controller.signal.aborted && Date.now() - firstAt > sameSignalMs) process.exit(1);
        if (controller.signal.aborted) return;
        firstAt = Date.now();
        controller.abort();
        resolve();
      });
    }
  });
  return { signal: controller.signal, requested };
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function announce(settings: ConsoleSettings, servers: BundledServers | undefined): void {
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  tell(`Console:           http://${host}:${settings.port}${settings.basePath}`);
  if (servers !== undefined) tell(servers.summary);
  for (const cluster of settings.clusters.filter((candidate) => !candidate.bundled)) {
    const members = cluster.members.map(memberName).join(',');
    tell(`Cluster ${cluster.id}: ${members}${cluster.chroot}${cluster.readOnly ? ' (read-only)' : ''}`);
  }
  if (!isLoopback(settings.host)) {
    tell(
      `Warning: the console listens on ${settings.host} and has no login; anyone who can reach it can use it.`,
    );
  }
  tell('Press Ctrl-C to stop.');
}
