import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl, type Acl } from '@/lib/protocol/data';
import { formatSessionId } from '@/lib/protocol/session-id';
import { connectTo } from '../support/connect';
import { runToEnd } from '../support/child';
import { mntr } from '../support/four-letter';
import {
  apacheToolCommand,
  root,
  startMember,
  type Member,
  type MemberKind,
  type MemberOptions,
} from '../support/member';
import { removeDir, tempDir } from '../support/temp';

/**
 * One data folder under both servers: what either wrote, logs and snapshots alike, the other opens with every znode,
 * Stat, ACL, session and digest as it was.
 */

const folders: string[] = [];
const members: Member[] = [];
const clients: ZooKeeperClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const member of members.splice(0)) await member.stop();
  for (const folder of folders.splice(0)) await removeDir(folder);
});

async function newFolder(): Promise<string> {
  const folder = await tempDir('data-directory');
  folders.push(folder);
  return folder;
}

async function start(
  kind: MemberKind,
  dataDir: string,
  config: MemberOptions['config'] = {},
): Promise<Member> {
  const member = await startMember(kind, { dataDir, config: { extendedTypesEnabled: true, ...config } });
  members.push(member);
  return member;
}

function connect(member: Member, sessionTimeoutMs = 30_000): ZooKeeperClient {
  const client = connectTo(member.port, {
    sessionTimeoutMs,
    credentials: [{ scheme: 'digest', auth: Buffer.from('ann:pw') }],
  });
  clients.push(client);
  return client;
}

const annAcl: Acl[] = [
  { perms: 31, scheme: 'auth', id: '' },
  { perms: 1, scheme: 'world', id: 'anyone' },
];

/** Writes that leave one of everything in the log: kinds of nodes, versions, ACLs, failures, a multi, deletions. */
async function writeOfEverything(client: ZooKeeperClient): Promise<void> {
  await client.create('/a', Buffer.from('one'), openAcl, 'persistent');
  await client.setData('/a', Buffer.from('two'), 0);
  await client.create('/box', null, openAcl, 'container');
  await client.create('/box/kept', null, openAcl, 'persistent');
  await client.setData('/a', null, 1);
  await client.create('/a/empty', Buffer.alloc(0), openAcl, 'persistent');
  await client.create('/a/null', null, annAcl, 'persistent');
  await client.create('/a/ünï-中', Buffer.alloc(70_000, 0x7a), openAcl, 'persistent');
  await client.setACL('/a/empty', annAcl, 0);
  for (let index = 0; index < 5; index += 1) {
    await client.create('/a/s-', Buffer.from(`${index}`), openAcl, 'persistentSequential');
    await client.create('/a/e-', Buffer.from(`${index}`), openAcl, 'ephemeralSequential');
  }
  await client.create('/a/ttl', Buffer.from('t'), openAcl, 'persistentWithTtl', 86_400_000);
  await client.create('/a/ttl/s-', null, openAcl, 'persistentSequentialWithTtl', 2 ** 40 - 1);
  await client.create('/a/box', Buffer.from('b'), openAcl, 'container');
  await client.create('/a/box/kid', null, openAcl, 'persistent');
  await client.delete('/a/s-0000000003', -1);
  await expect(client.delete('/a', -1)).rejects.toThrow('NOTEMPTY');
  await expect(client.setData('/a', Buffer.from('x'), 99)).rejects.toThrow('BADVERSION');
  await client.multi([
    { op: 'create', path: '/m', data: Buffer.from('m'), acl: openAcl as Acl[], flags: 0 },
    { op: 'setData', path: '/m', data: Buffer.from('n'), version: 0 },
    { op: 'check', path: '/m', version: 1 },
    { op: 'create', path: '/m/kid', data: null, acl: openAcl as Acl[], flags: 0 },
    { op: 'delete', path: '/a/s-0000000005', version: -1 },
  ]);
  await client.multi([
    { op: 'create', path: '/never', data: null, acl: openAcl as Acl[], flags: 0 },
    { op: 'check', path: '/m', version: 99 },
  ]);
  for (let index = 0; index < 60; index += 1) {
    await client.create(`/a/n${index}`, Buffer.from(`value ${index}`), openAcl, 'persistent');
  }
}

/** Every znode with its data, ACL and whole Stat, one line each. */
async function dumpTree(client: ZooKeeperClient, root = '/'): Promise<string[]> {
  const { children } = (await client.getChildren(root)).value;
  const { data, stat } = (await client.getData(root)).value;
  const { acl } = (await client.getACL(root)).value;
  const shown = JSON.stringify(
    { root, data: data?.toString('base64') ?? null, stat, acl },
    (_key, value: unknown) => (typeof value === 'bigint' ? formatSessionId(value) : value),
  );
  const lines = [shown];
  for (const child of [...children].sort()) {
    lines.push(...(await dumpTree(client, root === '/' ? `/${child}` : `${root}/${child}`)));
  }
  return lines;
}

