import { createInterface, type Interface } from 'node:readline';
import type { ZooKeeperClient } from '@/lib/client/client';
import { joinPath } from '@/lib/protocol/path';
import { shown, type Output } from './answer';
import { commands, runCommand } from './commands';
import { historyMax, isKept, loadHistory, saveHistory } from './history';
import { failureText } from './text';
import { CommandError, splitWords } from './words';

/**
 * The interactive shell: a prompt with the server and the session's state, history, completion of commands and paths.
 * Fed from a pipe it runs the lines one after another without a prompt, and its exit code tells whether all succeeded.
 */

const ownCommands: Readonly<Record<string, string>> = {
  help: '',
  history: '',
  redo: 'cmdno',
  printwatches: 'on|off',
  connect: 'host:port',
  close: '',
  quit: '',
};
const completionsMax = 500;

/** Command names, or the children of the path begun, that fit the end of the line. */
export async function complete(client: ZooKeeperClient, line: string): Promise<[string[], string]> {
  const word = /\S*$/.exec(line)![0];
  if (word === line) {
    const names = [...commands.keys(), ...Object.keys(ownCommands)].sort();
    return [names.filter((name) => name.startsWith(word)), word];
  }
  if (!word.startsWith('/')) return [[], word];
  const slash = word.lastIndexOf('/');
  const parent = slash === 0 ? '/' : word.slice(0, slash);
  try {
    const { children } = (await client.getChildren(parent)).value;
    const fitting = children.filter((name) => name.startsWith(word.slice(slash + 1))).sort();
    return [fitting.slice(0, completionsMax).map((name) => joinPath(parent, name)), word];
  } catch {
    return [[], word];
  }
}

export function helpText(): string {
  const lines = [...commands].map(([name, { usage }]) => `\t${name} ${usage}`.trimEnd());
  lines.push(...Object.entries(ownCommands).map(([name, usage]) => `\t${name} ${usage}`.trimEnd()));
  const usage =
    'zkCli -server host:port[,host:port…][/chroot] [-timeout ms] [-r] [-waitforconnection] [-client-configuration file] [--output text|table|json] [command …]';
  return [usage, ...lines.sort()].join('\n');
}

export interface ShellOptions {
  readonly server: string;
  readonly output: Output;
  /** Opens a session to another server; throws a CommandError for an address that is none. */
  readonly open: (server: string) => ZooKeeperClient;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Where lines are kept over runs; null keeps none. */
  readonly historyFile: string | null;
}

export class Shell {
  private client: ZooKeeperClient;
  private server: string;
  private readonly history: string[] = [];
  private failures = 0;
  private isOver = false;
  private isClosed = false;
  private printsWatches = true;
  /** Draws the prompt again. */
  private ask = (): void => {};

  constructor(private readonly options: ShellOptions) {
    this.server = options.server;
    this.client = options.open(options.server);
    this.listenTo(this.client);
  }

  /** The session that stands now. */
  get session(): ZooKeeperClient {
    return this.client;
  }

  /** Runs lines until quit or the end of input; resolves with the exit code. */
  async run(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream,
    isTerminal: boolean,
  ): Promise<number> {
    const { historyFile } = this.options;
    const before = isTerminal && historyFile !== null ? loadHistory(historyFile) : [];
    const lines = createInterface({
      input,
      ...(isTerminal ? { output } : {}),
      terminal: isTerminal,
      historySize: historyMax,
      // The newest first.
      history: [...before].reverse(),
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        void complete(this.client, line).then((result) => done(null, result));
      },
    });
    this.ask = () => {
      if (!isTerminal || this.isOver) return;
      lines.setPrompt(this.prompt());
      lines.prompt();
    };
    this.endOnInterrupt(lines);
    this.ask();
    for await (const line of lines) {
      await this.runLine(line);
      if (isTerminal && historyFile !== null && isKept(line)) {
        before.push(line.trim());
        saveHistory(historyFile, before);
      }
      if (this.isOver) break;
      this.ask();
    }
    this.isOver = true;
    lines.close();
    return this.failures > 0 && !isTerminal ? 1 : 0;
  }

  private prompt(): string {
    return `[zk: ${this.server}(${this.client.status.state.toUpperCase()}) ${this.history.length}] `;
  }

  private endOnInterrupt(lines: Interface): void {
    lines.on('SIGINT', () => {
      this.isOver = true;
      lines.close();
    });
  }

  /** Watches fire whenever they do: their lines go above the prompt, which is drawn again. */
  private listenTo(client: ZooKeeperClient): void {
    const { print, complain, output } = this.options;
    client.onWatch(({ type, path }) => {
      if (!this.printsWatches || client !== this.client) return;
      const event = { text: `\nWATCHER::\n\nWatchedEvent state:SyncConnected type:${type} path:${path}` };
      print(shown({ ...event, value: { event: type, path } }, output) ?? '');
      this.ask();
    });
    client.onStatus((status) => {
      if (this.isOver || client !== this.client) return;
      if (['connected', 'closed'].includes(status.state) || status.fault === null) return;
      complain(`\nThe session is ${status.state}: ${status.fault}`);
    });
  }

  private async runLine(line: string): Promise<void> {
    try {
      const words = splitWords(line);
      if (words.length === 0) return;
      if (words[0] !== 'redo') this.remember(line);
      await this.runWords(words);
    } catch (error) {
      this.failures += 1;
      this.options.complain(failureText(error));
    }
  }

  private remember(line: string): void {
    this.history.push(line.trim());
    if (this.history.length > historyMax) this.history.shift();
  }

  private connect(server: string): void {
    const client = this.options.open(server);
    const before = this.client;
    this.server = server;
    this.client = client;
    this.listenTo(client);
    if (!this.isClosed) before.close();
    this.isClosed = false;
  }

  private printWatches(word: string | undefined): void {
    if (word !== undefined && !['on', 'off'].includes(word)) throw new CommandError('printwatches on|off');
    if (word !== undefined) this.printsWatches = word === 'on';
    else this.options.print(`printwatches is ${this.printsWatches ? 'on' : 'off'}`);
  }

  private async redo(word: string | undefined): Promise<void> {
    const line = this.history[Number(word)];
    if (line === undefined) throw new CommandError('Command index out of range');
    await this.runLine(line);
  }

  private async runWords(words: readonly string[]): Promise<void> {
    const { print, complain, output } = this.options;
    switch (words[0]) {
      case 'quit':
        this.isOver = true;
        return;
      case 'close':
        this.client.close();
        this.isClosed = true;
        return;
      case 'connect':
        return this.connect(words[1] ?? this.server);
      case 'printwatches':
        return this.printWatches(words[1]);
      case 'help':
        return print(helpText());
      case 'history':
        return print(this.history.map((line, index) => `${index} - ${line}`).join('\n'));
      case 'redo':
        return this.redo(words[1]);
      default: {
        if (this.isClosed && commands.has(words[0]!)) throw new CommandError('Not connected');
        const answer = await runCommand(this.client, words);
        if (answer.notice !== undefined) complain(answer.notice);
        const text = shown(answer, output);
        if (text !== null) print(text);
      }
    }
  }
}
