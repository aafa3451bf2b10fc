import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from './child';
import { fourLetter } from './four-letter';
import { freePorts } from './ports';
import { removeDir, tempDir } from './temp';
import { until } from './wait';

/**
 * One ZooKeeper server as a process of its own: Apache's 3.8.0 from Debian's package, or ours through
 * `server/bin/zkServer`. Both are started from a zoo.cfg with the same lines, so a suite can run on either.
 */
export type MemberKind = 'apache' | 'zoodeck';
export const memberKinds: readonly MemberKind[] = ['apache', 'zoodeck'];

export interface MemberOptions {
  /** Lines of zoo.cfg besides those every member has; a key set here replaces the default. */
  readonly config?: Readonly<Record<string, string | number | boolean>>;
  /** An existing data folder to use (and keep) instead of a new one. */
  readonly dataDir?: string;
  readonly port?: number;
  /** JVM or Node flags, and `-Djute.maxbuffer=…` and the like for both. */
  readonly flags?: readonly string[];
  /** Turns the AdminServer on, on a port of its own. */
  readonly admin?: boolean;
  /** Heap of Apache's JVM in MiB (512); with it, the JVM's own choice of collector and compilers. */
  readonly heapMb?: number;
  /** How long it may take until it serves. */
  readonly readyMs?: number;
}

export interface Member {
  readonly kind: MemberKind;
  readonly port: number;
  /** `127.0.0.1:port`, as connection strings want it. */
  readonly address: string;
  readonly adminPort: number | null;
  readonly dataDir: string;
  readonly child: Child;
  /** Ends it cleanly and removes what it owns. */
  stop(): Promise<void>;
  /** kill -9; the data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data after `kill` or `halt`. */
  restart(): Promise<void>;
  /** Ends it cleanly; the data stays. */
  halt(): Promise<void>;
}

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/**
 * Apache's server with what it needs besides what its own manifest names; which binding of slf4j says nothing. All of
 * /usr/share/java, which Debian's own scripts name, is 500 archives for every JVM to open.
 */
const classPath = ['zookeeper', 'netty-codec', 'netty-resolver', 'slf4j-nop', 'servlet-api', 'log4j-1.2']
  .map((name) => `/usr/share/java/${name}.jar`)
  .join(':');

/** For JVMs that live for seconds: what the second compiler and a collector with threads cost them, they never earn back. */
const shortLived = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The command that serves a configuration file with Apache's server. */
export function apacheCommand(
  configFile: string,
  options: Pick<MemberOptions, 'flags' | 'heapMb'> = {},
): [string, ...string[]] {
  const { heapMb, flags = [] } = options;
  const machine = heapMb === undefined ? ['-Xmx512m', ...shortLived] : [`-Xmx${heapMb}m`];
  const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
  return ['java', ...machine, ...flags, '-cp', classPath, main, configFile];
}

/** The command that runs one of Apache's tools by its class. */
export function apacheToolCommand(main: string, args: readonly string[]): [string, string[]] {
  return ['java', ['-Xmx128m', ...shortLived, '-cp', classPath, main, ...args]];
}

/** The command that runs one command of Apache's client shell. */
export function apacheCliCommand(address: string, words: readonly string[]): [string, ...string[]] {
  const main = 'org.apache.zookeeper.ZooKeeperMain';
  return ['java', '-Xmx128m', ...shortLived, '-cp', classPath, main, '-server', address, ...words];
}

function launch(kind: MemberKind, configFile: string, options: MemberOptions): Child {
  if (kind === 'zoodeck') {
    const flags = options.flags ?? [];
    const isProperty = (flag: string): boolean => flag.startsWith('-D');
    const env = {
      NODE_OPTIONS: flags.filter((flag) => !isProperty(flag)).join(' '),
      SERVER_JVMFLAGS: flags.filter(isProperty).join(' '),
    };
    return startChild(path.join(root, 'server/bin/zkServer'), ['start-foreground', configFile], { env });
  }
  const [program, ...args] = apacheCommand(configFile, options);
  return startChild(program, args);
}

/** Waits until the member answers `srvr` with a mode; a member that ended instead fails with what it printed. */
async function untilServing(child: Child, port: number, timeoutMs: number): Promise<void> {
  await until(
    `the server on port ${port} serves`,
    async () => {
      if (!child.running()) return 'ended';
      return (await fourLetter(port, 'srvr', 2_000)).includes('Mode: ') ? 'serving' : undefined;
    },
    timeoutMs,
  )
    .then((state) => {
      if (state === 'ended') throw new Error('it ended');
    })
    .catch(async (error: unknown) => {
      await child.kill();
      throw new Error(`the server on port ${port} did not start:\n${child.output()}`, { cause: error });
    });
}

/** zoo.cfg text: defaults first, then the options' own lines in their order. */
export function zooCfg(lines: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Starts a standalone member on a free port and waits until it serves. */
export async function startMember(kind: MemberKind, options: MemberOptions = {}): Promise<Member> {
  const home = await tempDir(kind);
  const dataDir = options.dataDir ?? path.join(home, 'data');
  await mkdir(dataDir, { recursive: true });
  const [clientPort, adminPort] = await freePorts(2);
  const port = options.port ?? clientPort!;
  const configFile = path.join(home, 'zoo.cfg');
  const config = {
    tickTime: 2000,
    dataDir,
    clientPort: port,
    clientPortAddress: '127.0.0.1',
    maxClientCnxns: 0,
    '4lw.commands.whitelist': '*',
    'admin.enableServer': options.admin ?? false,
    ...(options.admin ? { 'admin.serverAddress': '127.0.0.1', 'admin.serverPort': adminPort! } : {}),
    ...options.config,
  };
  const readyMs = options.readyMs ?? 60_000;
  const start = async () => {
    // Written anew each time: Apache rewrites the file in some modes.
    await writeFile(configFile, zooCfg(config));
    const child = launch(kind, configFile, options);
    await untilServing(child, port, readyMs);
    return child;
  };
  let child = await start();
  return {
    kind,
    port,
    address: `127.0.0.1:${port}`,
    adminPort: options.admin ? adminPort! : null,
    dataDir,
    get child() {
      return child;
    },
    async stop() {
      await child.stop();
      await removeDir(home);
    },
    async kill() {
      await child.kill();
    },
    async halt() {
      await child.stop();
    },
    async restart() {
      child = await start();
    },
  };
}
