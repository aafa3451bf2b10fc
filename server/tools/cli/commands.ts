import type { ZooKeeperClient } from '@/lib/client/client';
import { versionText } from '@/server/admin/version';
import { nothing, type Answer } from './answer';
import type { Command } from './command';
import { nodeCommands } from './node-commands';
import { quotaCommands } from './quota-commands';
import { config, reconfig, reconfigOptions, reconfigUsage } from './reconfig';
import { watchCommands } from './watch-commands';
import { CommandError, CommandNotFound, readArguments, type Arguments } from './words';

/** Every command that asks a server for something. */

async function whoami(client: ZooKeeperClient): Promise<Answer> {
  const { value } = await client.whoAmI();
  const lines = value.map(({ scheme, id }) => `${scheme}: ${id}`);
  return { text: ['Auth scheme: User', ...lines].join('\n'), value };
}

/** Sent to the server at once and again after every new connection. */
function addAuth(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  client.addAuthInfo(given.operands[0]!, Buffer.from(given.operands[1] ?? ''));
  return Promise.resolve(nothing);
}

function version(): Promise<Answer> {
  return Promise.resolve({ text: `ZooKeeper CLI version: ${versionText}`, value: { version: versionText } });
}

const noOperands = { operandsMin: 0, operandsMax: 0 } as const;

export const commands: ReadonlyMap<string, Command> = new Map<string, Command>(
  Object.entries({
    ...nodeCommands,
    ...quotaCommands,
    ...watchCommands,
    addauth: { usage: 'scheme auth', options: '', operandsMin: 1, operandsMax: 2, run: addAuth },
    config: { usage: '[-c] [-w] [-s]', options: 'cws', ...noOperands, run: config },
    reconfig: { usage: reconfigUsage, options: 's', valued: reconfigOptions, ...noOperands, run: reconfig },
    whoami: { usage: '', options: '', ...noOperands, run: whoami },
    version: { usage: '', options: '', ...noOperands, run: version },
  }),
);

/** What the commands of ZooKeeper 3.4 are called today. */
const oldNames: Readonly<Record<string, readonly [string, string]>> = {
  ls2: ['ls', '-s'],
  rmr: ['deleteall', ''],
};

/** Runs one command given as words. Throws for failures of any kind. */
export async function runCommand(client: ZooKeeperClient, words: readonly string[]): Promise<Answer> {
  const [name = '', ...rest] = words;
  const old = oldNames[name];
  if (old !== undefined) {
    const [current, option] = old;
    const answer = await runCommand(client, [current, ...(option === '' ? [] : [option]), ...rest]);
    const notice = `'${name}' has been deprecated. Please use '${`${current} ${option}`.trim()}' instead.`;
    return { ...answer, notice };
  }
  const command = commands.get(name);
  if (command === undefined)
    throw new CommandNotFound(`Command not found: ${name} (help lists the commands)`);
  const usage = `${name} ${command.usage}`;
  const given = readArguments(rest, command.options, usage, command.valued);
  const { length } = given.operands;
  if (length < command.operandsMin || length > command.operandsMax) throw new CommandError(usage);
  return command.run(client, given);
}
