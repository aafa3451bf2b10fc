import { withBugs, withShortEpochs } from './bugs';
import { Checker, isQuorum } from './checker';
import { SimClient } from './client';
import { firstConfig, operatorsConfig } from './configs';
import { Faults, type Bugs } from './faults';
import { SimMember, type EnsembleSettings } from './member';
import { observerMasterPort, SimNetwork } from './network';
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
/** What was asked by then has reached a leader, or nobody, when peace comes. */
const lastReconfigMs = 8_000;
/** Within this, a healed ensemble must serve, and have served everybody everything. */
const recoveryMs = 20_000;

export function runSeed(seed: number, options: ScenarioOptions = {}): Outcome {
  const world = new World(seed, options.trace ?? false);
  const scenario = new Scenario(world, options.bugs ?? {});
  let fault: string | null = null;
  try {
    withBugs(options.bugs ?? {}, () => withShortEpochs(world.random, () => scenario.run()));
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
  private readonly faults: Faults;
  private readonly ensemble: EnsembleSettings;
  private readonly hasObserverMasters: boolean;

  constructor(
    private readonly world: World,
    bugs: Bugs,
  ) {
    const { random } = world;
    this.network = new SimNetwork(world, bugs);
    world.network = this.network;
    this.faults = new Faults(random, bugs);
    this.ensemble = {
      reconfigEnabled: random.chance(0.6),
      standaloneEnabled: random.chance(0.7),
      readOnlyModeEnabled: random.chance(0.4),
    };
    const voters = random.pick([3, 3, 3, 4, 5]);
    const config = firstConfig(random, voters, random.pick([0, 0, 1, 2]));
    this.checker = new Checker(world, this.members, config);
    this.hasObserverMasters = random.chance(0.5);
    const masterPort = this.hasObserverMasters ? observerMasterPort : 0;
    const newcomers = this.ensemble.reconfigEnabled ? random.int(0, 7 - config.servers.size) : 0;
    for (let serverId = 1; serverId <= config.servers.size + newcomers; serverId += 1) {
      const { network, ensemble, faults, checker } = this;
      const member = new SimMember(serverId, world, network, ensemble, faults, checker, masterPort);
      if (config.servers.has(serverId)) member.platter.config = config.toText();
      this.members.push(member);
      this.network.members.set(serverId, member);
    }
    const count = random.int(2, 5);
    const reconfigures = (): boolean => this.ensemble.reconfigEnabled && world.nowMs < lastReconfigMs;
    for (let index = 1; index <= count; index += 1)
      this.clients.push(
        new SimClient(`client.${index}`, world, this.members, this.checker, reconfigures, random.chance(0.3)),
      );
  }

  get answers(): number {
    return this.clients.reduce((sum, client) => sum + client.acknowledged, 0);
  }

  run(): void {
    const { world } = this;
    for (const member of this.members)
      if (this.isInForce(member)) world.after(world.random.int(0, 300), () => member.start());
    for (const client of this.clients) client.start();
    this.nextFault();
    world.run(faultyMs);
    this.makePeace();
    // Who may be missed is known once no reconfig is left half done.
    if (this.ensemble.reconfigEnabled && !this.isAgreed()) this.serveWithout([]);
    if (world.random.chance(0.5)) this.serveWithout(this.minority());
    this.serveWithout([]);
    for (const client of this.clients) client.stop();
    if (!world.run(world.nowMs + recoveryMs, () => this.isLevel()))
      world.fail(`members are not level after ${recoveryMs} ms: ${this.describe()}`);
    this.checker.finish(this.members.filter((member) => this.isNeeded(member)));
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
    else if (roll < 0.96) this.crashAll();
    else if (roll < 0.98) this.wipe();
    else this.start(member);
  }

  private crash(member: SimMember): void {
    member.crash('by kill');
    this.restartLater(member);
  }

  private restartLater(member: SimMember): void {
    this.world.after(this.world.random.int(10, 2_500), () => {
      if (this.faults.isOn) this.start(member);
    });
  }

  /** A newcomer first gets a file from its operator. */
  private start(member: SimMember): void {
    const { platter, serverId } = member;
    if (platter.config === null)
      platter.config = operatorsConfig(this.world.random, serverId, this.checker.config).toText();
    member.start();
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
   * Disks lost whole. Such members have forgotten what they promised, so it is safe only while every quorum has somebody who
   * has not: when all others are up and follow one leader, and these are down.
   */
  private wipe(): void {
    const { random } = this.world;
    const count = random.pick([1, 1, 2, 3]);
    const lost = random.shuffled(this.members).slice(0, count);
    if (!lost.every((member) => this.isInForce(member)) || !this.isLevel() || !this.isAgreed()) return;
    const ids = lost.map(({ serverId }) => serverId);
    if (isQuorum(this.checker.config, ids)) return;
    for (const member of lost) {
      member.crash('and loses its disk');
      member.platter.wipe();
      this.restartLater(member);
    }
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
    const { config } = this.checker;
    const left = new Set(config.voters);
    const missed = random.shuffled(this.members).filter(({ serverId }) => {
      if (!config.voters.has(serverId)) return random.chance(0.5);
      left.delete(serverId);
      if (config.hasQuorum(left)) return true;
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
    for (const member of others) this.start(member);
    const serves = (): boolean => world.run(world.nowMs + recoveryMs, () => this.isQuorumServing());
    if (!serves() && !(this.freeStuck() && serves()))
      world.fail(`no quorum serves after ${recoveryMs} ms: ${this.describe()}`);
    this.fetchStrays(others);
    if (!world.run(world.nowMs + recoveryMs, () => others.every((member) => this.isWell(member))))
      world.fail(`a healed ensemble is not whole after ${recoveryMs} ms: ${this.describe()}`);
    this.checkProgress();
  }

  /** The config in force names it. */
  private isInForce({ serverId }: SimMember): boolean {
    return this.checker.config.servers.has(serverId);
  }

  /** Must serve when all is well. Observers of observer masters cannot where a leader is the only voter, as with Apache. */
  private isNeeded(member: SimMember): boolean {
    const { voters } = this.checker.config;
    const voting = this.members.filter(({ serverId, isUp }) => isUp && voters.has(serverId));
    const isLeftOut = this.hasObserverMasters && !voters.has(member.serverId) && voting.length < 2;
    return this.isInForce(member) && !isLeftOut;
  }

  private isServing({ pipeline, peer }: SimMember): boolean {
    return pipeline?.isServing === true && peer!.config.version === this.checker.config.version;
  }

  /** Everybody knows the config in force, and nobody has seen one that is to come. */
  private isAgreed(): boolean {
    const { config } = this.checker;
    return this.members.every(({ platter }) => {
      if (platter.config === null) return true;
      const { config: own, lastSeen } = platter.readConfigs();
      return lastSeen === null && own.version === config.version;
    });
  }

  private isWell(member: SimMember): boolean {
    return !this.isNeeded(member) || this.isServing(member);
  }

  private isQuorumServing(): boolean {
    const serving = this.members.filter((member) => this.isServing(member)).map(({ serverId }) => serverId);
    return isQuorum(this.checker.config, serving);
  }

  /**
   * A reconfig was on its way when every voter lost, and a voter to come kept, the same transaction. The latter has no right
   * to lead, and the former must not take back what may be committed: as with Apache, an operator has to know better.
   */
  private freeStuck(): boolean {
    const { config, truth } = this.checker;
    const [voters, others] = [true, false].map((votes) =>
      this.members.filter(({ serverId }) => config.voters.has(serverId) === votes),
    );
    const last = voters!.reduce((most, { platter }) => (platter.last > most ? platter.last : most), 0n);
    const ahead = others!.filter(({ platter, isUp }) => isUp && platter.last > last);
    if (this.isAgreed() || last < (truth.at(-1)?.zxid ?? 0n)) return false;
    for (const member of ahead) {
      member.crash('for its operator, who empties its disk');
      member.platter.wipe();
      member.start();
    }
    return ahead.length > 0;
  }

  /** Whoever knows only servers that are gone, or have moved, needs its operator: nobody else can tell it. */
  private fetchStrays(members: readonly SimMember[]): void {
    for (const member of members) {
      const { platter, serverId } = member;
      if (this.isWell(member) || platter.readConfigs().config.version === this.checker.config.version)
        continue;
      member.crash('for its operator');
      platter.config = operatorsConfig(this.world.random, serverId, this.checker.config).toText();
      platter.nextConfig = null;
      member.start();
    }
  }

  private isLevel(): boolean {
    const last = this.checker.truth.at(-1)?.zxid ?? 0n;
    const told = [...this.checker.toldOver];
    return this.members.every((member) => {
      if (!this.isNeeded(member)) return true;
      const { database, peer } = member;
      return (
        told.every((sessionId) => database?.sessions.get(sessionId) === undefined) &&
        this.isServing(member) &&
        database?.lastApplied === last &&
        (peer?.leader?.outstanding ?? 0) === 0
      );
    });
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
