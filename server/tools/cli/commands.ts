import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl, type Stat } from '@/lib/protocol/data';
import { isKeeperError, KeeperError } from '@/lib/protocol/errors';
import { joinPath, pathFault } from '@/lib/protocol/path';
import type { CreateMode } from '@/lib/protocol/proto';
import { versionText } from '@/server/admin/version';
import { config, reconfig, reconfigOptions, reconfigUsage } from './reconfig';
import { aclText, parseAcl, statText } from './text';
import { CommandError, CommandNotFound, readArguments, type Arguments } from './words';

/** The commands of the shell that ask the server for something: their options, and what they print. */

export interface Command {
  readonly usage: string;
  /** Letters of the options it takes. */
  readonly options: string;
  /** Options that are words and take a value. */
  readonly valued?: readonly string[];
  readonly operandsMin: number;
  readonly operandsMax: number;
  /** Returns what to print; null prints nothing. */
  run(client: ZooKeeperClient, given: Arguments): Promise<string | null>;
}

/** Requests kept outstanding while a subtree is walked or deleted. */
const outstandingMax = 100;

function pathOf(given: Arguments): string {
  const path = given.operands[0]!;
  const fault = pathFault(path);
  if (fault !== null) throw new CommandError(`${path} is no path: ${fault}`);
  return path;
}

async function statOf(client: ZooKeeperClient, path: string, watch: boolean): Promise<Stat> {
  const { value } = await client.exists(path, watch);
  if (value === null) throw new KeeperError('NONODE', { path });
  return value;
}

const list = (names: readonly string[]): string => `[${[...names].sort().join(', ')}]`;

/** The znode and all below it, parents first; a znode that goes meanwhile is left out. */
async function subtree(client: ZooKeeperClient, root: string): Promise<string[]> {
  const paths = [root];
  for (let from = 0; from < paths.length;) {
    const asked = paths.slice(from, from + outstandingMax);
    from += asked.length;
    const found = await Promise.all(
      asked.map(async (path) => {
        try {
          return (await client.getChildren(path)).value.children.sort().map((name) => joinPath(path, name));
        } catch (error) {
          if (path !== root && isKeeperError(error, 'NONODE')) return [];
          throw error;
        }
      }),
    );
    paths.push(...found.flat());
  }
  return paths;
}

async function ls(client: ZooKeeperClient, given: Arguments): Promise<string> {
  const path = pathOf(given);
  if (given.flags.has('R')) return (await subtree(client, path)).sort().join('\n');
  const { children, stat } = (await client.getChildren(path, given.flags.has('w'))).value;
  return given.flags.has('s') ? `${list(children)}\n${statText(stat)}` : list(children);
}

async function get(client: ZooKeeperClient, given: Arguments): Promise<string> {
  const path = pathOf(given);
  // An exists watch on a znode that is there is a data watch, and it is set before the data is read.
  if (given.flags.has('w')) await statOf(client, path, true);
  const { data, stat } = (await client.getData(path)).value;
  const shown = data === null ? 'null' : data.toString('utf8');
  return given.flags.has('s') ? `${shown}\n${statText(stat)}` : shown;
}

async function set(client: ZooKeeperClient, given: Arguments): Promise<string | null> {
  const { value } = await client.setData(pathOf(given), Buffer.from(given.operands[1]!), given.version);
  return given.flags.has('s') ? statText(value) : null;
}

function createMode({ flags }: Arguments): CreateMode {
  if (flags.has('c')) {
    if (flags.has('e') || flags.has('s')) throw new CommandError('-c cannot be combined with -s or -e');
    return 'container';
  }
  if (flags.has('e')) return flags.has('s') ? 'ephemeralSequential' : 'ephemeral';
  return flags.has('s') ? 'persistentSequential' : 'persistent';
}

async function create(client: ZooKeeperClient, given: Arguments): Promise<string> {
  const [path = '', data, acl] = given.operands;
  const bytes = data === undefined ? null : Buffer.from(data);
  const { value } = await client.create(
    path,
    bytes,
    acl === undefined ? openAcl : parseAcl(acl),
    createMode(given),
  );
  return `Created ${value.path}`;
}

async function deleteAll(client: ZooKeeperClient, given: Arguments): Promise<null> {
  const paths = (await subtree(client, pathOf(given))).reverse();
  for (let from = 0; from < paths.length; from += outstandingMax) {
    // One connection keeps their order, so children go before their parents.
    await Promise.all(
      paths.slice(from, from + outstandingMax).map(async (path) => {
        try {
          await client.delete(path, -1);
        } catch (error) {
          if (!isKeeperError(error, 'NONODE')) throw error;
        }
      }),
    );
  }
  return null;
}

async function getAcl(client: ZooKeeperClient, given: Arguments): Promise<string> {
  const { acl, stat } = (await client.getACL(pathOf(given))).value;
  return given.flags.has('s') ? `${aclText(acl)}\n${statText(stat)}` : aclText(acl);
}

