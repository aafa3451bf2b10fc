import { createInterface, type Interface } from 'node:readline';
import type { ZooKeeperClient } from '@/lib/client/client';
import { joinPath } from '@/lib/protocol/path';
import { commands, runCommand } from './commands';
import { failureText } from './text';
import { CommandError, splitWords } from './words';

/**
 * The interactive shell: a prompt with the server and the session's state, history, completion of commands and paths.
 * Fed from a pipe it runs the lines one after another without a prompt, and its exit code tells whether all succeeded.
 */

const ownCommands: Readonly<Record<string, string>> = {
  help: '',
  history: '',
  redo: 'number',
  close: '',
  quit: '',
};
const historyMax = 1000;
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
  return ['zkCli -server host:port[,host:port…][/chroot] [-timeout ms] [command …]', ...lines.sort()].join(
    '\n',
  );
}

export class Shell {
  private readonly history: string[] = [];
  private failures = 0;
  private isOver = false;

  constructor(
    private readonly client: ZooKeeperClient,
    private readonly server: string,
    private readonly print: (text: string) => void,
    private readonly complain: (text: string) => void,
  ) {}

  /** Runs lines until quit or the end of input; resolves with the exit code. */
  async run(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream,
    isTerminal: boolean,
  ): Promise<number> {
    const lines = createInterface({
      input,
      ...(isTerminal ? { output } : {}),
      terminal: isTerminal,
      historySize: historyMax,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        void complete(this.client, line).then((result) => done(null, result));
      },
    });
    const ask = (): void => {
      if (!isTerminal) return;
      lines.setPrompt(this.prompt());
      lines.prompt();
    };
    this.showEvents(lines, isTerminal, ask);
    ask();
    for await (const line of lines) {
      await this.runLine(line);
      if (this.isOver) break;
      ask();
    }
    this.isOver = true;
    lines.close();
    return this.failures > 0 && !isTerminal ? 1 : 0;
  }

  private prompt(): string {
    return `[zk: ${this.server}(${this.client.status.state.toUpperCase()}) ${this.history.length}] `;
  }

  /** Watches fire whenever they do: their lines go above the prompt, which is drawn again. */
  private showEvents(lines: Interface, isTerminal: boolean, ask: () => void): void {
    this.client.onWatch(({ type, path }) => {
      this.print(`\nWATCHER::\n\nWatchedEvent state:SyncConnected type:${type} path:${path}`);
      if (isTerminal && !this.isOver) ask();
    });
    this.client.onStatus((status) => {
      if (this.isOver || ['connected', 'closed'].includes(status.state) || status.fault === null) return;
      this.complain(`\nThe session is ${status.state}: ${status.fault}`);
    });
    lines.on('SIGINT', () => {
      this.isOver = true;
      lines.close();
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
      this.complain(failureText(error));
    }
  }

  private remember(line: string): void {
    this.history.push(line.trim());
    if (this.history.length > historyMax) this.history.shift();
  }

  private async runWords(words: readonly string[]): Promise<void> {
    switch (words[0]) {
      case 'quit':
        this.isOver = true;
        return;
      case 'close':
        this.client.close();
        return;
      case 'help':
        return this.print(helpText());
      case 'history':
        return this.print(this.history.map((line, index) => `${index} - ${line}`).join('\n'));
      case 'redo': {
        const line = this.history[Number(words[1])];
        if (line === undefined)
          throw new CommandError('Command index out of range (history lists the commands)');
        return this.runLine(line);
      }
      default: {
        const text = await runCommand(this.client, words);
        if (text !== null) this.print(text);
      }
    }
  }
}
