import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { connectTo } from '../support/connect';
import { startMember, type Member, type MemberKind, type MemberOptions } from '../support/member';
import { removeDir, tempDir } from '../support/temp';
import { treeOf } from '../support/tree-of';
import { until } from '../support/wait';

/**
 * The same damage to copies of one data folder, and what Apache's server and ours make of it: whether each starts, and with
 * which tree. Where they differ, docs/differences.md says why.
 */

let home: string;
let base: string;
const config = { snapCount: 60, preAllocSize: 64 };

const connect = (member: Member) => connectTo(member.port, { sessionTimeoutMs: 30_000 });

const filesOf = (folder: string, prefix: string): string[] =>
  fs
    .readdirSync(path.join(folder, 'version-2'))
    .filter((name) => name.startsWith(prefix))
    .sort((a, b) => parseInt(a.split('.')[1]!, 16) - parseInt(b.split('.')[1]!, 16))
    .map((name) => path.join(folder, 'version-2', name));

beforeAll(async () => {
  home = await tempDir('damaged');
  base = path.join(home, 'base');
  const member = await startMember('zoodeck', { dataDir: base, config });
  const client = connect(member);
  let made = 0;
  const create = () => client.create(`/n${(made += 1)}`, Buffer.from(`value ${made}`), openAcl, 'persistent');
  while (filesOf(base, 'snapshot.').length < 4) await create();
  // Fewer than bring on the next snapshot: they are in the newest log only.
  for (let count = 0; count < 20; count += 1) await create();
  client.close();
  await member.kill();
});
afterAll(async () => {
  await removeDir(home);
});

/** What a server makes of a copy: every znode with its Stat, or null where it does not start. */
async function start(
  kind: MemberKind,
  name: string,
  damage: (folder: string) => void,
  settings: MemberOptions['config'] = {},
): Promise<string[] | null> {
  const dataDir = path.join(home, `${kind}-${name}`);
  fs.cpSync(base, dataDir, { recursive: true });
  damage(dataDir);
  const member = await startMember(kind, { dataDir, config: { ...config, ...settings } }).catch(() => null);
  if (member === null) return null;
  const client = connect(member);
  try {
    // The session that reads is a transaction of its own, and shows nowhere in the tree.
    return await treeOf(client);
  } finally {
    client.close();
    await member.stop();
  }
}

/** Where each entry of a log begins; the last is where the next would. */
function offsetsOf(file: string): number[] {
  const bytes = fs.readFileSync(file);
  const offsets = [16];
  for (let at = 16; at + 12 < bytes.length && bytes.readInt32BE(at + 8) > 0;) {
    at += 12 + bytes.readInt32BE(at + 8) + 1;
    offsets.push(at);
  }
  return offsets;
}

function flip(file: string, at: number): void {
  const bytes = fs.readFileSync(file);
  bytes[at]! ^= 0x10;
  fs.writeFileSync(file, bytes);
}

const newest = (folder: string, prefix: string): string => filesOf(folder, prefix).at(-1)!;
const entryOf = (file: string, index: number): number => offsetsOf(file).at(index)!;

const damages: Readonly<Record<string, (folder: string) => void>> = {
  'nothing at all': () => {},
  'a torn end': (folder) => {
    const log = newest(folder, 'log.');
    fs.truncateSync(log, entryOf(log, -2) + 20);
  },
  'an end torn within the length': (folder) => {
    const log = newest(folder, 'log.');
    fs.truncateSync(log, entryOf(log, -2) + 10);
  },
  'the newest log is missing': (folder) => fs.rmSync(newest(folder, 'log.')),
  'the newest log has its header only': (folder) => fs.truncateSync(newest(folder, 'log.'), 16),
  'the newest snapshot is missing': (folder) => fs.rmSync(newest(folder, 'snapshot.')),
  'the newest snapshot is cut': (folder) => fs.truncateSync(newest(folder, 'snapshot.'), 300),
  'the newest snapshot is empty': (folder) => fs.truncateSync(newest(folder, 'snapshot.'), 0),
  'the newest snapshot has a flipped bit': (folder) => flip(newest(folder, 'snapshot.'), 500),
  'the newest snapshot is none by its magic': (folder) => flip(newest(folder, 'snapshot.'), 0),
  'every snapshot but the first is missing': (folder) => {
    for (const file of filesOf(folder, 'snapshot.').slice(1)) fs.rmSync(file);
  },
  'a log before the newest snapshot is missing': (folder) => fs.rmSync(filesOf(folder, 'log.')[0]!),
};

describe('damage of which both make the same', () => {
  test.each(Object.keys(damages))('%s', async (name) => {
    const [theirs, own] = await Promise.all([
      start('apache', name, damages[name]!),
      start('zoodeck', name, damages[name]!),
    ]);
    expect(theirs).not.toBeNull();
    expect(own).toEqual(theirs);
  });
});

