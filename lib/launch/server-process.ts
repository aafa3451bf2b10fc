import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * One server as a child process, kept running: one that dies is told of with its last words and started again, sooner
 * or later by how long it lived. One that somebody stops in an orderly way (`zkServer stop`) is left to them: that is
 * how a member is handed to another server while the rest goes on. What it prints goes to a file. It has a process group of its own, so that Ctrl-C
 * reaches the launcher alone, which stops the console's session first and the servers after it.
 */

const readyEveryMs = 100;
const stopTimeoutMs = 15_000;
const restartDelayMinMs = 1_000;
const restartDelayMaxMs = 30_000;
/** A server that lived this long is restarted at once; one that dies sooner, later and later. */
const steadyMs = 60_000;
const logTailBytes = 4_000;
/** Where zkServer looks for the server of a data folder. */
const pidName = 'zookeeper_server.pid';
/** How a process ends that was asked to: of its own accord, by the signal, or as a JVM says it. */
const orderlyCodes = [0, 128 + 2, 128 + 15];

export interface ServerProcessOptions {
  /** As a sentence begins with it: `The bundled server`, `Member zk2`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The working directory. */
  readonly folder: string;
  /** Made where it is missing; the process's id is kept in it as zkServer keeps it. */
  readonly dataDir: string;
  readonly logFile: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** One line for the operator. */
  readonly tell: (line: string) => void;
}

/** How a first start went: the mode the server names once it serves, or how it ended instead. */
export type FirstStart = { readonly mode: string } | { readonly ended: string };

/** Our own server on a configuration file, following the launcher into its end. */
export function serverCommand(root: string, configFile: string): [string, ...string[]] {
  const followParent = pathToFileURL(path.join(root, 'dist', 'launch', 'follow-parent.js')).href;
  const main = path.join(root, 'dist', 'server', 'main.js');
  // The room for young objects is what server/bin/zkServer gives it.
  const flags = ['--max-semi-space-size=32', '--import', followParent, '--enable-source-maps'];
  return [process.execPath, ...flags, main, configFile];
}

export class ServerProcess {
  private child: ChildProcess;
  private startedAt = Date.now();
  private restartDelayMs = 0;
  private restartTimer: NodeJS.Timeout | null = null;
  private stopping = false;
  private kept = false;

  constructor(private readonly options: ServerProcessOptions) {
    this.child = this.launch();
  }

  private launch(): ChildProcess {
    const { command, folder, dataDir, logFile } = this.options;
    const [program, ...args] = command;
    const log = openSync(logFile, 'a');
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', log, log, 'ipc'], detached: true });
    closeSync(log);
    child.on('error', () => undefined);
    const pidFile = path.join(dataDir, pidName);
    mkdirSync(dataDir, { recursive: true });
    if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid}\n`);
    child.once('exit', () => {
      rmSync(pidFile, { force: true });
      if (this.kept && !this.stopping) this.onEnded();
    });
    return child;
  }

  private onEnded(): void {
    const { exitCode, signalCode } = this.child;
    const orderly = exitCode === null ? signalCode === 'SIGTERM' : orderlyCodes.includes(exitCode);
    if (!orderly) return this.restartLater();
    const { name, tell } = this.options;
    tell(`${name} was stopped by somebody else and is left to them; the next start takes it up again.`);
  }

  /** Settles when the server serves for the first time, or when it has ended before that. */
  async firstStart(): Promise<FirstStart> {
    while (!hasEnded(this.child)) {
      const mode = await servingMode(this.options.host, this.options.port);
      if (mode !== null) return { mode };
      await new Promise((resolve) => setTimeout(resolve, readyEveryMs));
    }
    const { how, lastWords: words } = this.ending();
    return { ended: `(${how}): ${words}` };
  }

  /** From now on the process is started again whenever it ends, also if it has ended already. */
  keep(): void {
    this.kept = true;
    if (hasEnded(this.child)) this.restartLater();
  }

  private ending(): { how: string; lastWords: string } {
    const { exitCode, signalCode } = this.child;
    const how = exitCode === null ? `signal ${signalCode ?? 'unknown'}` : `code ${exitCode}`;
    return { how, lastWords: lastWords(this.options.logFile) };
  }

  private restartLater(): void {
    const steady = Date.now() - this.startedAt >= steadyMs;
    this.restartDelayMs = steady
      ? restartDelayMinMs
      : Math.min(restartDelayMaxMs, Math.max(restartDelayMinMs, this.restartDelayMs * 2));
    const { name, tell } = this.options;
    const { how, lastWords: words } = this.ending();
    tell(`${name} stopped (${how}) and is started again in ${this.restartDelayMs / 1000} s: ${words}`);
    this.restartTimer = setTimeout(() => {
      this.child = this.launch();
      this.startedAt = Date.now();
    }, this.restartDelayMs).unref();
  }

  /** Asks it to end, insists after a while, and settles when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.restartTimer !== null) clearTimeout(this.restartTimer);
    const { child } = this;
    if (hasEnded(child)) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  }
}

/** The end of the server's log: what it said before it stopped. */
function lastWords(logFile: string): string {
  if (!existsSync(logFile)) return '';
  const bytes = readFileSync(logFile).subarray(-Math.min(logTailBytes, statSync(logFile).size));
  return bytes.toString('utf8').trimEnd().split('\n').at(-1) ?? '';
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** `srvr` is allowed on every server, and names a mode once it serves. */
function servingMode(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host, port }, () => socket.write('srvr'));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(/^Mode: (\S+)/m.exec(answer)?.[1] ?? null));
  });
}
