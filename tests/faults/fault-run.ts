import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { isKeeperError, type ErrorName } from '@/lib/protocol/errors';
import { openAcl } from '@/lib/protocol/data';
import type { ZooKeeperClient } from '@/lib/client/client';
import { purge } from '@/server/storage/purge';
import { Random } from '../sim/random';
import { MixedEnsemble, type EnsembleMember } from '../support/ensemble-members';
import type { MemberKind } from '../support/member';
import { removeDir, tempDir } from '../support/temp';
import { treeOf } from '../support/tree-of';
import { until } from '../support/wait';
import { check } from './check';
import { FaultClient } from './client';
import { isWrite, keepHistory, type Entry, type Fault } from './history';
import {
  expectRunning,
  faultNames,
  inflict,
  isFreshAfter,
  mend,
  type FaultName,
  type Scene,
} from './nemesis';
import { MemberNetwork } from './network';
import type { Address } from './session';
import { groundOf, programs, runProgram, znodesOf, type Ground } from './workload';

/**
 * An ensemble of real processes under load and faults, in rounds: the clients work on znodes of the round's own while
 * things go wrong; then all is mended, every member must serve and have the same tree, and what the clients were told is
 * checked. The data of a member stays from round to round.
 */

export interface FaultOptions {
  readonly seed: number;
  readonly kinds: readonly MemberKind[];
  /** Which faults may be chosen. */
  readonly faults?: readonly FaultName[];
}

export interface RoundResult {
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  readonly faults: readonly Fault[];
  readonly elections: number;
  /** The longest time without an acknowledged write. */
  readonly silentMs: number;
  /** What was promised and not kept; empty where all is well. */
  readonly broken: readonly string[];
}

