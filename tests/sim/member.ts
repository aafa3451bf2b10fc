import { Database } from '@/server/processors/database';
import { Pipeline } from '@/server/processors/pipeline';
import type { ServerId } from '@/server/quorum/contract';
import { QuorumPeer } from '@/server/peer/quorum-peer';
import { LocalSessions } from '@/server/session/local-sessions';
import { SessionIds } from '@/server/session/session-ids';
import { SessionTracker } from '@/server/session/session-tracker';
import type { LoggedTxn } from '@/server/zab/contract';
import { History } from '@/server/zab/history';
import { noThrottle, silentMeter } from '../support/pipeline-parts';
import type { Checker } from './checker';
import type { SimClient } from './client';
import { Platter, PowerCut, SimConfigStore, SimStorage } from './disk';
import type { Faults } from './faults';
import { SimElection, SimQuorum, type SimNetwork } from './network';
import type { Timer, World } from './world';

/**
 * One member: the real QuorumPeer, pipeline, tree and sessions on a virtual disk, network and clock. A life is one process:
 * it ends with a crash, and the next begins with what the disk kept.
 */

const tickTimeMs = 200;
const initLimitTicks = 10;
const syncLimitTicks = 5;

/** What an operator decides for all members alike. */
export interface EnsembleSettings {
  readonly reconfigEnabled: boolean;
  readonly standaloneEnabled: boolean;
  readonly readOnlyModeEnabled: boolean;
}

const pipelineSettings = {
  minSessionTimeoutMs: tickTimeMs * 2,
  maxSessionTimeoutMs: tickTimeMs * 20,
  globalOutstandingLimit: 1_000,
  limitShares: () => 1,
  throttle: noThrottle,
  random: () => 0.5,
  digestEnabled: true,
  closeSessionTxnEnabled: true,
  skipAcl: true,
  enforceQuota: false,
  localSessionsUpgradingEnabled: true,
  digestAlgorithm: 'sha1',
  superDigest: null,
  auth: {
    schemes: new Set(['ip', 'digest']),
    enforcedSchemes: null,
    x509SuperUser: null,
    saslSuperUsers: new Set<string>(),
    saslAnyUser: null,
    allowSaslFailedClients: false,
  },
  znodesMax: 100_000,
};

export class SimMember {
  readonly platter = new Platter();
  readonly election: SimElection;
  readonly quorum: SimQuorum;
  readonly clients = new Set<SimClient>();
  /** Counts processes: what belongs to an earlier one is void. */
  life = 0;
  isUp = false;
  isPaused = false;
  peer: QuorumPeer | null = null;
  pipeline: Pipeline | null = null;
  database: Database | null = null;
  storage: SimStorage | null = null;
  nowMs = 0;
  slowness = 1;
  private wallOffsetMs = 0;
  /** Virtual milliseconds of this member's clock for one of the world's. */
  private readonly rate: number;
  private readonly waiting: (() => void)[] = [];
  private readonly timers = new Set<Timer>();
  private depth = 0;

  constructor(
    readonly serverId: ServerId,
    private readonly world: World,
    network: SimNetwork,
    private readonly ensemble: EnsembleSettings,
    private readonly faults: Faults,
    private readonly checker: Checker,
    /** Where observers look for masters; 0 where they follow the leader. */
    private readonly observerMasterPort: number,
  ) {
    this.election = new SimElection(network, this);
    this.quorum = new SimQuorum(network, this);
    this.rate = 0.98 + world.random.next() * 0.04;
  }

  get name(): string {
    return `server.${this.serverId}`;
  }

  private monotonicMs(): number {
    return this.world.nowMs * this.rate;
  }

  jumpClock(ms: number): void {
    this.wallOffsetMs += ms;
  }

  /** Runs one event of this process, and then lets out what it wrote. A stopped process runs it when it goes on. */
  handle(event: () => void): void {
    if (!this.isUp) return;
    if (this.isPaused) return void this.waiting.push(event);
    const { life } = this;
    this.nowMs = this.monotonicMs();
    this.depth += 1;
    try {
      event();
      if (this.depth === 1 && this.life === life) this.settle();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.crash('at a write');
    } finally {
      this.depth -= 1;
    }
  }

  private settle(): void {
    this.peer?.flush();
    for (const client of this.clients) client.flush();
  }

  pause(ms: number): void {
    if (!this.isUp || this.isPaused) return;
    this.world.log(() => `${this.name} stands still for ${ms} ms`);
    this.isPaused = true;
    const { life } = this;
    this.world.after(ms, () => this.life === life && this.goOn());
  }

  goOn(): void {
    this.isPaused = false;
    while (this.waiting.length > 0 && !this.isPaused) this.handle(this.waiting.shift()!);
  }

