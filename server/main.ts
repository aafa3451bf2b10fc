import { ConfigError } from '@/server/config/faults';
import { loadConfig } from '@/server/config/load';
import { StorageError } from '@/server/storage/errors';
import { ServerFailure, startServer, type RunningServer } from './node';
import { createLog, type Log } from './runtime/log';

/**
 * The server process: `main.js [-Dname=value …] zoo.cfg`. Exit codes: 0 after SIGTERM or SIGINT, and as Apache's 1 for a disk
 * or port that fails, 2 for a faulty configuration, 3 for a data folder that cannot be used, 10 for a snapshot that cannot be written.
 */
const exitUnexpected = 1;
const exitConfiguration = 2;
const exitDataFolder = 3;

/** Set by `zkServer start` for the server that it starts. */
const inBackground = 'ZOODECK_IN_BACKGROUND';

async function main(): Promise<void> {
  const log = createLog((text) => process.stdout.write(text));
  const { config, warnings } = loadConfig(process.argv.slice(2), process.env);
  for (const warning of warnings) log.warn(warning);
  const server = await startServer(config, { log, onFailure: (failure) => end(failure) });
  stopOnSignals(server, log);
}

/**
 * Stops once, cleanly; a second signal while that goes on ends the process at once. A terminal that is closed (SIGHUP) does
 * not stop a server that `zkServer start` put in the background, as Apache's script has it with nohup.
 */
function stopOnSignals(server: RunningServer, log: Log): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(exitUnexpected);
    stopping = true;
    log.info(`Stopping on ${signal}.`);
    server.close().then(() => process.exit(0), end);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGHUP', () => {
    if (process.env[inBackground] === undefined) stop('SIGHUP');
    else log.info('SIGHUP does not stop a server in the background.');
  });
}

/** What the system says of a name that stands for no address, also where it has nobody to ask. */
const isHostUnknown = (systemCode: string | undefined): boolean =>
  systemCode === 'ENOTFOUND' || systemCode === 'EAI_AGAIN';

/** One sentence for what an operator can mend, the whole story for what is our own mistake. */
function end(error: unknown): never {
  const known =
    error instanceof ConfigError || error instanceof StorageError || error instanceof ServerFailure;
  const systemCode = (error as NodeJS.ErrnoException).code;
  const text =
    known || systemCode !== undefined ? (error as Error).message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${sentence(text, systemCode)}\n`);
  if (error instanceof ServerFailure) process.exit(error.exitCode);
  if (error instanceof ConfigError || isHostUnknown(systemCode)) process.exit(exitConfiguration);
  process.exit(error instanceof StorageError ? exitDataFolder : exitUnexpected);
}

function sentence(text: string, systemCode: string | undefined): string {
  if (systemCode === 'EADDRINUSE') return `The client port is taken by another program (${text}).`;
  if (systemCode === 'EACCES') return `The client port may not be opened by this user (${text}).`;
  if (systemCode === 'EADDRNOTAVAIL') return `clientPortAddress is no address of this machine (${text}).`;
  if (isHostUnknown(systemCode)) return `clientPortAddress names a host that is not found (${text}).`;
  return text;
}

main().catch(end);
