import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { parseZxid } from '@/lib/protocol/zxid';
import { MixedEnsemble, type EnsembleMember } from '../support/ensemble-members';
import { fourLetter } from '../support/four-letter';
import {
  memberKinds,
  startMember,
  type Member,
  type MemberKind,
  type MemberOptions,
} from '../support/member';
import { otherClient } from '../support/other-client';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';

/** What Apache's server and ours make of a folder without data, and when they write snapshots by themselves. */

type Config = MemberOptions['config'];
type Prepare = (dataDir: string) => void;

let home: string;
beforeAll(async () => void (home = await tempDir('empty')));
afterAll(async () => removeDir(home));

const isOurs = (name: string): boolean => name === 'zoodeck.lock';
const filesIn = (folder: string): string[] =>
  fs
    .readdirSync(folder)
    .filter((name) => !isOurs(name))
    .sort();

let folders = 0;
function newFolder(prepare: Prepare): string {
  const dataDir = path.join(home, `data-${(folders += 1)}`);
  fs.mkdirSync(dataDir);
  prepare(dataDir);
  return dataDir;
}

const write = async (member: Member, path: string, data: Buffer | null = null): Promise<void> => {
  const client = otherClient(member.port);
  try {
    await client.create(path, data, openAcl, 'persistent');
  } finally {
    client.close();
  }
};

/** What is on disk once it serves and after a write, and what it says of itself. */
async function begins(kind: MemberKind, config: Config, prepare: Prepare): Promise<unknown> {
  const dataDir = newFolder(prepare);
  const member = await startMember(kind, { dataDir, config: { preAllocSize: 64, ...config } });
  const all = (): unknown => [filesIn(dataDir), filesIn(path.join(dataDir, 'version-2'))];
  try {
    const served = all();
    const srvr = await fourLetter(member.port, 'srvr');
    await write(member, '/first');
    return { served, told: srvr.match(/^(Zxid|Node count): .*$/gm), written: all() };
  } finally {
    await member.stop();
  }
}

const nothing: Prepare = () => {};
const mark: Prepare = (dataDir) => fs.writeFileSync(path.join(dataDir, 'initialize'), '');
const noAutocreate = { 'db.autocreate': false };

describe('a folder without data of which both make the same', () => {
  test.each<[string, Config, Prepare]>([
    ['as it comes', {}, nothing],
    ['with a file initialize', {}, mark],
    ['with a file initialize, which db.autocreate=false asks for', noAutocreate, mark],
    ['with an empty version-2', {}, (dataDir) => fs.mkdirSync(path.join(dataDir, 'version-2'))],
  ])('%s', async (_, config, prepare) => {
    const [apache, ours] = await Promise.all(memberKinds.map((kind) => begins(kind, config, prepare)));
    expect(ours).toEqual(apache);
    expect(ours).toMatchObject({
      served: [['version-2'], ['snapshot.0']],
      told: ['Zxid: 0x0', 'Node count: 5'],
      written: [['version-2'], ['log.1', 'snapshot.0']],
    });
  });
});

test('db.autocreate=false and nothing that says it is new: Apache lets no client in, ours does not start', async () => {
  const dataDir = newFolder(nothing);
  const apache = await startMember('apache', { dataDir, config: noAutocreate });
  try {
    await expect(write(apache, '/first')).rejects.toThrow('closed the connection without opening a session');
  } finally {
    await apache.stop();
  }
  expect(filesIn(path.join(dataDir, 'version-2'))).toEqual(['snapshot.ffffffffffffffff']);
  const own = newFolder(nothing);
  await expect(startMember('zoodeck', { dataDir: own, config: noAutocreate })).rejects.toThrow(
    `holds no data and zookeeper.db.autocreate is false: restore the data, or create the file ${own}/initialize`,
  );
  expect(filesIn(path.join(own, 'version-2'))).toEqual([]);
});

