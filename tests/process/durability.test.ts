import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ZooKeeperClient } from '@/lib/client/client';
import { openAcl } from '@/lib/protocol/data';
import { isKeeperError } from '@/lib/protocol/errors';
import { startChild } from '../support/child';
import { connectTo } from '../support/connect';
import { root, startMember, zooCfg, type Member } from '../support/member';
import { freePorts } from '../support/ports';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';

/** Every acknowledged write is still there after the process was killed in the middle of its work, or its disk ran full. */

const clients: ZooKeeperClient[] = [];
const tidy: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const step of tidy.splice(0).reverse()) await step();
});

function connect(port: number): ZooKeeperClient {
  const client = connectTo(port, { sessionTimeoutMs: 30_000 });
  clients.push(client);
  return client;
}

/** What the server has acknowledged: data by path, and for each path written again the versions seen. */
interface Acknowledged {
  readonly created: Map<string, string>;
  readonly versions: Map<string, number>;
}

/** Writes without pause, several requests outstanding, until the connection breaks. */
async function writeUntilBroken(client: ZooKeeperClient, name: string, seen: Acknowledged): Promise<void> {
  const outstandingMax = 16;
  const lanes = Array.from({ length: outstandingMax }, async (_lane, lane) => {
    for (let index = 0; ; index += 1) {
      const node = `/load/${name}-${lane}-${index}`;
      const value = `${name} ${lane} ${index} `.repeat(1 + (index % 40));
      try {
        await client.create(node, Buffer.from(value), openAcl, 'persistent');
        seen.created.set(node, value);
        const { value: stat } = await client.setData(`/load/counter-${lane % 4}`, Buffer.from(node), -1);
        const counter = `/load/counter-${lane % 4}`;
        seen.versions.set(counter, Math.max(stat.version, seen.versions.get(counter) ?? 0));
      } catch (error) {
        if (isKeeperError(error)) throw error;
        return;
      }
    }
  });
  await Promise.all(lanes);
}

async function missing(client: ZooKeeperClient, seen: Acknowledged): Promise<string[]> {
  const faults: string[] = [];
  const check = async (node: string, value: string): Promise<void> => {
    const found = await client.getData(node).catch(() => null);
    if (found?.value.data?.toString() !== value) faults.push(node);
  };
  const nodes = [...seen.created];
  for (let from = 0; from < nodes.length; from += 200) {
    await Promise.all(nodes.slice(from, from + 200).map(([node, value]) => check(node, value)));
  }
  for (const [counter, version] of seen.versions) {
    const { stat } = (await client.getData(counter)).value;
    if (stat.version < version)
      faults.push(`${counter} at version ${stat.version}, ${version} was acknowledged`);
  }
  return faults;
}

/** A server with what the load works on, and nothing acknowledged yet. */
async function startForLoad(): Promise<{ readonly member: Member; readonly seen: Acknowledged }> {
  // Small files and frequent snapshots, so that some ends fall into rolling a log and writing a snapshot.
  const member = await startMember('zoodeck', { config: { snapCount: 600, preAllocSize: 256 } });
  tidy.push(() => member.stop());
  const client = connect(member.port);
  await client.create('/load', null, openAcl, 'persistent');
  for (let index = 0; index < 4; index += 1) {
    await client.create(`/load/counter-${index}`, null, openAcl, 'persistent');
  }
  return { member, seen: { created: new Map(), versions: new Map() } };
}

test('after kill -9 under load, again and again, every acknowledged write is there', async () => {
  const rounds = 8;
  const { member, seen } = await startForLoad();
  for (let round = 0; round < rounds; round += 1) {
    const before = seen.created.size;
    const load = [0, 1].map((writer) => writeUntilBroken(connect(member.port), `r${round}w${writer}`, seen));
    await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 400));
    await member.kill();
    for (const client of clients.splice(0)) client.close();
    await Promise.all(load);
    expect(seen.created.size).toBeGreaterThan(before);
    await member.restart();
    expect(await missing(connect(member.port), seen)).toEqual([]);
  }
});

test('told to stop under load, the server ends with 0, and every acknowledged write is there', async () => {
  const { member, seen } = await startForLoad();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const before = seen.created.size;
    const load = [0, 1].map((writer) => writeUntilBroken(connect(member.port), `${signal}${writer}`, seen));
    await until('the load is on', () => (seen.created.size > before + 500 ? true : undefined));
    process.kill(member.child.pid, signal);
    expect(await member.child.exited).toBe(0);
    for (const client of clients.splice(0)) client.close();
    await Promise.all(load);
    await member.restart();
    expect(await missing(connect(member.port), seen)).toEqual([]);
  }
});

/** A file system of its own of `sizeMb`, which only root can make. */
async function smallDisk(sizeMb: number): Promise<string> {
  const folder = await tempDir('full-disk');
  tidy.push(() => removeDir(folder));
  if (process.getuid?.() !== 0) {
    throw new Error(
      'This test mounts a small file system and must run as root: sudo npx vitest run --project process tests/process/durability.test.ts',
    );
  }
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder]);
  tidy.push(() => void execFileSync('umount', [folder]));
  return folder;
}

