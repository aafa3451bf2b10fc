import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundledHost } from '@/lib/config/bundled';
import { StartFault } from './fault';
import { serverCommand, ServerProcess } from './server-process';
import { zooCfg } from './zoo-cfg';

/** `npm start -- --single`: one standalone server. Its data, zoo.cfg and server.log are under `<data>/server`. */

const readyTimeoutMs = 300_000;

/** What the launcher holds of the servers it started. */
export interface BundledServers {
  /** One line for the operator: where they listen. */
  readonly summary: string;
  /** Settles when every process has ended. */
  stop(): Promise<void>;
}

export interface BundledOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly port: number;
  /** One line for the operator. */
  readonly tell: (line: string) => void;
  /** Gives up waiting. */
  readonly signal: AbortSignal;
}

/** The folder of the standalone server below the data folder. */
export function singleFolder(dataDir: string): string {
  return path.join(dataDir, 'server');
}

/** Starts the server and waits until it serves. Throws a `StartFault` with its last words when it does not. */
export async function startBundledServer(options: BundledOptions): Promise<BundledServers> {
  const folder = singleFolder(options.dataDir);
  const configFile = path.join(folder, 'zoo.cfg');
  const address = { host: bundledHost, port: options.port, dataDir: path.join(folder, 'data') };
  try {
    mkdirSync(folder, { recursive: true });
    const before = existsSync(configFile) ? readFileSync(configFile, 'utf8') : null;
    writeFileSync(configFile, zooCfg(before, address));
  } catch (cause) {
    throw folderFault("The bundled server's folder", folder, cause);
  }
  const logFile = path.join(folder, 'server.log');
  const server = new ServerProcess({
    ...{ name: 'The bundled server', ...address, folder, logFile, tell: options.tell },
    command: serverCommand(options.root, configFile),
  });
  try {
    const first = await settledWithin(server.firstStart(), options.signal);
    if (first === null) {
      throw new StartFault(
        `The bundled server did not answer within ${readyTimeoutMs / 1000} s; see ${logFile}.`,
      );
    }
    if ('ended' in first) throw new StartFault(`The bundled server stopped while starting ${first.ended}`);
  } catch (error) {
    await server.stop();
    throw error;
  }
  server.keep();
  const summary = `ZooKeeper server:  ${bundledHost}:${options.port}  (data in ${options.dataDir})`;
  return { summary, stop: () => server.stop() };
}

export function folderFault(what: string, folder: string, cause: unknown): StartFault {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new StartFault(`${what} ${folder} cannot be used (${code ?? message}).`, { cause });
}

/** What comes of `work`, or null after the longest a start may take; rejects once the start is given up. */
export async function settledWithin<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (() => void) | undefined;
  const late = new Promise<null>((resolve, reject) => {
    timer = setTimeout(() => resolve(null), readyTimeoutMs);
    giveUp = () => reject(new StartFault('Stopped while starting.'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp!);
  }
}