test.each<{ own: MemberKind; others: MemberKind }>([
  { own: 'apache', others: 'apache' },
  { own: 'apache', others: 'zoodeck' },
  { own: 'zoodeck', others: 'apache' },
  { own: 'zoodeck', others: 'zoodeck' },
])(
  'a member ($own among $others) whose data may be lost has no vote until a leader gave it data',
  async ({ own, others }) => {
    const ensemble = await MixedEnsemble.prepare({ kinds: [others, others, own], config: noAutocreate });
    const [one, two, blank] = ensemble.members as [EnsembleMember, EnsembleMember, EnsembleMember];
    const snapshots = (): string[] =>
      filesIn(path.join(blank.dataDir, 'version-2')).filter((name) => name.startsWith('snapshot'));
    const isUp = (member: EnsembleMember) => () =>
      member.word('srvr').then(
        (text) => text.includes('not currently serving') || undefined,
        () => undefined,
      );
    try {
      for (const { dataDir } of [one, two]) {
        fs.mkdirSync(dataDir);
        mark(dataDir);
      }
      // Two of three, who would elect one of them.
      await Promise.all([one.start(), blank.start()]);
      await until('server 1 is up', isUp(one));
      await until('server 3 is up', isUp(blank));
      expect(snapshots()).toEqual([]);
      await two.start();
      expect((await ensemble.leader()).id).toBe(2);
      expect(await blank.serving()).toBe('follower');
      expect(snapshots()).toHaveLength(1);
      await ensemble.client([3]).create('/given', null, openAcl, 'persistent');
      await ensemble.settled();
      await Promise.all([two.halt(), blank.halt()]);
      await blank.start();
      expect((await ensemble.leader()).id).toBe(3);
      expect((await ensemble.client([3]).exists('/given')).value).not.toBeNull();
    } finally {
      await ensemble.stop();
    }
  },
);

test('a file initialize serves one start, also where there are data', async () => {
  const left = async (kind: MemberKind): Promise<boolean> => {
    const dataDir = newFolder(nothing);
    const member = await startMember(kind, { dataDir });
    try {
      await member.halt();
      mark(dataDir);
      await member.restart();
      return fs.existsSync(path.join(dataDir, 'initialize'));
    } finally {
      await member.stop();
    }
  };
  expect(await Promise.all(memberKinds.map(left))).toEqual([false, false]);
});

/** Writes one value after another until so many snapshots are there; their zxids, the first of all left out. */
async function snapshotsOf(kind: MemberKind, config: Config, data: Buffer, count: number): Promise<number[]> {
  const dataDir = newFolder(nothing);
  const member = await startMember(kind, { dataDir, config: { preAllocSize: 64, ...config } });
  const client = otherClient(member.port, 30_000);
  const zxids = (): number[] =>
    filesIn(path.join(dataDir, 'version-2'))
      .filter((name) => name.startsWith('snapshot.') && name !== 'snapshot.0')
      .map((name) => Number(parseZxid(`0x${name.slice('snapshot.'.length)}`)))
      .sort((a, b) => a - b);
  try {
    await client.create('/value', data, openAcl, 'persistent');
    return await until(
      'there are enough snapshots',
      async () => {
        await client.setData('/value', data, -1);
        const found = zxids();
        return found.length >= count ? found : undefined;
      },
      60_000,
      0,
    );
  } finally {
    client.close();
    await member.stop();
  }
}

/** How many transactions lie between a snapshot and the next; a few more or less are under way when one is begun. */
const gapsOf = (zxids: readonly number[]): number[] =>
  zxids.map((zxid, index) => zxid - (zxids[index - 1] ?? 0));
const slack = 4;

describe('when snapshots are written', () => {
  test('after half of snapCount transactions, and at most that again', async () => {
    for (const zxids of await Promise.all(
      memberKinds.map((kind) => snapshotsOf(kind, { snapCount: 100 }, Buffer.alloc(10), 5)),
    )) {
      for (const gap of gapsOf(zxids)) {
        expect(gap).toBeGreaterThan(50 - slack);
        expect(gap).toBeLessThanOrEqual(100 + slack);
      }
    }
  });

  test('after half of snapSizeLimitInKb of log, and at most that again', async () => {
    const [valueBytes, limitKb] = [10_000, 1_000];
    const entries = (limitKb * 1_024) / valueBytes;
    for (const zxids of await Promise.all(
      memberKinds.map((kind) =>
        snapshotsOf(kind, { snapSizeLimitInKb: limitKb }, Buffer.alloc(valueBytes), 4),
      ),
    )) {
      for (const gap of gapsOf(zxids)) {
        expect(gap).toBeGreaterThan(entries / 2 - slack);
        expect(gap).toBeLessThanOrEqual(entries + slack);
      }
    }
  });
});