async function setAcl(client: ZooKeeperClient, given: Arguments): Promise<string | null> {
  const path = pathOf(given);
  const acl = parseAcl(given.operands[1]!);
  if (given.flags.has('R')) {
    for (const each of await subtree(client, path)) await client.setACL(each, acl, given.version);
    return null;
  }
  const { value } = await client.setACL(path, acl, given.version);
  return given.flags.has('s') ? statText(value) : null;
}

async function whoami(client: ZooKeeperClient): Promise<string> {
  const { value } = await client.whoAmI();
  return ['Auth scheme: User', ...value.map(({ scheme, id }) => `${scheme}: ${id}`)].join('\n');
}

const commandList: readonly [string, Omit<Command, 'usage'> & { readonly usage: string }][] = [
  ['ls', { usage: '[-s] [-w] [-R] path', options: 'swR', operandsMin: 1, operandsMax: 1, run: ls }],
  ['get', { usage: '[-s] [-w] path', options: 'sw', operandsMin: 1, operandsMax: 1, run: get }],
  ['set', { usage: '[-s] [-v version] path data', options: 'sv', operandsMin: 2, operandsMax: 2, run: set }],
  [
    'create',
    {
      usage: '[-s] [-e] [-c] path [data] [acl]',
      options: 'sec',
      operandsMin: 1,
      operandsMax: 3,
      run: create,
    },
  ],
  [
    'delete',
    {
      usage: '[-v version] path',
      options: 'v',
      operandsMin: 1,
      operandsMax: 1,
      run: async (client, given) => (await client.delete(pathOf(given), given.version), null),
    },
  ],
  ['deleteall', { usage: 'path', options: '', operandsMin: 1, operandsMax: 1, run: deleteAll }],
  [
    'stat',
    {
      usage: '[-w] path',
      options: 'w',
      operandsMin: 1,
      operandsMax: 1,
      run: async (client, given) => statText(await statOf(client, pathOf(given), given.flags.has('w'))),
    },
  ],
  ['getAcl', { usage: '[-s] path', options: 's', operandsMin: 1, operandsMax: 1, run: getAcl }],
  [
    'setAcl',
    { usage: '[-s] [-v version] [-R] path acl', options: 'svR', operandsMin: 2, operandsMax: 2, run: setAcl },
  ],
  [
    'sync',
    {
      usage: 'path',
      options: '',
      operandsMin: 1,
      operandsMax: 1,
      run: async (client, given) => (await client.sync(pathOf(given)), 'Sync is OK'),
    },
  ],
  [
    'addauth',
    {
      usage: 'scheme auth',
      options: '',
      operandsMin: 2,
      operandsMax: 2,
      run: (client, given) => {
        client.addAuthInfo(given.operands[0]!, Buffer.from(given.operands[1]!));
        return Promise.resolve(null);
      },
    },
  ],
  ['config', { usage: '[-c] [-w] [-s]', options: 'cws', operandsMin: 0, operandsMax: 0, run: config }],
  [
    'reconfig',
    {
      usage: reconfigUsage,
      options: 's',
      valued: reconfigOptions,
      operandsMin: 0,
      operandsMax: 0,
      run: reconfig,
    },
  ],
  ['whoami', { usage: '', options: '', operandsMin: 0, operandsMax: 0, run: whoami }],
  [
    'getAllChildrenNumber',
    {
      usage: 'path',
      options: '',
      operandsMin: 1,
      operandsMax: 1,
      run: async (client, given) => String((await client.getAllChildrenNumber(pathOf(given))).value),
    },
  ],
  [
    'getEphemerals',
    {
      usage: '[path]',
      options: '',
      operandsMin: 0,
      operandsMax: 1,
      run: async (client, given) => list((await client.getEphemerals(given.operands[0] ?? '/')).value),
    },
  ],
  [
    'version',
    {
      usage: '',
      options: '',
      operandsMin: 0,
      operandsMax: 0,
      run: () => Promise.resolve(`ZooKeeper CLI version: ${versionText}`),
    },
  ],
];

export const commands: ReadonlyMap<string, Command> = new Map(commandList);

/** Runs one command given as words; returns what it prints, null for nothing. Throws for failures of any kind. */
export async function runCommand(client: ZooKeeperClient, words: readonly string[]): Promise<string | null> {
  const [name = '', ...rest] = words;
  const command = commands.get(name);
  if (command === undefined)
    throw new CommandNotFound(`Command not found: ${name} (help lists the commands)`);
  const usage = `Usage: ${name} ${command.usage}`.trimEnd();
  const given = readArguments(rest, command.options, usage, command.valued);
  const { length } = given.operands;
  if (length < command.operandsMin || length > command.operandsMax) throw new CommandError(usage);
  return command.run(client, given);
}
