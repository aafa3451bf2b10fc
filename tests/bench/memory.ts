import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { startMember, type MemberKind } from '../support/member';
import { mntr } from '../support/four-letter';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';
import { LoadConnection } from './load-connection';
import { residentMb } from './proc';
import { createTemplate, plainCreate } from './requests';
import type { Results } from './table';

/** Apache's zkEnv gives its server this heap. */
export const apacheHeapMb = 1000;
const parents = 100;
const dataBytes = 100;

/** A tree of `nodes` znodes of 100 bytes below 100 parents, made through the protocol. */
export async function fill(port: number, nodes: number): Promise<void> {
  const connections = await Promise.all(Array.from({ length: 4 }, () => LoadConnection.open(port)));
  const run = async (connection: LoadConnection, template: ReturnType<typeof plainCreate>, count: number) => {
    connection.start(() => template, 256, 0, count);
    await until('created', () => (connection.position >= count ? true : undefined), 600_000, 5);
    await connection.stop();
  };
  await run(connections[0]!, plainCreate('/m'), 1);
  for (let index = 0; index < parents; index += 1) await run(connections[0]!, plainCreate(`/m/p${index}`), 1);
  const data = Buffer.alloc(dataBytes, 'd');
  await Promise.all(
    connections.map(async (connection, which) => {
      for (let index = which; index < parents; index += connections.length) {
        await run(connection, createTemplate(`/m/p${index}/n`, data), nodes / parents);
      }
    }),
  );
  for (const connection of connections) connection.close();
}

/** The newest snapshot below a data folder. */
async function newestSnapshot(dataDir: string): Promise<string> {
  const dir = path.join(dataDir, 'version-2');
  const names = (await readdir(dir)).filter((name) => name.startsWith('snapshot.'));
  const newest = names.sort((a, b) => Number(BigInt(`0x${a.slice(9)}`) - BigInt(`0x${b.slice(9)}`))).at(-1);
  if (newest === undefined) throw new Error(`no snapshot in ${dir}`);
  return path.join(dir, newest);
}

const options = { flags: [], heapMb: apacheHeapMb, readyMs: 300_000 };

/** Fills one server and reads its memory; with `keepIn`, leaves a snapshot of the whole tree there. */
async function loaded(kind: MemberKind, nodes: number, keepIn: string | null): Promise<number> {
  const member = await startMember(kind, options);
  await fill(member.port, nodes);
  const count = Number((await mntr(member.port)).get('znode_count'));
  if (count < nodes) throw new Error(`${kind} has ${count} znodes instead of ${nodes}`);
  const memory = residentMb(member.child.pid);
  if (keepIn !== null) {
    // Apache writes a snapshot of all it has read when it starts.
    await member.halt();
    await member.restart();
    await member.halt();
    const snapshot = await newestSnapshot(member.dataDir);
    await cp(snapshot, path.join(keepIn, path.basename(snapshot)));
  }
  await member.stop();
  return memory;
}

/** Starts a server on nothing but that snapshot: how long until it serves, and what it then occupies. */
async function started(kind: MemberKind, snapshotDir: string): Promise<{ ms: number; memory: number }> {
  const dataDir = await tempDir('start');
  await mkdir(path.join(dataDir, 'version-2'));
  await cp(snapshotDir, path.join(dataDir, 'version-2'), { recursive: true });
  const before = performance.now();
  const member = await startMember(kind, { ...options, dataDir });
  const ms = performance.now() - before;
  const memory = residentMb(member.child.pid);
  await member.stop();
  await removeDir(dataDir);
  return { ms, memory };
}

export interface MemoryBenchOptions {
  readonly rounds: number;
  readonly nodes: number;
  readonly kinds: readonly MemberKind[];
}

export async function benchMemory(results: Results, options: MemoryBenchOptions): Promise<void> {
  const { rounds, nodes, kinds } = options;
  const snapshotDir = await tempDir('snapshot');
  const label = nodes.toLocaleString('en');
  for (const kind of kinds) {
    const memory = await loaded(kind, nodes, kind === kinds[0] ? snapshotDir : null);
    console.error(`memory after creating ${label} znodes, ${kind}: ${memory.toFixed(0)} MiB`);
    results.add(
      `resident memory after creating ${label} znodes of ${dataBytes} B`,
      'MiB',
      false,
      kind,
      memory,
    );
  }
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? kinds : [...kinds].reverse();
    for (const kind of order) {
      const start = await started(kind, snapshotDir);
      console.error(
        `round ${round + 1}, start-up, ${kind}: ${start.ms.toFixed(0)} ms, ${start.memory.toFixed(0)} MiB`,
      );
      results.add(`start-up from a snapshot of ${label} znodes`, 'ms', false, kind, start.ms);
      results.add(`resident memory after that start-up`, 'MiB', false, kind, start.memory);
    }
  }
  await removeDir(snapshotDir);
}
