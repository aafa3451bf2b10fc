import type { ZooKeeperClient } from '@/lib/client/client';
import type { WatchKind } from '@/lib/client/watch-registry';
import { nothing, type Answer } from './answer';
import { pathOf, type Command } from './command';
import { CommandError, type Arguments } from './words';

/** Persistent watches, and the end of any. */

const modes: Readonly<Record<string, 'persistent' | 'persistentRecursive'>> = {
  PERSISTENT: 'persistent',
  PERSISTENT_RECURSIVE: 'persistentRecursive',
};

async function addWatch(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const mode = modes[(given.values.get('m') ?? 'PERSISTENT_RECURSIVE').toUpperCase()];
  if (mode === undefined) throw new CommandError(`addWatch ${addWatchUsage}`);
  await client.addWatch(pathOf(given), mode);
  return nothing;
}

const removedTypes: Readonly<Record<WatchKind, string>> = {
  child: 'ChildWatchRemoved',
  persistent: 'PersistentWatchRemoved',
  persistentRecursive: 'PersistentWatchRemoved',
  data: 'DataWatchRemoved',
  exist: 'DataWatchRemoved',
};

async function removeWatches(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  const wanted = ['c', 'd', 'a'].filter((letter) => given.flags.has(letter));
  if (wanted.length > 1) throw new CommandError('-c, -d and -a exclude each other');
  const kind = wanted[0] === 'c' ? 'children' : wanted[0] === 'd' ? 'data' : 'any';
  const removed = await client.removeWatchesOf(path, kind, given.flags.has('l'));
  const types = [...new Set(removed.map((gone) => removedTypes[gone]))];
  return {
    text: types
      .map((type) => `\nWATCHER::\n\nWatchedEvent state:SyncConnected type:${type} path:${path}`)
      .join('\n'),
    value: { removed: types },
  };
}

const addWatchUsage =
  '[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE] - default is PERSISTENT_RECURSIVE';

export const watchCommands: Readonly<Record<string, Command>> = {
  addWatch: {
    usage: addWatchUsage,
    options: '',
    valued: ['m'],
    operandsMin: 1,
    operandsMax: 1,
    run: addWatch,
  },
  removewatches: {
    usage: 'path [-c|-d|-a] [-l]',
    options: 'cdal',
    operandsMin: 1,
    operandsMax: 1,
    run: removeWatches,
  },
};