const fatal: Readonly<Record<string, (folder: string) => void>> = {
  'a flipped bit in the middle of the newest log': (folder) => {
    const log = newest(folder, 'log.');
    flip(log, entryOf(log, 3) + 30);
  },
  'a flipped bit in the last entry': (folder) => {
    const log = newest(folder, 'log.');
    flip(log, entryOf(log, -2) + 30);
  },
  'a newest log that is none by its magic': (folder) => flip(newest(folder, 'log.'), 0),
  'every snapshot is missing': (folder) => {
    for (const file of filesOf(folder, 'snapshot.')) fs.rmSync(file);
  },
  'every snapshot is damaged': (folder) => {
    for (const file of filesOf(folder, 'snapshot.')) flip(file, 40);
  },
};

describe('damage with which neither starts', () => {
  test.each(Object.keys(fatal))('%s', async (name) => {
    const outcomes = await Promise.all([
      start('apache', name, fatal[name]!),
      start('zoodeck', name, fatal[name]!),
    ]);
    expect(outcomes).toEqual([null, null]);
  });
});

test('with snapshot.trust.empty both begin with the logs alone', async () => {
  const settings = { 'snapshot.trust.empty': true };
  const damage = fatal['every snapshot is missing']!;
  const [theirs, own] = await Promise.all([
    start('apache', 'trusted', damage, settings),
    start('zoodeck', 'trusted', damage, settings),
  ]);
  expect(theirs!.length).toBeGreaterThan(75);
  expect(own).toEqual(theirs);
});

describe('damage of which ours loses nothing', () => {
  test('a zero-length newest log stops Apache, and is removed here', async () => {
    const damage = (folder: string): void =>
      fs.writeFileSync(path.join(folder, 'version-2', 'log.fff'), Buffer.alloc(0));
    const [whole, theirs, own] = await Promise.all([
      start('zoodeck', 'whole', () => {}),
      start('apache', 'zero', damage),
      start('zoodeck', 'zero', damage),
    ]);
    expect(theirs).toBeNull();
    expect(own).toEqual(whole);
  });

  test('a wrong marker in the middle of the log ends it for Apache, and stops ours', async () => {
    const damage = (folder: string): void => {
      const log = newest(folder, 'log.');
      flip(log, entryOf(log, 5) - 1);
    };
    const [whole, theirs, own] = await Promise.all([
      start('zoodeck', 'whole-2', () => {}),
      start('apache', 'marker', damage),
      start('zoodeck', 'marker', damage),
    ]);
    expect(theirs!.length).toBeLessThan(whole!.length);
    expect(own).toBeNull();
  });

  test('a log missing between snapshot and next log is a hole at Apache’s, and stops ours', async () => {
    const damage = (folder: string): void => {
      for (const file of filesOf(folder, 'snapshot.').slice(1)) fs.rmSync(file);
      fs.rmSync(filesOf(folder, 'log.')[0]!);
    };
    const [whole, theirs, own] = await Promise.all([
      start('zoodeck', 'whole-3', () => {}),
      start('apache', 'hole', damage),
      start('zoodeck', 'hole', damage),
    ]);
    expect(theirs!.length).toBeLessThan(whole!.length);
    expect(own).toBeNull();
  });
});

test('what autopurge removes at the start is the same', async () => {
  const settings = { 'autopurge.purgeInterval': 1, 'autopurge.snapRetainCount': 3 };
  const removedBy = async (kind: MemberKind): Promise<string[]> => {
    const dataDir = path.join(home, `${kind}-purged`);
    fs.cpSync(base, dataDir, { recursive: true });
    const snapshots = filesOf(dataDir, 'snapshot.');
    // More snapshots than are kept: older copies under the names of other transactions of the log.
    for (const zxid of [0x5, 0x9, 0xd])
      fs.copyFileSync(snapshots[0]!, path.join(dataDir, 'version-2', `snapshot.${zxid.toString(16)}`));
    const before = fs.readdirSync(path.join(dataDir, 'version-2'));
    const member = await startMember(kind, { dataDir, config: { ...config, ...settings } });
    try {
      return await until('something is purged', () => {
        const after = new Set(fs.readdirSync(path.join(dataDir, 'version-2')));
        const gone = before.filter((name) => /^(log|snapshot)\./.test(name) && !after.has(name));
        return gone.length >= 3 ? gone.sort() : undefined;
      });
    } finally {
      await member.stop();
    }
  };
  const [theirs, own] = await Promise.all([removedBy('apache'), removedBy('zoodeck')]);
  expect(own).toEqual(theirs);
});
