import fs from 'node:fs';
import path from 'node:path';
import type { Random } from '../sim/random';
import type { EnsembleMember, MixedEnsemble } from '../support/ensemble-members';
import { until } from '../support/wait';
import type { FaultClient } from './client';
import type { Fault } from './history';
import type { MemberNetwork } from './network';
import type { Ground } from './workload';

/**
 * What goes wrong, chosen by one seed. A fault harms and mends; all but those that say otherwise leave the ensemble to
 * recover by itself while the next one is on its way.
 */

export interface Scene {
  readonly ensemble: MixedEnsemble;
  readonly network: MemberNetwork;
  readonly random: Random;
  readonly ground: Ground;
  /** Its operations are in the history too. */
  readonly client: FaultClient;
  /** The member whose data folder is a small disk of its own. */
  readonly smallDisk: EnsembleMember;
}

/** Beyond syncLimit, so that the others give up whoever is away. */
const awayMs = [2_600, 5_000] as const;
const bigBytes = 900 * 1024;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const away = ({ random }: Scene): Promise<void> => pause(random.int(...awayMs));
const nameOf = ({ id, kind }: EnsembleMember): string => `server ${id} (${kind})`;

async function killAndStart({ random }: Scene, member: EnsembleMember): Promise<string> {
  await member.kill();
  await pause(random.int(0, 2_000));
  await member.start();
  return nameOf(member);
}

async function hold(scene: Scene, member: EnsembleMember): Promise<string> {
  member.suspend();
  await away(scene);
  member.resume();
  return nameOf(member);
}

async function aFollower({ ensemble, random }: Scene): Promise<EnsembleMember> {
  const leader = await ensemble.leader();
  return random.pick(ensemble.members.filter((member) => member !== leader));
}

/** Both ways between one member and all others; its clients still reach it. */
async function isolate(scene: Scene): Promise<string> {
  const { ensemble, network, random } = scene;
  const member = random.chance(0.5) ? await ensemble.leader() : random.pick(ensemble.members);
  for (const { id } of ensemble.members)
    if (id !== member.id) {
      network.lose(id, member.id);
      network.lose(member.id, id);
    }
  await away(scene);
  network.heal();
  return nameOf(member);
}

/** What one member sends another is lost, or what it sends to all others. */
async function oneWay(scene: Scene): Promise<string> {
  const { ensemble, network, random } = scene;
  const [from, to] = random.shuffled(ensemble.members) as [EnsembleMember, EnsembleMember];
  const toAll = random.chance(0.5);
  for (const { id } of toAll ? ensemble.members : [to]) if (id !== from.id) network.lose(from.id, id);
  await away(scene);
  network.heal();
  return `${nameOf(from)} to ${toAll ? 'all others' : nameOf(to)}`;
}

/** Clients reach a member and never hear of it: what they asked for happens all the same. */
async function mute(scene: Scene): Promise<string> {
  const member = scene.random.pick(scene.ensemble.members);
  scene.network.lose(member.id, 0);
  await away(scene);
  scene.network.heal();
  return nameOf(member);
}

/** Fills what is left of the disk under a folder. */
function fill(file: string): void {
  const fd = fs.openSync(file, 'w');
  try {
    for (const size of [1024 * 1024, 4096])
      for (const block = Buffer.alloc(size); ;)
        try {
          fs.writeSync(fd, block);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          break;
        }
  } finally {
    fs.closeSync(fd);
  }
}

async function fullDisk({ smallDisk: member }: Scene): Promise<string> {
  const filler = path.join(member.dataDir, 'filler');
  fill(filler);
  try {
    await until(`${nameOf(member)} stops on a full disk`, () => (member.running ? undefined : true), 30_000);
  } finally {
    fs.rmSync(filler);
  }
  await member.start();
  return nameOf(member);
}

/**
 * A disk is lost. ZooKeeper stands this only where a quorum of the others has everything: so they first acknowledge a
 * write without the member, and nothing else goes wrong until it serves again.
 */
async function wipe({ ensemble, random, smallDisk, ground, client }: Scene): Promise<string> {
  await ensemble.allServing();
  // A mount point cannot be removed.
  const member = random.pick(ensemble.members.filter((one) => one !== smallDisk));
  await member.kill();
  await until('the others write', async () => {
    const entry = await client.write(ground.registers[0]!, `${client.name} ${performance.now()}`);
    return entry.outcome === 'ok' ? true : undefined;
  });
  await member.wipe();
  await member.start();
  await member.serving();
  return nameOf(member);
}

async function rolling({ ensemble, random }: Scene): Promise<string> {
  const order = random.shuffled(ensemble.members);
  for (const member of order) {
    await member.halt();
    await member.start();
    await member.serving();
  }
  return order.map(nameOf).join(', ');
}

/** Large values arrive while a member is away, and go on while it is brought level. */
async function lag(scene: Scene): Promise<string> {
  const { ground, client, random } = scene;
  const member = await aFollower(scene);
  const write = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number += 1)
      await client.write(random.pick(ground.bigs), `${client.name} ${performance.now()}`, bigBytes);
  };
  await member.kill();
  await write(8);
  await member.start();
  await Promise.all([member.serving(), write(12)]);
  return nameOf(member);
}

/** The power fails. */
async function blackout({ ensemble }: Scene): Promise<string> {
  await Promise.all(ensemble.members.map((member) => member.kill()));
  await Promise.all(ensemble.members.map((member) => member.start()));
  return 'all members';
}

export const faults = {
  kill: (scene) => killAndStart(scene, scene.random.pick(scene.ensemble.members)),
  'kill the leader': async (scene) => killAndStart(scene, await scene.ensemble.leader()),
  'hold the leader': async (scene) => hold(scene, await scene.ensemble.leader()),
  'hold a follower': async (scene) => hold(scene, await aFollower(scene)),
  isolate,
  'one way': oneWay,
  mute,
  'full disk': fullDisk,
  wipe,
  rolling,
  lag,
  blackout,
} as const satisfies Record<string, (scene: Scene) => Promise<string>>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as readonly FaultName[];

/** A deposed leader that has not noticed yet answers syncs: for these faults and a while after them. */
const deposing = new Set<string>(['hold the leader', 'isolate', 'one way']);
const noticedMs = 10_000;

export function isFreshAfter(
  done: readonly Fault[],
): (read: { invokedMs: number; repliedMs: number }) => boolean {
  const doubtful = done.filter(({ name }) => deposing.has(name));
  return ({ invokedMs, repliedMs }) =>
    doubtful.every(({ fromMs, toMs }) => repliedMs < fromMs || invokedMs > toMs + noticedMs);
}

/** Does `name` and notes it. Rejects where a member is gone that nobody ended. */
export async function inflict(scene: Scene, name: FaultName, done: Fault[]): Promise<void> {
  expectRunning(scene.ensemble);
  const fromMs = performance.now();
  const what = await faults[name](scene);
  done.push({ name, what, fromMs, toMs: performance.now() });
}

export function expectRunning({ members }: MixedEnsemble): void {
  for (const member of members)
    if (!member.running)
      throw new Error(`${nameOf(member)} ended by itself:\n${member.output().slice(-2_000)}`);
}

/** Whatever a fault left, also one that failed halfway: everything reaches everything, and every member runs. */
export async function mend({ ensemble, network }: Pick<Scene, 'ensemble' | 'network'>): Promise<void> {
  network.heal();
  for (const member of ensemble.members) {
    member.resume();
    if (!member.running) await member.start();
  }
}
