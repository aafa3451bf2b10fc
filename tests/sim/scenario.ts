import { makeQuorumConfig } from '@/server/quorum/quorum-config';
import type { Hierarchy } from '@/server/quorum/verifiers';
import type { QuorumConfig, QuorumServer, ServerId } from '@/server/quorum/contract';
import { Checker } from './checker';
import { SimClient } from './client';
import { Faults, type Bugs } from './faults';
import { SimMember } from './member';
import { hostOf, observerMasterPort, quorumPort, SimNetwork } from './network';
import { Violation, World } from './world';

/** One seed's run: an ensemble, clients, a time of faults, then peace, in which everything must come right. */

export interface Outcome {
  readonly seed: number;
  /** null where nothing is wrong. */
  readonly fault: string | null;
  readonly trace: readonly string[];
  /** What happened, for totals. */
  readonly transactions: number;
  readonly answers: number;
  readonly virtualMs: number;
}

export interface ScenarioOptions {
  readonly bugs?: Bugs;
  readonly trace?: boolean;
}

const faultyMs = 12_000;
/** Within this, a healed ensemble must serve, and have served everybody everything. */
const recoveryMs = 20_000;

export function runSeed(seed: number, options: ScenarioOptions = {}): Outcome {
  const world = new World(seed, options.trace ?? false);
  const scenario = new Scenario(world, options.bugs ?? {});
  let fault: string | null = null;
  try {
    scenario.run();
  } catch (error) {
    // An assertion of the program, or a check of ours; either way the seed has found something.
    fault = error instanceof Violation ? error.message : String((error as Error).stack);
    world.log(() => fault!);
  }
  return {
    seed,
    fault,
    trace: world.trace,
    transactions: scenario.checker.truth.length,
    answers: scenario.answers,
    virtualMs: world.nowMs,
  };
}

class Scenario {
  readonly checker: Checker;
  private readonly network: SimNetwork;
  private readonly members: SimMember[] = [];
  private readonly clients: SimClient[] = [];
  private readonly config: QuorumConfig;
  private readonly faults: Faults;

  constructor(
    private readonly world: World,
    bugs: Bugs,
  ) {
    this.checker = new Checker(world);
    this.network = new SimNetwork(world, bugs);
    world.network = this.network;
    this.faults = new Faults(world.random, bugs);
    this.config = makeConfig(world, bugs);
    const masterPort = world.random.chance(0.5) ? observerMasterPort : 0;
    for (const serverId of this.config.servers.keys()) {
      const { network, config, faults, checker } = this;
      const member = new SimMember(serverId, world, network, config, faults, checker, masterPort);
      this.members.push(member);
      this.network.members.set(serverId, member);
    }
    const count = world.random.int(2, 5);
    for (let index = 1; index <= count; index += 1)
      this.clients.push(new SimClient(`client.${index}`, world, this.members, this.checker));
  }

  get answers(): number {
    return this.clients.reduce((sum, client) => sum + client.acknowledged, 0);
  }

  run(): void {
    const { world } = this;
    for (const member of this.members) world.after(world.random.int(0, 300), () => member.start());
    for (const client of this.clients) client.start();
    this.nextFault();
    world.run(faultyMs);
    this.makePeace();
    if (world.random.chance(0.5)) this.serveWithout(this.minority());
    this.serveWithout([]);
    for (const client of this.clients) client.stop();
    if (!world.run(world.nowMs + recoveryMs, () => this.isLevel()))
      world.fail(`members are not level after ${recoveryMs} ms: ${this.describe()}`);
    this.checker.finish(this.members);
  }

  // Faults.

  private nextFault(): void {
    const { world } = this;
    world.after(world.random.int(100, 1_200), () => {
      if (!this.faults.isOn) return;
      this.fault();
      this.nextFault();
    });
  }

  private fault(): void {
    const { random } = this.world;
    const member = random.pick(this.members);
    const roll = random.next();
    if (roll < 0.25) this.crash(member);
    else if (roll < 0.35) this.crashLeader();
    else if (roll < 0.5) this.partition();
    else if (roll < 0.6) this.cutOneWay();
    else if (roll < 0.7) this.heal();
    else if (roll < 0.78) member.pause(random.int(50, 2_500));
    else if (roll < 0.86) this.network.reset(member.serverId, random.pick(this.members).serverId);
    else if (roll < 0.9) member.jumpClock(random.int(-100_000, 100_000));
    else if (roll < 0.94) this.slowDisk(member);
    else if (roll < 0.97) this.crashAll();
    else this.wipe(member);
  }

  private crash(member: SimMember): void {
    member.crash('by kill');
    this.restartLater(member);
  }

  private restartLater(member: SimMember): void {
    this.world.after(this.world.random.int(10, 2_500), () => {
      if (this.faults.isOn) member.start();
    });
  }

  private crashLeader(): void {
    const leader = this.members.find((member) => member.peer?.state === 'LEADING');
    if (leader !== undefined) this.crash(leader);
  }

  private crashAll(): void {
    for (const member of this.members) this.crash(member);
  }

  private partition(): void {
    const { random } = this.world;
    const shuffled = random.shuffled(this.members);
    const size = random.int(1, shuffled.length - 1);
    this.world.log(
      () =>
        `partition: ${shuffled
          .slice(0, size)
          .map(({ name }) => name)
          .join(' ')} apart`,
    );
    for (const a of shuffled.slice(0, size))
      for (const b of shuffled.slice(size)) {
        this.network.cut(a.serverId, b.serverId);
        this.network.cut(b.serverId, a.serverId);
      }
  }

