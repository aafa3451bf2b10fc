import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import type { CreateMode } from '@/lib/protocol/proto';
import { aclValue, dataValue, nothing, statValue, type Answer } from './answer';
import { checkPath, integerOf, outstandingMax, pathOf, statOf, subtree, type Command } from './command';
import { aclText, parseAcl, statText } from './text';
import { CommandError, type Arguments } from './words';

/** The commands about znodes. The forms of ZooKeeper 3.4, with positions instead of options, go on working. */

const list = (names: readonly string[]): string => `[${names.join(', ')}]`;

/** `ls path watch` of old: the notice that Apache gives, and whether a watch is wanted. */
function oldWatch(given: Arguments, old: string, current: string): { watch: boolean; notice?: string } {
  const isOld = given.operands.length > 1;
  const watch = isOld || given.flags.has('w');
  if (!isOld) return { watch };
  return { watch, notice: `'${old}' has been deprecated. Please use '${current}' instead.` };
}

async function ls(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  const { watch, notice } = oldWatch(given, 'ls path [watch]', 'ls [-w] path');
  const said = notice === undefined ? {} : { notice };
  if (given.flags.has('R')) {
    const paths = await subtree(client, path);
    return { text: paths.join('\n'), value: paths, ...said };
  }
  const { children, stat } = (await client.getChildren(path, watch)).value;
  const names = [...children].sort();
  if (!given.flags.has('s')) return { text: list(names), value: names, ...said };
  return {
    text: `${list(names)}\n${statText(stat)}`,
    value: { children: names, ...statValue(stat) },
    ...said,
  };
}

async function get(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  const { watch, notice } = oldWatch(given, 'get path [watch]', 'get [-s] [-w] path');
  const { data, stat } = (await client.getData(path, watch)).value;
  const text = data === null ? 'null' : data.toString('utf8');
  const hasStat = given.flags.has('s');
  return {
    text: hasStat ? `${text}\n${statText(stat)}` : text,
    value: { ...dataValue(data), ...(hasStat ? statValue(stat) : {}) },
    ...(notice === undefined ? {} : { notice }),
  };
}

async function set(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const [, data, old] = given.operands;
  const version = old === undefined ? given.version : integerOf(old, 'the version');
  const { value } = await client.setData(pathOf(given), Buffer.from(data!), version);
  return { text: given.flags.has('s') ? statText(value) : null, value: statValue(value) };
}

async function stat(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const { watch, notice } = oldWatch(given, 'stat path [watch]', 'stat [-w] path');
  const found = await statOf(client, pathOf(given), watch);
  return { text: statText(found), value: statValue(found), ...(notice === undefined ? {} : { notice }) };
}

function createMode({ flags }: Arguments, hasTtl: boolean): CreateMode {
  const isSequential = flags.has('s');
  if (flags.has('c')) {
    if (flags.has('e') || isSequential)
      throw new CommandError(
        '-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.',
      );
    if (hasTtl) throw new CommandError('TTLs cannot be used with Container znodes');
    return 'container';
  }
  if (hasTtl) {
    if (flags.has('e')) throw new CommandError('TTLs cannot be used with Ephemeral znodes');
    return isSequential ? 'persistentSequentialWithTtl' : 'persistentWithTtl';
  }
  if (flags.has('e')) return isSequential ? 'ephemeralSequential' : 'ephemeral';
  return isSequential ? 'persistentSequential' : 'persistent';
}

async function create(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const [path = '', data, acl] = given.operands;
  // As it will be with a number behind it: a sequential znode's name may end in a slash.
  checkPath(given.flags.has('s') ? `${path}1` : path);
  const ttl = given.values.get('t');
  if (ttl !== undefined && !/^\d{1,15}$/.test(ttl))
    throw new CommandError('-t argument must be a long value');
  const bytes = data === undefined ? null : Buffer.from(data);
  const mode = createMode(given, ttl !== undefined);
  const { value } = await client.create(
    path,
    bytes,
    acl === undefined ? openAcl : parseAcl(acl),
    mode,
    Number(ttl ?? 0),
  );
  return { text: `Created ${value.path}`, value: { path: value.path, ...statValue(value.stat) } };
}

