import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { parseLimits, type Limits } from '@/server/tree/quota';
import { nothing, type Answer, type Value } from './answer';
import { integerOf, pathOf, subtree, type Command } from './command';
import { CommandError, type Arguments } from './words';

/** Quotas are znodes below /zookeeper/quota that clients keep in order: one on a path from the root down, no more. */

const root = '/zookeeper/quota';
const limitsName = 'zookeeper_limits';
const statsName = 'zookeeper_stats';
const noLimits: Limits = { count: -1, bytes: -1, countHard: -1, bytesHard: -1 };

/** As StatsTrack of Apache's writes it. */
const limitsText = ({ count, bytes, countHard, bytesHard }: Limits): string =>
  `count=${count},bytes=${bytes}=;byteHardLimit=${bytesHard};countHardLimit=${countHard}`;

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
    if ((await client.exists(`${root}${at}/${limitsName}`)).value !== null)
      throw new CommandError(`${path} has a parent ${at} which has a quota`);
  const own = `${root}${path}`;
  if ((await client.exists(own)).value === null) return;
  for (const found of await subtree(client, own))
    if (found.endsWith(`/${limitsName}`) && found !== `${own}/${limitsName}`)
      throw new CommandError(
        `${path} has a child ${found.slice(root.length, -limitsName.length - 1)} which has a quota`,
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
    [...given.values].map(([letter, text]) => [fieldOf[letter]!, integerOf(text, `-${letter}`)]),
  );
  await checkBranch(client, path);
  const limitsPath = `${root}${path}/${limitsName}`;
  const before = await textAt(client, limitsPath);
  const limits = { ...(before === null ? noLimits : parseLimits(before)), ...change };
  const data = Buffer.from(limitsText(limits));
  if (before !== null) await client.setData(limitsPath, data, -1);
  else await createWhole(client, limitsPath, data);
  // The server fills in what is used as it takes this in.
  const unused = Buffer.from(limitsText({ ...noLimits, count: 0, bytes: 0 }));
  await createWhole(client, `${root}${path}/${statsName}`, unused);
  return { text: null, value: limitsValue(limits) };
}

async function listQuota(client: ZooKeeperClient, given: Arguments): Promise<Answer> {
  const path = pathOf(given);
  const limitsPath = `${root}${path}/${limitsName}`;
  const limits = await textAt(client, limitsPath);
  const absolute = `absolute path is ${limitsPath}`;
  if (limits === null) throw new CommandError(`quota for ${path} does not exist.`);
  const stats = (await textAt(client, `${root}${path}/${statsName}`)) ?? '';
  return {
    text: `${absolute}\nOutput quota for ${path} ${limits}\nOutput stat for ${path} ${stats}`,
    value: { path, quota: limitsValue(parseLimits(limits)), used: limitsValue(parseLimits(stats)) },
  };
}

/** Removes what is left empty between a quota that went and the root of quotas. */
async function trim(client: ZooKeeperClient, from: string): Promise<void> {
  for (let at = from; at.length > root.length; at = at.slice(0, at.lastIndexOf('/'))) {
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
  const limitsPath = `${root}${path}/${limitsName}`;
  const before = await textAt(client, limitsPath);
  if (before === null) throw new CommandError(`Quota does not exist for ${path}`);
  const limits: Limits = parseLimits(before);
  if (given.flags.size > 0) {
    const lifted = Object.fromEntries([...given.flags].map((letter) => [fieldOf[letter]!, -1]));
    const left = { ...limits, ...lifted };
    await client.setData(limitsPath, Buffer.from(limitsText(left)), -1);
    return { text: null, value: limitsValue(left) };
  }
  await client.delete(limitsPath, -1);
  await trim(client, `${root}${path}/${statsName}`);
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