  crash(how: string): void {
    if (!this.isUp) return;
    this.world.log(() => `${this.name} crashes ${how}, last on disk ${this.platter.last.toString(16)}`);
    this.isUp = false;
    this.isPaused = false;
    this.life += 1;
    this.waiting.length = 0;
    this.storage!.die();
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.quorum.die();
    this.election.died();
    for (const pipe of [...this.world.network.links])
      for (const end of pipe.ends) if (end.isOf(this)) end.died();
    for (const client of [...this.clients]) client.lostConnection();
    this.clients.clear();
    this.peer = this.pipeline = this.database = this.storage = null;
  }

  /** A removed server starts as one that goes on running; a real one asks its operator for a line of its own first. */
  start(): void {
    if (this.isUp || this.platter.config === null) return;
    this.isUp = true;
    this.life += 1;
    this.world.log(() => `${this.name} starts`);
    this.handle(() => this.boot());
  }

  private boot(): void {
    const { world, faults, serverId } = this;
    const nowMs = this.monotonicMs();
    const sessions = new SessionTracker(tickTimeMs, nowMs);
    const database = new Database(sessions, true, () => this.monotonicMs());
    this.database = database;
    database.onDigestMismatch = (zxid) =>
      world.fail(`${this.name} has another digest at ${zxid.toString(16)}`);
    const ids = new SessionIds(serverId, Math.floor(world.nowMs) + this.life * 1_000);
    const locals = world.seed % 4 === 0 ? new LocalSessions(new SessionTracker(tickTimeMs, nowMs)) : null;
    const pipeline = new Pipeline(
      database,
      ids,
      { ...pipelineSettings, reconfigEnabled: this.ensemble.reconfigEnabled },
      silentMeter,
      locals,
    );
    this.pipeline = pipeline;
    const storage = new SimStorage(
      world,
      this.platter,
      database,
      faults,
      (event) => this.handle(event),
      (count) => this.peer?.logSynced(count, this.nowMs),
      {
        logged: (txn, previous) => this.checker.logged(this, txn, previous),
        accepted: (epoch) => this.checker.accepted(this, epoch),
      },
    );
    this.storage = storage;
    storage.slowness = this.slowness;
    const recent: LoggedTxn[] = [];
    const recovered = storage.recover((txn) => void recent.push(txn));
    const history = new History(storage.log, recovered, world.random.pick([3, 10, 500]));
    for (const txn of recent) history.remember(txn);
    this.checker.watch(this, database);
    const log = {
      info: (message: string) => {
        world.log(() => `${this.name} ${message}`);
        this.checker.said(this, message);
      },
      warn: (message: string) => world.log(() => `${this.name} ${message}`),
    };
    this.peer = new QuorumPeer({
      settings: this.settings(),
      ...this.platter.readConfigs(),
      ports: {
        clock: {
          monotonicMs: () => this.monotonicMs(),
          wallMs: () => Math.floor(world.nowMs + this.wallOffsetMs) + 1e9,
        },
        random: () => world.random.next(),
        timers: { after: (ms, event) => this.after(ms, () => event(this.nowMs)) },
        election: this.election,
        quorum: this.quorum,
        storage,
        configs: new SimConfigStore(this.platter, faults, (config) => this.checker.configured(this, config)),
      },
      history,
      database,
      pipeline,
      serveClientsAt: () => {},
      dropClients: () => {
        for (const client of [...this.clients]) client.drop();
      },
      log,
      limitedLog: log,
    });
    this.peer.start(nowMs);
    this.tickSessions();
  }

  private settings() {
    return {
      serverId: this.serverId,
      zab: {
        tickTimeMs,
        initLimitMs: tickTimeMs * initLimitTicks,
        syncLimitMs: tickTimeMs * syncLimitTicks,
        packetBytesMax: 1 << 21,
        reconfigEnabled: this.ensemble.reconfigEnabled,
        snapshotSizeFactor: 0.33,
        alwaysSnapshot: this.world.random.chance(0.05),
        maxConcurrentSnapSyncs: 1,
        maxConcurrentDiffSyncs: 1,
      },
      election: { minNotificationIntervalMs: 200, maxNotificationIntervalMs: 2_000 },
      connectLimitMs: tickTimeMs * initLimitTicks,
      observerReconnectDelayMs: 100,
      standaloneEnabled: this.ensemble.standaloneEnabled,
      readOnlyModeEnabled: this.ensemble.readOnlyModeEnabled,
      observerElectionDelayMs: 100,
      observerMasterPort: this.observerMasterPort,
      observerMasterSizeLimitBytes: 32 << 20,
      leaderServes: true,
      multiAddressEnabled: false,
    };
  }

  private after(ms: number, event: () => void): Timer {
    const { life } = this;
    const timer = this.world.after(ms / this.rate, () => {
      this.timers.delete(timer);
      if (this.life === life) this.handle(event);
    });
    this.timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.timers.delete(timer);
      },
    };
  }

  private tickSessions(): void {
    this.after(tickTimeMs, () => {
      this.pipeline?.tick(this.nowMs);
      this.tickSessions();
    });
  }
}