async function remove(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const [, old] = given.operands;
  await client.delete(pathOf(given), old === undefined ? given.version : integerOf(old, 'the version'));
  if (old === undefined) return nothing;
  return {
    ...nothing,
    notice: "'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.",
  };
}

async function deleteAll(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const batch = given.values.get('b');
  const asked = batch === undefined ? outstandingMax : integerOf(batch, '-b');
  const atOnce = Math.max(1, Math.min(asked, outstandingMax));
  const paths = (await subtree(client, pathOf(given))).reverse();
  for (let from = 0; from < paths.length; from += atOnce) {
    // One connection keeps their order, so children go before their parents.
    await Promise.all(
      paths.slice(from, from + atOnce).map(async (path) => {
        try {
          await client.delete(path, -1);
        } catch (error) {
          if (!isKeeperError(error, 'NONODE')) throw error;
        }
      }),
    );
  }
  return { text: null, value: { deleted: paths.length } };
}

async function getAcl(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const { acl, stat: found } = (await client.getACL(pathOf(given))).value;
  if (!given.flags.has('s')) return { text: aclText(acl), value: aclValue(acl) };
  return {
    text: `${aclText(acl)}\n${statText(found)}`,
    value: { acl: aclValue(acl), ...statValue(found) },
  };
}

async function setAcl(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  const acl = parseAcl(given.operands[1]!);
  if (given.flags.has('R')) {
    for (const each of await subtree(client, path)) await client.setACL(each, acl, given.version);
    return nothing;
  }
  const { value } = await client.setACL(path, acl, given.version);
  return { text: given.flags.has('s') ? statText(value) : null, value: statValue(value) };
}

async function getEphemerals(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const prefix = given.operands.length === 0 ? '/' : pathOf(given);
  const paths = (await client.getEphemerals(prefix)).value.sort();
  return { text: list(paths), value: paths };
}

async function getAllChildrenNumber(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const { value } = await client.getAllChildrenNumber(pathOf(given));
  return { text: String(value), value };
}

async function sync(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  await client.sync(pathOf(given));
  return { text: 'Sync is OK', value: null };
}

const onPath = { operandsMin: 1, operandsMax: 1 } as const;

export const nodeCommands: Readonly<Record<string, Command>> = {
  ls: { usage: '[-s] [-w] [-R] path', options: 'swR', operandsMin: 1, operandsMax: 2, run: ls },
  get: { usage: '[-s] [-w] path', options: 'sw', operandsMin: 1, operandsMax: 2, run: get },
  set: { usage: '[-s] [-v version] path data', options: 'sv', operandsMin: 2, operandsMax: 3, run: set },
  stat: { usage: '[-w] path', options: 'w', operandsMin: 1, operandsMax: 2, run: stat },
  create: {
    usage: '[-s] [-e] [-c] [-t ttl] path [data] [acl]',
    options: 'sec',
    valued: ['t'],
    operandsMin: 1,
    operandsMax: 3,
    run: create,
  },
  delete: { usage: '[-v version] path', options: 'v', operandsMin: 1, operandsMax: 2, run: remove },
  deleteall: { usage: 'path [-b batch size]', options: '', valued: ['b'], ...onPath, run: deleteAll },
  getAcl: { usage: '[-s] path', options: 's', ...onPath, run: getAcl },
  setAcl: {
    usage: '[-s] [-v version] [-R] path acl',
    options: 'svR',
    operandsMin: 2,
    operandsMax: 2,
    run: setAcl,
  },
  sync: { usage: 'path', options: '', ...onPath, run: sync },
  getAllChildrenNumber: { usage: 'path', options: '', ...onPath, run: getAllChildrenNumber },
  getEphemerals: { usage: 'path', options: '', operandsMin: 0, operandsMax: 1, run: getEphemerals },
};