  private cutOneWay(): void {
    const { random } = this.world;
    const [from, to] = random.shuffled(this.members);
    this.world.log(() => `${from!.name} is not heard by ${to!.name}`);
    this.network.cut(from!.serverId, to!.serverId);
  }

  private heal(): void {
    this.world.log(() => 'the network is whole');
    this.network.heal();
  }

  private slowDisk(member: SimMember): void {
    member.slowness = this.world.random.pick([1, 10, 60]);
    if (member.storage !== null) member.storage.slowness = member.slowness;
  }

  /**
   * A disk lost whole. Such a member has forgotten what it promised, so it is safe only while every quorum has somebody who
   * has not: when all others are up and follow one leader, and this one is down.
   */
  private wipe(member: SimMember): void {
    if (!this.isLevel()) return;
    member.crash('and loses its disk');
    member.platter.wipe();
    this.restartLater(member);
  }

  private makePeace(): void {
    this.world.log(() => 'peace');
    this.faults.isOn = false;
    this.network.heal();
    for (const member of this.members) {
      member.goOn();
      member.slowness = 1;
      if (member.storage !== null) member.storage.slowness = 1;
    }
  }

  /** As many voters as can be missed, and sometimes an observer. */
  private minority(): readonly SimMember[] {
    const { random } = this.world;
    const left = new Set(this.config.voters);
    const missed = random.shuffled(this.members).filter(({ serverId }) => {
      if (this.config.observers.has(serverId)) return random.chance(0.5);
      left.delete(serverId);
      if (this.config.hasQuorum(left)) return true;
      left.add(serverId);
      return false;
    });
    return missed;
  }

  // The end.

  /** With these down for good, in a whole network, all others serve, and what is written now is answered. */
  private serveWithout(missed: readonly SimMember[]): void {
    const { world } = this;
    world.log(() => `all but [${missed.map(({ name }) => name).join(' ')}] must serve`);
    for (const member of missed) member.crash('for good');
    const others = this.members.filter((member) => !missed.includes(member));
    for (const member of others) member.start();
    const settled = world.run(world.nowMs + recoveryMs, () =>
      others.every((member) => member.pipeline?.isServing === true),
    );
    if (!settled) world.fail(`a healed ensemble is not whole after ${recoveryMs} ms: ${this.describe()}`);
    this.checkProgress();
  }

  private isLevel(): boolean {
    const last = this.checker.truth.at(-1)?.zxid ?? 0n;
    const told = [...this.checker.toldOver];
    return this.members.every(
      ({ pipeline, database, peer }) =>
        told.every((sessionId) => database?.sessions.get(sessionId) === undefined) &&
        pipeline?.isServing === true &&
        database?.lastApplied === last &&
        (peer?.leader?.outstanding ?? 0) === 0,
    );
  }

  /** A write made now must be answered. */
  private checkProgress(): void {
    const { world } = this;
    const before = this.checker.truth.length;
    if (!world.run(world.nowMs + recoveryMs, () => this.checker.truth.length > before + 3))
      world.fail(`a healed ensemble makes no progress: ${this.describe()}`);
  }

  private describe(): string {
    return this.members
      .map(({ name, peer, database, pipeline }) => {
        const zxid = database?.lastApplied.toString(16);
        return `${name} ${peer?.state ?? 'down'} ${peer?.phase ?? ''} ${zxid}${pipeline?.isServing ? '' : ' not serving'}`;
      })
      .join(', ');
  }
}

function makeConfig(world: World, bugs: Bugs): QuorumConfig {
  const { random } = world;
  const voters = random.pick([3, 3, 3, 4, 5]);
  const observers = random.pick([0, 0, 1, 2]);
  const servers = new Map<ServerId, QuorumServer>();
  for (let serverId = 1; serverId <= voters + observers; serverId += 1) {
    servers.set(serverId, {
      serverId,
      addresses: [{ host: hostOf(serverId), quorumPort, electionPort: 1 }],
      type: serverId <= voters ? 'participant' : 'observer',
      clientAddress: null,
    });
  }
  const config = makeQuorumConfig(
    servers,
    0n,
    voters === 5 && random.chance(0.5) ? hierarchyOf(random) : null,
  );
  if (bugs.halfIsQuorum !== true) return config;
  const isHalf = (ids: ReadonlySet<ServerId>): boolean =>
    [...ids].filter((id) => config.voters.has(id)).length * 2 >= config.voters.size - 1;
  return Object.create(config, { hasQuorum: { value: isHalf } }) as QuorumConfig;
}

/** Five voters in two groups, or with weights. */
function hierarchyOf(random: World['random']): Hierarchy {
  const weights = new Map([1, 2, 3, 4, 5].map((serverId) => [serverId, random.pick([1, 1, 2])]));
  if (random.chance(0.5)) return { groups: new Map([[1, new Set([1, 2, 3, 4, 5])]]), weights };
  return {
    groups: new Map([
      [1, new Set([1, 2, 3])],
      [2, new Set([4, 5])],
    ]),
    weights: new Map([1, 2, 3, 4, 5].map((serverId) => [serverId, 1])),
  };
}
