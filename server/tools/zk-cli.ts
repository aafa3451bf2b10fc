import { parseConnectionString } from '@/lib/base/connection-string';
import { ZooKeeperClient } from '@/lib/client/client';
import { runCommand } from './cli/commands';
import { helpText, Shell } from './cli/shell';
import { failureText } from './cli/text';
import { CommandNotFound } from './cli/words';

/**
 * `zkCli [-server host:port,…/chroot] [-timeout ms] [-waitforconnection] [command …]`: with a command it runs that and
 * exits with 0, 1, or 127 when there is no such command; without, it is a shell.
 */

interface Options {
  readonly server: string;
  readonly timeoutMs: number;
  readonly command: readonly string[];
}

const timeoutMsDefault = 30_000;
const requestTimeoutMs = 15_000;
/** A shell's own exit code for it, and that of Apache's zkCli. */
const commandNotFoundCode = 127;

/** Our options stand before the command; everything from its first word on belongs to it. Returns a sentence on faults. */
function readOptions(argv: readonly string[]): Options | string {
  let server = 'localhost:2181';
  let timeoutMs = timeoutMsDefault;
  let index = 0;
  for (; index < argv.length && argv[index]!.startsWith('-'); index += 1) {
    const option = argv[index]!;
    if (option === '-waitforconnection') continue;
    const value = argv[index + 1];
    if (option !== '-server' && option !== '-timeout') return `${option} is no option of zkCli.`;
    if (value === undefined) return `${option} needs a value.`;
    index += 1;
    if (option === '-server') server = value;
    else if (/^\d{1,9}$/.test(value)) timeoutMs = Number(value);
    else return `-timeout ${value}: must be a number of milliseconds.`;
  }
  return { server, timeoutMs, command: argv.slice(index) };
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

async function runOne(client: ZooKeeperClient, command: readonly string[]): Promise<number> {
  try {
    const text = await runCommand(client, command);
    if (text !== null) print(text);
    return 0;
  } catch (error) {
    complain(failureText(error));
    return error instanceof CommandNotFound ? commandNotFoundCode : 1;
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    complain(`${options}\n${helpText()}`);
    return 1;
  }
  if (options.command[0] === 'help') {
    print(helpText());
    return 0;
  }
  // Of the shell; alone, nothing is left to end.
  if (['quit', 'close'].includes(options.command[0] ?? '')) return 0;
  const connection = parseConnectionString(options.server);
  if (typeof connection === 'string') {
    complain(`-server ${options.server}: ${connection}`);
    return 1;
  }
  const client = new ZooKeeperClient({ connection, sessionTimeoutMs: options.timeoutMs, requestTimeoutMs });
  client.connect();
  try {
    if (options.command.length > 0) return await runOne(client, options.command);
    const shell = new Shell(client, options.server, print, complain);
    return await shell.run(process.stdin, process.stdout, process.stdin.isTTY === true);
  } finally {
    await closed(client);
  }
}

/** Ends the session, so that its ephemerals go now and not after the timeout; does not wait for a server that is gone. */
async function closed(client: ZooKeeperClient): Promise<void> {
  const closeWaitMs = 1_000;
  if (client.status.state !== 'connected') return client.close();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, closeWaitMs);
    client.onStatus(({ state }) => {
      if (state !== 'closed') return;
      clearTimeout(timer);
      resolve();
    });
    client.close();
  });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    complain(failureText(error));
    process.exit(1);
  },
);
