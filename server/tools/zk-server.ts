import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { versionText } from '@/server/admin/version';
import { keyOptions } from '@/server/transport/tls-stores';
import { askFourLetterWord } from './ask';
import { isRunning, locateServer, runningPid, type ServerFiles } from './server-process';

/**
 * The commands of server/bin/zkServer besides start-foreground, with the wording and exit codes of Apache's zkServer.sh:
 * 0 when done, 1 when not, 2 for a wrong command line.
 */

const usage =
  'Usage: zkServer [--config <conf-dir>] {start|start-foreground|stop|version|restart|status|print-cmd} [zoo.cfg]';

const startWaitMsMax = 15_000;
const stopWaitMsMax = 60_000;
const pollMs = 50;
const askTimeoutMs = 5_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

/** The command that runs a server in the foreground. */
function serverCommand(files: ServerFiles): string[] {
  const flags = (process.env.SERVER_NODE_FLAGS ?? '').split(/\s+/).filter((flag) => flag !== '');
  return [process.execPath, ...flags, fileURLToPath(new URL('./main.js', import.meta.url)), files.configFile];
}

async function answers(files: ServerFiles): Promise<string | null> {
  try {
    const { host, clientPort, keyStore } = files;
    const keys = keyStore === null ? null : keyOptions('ssl.', keyStore);
    const text = await askFourLetterWord(host, clientPort, 'srvr', askTimeoutMs, keys);
    return /^Mode: .*$/m.exec(text)?.[0] ?? null;
  } catch {
    return null;
  }
}

/** What the server printed since the byte `from` of its output file. */
function outputSince(files: ServerFiles, from: number): string {
  return fs.readFileSync(files.outFile).subarray(from).toString('utf8');
}

/** The last lines of an output, to show why a server did not start. */
function lastLines(text: string): string {
  const linesMax = 20;
  return text.trimEnd().split('\n').slice(-linesMax).join('\n');
}

async function start(files: ServerFiles): Promise<number> {
  const running = runningPid(files);
  if (running !== null) {
    say(`Starting zookeeper ... already running as process ${running}.`);
    return 1;
  }
  fs.mkdirSync(path.dirname(files.outFile), { recursive: true });
  fs.mkdirSync(path.dirname(files.pidFile), { recursive: true });
  const out = fs.openSync(files.outFile, 'a');
  const outFrom = fs.fstatSync(out).size;
  const [command = '', ...args] = serverCommand(files);
  const env = { ...process.env, ZOODECK_IN_BACKGROUND: '1' };
  const child = spawn(command, args, { detached: true, stdio: ['ignore', out, out], env });
  child.unref();
  fs.closeSync(out);
  if (child.pid === undefined) {
    say('Starting zookeeper ... SERVER DID NOT START');
    return 1;
  }
  fs.writeFileSync(files.pidFile, `${child.pid}\n`);
  const stopMs = Date.now() + startWaitMsMax;
  // A server that still loads a large snapshot after this time counts as started, as with Apache.
  while (Date.now() < stopMs && child.exitCode === null && child.signalCode === null) {
    // Its own word for it: on a port that is taken, another server would answer.
    if (outputSince(files, outFrom).includes('Serving clients at ')) break;
    await delay(pollMs);
  }
  if (child.exitCode === null && child.signalCode === null) {
    say('Starting zookeeper ... STARTED');
    return 0;
  }
  fs.rmSync(files.pidFile, { force: true });
  say('Starting zookeeper ... FAILED TO START');
  complain(lastLines(outputSince(files, outFrom)));
  return 1;
}

async function stop(files: ServerFiles): Promise<number> {
  const pid = runningPid(files);
  if (pid === null) {
    say(
      `Stopping zookeeper ... no zookeeper to stop (could not find a running process in file ${files.pidFile})`,
    );
    fs.rmSync(files.pidFile, { force: true });
    return 0;
  }
  process.kill(pid, 'SIGTERM');
  const stopMs = Date.now() + stopWaitMsMax;
  while (isRunning(pid) && Date.now() < stopMs) await delay(pollMs);
  if (isRunning(pid)) {
    say(`Stopping zookeeper ... process ${pid} still runs after ${stopWaitMsMax / 1000} s`);
    return 1;
  }
  fs.rmSync(files.pidFile, { force: true });
  say('Stopping zookeeper ... STOPPED');
  return 0;
}

async function status(files: ServerFiles): Promise<number> {
  const isSecure = files.keyStore !== null;
  say(`Client port found: ${files.clientPort}. Client address: ${files.host}. Client SSL: ${isSecure}.`);
  const mode = await answers(files);
  if (mode !== null) {
    say(mode);
    return 0;
  }
  const pid = runningPid(files);
  say(
    pid === null
      ? 'Error contacting service. It is probably not running.'
      : `Error contacting service: process ${pid} runs, but does not answer srvr.`,
  );
  return 1;
}

function printCommand(files: ServerFiles): number {
  const quoted = serverCommand(files).map((word) => `"${word}"`);
  say(`${quoted.join(' ')} > "${files.outFile}" 2>&1 < /dev/null`);
  return 0;
}

async function main(argv: readonly string[]): Promise<number> {
  const [command = '', named = ''] = argv;
  if (command === 'version') {
    say(`ZooKeeper server of Zoodeck, version: ${versionText}`);
    return 0;
  }
  if (!['start', 'stop', 'restart', 'status', 'print-cmd'].includes(command)) {
    complain(usage);
    return 2;
  }
  const configFile = path.resolve(named);
  complain(`Using config: ${configFile}`);
  const files = locateServer(configFile, process.env);
  switch (command) {
    case 'start':
      return start(files);
    case 'stop':
      return stop(files);
    case 'restart': {
      const stopped = await stop(files);
      return stopped === 0 ? start(files) : stopped;
    }
    case 'status':
      return status(files);
    default:
      return printCommand(files);
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    complain(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