const smallDiskId = 1;
const smallDiskMb = 512;
/** Snapshots come several a second: old ones go before each fault, and what a learner may need stays. */
const snapshotsKept = 10;
const recoveryMs = 90_000;
const removedTogether = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class FaultRun {
  private round = 0;
  /** Chooses faults alone, so that how long a round took changes nothing for the next. */
  private readonly random: Random;
  private readonly clients: FaultClient[] = [];

  private constructor(
    private readonly options: FaultOptions,
    readonly home: string,
    private readonly network: MemberNetwork,
    readonly ensemble: MixedEnsemble,
  ) {
    this.random = new Random(options.seed);
  }

  static async start(options: FaultOptions): Promise<FaultRun> {
    const network = new MemberNetwork(options.kinds.length);
    const home = await tempDir('faults');
    const disk = path.join(home, `data${smallDiskId}`);
    try {
      mountSmall(disk);
      const ensemble = await MixedEnsemble.start({
        kinds: options.kinds,
        home,
        hostOf: (id) => network.address(id),
        wrap: (id) => network.wrap(id),
        tickMs: 300,
        config: { initLimit: 60, syncLimit: 8, snapCount: 300, preAllocSize: 1024 },
      });
      return new FaultRun(options, home, network, ensemble);
    } catch (error) {
      unmount(disk);
      network.remove();
      throw error;
    }
  }

  private get members(): readonly EnsembleMember[] {
    return this.ensemble.members;
  }

  /** Ends all processes; what is on the disks is removed unless it is to be kept. */
  async stop(keep: boolean): Promise<void> {
    for (const client of this.clients) client.retire();
    await this.ensemble.stop();
    const disk = path.join(this.home, `data${smallDiskId}`);
    if (keep) cpSync(disk, `${disk}-kept`, { recursive: true });
    unmount(disk);
    this.network.remove();
    if (!keep) await removeDir(this.home);
  }

  /**
   * Load for at least `loadMs` with faults one after the other: those planned, or else chosen until the time is over. A
   * round that breaks a promise leaves its history and the members' logs in `home`.
   */
  async runRound(loadMs: number, planned?: readonly FaultName[]): Promise<RoundResult> {
    const number = (this.round += 1);
    const ground = groundOf(`/round-${number}`);
    const entries: Entry[] = [];
    const done: Fault[] = [];
    const broken: string[] = [];
    let elections = 0;
    try {
      const epochBefore = await this.epoch();
      await this.prepare(ground, number);
      await this.load(ground, loadMs, planned, entries, done);
      await this.ensemble.allServing(recoveryMs);
      await this.look(ground, entries);
      broken.push(...(await this.differences()));
      elections = Number((await this.epoch()) - epochBefore);
    } catch (error) {
      broken.push(messageOf(error));
    }
    broken.push(...check(entries, isFreshAfter(done)));
    if (broken.length > 0) await this.keep(entries, done, broken);
    const count = (wanted: Entry['outcome']): number =>
      entries.filter(({ outcome }) => outcome === wanted).length;
    return {
      acknowledged: count('ok'),
      refused: count('failed'),
      unknown: count('unknown'),
      faults: done,
      elections,
      silentMs: longestGapMs(entries),
      broken,
    };
  }

  private client(
    name: string,
    members: readonly EnsembleMember[],
    ground: Ground,
    entries: Entry[],
    sessionTimeoutMs: number,
  ): FaultClient {
    const addresses: Address[] = members.map(({ host, port }) => ({ host, port }));
    const random = new Random(this.options.seed * 10_000 + this.clients.length);
    const client = new FaultClient(name, addresses, random, entries, sessionTimeoutMs, ground.barrier);
    this.clients.push(client);
    return client;
  }

  /** The znodes of this round; those of the round before go. A busy machine may lose a connection here too. */
  private async prepare(ground: Ground, number: number): Promise<void> {
    await until(
      'the znodes of the round are there',
      async () => {
        const client = this.ensemble.client();
        try {
          if (number > 1) await removeAll(client, `/round-${number - 1}`);
          for (const [at, data] of znodesOf(ground))
            await client
              .create(at, Buffer.from(data), [...openAcl], 'persistent')
              .catch(passing('NODEEXISTS'));
        } finally {
          client.close();
        }
        return true;
      },
      recoveryMs,
    );
  }

  private async load(
    ground: Ground,
    loadMs: number,
    planned: readonly FaultName[] | undefined,
    entries: Entry[],
    done: Fault[],
  ): Promise<void> {
    let stopped = false;
    const work = programs.flatMap((program) =>
      Array.from({ length: program.clients }, (_, index) => {
        const client = this.client(
          `${program.name} ${index}`,
          this.members,
          ground,
          entries,
          program.sessionTimeoutMs,
        );
        return runProgram(program, { client, ground, random: client.random, stopped: () => stopped });
      }),
    );
    const working = Promise.all(work);
    // Looked at below; where a fault itself failed, that is what the round tells.
    working.catch(() => undefined);
    const client = this.client('nemesis', this.members, ground, entries, 5_000);
    const smallDisk = this.ensemble.member(smallDiskId);
    const { ensemble, network, random } = this;
    const scene: Scene = { ensemble, network, random, ground, client, smallDisk };
    try {
      await this.afflict(scene, loadMs, planned, done);
    } finally {
      stopped = true;
      await mend(scene);
    }
    await within(working, recoveryMs, 'some clients found no member that serves after all was mended');
    await client.close();
  }

  private async afflict(
    scene: Scene,
    loadMs: number,
    planned: readonly FaultName[] | undefined,
    done: Fault[],
  ): Promise<void> {
    const endMs = performance.now() + loadMs;
    const names = planned === undefined ? null : [...planned];
    while (names === null ? performance.now() < endMs : names.length > 0) {
      await pause(this.random.int(200, 2_500));
      this.purge();
      await inflict(scene, names?.shift() ?? this.random.pick(this.options.faults ?? faultNames), done);
    }
    if (performance.now() < endMs) await pause(endMs - performance.now());
    expectRunning(this.ensemble);
  }

  /** What there is in the end, through each member; ephemerals must be gone, for no session is left. */
  private async look(ground: Ground, entries: Entry[]): Promise<void> {
    const late: Entry[] = [];
    const patient = this.client('patient', this.members, ground, late, 5_000);
    for (const parent of [ground.ephemerals, ground.lock])
      await until(
        `the ephemerals of ${parent} go with their sessions`,
        async () => {
          const list = await patient.list(parent);
          return list.outcome === 'ok' && list.names.length === 0 ? true : undefined;
        },
        recoveryMs,
      );
    await patient.close();
    for (const member of this.members) {
      const client = this.client(`final ${member.id}`, [member], ground, entries, 5_000);
      for (const at of [...ground.registers, ...ground.bigs, ground.fenced])
        await answered(() => client.read(at, 'quorumRead'));
      for (const at of [ground.set, ground.sequence, ground.ephemerals])
        await answered(() => client.list(at));
      await until('the accounts are read', async () =>
        (await client.total(ground.root, ground.accounts)).length > 0 ? true : undefined,
      );
      await client.close();
    }
  }

  /** All members have the same transactions, the same digests at the same zxids, and the same tree. */
  private async differences(): Promise<string[]> {
    await this.ensemble.settled(recoveryMs);
    const broken: string[] = [];
    const digests = new Map<string, string>();
    for (const member of this.members)
      for (const line of (await member.word('hash')).split('\n').filter(Boolean)) {
        const [zxid, digest] = line.split(': ') as [string, string];
        const known = digests.get(zxid) ?? digest;
        if (known !== digest)
          broken.push(`server ${member.id} has digest ${digest} at ${zxid}, others have ${known}`);
        digests.set(zxid, known);
      }
    const trees = await Promise.all(this.members.map((member) => this.treeAt(member)));
    const [first, ...others] = trees.map((tree) => new Set(tree));
    for (const [index, other] of others.entries()) {
      const apart = [
        ...[...first!].filter((line) => !other.has(line)),
        ...[...other].filter((line) => !first!.has(line)),
      ].map((line) => line.slice(0, 300));
      if (apart.length > 0)
        broken.push(`servers 1 and ${index + 2} differ in ${apart.length} lines, as in ${apart[0]}`);
    }
    return broken;
  }

  private treeAt({ id }: EnsembleMember): Promise<string[]> {
    return until(
      `the tree of server ${id} is read`,
      async () => {
        const client = this.ensemble.client([id]);
        return treeOf(client).finally(() => client.close());
      },
      recoveryMs,
    );
  }

  private async epoch(): Promise<bigint> {
    const leader = await this.ensemble.leader();
    return ((await leader.zxid()) ?? 0n) >> 32n;
  }

  private purge(): void {
    for (const { dataDir } of this.members) {
      const folder = path.join(dataDir, 'version-2');
      try {
        purge({ snapDir: folder, logDir: folder }, snapshotsKept);
      } catch (error) {
        // A member that is brought level may remove files itself; the next time does.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  private async keep(
    entries: readonly Entry[],
    done: readonly Fault[],
    broken: readonly string[],
  ): Promise<void> {
    keepHistory(path.join(this.home, `history-${this.round}.jsonl`), entries, done);
    appendFileSync(path.join(this.home, 'broken.txt'), broken.map((line) => `${line}\n`).join(''));
    await this.ensemble.keepOutputs();
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
}

const mounted = new Set<string>();

function mountSmall(folder: string): void {
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${smallDiskMb}m`, 'tmpfs', folder]);
  mounted.add(folder);
}

function unmount(folder: string): void {
  // Lazily: a process that is just ending may have a file open there.
  if (mounted.delete(folder)) execFileSync('umount', ['--lazy', folder]);
}

process.on('exit', () => {
  for (const folder of mounted) unmount(folder);
});

function longestGapMs(entries: readonly Entry[]): number {
  const atMs = entries
    .filter(({ op, outcome }) => isWrite(op) && outcome === 'ok')
    .map(({ repliedMs }) => repliedMs)
    .sort((a, b) => a - b);
  return atMs.reduce((longest, at, index) => Math.max(longest, at - (atMs[index - 1] ?? at)), 0);
}

/** Asks until there is an answer. */
function answered(ask: () => Promise<Entry>): Promise<true> {
  return until(
    'a read is answered',
    async () => ((await ask()).outcome === 'ok' ? true : undefined),
    recoveryMs,
  );
}

/** Takes an error for done that says it was done before. */
function passing(code: ErrorName): (error: unknown) => null {
  return (error) => {
    if (!isKeeperError(error, code)) throw error;
    return null;
  };
}

/** A znode and all below it; the children of one are deleted together, so many at a time. */
async function removeAll(client: ZooKeeperClient, at: string): Promise<void> {
  const listed = await client.getChildren(at).catch(passing('NONODE'));
  if (listed === null) return;
  const { children } = listed.value;
  for (let from = 0; from < children.length; from += removedTogether)
    await Promise.all(
      children.slice(from, from + removedTogether).map((name) => removeAll(client, `${at}/${name}`)),
    );
  await client.delete(at, -1).catch(passing('NONODE'));
}

async function within(work: Promise<unknown>, timeoutMs: number, otherwise: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise} (${timeoutMs} ms)`)), timeoutMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
