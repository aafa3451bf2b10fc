import type { ZooKeeperClient } from '@/lib/client/client';
import type { Stat } from '@/lib/protocol/data';
import { isKeeperError, KeeperError } from '@/lib/protocol/errors';
import { joinPath, pathFault } from '@/lib/protocol/path';
import type { Answer } from './answer';
import { CommandError, type Arguments } from './words';

/** A command of the shell that asks the server for something, and what the commands share. */
export interface Command {
  readonly usage: string;
  /** Letters of the options it takes. */
  readonly options: string;
  /** Options that take a value. */
  readonly valued?: readonly string[];
  readonly operandsMin: number;
  readonly operandsMax: number;
  run(client: ZooKeeperClient, given: Arguments): Promise<Answer>;
}

/** Requests kept outstanding while a subtree is walked or deleted. */
export const outstandingMax = 100;

export function pathOf(given: Arguments): string {
  const path = given.operands[0]!;
  if (!path.startsWith('/')) throw new CommandError('Path must start with / character');
  const fault = pathFault(path);
  if (fault !== null) throw new CommandError(`${path} is no path: ${fault}`);
  return path;
}

export async function statOf(client: ZooKeeperClient, path: string, watch: boolean): Promise<Stat> {
  const { value } = await client.exists(path, watch);
  if (value === null) throw new KeeperError('NONODE', { path });
  return value;
}

/** The znode and all below it, level by level, each level sorted; a znode that goes meanwhile is left out. */
export async function subtree(client: ZooKeeperClient, root: string): Promise<string[]> {
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
    for (const children of found) paths.push(...children);
  }
  return paths;
}

/** A whole number from an operand or the value of an option. */
export function integerOf(text: string, what: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new CommandError(`${what} must be a whole number, not ${text}`);
  return Number(text);
}
