import fs from 'node:fs';
import path from 'node:path';
import type { StoreConfig } from '@/server/config/ensemble-config';
import { parseProperties } from '@/server/config/properties';
import type { HostPort } from '@/server/quorum/contract';
import { parseServer } from '@/server/quorum/server-line';

/** What zkServer must know of a server to start, find and stop it, read leniently: a wrong zoo.cfg can still be stopped. */
export interface ServerFiles {
  readonly configFile: string;
  readonly dataDir: string;
  readonly clientPort: number;
  /** Where to reach it: clientPortAddress, or localhost when it listens everywhere. */
  readonly host: string;
  /** null where it is asked without TLS; else where the key is that it shows, and that is shown to it. */
  readonly keyStore: StoreConfig | null;
  readonly pidFile: string;
  readonly outFile: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a sentence when the file cannot be read or names no dataDir. */
export function locateServer(configFile: string, env: Environment): ServerFiles {
  let settings: Map<string, string>;
  try {
    settings = parseProperties(fs.readFileSync(configFile, 'utf8'));
  } catch (error) {
    throw new Error(`${configFile} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const dataDir = settings.get('dataDir')?.trim();
  if (dataDir === undefined || dataDir === '') throw new Error(`${configFile} does not set dataDir.`);
  const plain = ownClientAddress(settings, dataDir) ?? clientAddress(settings, 'clientPort');
  const isSecure = Number.isNaN(plain.port) && settings.has('secureClientPort');
  const { host, port } = isSecure ? clientAddress(settings, 'secureClientPort') : plain;
  const isAnywhere = host === '' || host === '0.0.0.0' || host === '::';
  return {
    configFile,
    dataDir: path.resolve(dataDir),
    clientPort: port,
    host: isAnywhere ? 'localhost' : host,
    keyStore: isSecure ? keyStoreOf(settings) : null,
    pidFile: env.ZOOPIDFILE ?? path.join(path.resolve(dataDir), 'zookeeper_server.pid'),
    outFile: path.join(env.ZOO_LOG_DIR ?? path.resolve(dataDir), 'zkServer.out'),
  };
}

function keyStoreOf(settings: ReadonlyMap<string, string>): StoreConfig {
  const of = (name: string): string => settings.get(`ssl.keyStore.${name}`)?.trim() ?? '';
  return { location: of('location'), password: of('password'), type: 'PEM' };
}

function clientAddress(settings: ReadonlyMap<string, string>, key: string): HostPort {
  const host = settings.get(`${key}Address`)?.trim() ?? '';
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: Number(settings.get(key)?.trim() ?? NaN),
  };
}

/** What the own server line says, in the file or in the dynamic file it names; null where that says nothing. */
function ownClientAddress(settings: ReadonlyMap<string, string>, dataDir: string): HostPort | null {
  const dynamicFile = settings.get('dynamicConfigFile')?.trim();
  try {
    const lines =
      dynamicFile === undefined ? settings : parseProperties(fs.readFileSync(dynamicFile, 'utf8'));
    const serverId = Number(fs.readFileSync(path.join(dataDir, 'myid'), 'utf8').trim());
    const server = parseServer(serverId, lines.get(`server.${serverId}`) ?? '');
    return typeof server === 'string' ? null : server.clientAddress;
  } catch {
    return null;
  }
}

/** The pid in the pid file, if that process runs and is one of our servers (a pid can be reused); null otherwise. */
export function runningPid(files: ServerFiles): number | null {
  let pid: number;
  try {
    pid = Number(fs.readFileSync(files.pidFile, 'utf8').trim());
  } catch {
    return null;
  }
  return Number.isInteger(pid) && pid > 0 && isRunning(pid) && isServer(pid) ? pid : null;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ended, but not yet collected by its parent. */
function isZombie(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

function isServer(pid: number): boolean {
  try {
    return fs
      .readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .some((word) => word.endsWith('/server/main.js'));
  } catch {
    // No /proc on this system: the pid file has to be believed.
    return true;
  }
}