test('when the disk is full the server stops with a sentence, and no acknowledged write is lost', async () => {
  const disk = await smallDisk(6);
  const member = await startMember('zoodeck', {
    dataDir: path.join(disk, 'data'),
    config: { preAllocSize: 64 },
  });
  tidy.push(() => member.stop());
  const client = connect(member.port);
  const seen: Acknowledged = { created: new Map(), versions: new Map() };
  await client.create('/load', null, openAcl, 'persistent');
  for (let index = 0; index < 4; index += 1) {
    await client.create(`/load/counter-${index}`, null, openAcl, 'persistent');
  }
  await writeUntilBroken(client, 'full', seen);
  expect(await member.child.exited).toBe(1);
  expect(member.child.output()).toMatch(
    /^Writing the transaction log \S+\/version-2\/log\.1 failed: the disk is full; free space on it and start the server again\.$/m,
  );
  expect(seen.created.size).toBeGreaterThan(100);

  // On the full disk it does not start, and says why.
  const again = startChild(path.join(root, 'server/bin/zkServer'), [
    'start-foreground',
    `${member.port}`,
    path.join(disk, 'data'),
  ]);
  expect(await again.exited).toBe(3);
  expect(again.output()).toMatch(/failed: the disk is full/);

  const roomy = await tempDir('roomy');
  tidy.push(() => removeDir(roomy));
  fs.cpSync(path.join(disk, 'data'), roomy, { recursive: true });
  const restarted = await startMember('zoodeck', { dataDir: roomy });
  tidy.push(() => restarted.stop());
  expect(await missing(connect(restarted.port), seen)).toEqual([]);
});

test('on a disk that is mounted read-only the server does not start, and says so in one line', async () => {
  const disk = await smallDisk(4);
  const dataDir = path.join(disk, 'data');
  const member = await startMember('zoodeck', { dataDir, config: { preAllocSize: 64 } });
  tidy.push(() => member.stop());
  await connect(member.port).create('/written', null, openAcl, 'persistent');
  for (const client of clients.splice(0)) client.close();
  await member.halt();
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const again = startChild(path.join(root, 'server/bin/zkServer'), ['start-foreground', '0', dataDir]);
  expect(await again.exited).toBe(3);
  expect(again.output()).toMatch(/^[^\n]+ failed: the file system is mounted read-only\.\n$/);
  execFileSync('mount', ['-o', 'remount,rw', disk]);
  await member.restart();
  expect((await connect(member.port).exists('/written')).value).not.toBeNull();
});

test('a data folder in use, damaged or not allowed stops the start in one line with its own exit code', async () => {
  const member = await startMember('zoodeck', {});
  tidy.push(() => member.stop());
  const start = async (...args: string[]): Promise<[number | string, string]> => {
    const child = startChild(path.join(root, 'server/bin/zkServer'), ['start-foreground', ...args]);
    return [await child.exited, child.output()];
  };
  expect(await start('0', member.dataDir)).toEqual([
    3,
    `${member.dataDir}/version-2 is in use by another running server (process ${member.child.pid}); stop it, or choose another dataDir.\n`,
  ]);
  const client = connect(member.port);
  for (let index = 0; index < 5; index += 1) await client.create(`/n${index}`, null, openAcl, 'persistent');
  await member.kill();
  const log = path.join(member.dataDir, 'version-2', 'log.1');
  const bytes = fs.readFileSync(log);
  bytes[200] = bytes[200]! ^ 1;
  fs.writeFileSync(log, bytes);
  const [code, output] = await start('0', member.dataDir);
  expect(code).toBe(3);
  expect(output).toMatch(
    /log\.1 is damaged: the entry at offset \d+ cannot be read \(its checksum does not match its bytes\)/,
  );
});

test('more connections than it has file descriptors for cost the server none of those its files need', async () => {
  const dataDir = await tempDir('descriptors');
  tidy.push(() => removeDir(dataDir));
  const [port] = await freePorts(1);
  const configFile = path.join(dataDir, 'zoo.cfg');
  const lines = {
    dataDir,
    clientPort: port!,
    clientPortAddress: '127.0.0.1',
    maxClientCnxns: 0,
    snapCount: 100,
  };
  fs.writeFileSync(configFile, zooCfg({ ...lines, tickTime: 2000, 'admin.enableServer': false }));
  const start = `ulimit -n 128; exec ${path.join(root, 'server/bin/zkServer')} start-foreground ${configFile}`;
  const child = startChild('sh', ['-c', start]);
  tidy.push(() => void child.stop());
  await until('the server serves', () => (child.output().includes('Serving clients') ? true : undefined));

  const client = connect(port!);
  await client.create('/first', null, openAcl, 'persistent');
  const sockets = Array.from({ length: 200 }, () => net.connect(port!, '127.0.0.1').on('error', () => {}));
  tidy.push(() => sockets.forEach((socket) => socket.destroy()));
  const refused = 'limit="open files (ulimit -n)"';
  await until('it refused some', () => (child.output().includes(refused) ? true : undefined));
  for (let index = 0; index < 400; index += 1) {
    await client.create(`/n${index}`, null, openAcl, 'persistent');
  }
  expect(fs.readdirSync(path.join(dataDir, 'version-2')).length).toBeGreaterThan(4);
  expect(child.running()).toBe(true);
});
