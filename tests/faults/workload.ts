import type { Random } from '../sim/random';
import type { Account, FaultClient } from './client';

/** What the clients of a fault run do: small programs, one step after the other until they are told to stop. */

export const initialValue = 'initial';
export const accountCount = 5;
export const accountAmount = 100;
const registerCount = 4;
const bigCount = 4;

/** The znodes of one round. */
export interface Ground {
  readonly root: string;
  readonly registers: readonly string[];
  /** Registers of large values. */
  readonly bigs: readonly string[];
  readonly accounts: readonly string[];
  readonly set: string;
  readonly sequence: string;
  readonly ephemerals: string;
  readonly lock: string;
  /** Written by whoever holds the lock. */
  readonly fenced: string;
  /** Written in order to see what a quorum has seen. */
  readonly barrier: string;
}

export function groundOf(root: string): Ground {
  const many = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${root}/${name}-${index}`);
  return {
    root,
    registers: many('register', registerCount),
    bigs: many('big', bigCount),
    accounts: many('account', accountCount),
    set: `${root}/set`,
    sequence: `${root}/sequence`,
    ephemerals: `${root}/ephemerals`,
    lock: `${root}/lock`,
    fenced: `${root}/fenced`,
    barrier: `${root}/barrier`,
  };
}

/** Path and data of every znode that is there from the beginning, the root first. */
export function znodesOf(ground: Ground): (readonly [string, string])[] {
  const {
    root,
    set,
    sequence,
    ephemerals: mortals,
    lock: queue,
    barrier,
    registers: small,
    bigs,
    fenced,
  } = ground;
  return [
    ...[root, set, sequence, mortals, queue, barrier].map((path) => [path, ''] as const),
    ...[...small, ...bigs, fenced].map((path) => [path, initialValue] as const),
    ...ground.accounts.map((path) => [path, String(accountAmount)] as const),
  ];
}

export interface Turn {
  readonly client: FaultClient;
  readonly ground: Ground;
  readonly random: Random;
  /** Counts the steps of this client, so that names and values are its own. */
  readonly step: number;
  readonly stopped: () => boolean;
}

const pauseOf = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function registers({ client, ground, random, step }: Turn): Promise<void> {
  const path = random.pick(ground.registers);
  const dice = random.next();
  if (dice < 0.35) await client.write(path, `${client.name} ${step}`);
  else if (dice < 0.6) await client.read(path, 'read');
  else await client.read(path, dice < 0.75 ? 'syncRead' : 'quorumRead');
  if (random.chance(0.01)) client.move();
}

/** Adds names of its own, takes some of the last ones away again, and looks. */
async function names({ client, ground, random, step }: Turn): Promise<void> {
  const name = (number: number): string => `${ground.set}/${client.name.replace(' ', '-')}-${number}`;
  const dice = step % 10;
  if (dice === 9) await client.list(ground.set);
  // A step's name is created once and removed at most once.
  else if (dice === 8) await client.remove(name(step - random.int(2, 8)));
  else await client.create('add', name(step), 'persistent');
}

async function sequences({ client, ground }: Turn): Promise<void> {
  await client.create('sequence', `${ground.sequence}/s-`, 'persistentSequential');
}

/** A session of its own that has something, lives for a moment, and is closed, expires or goes on elsewhere. */
async function ephemerals({ client, ground, random, step }: Turn): Promise<void> {
  const name = `${client.name.replace(' ', '-')}-${step}`;
  await client.create('ephemeral', `${ground.ephemerals}/${name}`, 'ephemeral');
  for (let look = random.int(1, 4); look > 0; look -= 1) {
    await pauseOf(random.int(10, 200));
    await client.list(ground.ephemerals);
  }
  const dice = random.next();
  if (dice < 0.4) await client.close();
  else if (dice < 0.6) client.vanish();
  else if (dice < 0.8) client.move();
}

/** Queues behind the others, writes a few times while it is first, and leaves. */
async function lock({ client, ground, random, stopped }: Turn): Promise<void> {
  const mine = await client.create('sequence', `${ground.lock}/l-`, 'ephemeralSequential');
  // Without an answer it may stand in the queue without knowing its name: its session goes, and the znode with it.
  if (mine.outcome !== 'ok') return client.close();
  const number = (path: string): string => path.slice(-10);
  for (;;) {
    const queue = await client.children(ground.lock);
    if (queue !== null) {
      if (!queue.some((name) => mine.value.endsWith(`/${name}`))) return;
      if (queue.every((name) => number(name) >= number(mine.value))) break;
    }
    if (stopped()) return;
    await pauseOf(random.int(5, 30));
  }
  for (let write = random.int(1, 3); write > 0; write -= 1) {
    const holder = `0x${mine.madeAt.toString(16)} ${write}`;
    if ((await client.fence(ground.fenced, holder, mine)) === null) return;
  }
  const left = await client.remove(mine.value);
  if (left.outcome !== 'ok') await client.close();
}

async function transfers({ client, ground, random }: Turn): Promise<void> {
  const accounts = await client.total(ground.root, ground.accounts);
  if (accounts.length === 0) return;
  const [from, to] = random.shuffled(accounts) as [Account, Account];
  await client.transfer(ground.root, from, to, random.int(1, 20));
}

export interface Program {
  readonly name: string;
  readonly clients: number;
  readonly step: (turn: Turn) => Promise<void>;
  readonly sessionTimeoutMs: number;
}

export const programs: readonly Program[] = [
  { name: 'registers', clients: 4, step: registers, sessionTimeoutMs: 4_000 },
  { name: 'names', clients: 2, step: names, sessionTimeoutMs: 5_000 },
  { name: 'sequences', clients: 2, step: sequences, sessionTimeoutMs: 5_000 },
  { name: 'ephemerals', clients: 3, step: ephemerals, sessionTimeoutMs: 2_000 },
  { name: 'lock', clients: 3, step: lock, sessionTimeoutMs: 3_000 },
  { name: 'transfers', clients: 2, step: transfers, sessionTimeoutMs: 4_000 },
];

/** Steps of one client until it is stopped; its session is closed in the end, or left to expire. */
export async function runProgram(program: Program, turn: Omit<Turn, 'step'>): Promise<void> {
  for (let step = 0; !turn.stopped(); step += 1) {
    await program.step({ ...turn, step });
    await pauseOf(turn.random.int(0, 15));
  }
  if (turn.random.chance(0.5)) await turn.client.close();
  else turn.client.vanish();
}
