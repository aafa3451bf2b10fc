import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import {
  limitsName,
  limitsPath,
  limitsText,
  noLimits,
  parseLimits,
  quotaRoot,
  statsPath,
  unusedText,
  type Limits,
} from '@/lib/protocol/quota';
import { nothing, type Answer, type Value } from './answer';
import { integerOf, pathOf, subtree, type Command } from './command';
import { CommandError, type Arguments } from './words';

/** Quotas are znodes below /zookeeper/quota that clients keep in order: one on a path from the root down, no more. */

const limitsValue = ({ count, bytes, countHard, bytesHard }: Limits): Record<string, Value> => ({
  count,
  bytes,
  countHardLimit: countHard,
  byteHardLimit: bytesHard,
});

const fieldOf: Readonly<Record<string, keyof Limits>> = {
  n: 'count',
  b: 'bytes',
  N: 'countHard',
  B: 'bytesHard',
};

async function textAt(client: ZooKeeperClient, path: string): Promise<string | null> {
  try {
    return (await client.getData(path)).value.data?.toString('utf8') ?? '';
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return null;
    throw error;
  }
}

/** Creates the znode and what is missing above it. */
async function createWhole(client: ZooKeeperClient, path: string, data: Buffer | null): Promise<void> {
  const parts = path.split('/').slice(1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const at = `/${parts.slice(0, depth).join('/')}`;
    try {
      await client.create(at, depth === parts.length ? data : null, openAcl, 'persistent');
    } catch (error) {
      if (!isKeeperError(error, 'NODEEXISTS')) throw error;
    }
  }
}

/** Refuses a quota above or below another, of which the server counts only one. */
async function checkBranch(client: ZooKeeperClient, path: string): Promise<void> {
  for (let at = path.slice(0, path.lastIndexOf('/')); at !== ''; at = at.slice(0, at.lastIndexOf('/')))
    if ((await client.exists(limitsPath(at))).value !== null)
      throw new CommandError(`${path} has a parent ${at} which has a quota`);
  const own = `${quotaRoot}${path}`;
  if ((await client.exists(own)).value === null) return;
  for (const found of await subtree(client, own))
    if (found.endsWith(limitsName) && found !== limitsPath(path))
      throw new CommandError(
        `${path} has a child ${found.slice(quotaRoot.length, -limitsName.length)} which has a quota`,
      );
}

async function setQuota(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  if (path === '/' || path === '/zookeeper' || path.startsWith('/zookeeper/'))
    throw new CommandError(`cannot set a quota on ${path}`);
  if (given.values.size === 0)
    throw new CommandError(
      'Missing required option: [-n num soft quota, -b bytes soft quota, -N num hard quota, -B bytes hard quota]',
    );
  if ((await client.exists(path)).value === null) throw new CommandError(`${path} does not exist.`);
  const change = Object.fromEntries(
    [...given.values].map(([letter, text]) => [fieldOf[letter]!, limitOf(letter, text)]),
  );
  await checkBranch(client, path);
  const at = limitsPath(path);
  const before = await textAt(client, at);
  const limits = { ...(before === null ? noLimits : parseLimits(before)), ...change };
  const data = Buffer.from(limitsText(limits));
  if (before !== null) await client.setData(at, data, -1);
  else await createWhole(client, at, data);
  await createWhole(client, statsPath(path), Buffer.from(unusedText));
  const used = parseLimits((await textAt(client, statsPath(path))) ?? '');
  const exceeded = exceededText(limits, used);
  return { text: exceeded === '' ? null : exceeded, value: limitsValue(limits) };
}

const countMax = 2 ** 31 - 1;

/** What an option sets: at least one znode, or no bytes and more. */
function limitOf(letter: string, text: string): number {
  const value = integerOf(text, `-${letter}`);
  const isCount = letter.toLowerCase() === 'n';
  if (isCount && value < 1) throw new CommandError('the num quota must be greater than zero');
  if (isCount && value > countMax)
    throw new CommandError(`-${letter} must not be above ${countMax}, and is ${value}`);
  if (value < 0) throw new CommandError('the bytes quota must be greater than or equal to zero');
  return value;
}

/** A line for what is over its soft or hard limit already. */
function exceededText(limits: Limits, used: Limits): string {
  const isOver = (limit: number, now: number): boolean => limit > -1 && limit < now;
  const line = (what: string, now: number): string =>
    `[Warning]: the ${what} quota you create is less than the existing ${what}:${now}`;
  const lines: string[] = [];
  if (isOver(limits.count, used.count) || isOver(limits.countHard, used.count))
    lines.push(line('count', used.count));
  if (isOver(limits.bytes, used.bytes) || isOver(limits.bytesHard, used.bytes))
    lines.push(line('bytes', used.bytes));
  return lines.join('\n');
}

async function listQuota(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  const at = limitsPath(path);
  const limits = await textAt(client, at);
  const absolute = `absolute path is ${at}`;
  if (limits === null)
    return { text: null, value: null, notice: `${absolute}\nquota for ${path} does not exist.` };
  const stats = (await textAt(client, statsPath(path))) ?? '';
  return {
    text: `${absolute}\nOutput quota for ${path} ${limits}\nOutput stat for ${path} ${stats}`,
    value: { path, quota: limitsValue(parseLimits(limits)), used: limitsValue(parseLimits(stats)) },
  };
}

/** Removes what is left empty between a quota that went and the root of quotas. */
async function trim(client: ZooKeeperClient, from: string): Promise<void> {
  for (let at = from; at.length > quotaRoot.length; at = at.slice(0, at.lastIndexOf('/'))) {
    try {
      await client.delete(at, -1);
    } catch (error) {
      if (isKeeperError(error, 'NOTEMPTY')) return;
      if (!isKeeperError(error, 'NONODE')) throw error;
    }
  }
}

async function delQuota(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  const at = limitsPath(path);
  const before = await textAt(client, at);
  if (before === null) return { text: `Quota does not exist for ${path}`, value: null };
  const limits: Limits = parseLimits(before);
  if (given.flags.size > 0) {
    const lifted = Object.fromEntries([...given.flags].map((letter) => [fieldOf[letter]!, -1]));
    const left = { ...limits, ...lifted };
    await client.setData(at, Buffer.from(limitsText(left)), -1);
    return { text: null, value: limitsValue(left) };
  }
  await client.delete(at, -1);
  await trim(client, statsPath(path));
  return nothing;
}

const onPath = { operandsMin: 1, operandsMax: 1 } as const;

export const quotaCommands: Readonly<Record<string, Command>> = {
  setquota: {
    usage: '-n|-b|-N|-B val path',
    options: '',
    valued: ['n', 'b', 'N', 'B'],
    ...onPath,
    run: setQuota,
  },
  listquota: { usage: 'path', options: '', ...onPath, run: listQuota },
  delquota: { usage: '[-n|-b|-N|-B] path', options: 'nbNB', ...onPath, run: delQuota },
};
