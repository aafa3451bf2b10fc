import type { ZooKeeperClient } from '@/lib/client/client';
import type { Stat } from '@/lib/protocol/data';
import { isKeeperError, KeeperError } from '@/lib/protocol/errors';
import { forbiddenCharacter, joinPath } from '@/lib/protocol/path';
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
  checkPath(path);
  return path;
}

/** Throws a CommandError in the words of Apache's shell (its PathUtils) for what is no path. */
export function checkPath(path: string): void {
  if (path === '') throw new CommandError('Path length must be > 0');
  if (!path.startsWith('/')) throw new CommandError('Path must start with / character');
  if (path === '/') return;
  if (path.endsWith('/')) throw new CommandError('Path must not end with / character');
  const { reason, at } = firstFault(path) ?? {};
  if (reason !== undefined)
    throw new CommandError(`Invalid path string "${path}" caused by ${reason} @${at}`);
}

const pathFaults = [
  [/\0/, 'null character not allowed', 0],
  [/\/\//, 'empty node name specified', 1],
  // Found at the last dot.
  [/\/\.(?=\/|$)/, 'relative paths not allowed', 1],
  [/\/\.\.(?=\/|$)/, 'relative paths not allowed', 2],
  [forbiddenCharacter, 'invalid character', 0],
] as const;

/** The one that stands foremost, and where. */
function firstFault(path: string): { readonly reason: string; readonly at: number } | null {
  const found = pathFaults.flatMap(([pattern, reason, offset]) => {
    const start = path.search(pattern);
    return start < 0 ? [] : [{ reason, at: start + offset }];
  });
  return found.sort((one, other) => one.at - other.at)[0] ?? null;
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