const others: Record<MemberKind, MemberKind> = { apache: 'zoodeck', zoodeck: 'apache' };
/** By what the folder is: the settings, which may name other folders below it. */
const shapes: readonly (readonly [string, NonNullable<MemberOptions['config']>, string?])[] = [
  ['a log alone', {}],
  ['snapshots and logs', { snapCount: 20 }],
  ['gzip snapshots', { snapCount: 20, 'snapshot.compression.method': 'gz' }],
  ['logs in a folder of their own', { snapCount: 20, preAllocSize: 64 }, 'logs'],
  ['snappy snapshots', { snapCount: 20, 'snapshot.compression.method': 'snappy' }],
];

for (const writer of ['zoodeck', 'apache'] as const) {
  for (const [shape, settings, logFolder] of shapes) {
    test(`what ${writer} wrote (${shape}) opens in ${others[writer]} with nothing changed, and back again`, async () => {
      const dataDir = await newFolder();
      const apart: MemberOptions['config'] =
        logFolder === undefined ? {} : { dataLogDir: path.join(dataDir, logFolder) };
      const config = { ...settings, ...apart };
      const first = await start(writer, dataDir, config);
      const client = connect(first);
      await writeOfEverything(client);
      const written = await dumpTree(client);
      // Killed, so that the session and its ephemerals are still there for the next server.
      await first.kill();
      client.close();

      const second = await start(others[writer], dataDir, config);
      const reader = connect(second);
      expect(await dumpTree(reader)).toEqual(written);
      expect((await mntr(second.port)).get('digest_mismatches_count')).toBe('0');
      await reader.create('/second', Buffer.from(others[writer]), annAcl, 'persistent');
      await reader.setData('/m', Buffer.from('again'), -1);
      const rewritten = await dumpTree(reader);
      await second.halt();
      reader.close();

      const third = await start(writer, dataDir, config);
      const last = connect(third);
      expect(await dumpTree(last)).toEqual(rewritten);
      expect((await mntr(third.port)).get('digest_mismatches_count')).toBe('0');
    });
  }
}

test('without extended types a folder with TTL znodes is refused, and stays as it is', async () => {
  const dataDir = await newFolder();
  const member = await start('zoodeck', dataDir);
  await writeOfEverything(connect(member));
  await member.halt();
  const refused = start('zoodeck', dataDir, { extendedTypesEnabled: false });
  await expect(refused).rejects.toThrow(/holds 2 TTL znodes .*extendedTypesEnabled=true/);
  await member.restart();
  expect((await connect(member).exists('/a/ttl')).value).not.toBeNull();
});

const zkData = (...args: string[]): Promise<string> => runToEnd(path.join(root, 'server/bin/zkData'), args);

/** Without what only a JVM says. */
const withoutNoise = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !/^(SLF4J|log4j|WARNING)/.test(line));

/** Apache prints the parts of a multi as the bytes they are; ours read as any other. */
function withoutMultis(text: string): string[] {
  const entries = withoutNoise(text)
    .join('\n')
    .split(/\n(?=\d+\/\d+\/\d\d, |EOF)/);
  return entries.filter((entry) => !/ zxid 0x[0-9a-f]+ multi /.test(entry));
}

test('Apache’s own tools read our files, and zkData prints what they print: SnapshotFormatter and TxnLogToolkit', async () => {
  const dataDir = await newFolder();
  const member = await start('zoodeck', dataDir, { snapCount: 40 });
  const client = connect(member);
  await writeOfEverything(client);
  await member.halt();
  const folder = path.join(dataDir, 'version-2');
  const names = fs.readdirSync(folder);
  const snapshots = names.filter((name) => name.startsWith('snapshot.'));
  const logs = names.filter((name) => name.startsWith('log.'));
  expect(snapshots.length).toBeGreaterThan(1);
  const java = (tool: string, file: string): Promise<string> =>
    runToEnd(...apacheToolCommand(`org.apache.zookeeper.server.${tool}`, [path.join(folder, file)]));
  const newest = snapshots.sort((a, b) => parseInt(a.slice(9), 16) - parseInt(b.slice(9), 16)).at(-1)!;
  const formatted = await java('SnapshotFormatter', newest);
  expect(formatted).toContain('\n/a/s-0000000007\n');
  expect(formatted).toMatch(/Session Details \(sid, timeout, ephemeralCount\):\n0x[0-9a-f]+, 30000, /);
  expect(formatted).toMatch(/Last zxid: 0x[0-9a-f]+/);
  // Apache walks its tree in an order of its own.
  const nodesOf = (text: string): string[] => withoutNoise(text).join('\n').split('----\n').sort();
  expect(nodesOf(await zkData('snapshot', path.join(folder, newest)))).toEqual(nodesOf(formatted));
  expect(await zkData('verify', dataDir)).toMatch(/: errors 0, warnings 0\n$/);
  for (const log of logs) {
    const listed = await java('persistence.TxnLogToolkit', log);
    expect(listed).toMatch(/EOF reached after \d+ txns\./);
    expect(listed).not.toMatch(/CRC ERROR/);
    const ours = await zkData('log', path.join(folder, log));
    expect(withoutMultis(ours)).toEqual(withoutMultis(listed));
  }
});
