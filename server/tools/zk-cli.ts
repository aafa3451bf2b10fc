import { parseConnectionString } from '@/lib/base/connection-string';
import { ZooKeeperClient } from '@/lib/client/client';
import { outputs, shown, type Output } from './cli/answer';
import { clientSasl, clientTls } from './cli/client-tls';
import { runCommand } from './cli/commands';
import { historyFile } from './cli/history';
import { helpText, Shell } from './cli/shell';
import { failureText } from './cli/text';
import { CommandError, CommandNotFound } from './cli/words';

/**
 * `zkCli [-server host:port,…/chroot] [-timeout ms] [--output text|table|json] [command …]`: with a command it runs that
 * and exits with 0, 1, or 127 when there is no such command; without, it is a shell. `-r` and `-waitforconnection` are
 * taken as Apache's are: a member without a quorum serves where none has one, and every command waits for a session.
 */

interface Options {
  readonly server: string;
  readonly timeoutMs: number;
  readonly output: Output;
  readonly clientConfiguration: string | null;
  readonly command: readonly string[];
}

const timeoutMsDefault = 30_000;
const requestTimeoutMs = 15_000;
/** A shell's own exit code for it, and that of Apache's zkCli. */
const commandNotFoundCode = 127;

const valuedOptions = ['-server', '-timeout', '-client-configuration', '--output'];

/** Our options stand before the command; everything from its first word on belongs to it. Returns a sentence on faults. */
function readOptions(argv: readonly string[]): Options | string {
  const values = new Map<string, string>();
  let index = 0;
  for (; index < argv.length && argv[index]!.startsWith('-'); index += 1) {
    const option = argv[index]!;
    if (option === '-waitforconnection' || option === '-r') continue;
    if (option === '--help' || option === '-h') return { ...defaults, command: ['help'] };
    const value = argv[index + 1];
    if (!valuedOptions.includes(option)) return `${option} is no option of zkCli.`;
    if (value === undefined) return `${option} needs a value.`;
    values.set(option, value);
    index += 1;
  }
  const timeout = values.get('-timeout');
  if (timeout !== undefined && !/^\d{1,9}$/.test(timeout))
    return `-timeout ${timeout}: must be a number of milliseconds.`;
  const output = outputs.find((name) => name === (values.get('--output') ?? 'text'));
  if (output === undefined) return `--output ${values.get('--output')}: must be ${outputs.join(', ')}.`;
  return {
    server: values.get('-server') ?? defaults.server,
    timeoutMs: timeout === undefined ? timeoutMsDefault : Number(timeout),
    output,
    clientConfiguration: values.get('-client-configuration') ?? null,
    command: argv.slice(index),
  };
}

const defaults: Options = {
  server: 'localhost:2181',
  timeoutMs: timeoutMsDefault,
  output: 'text',
  clientConfiguration: null,
  command: [],
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

async function runOne(client: ZooKeeperClient, { command, output }: Options): Promise<number> {
  try {
    const answer = await runCommand(client, command);
    if (answer.notice !== undefined) complain(answer.notice);
    const text = shown(answer, output);
    if (text !== null) print(text);
    return 0;
  } catch (error) {
    complain(failureText(error));
    return error instanceof CommandNotFound ? commandNotFoundCode : 1;
  }
}

/** What the shell alone has a meaning for: alone, nothing is left to do. */
const shellOnly = ['quit', 'close', 'connect', 'history', 'printwatches', 'redo'];

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    complain(`${options}\n${helpText()}`);
    return 1;
  }
  const [name] = options.command;
  if (name === 'help') {
    print(helpText());
    return 0;
  }
  if (name !== undefined && shellOnly.includes(name)) return 0;
  const tls = clientTls(options.clientConfiguration, process.env);
  const sasl = clientSasl(options.clientConfiguration, process.env);
  const open = (server: string): ZooKeeperClient => {
    const connection = parseConnectionString(server);
    if (typeof connection === 'string') throw new CommandError(`-server ${server}: ${connection}`);
    const sessionTimeoutMs = options.timeoutMs;
    const client = new ZooKeeperClient({ connection, sessionTimeoutMs, requestTimeoutMs, tls, sasl });
    client.connect();
    return client;
  };
  if (name !== undefined) {
    const client = open(options.server);
    try {
      return await runOne(client, options);
    } finally {
      await closed(client);
    }
  }
  const { server, output } = options;
  const shell = new Shell({ server, output, open, print, complain, historyFile: historyFile(process.env) });
  try {
    return await shell.run(process.stdin, process.stdout, process.stdin.isTTY === true);
  } finally {
    await closed(shell.session);
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
