import { formatZxid } from '@/lib/protocol/zxid';
import { FastLeaderElection, type ElectionHost } from '@/server/election/fast-leader-election';
import type { Notification, ServerState, Vote } from '@/server/election/notification';
import { ReadOnlyPath } from '@/server/processors/read-only-path';
import type { QuorumConfig, QuorumServer, ServerId } from '@/server/quorum/contract';
import { specialPaths } from '@/server/tree/data-tree';
import type { Leader } from '@/server/zab/leader';
import type { Learner } from '@/server/zab/learner';
import { Following, type Target } from './following';
import { Leading } from './leading';
import { losesLeader, Membership } from './membership';
import { leaderDoors, ObserverMasters } from './observer-masters';
import type { PeerOptions } from './options';

/** The least time of looking for a leader after which reads are served, ms; one tick where that is longer. */
const readOnlyGraceMs = 2_000;

/**
 * One member of an ensemble (Apache's QuorumPeer): looks for a leader, then leads, follows or observes until that ends, and
 * looks again. Free of sockets, files and clocks: the simulation runs this very class.
 */
export class QuorumPeer implements ElectionHost {
  state: ServerState = 'LOOKING';
  /** When this state began, monotonic ms. */
  stateSinceMs = 0;
  /** How long the last election took, ms; −1 before the first. */
  electionMs = -1;
  /** Since when it serves nobody for want of a leader; null while it serves. */
  private lookingSinceMs: number | null = null;
  private role: Leading | Following | null = null;
  private readonly membership: Membership;
  private readonly election: FastLeaderElection;
  /** Who leads after this server, by the reconfig it has committed as the last thing. */
  private successor: ServerId | null = null;
  private readonly masters: ObserverMasters;
  private timer: { cancel(): void } | null = null;
  /** Until reads are served without a leader. */
  private graceTimer: { cancel(): void } | null = null;
  private isStopped = false;

  constructor(private readonly options: PeerOptions) {
    const { settings, ports } = options;
    this.membership = new Membership(options, settings.serverId);
    const { election, timers } = ports;
    this.masters = new ObserverMasters(settings.observerMasterPort, ports.random);
    this.election = new FastLeaderElection(
      { serverId: settings.serverId, ...settings.election },
      {
        send: (to, bytes) => election.send(to, bytes),
        connectAll: () => election.connectAll(),
        after: (ms, event) => timers.after(ms, event),
      },
      this,
    );
  }

  start(nowMs: number): void {
    this.stateSinceMs = nowMs;
    this.membership.start();
    this.look();
  }

  /** Lets go of everything; no event follows. */
  stop(): void {
    this.isStopped = true;
    this.leaveRole('this server stops');
    this.election.stop();
  }

  get serverId(): ServerId {
    return this.options.settings.serverId;
  }

  get config(): QuorumConfig {
    return this.membership.config;
  }

  get lastSeen(): QuorumConfig | null {
    return this.membership.lastSeen;
  }

  get self(): QuorumServer | undefined {
    return this.membership.self;
  }

  get leader(): Leader | null {
    return this.role instanceof Leading ? this.role.leader : null;
  }

  get learner(): Learner | null {
    return this.role instanceof Following ? this.role.learner : null;
  }

  get vote(): Vote {
    return this.election.current;
  }

  /** Whom this server follows, or itself; null while it looks. */
  get leaderId(): ServerId | null {
    return this.state === 'LOOKING' ? null : this.vote.leader;
  }

  /** Of an observer: the server that it gets everything from. */
  get masterId(): ServerId | null {
    return this.state === 'OBSERVING' && this.role instanceof Following ? this.role.masterId : null;
  }

  /** The phase of Zab, in the words of mntr and the AdminServer. */
  get phase(): string {
    if (this.state === 'LOOKING') return 'election';
    return (this.leader?.phase ?? this.learner?.phase ?? 'DISCOVERY').toLowerCase();
  }

  private become(state: ServerState): void {
    const { vote, options } = this;
    options.log.info(
      `server.${this.serverId} ${this.state} -> ${state} electionEpoch=${vote.electionEpoch} peerEpoch=${vote.peerEpoch} zxid=${formatZxid(options.history.lastLogged)}`,
    );
    this.state = state;
    this.stateSinceMs = options.ports.clock.monotonicMs();
  }

  // Looking.

  private look(): void {
    const { ports, history } = this.options;
    const stand = (): void => {
      if (this.isStopped || this.state !== 'LOOKING' || this.election.isLooking) return;
      this.serveReadsLater();
      this.options.meter?.looking();
      this.lookingSinceMs ??= ports.clock.monotonicMs();
      this.election.look({
        isVoter: this.membership.isVoter,
        lastLogged: history.lastLogged,
        currentEpoch: ports.storage.epochs.currentEpoch,
      });
    };
    // What a vote says of the log must be on disk.
    ports.storage.whenSynced(() => history.whenSettled(stand));
  }

  /** Cut off for so long, it is no longer an election that takes its time. The state does not change while looking. */
  private serveReadsLater(): void {
    const { settings, ports, pipeline, log } = this.options;
    if (!settings.readOnlyModeEnabled || pipeline.isServing) return;
    this.graceTimer?.cancel();
    this.graceTimer = ports.timers.after(Math.max(readOnlyGraceMs, settings.zab.tickTimeMs), () => {
      pipeline.serve(new ReadOnlyPath(pipeline));
      log.info(
        `Server ${this.serverId} is cut off from its quorum: it serves reads to clients that take that.`,
      );
    });
  }

  /** A message on the election port. */
  notified(from: ServerId, notification: Notification, nowMs: number): void {
    if (!this.isStopped) this.election.receive(from, notification, nowMs);
  }

  newerConfig(text: string): boolean {
    const config = this.membership.read(text, 'a notification');
    if (config === null || !this.membership.activate(config)) return false;
    this.election.stop();
    this.look();
    return true;
  }

  elected(vote: Vote, nowMs: number): void {
    this.electionMs = nowMs - this.stateSinceMs;
    if (this.membership.isVoter) this.options.meter?.elected(this.electionMs);
    this.takeRole(vote, nowMs);
  }

  private takeRole(vote: Vote, nowMs: number): void {
    this.stopServing('a quorum has formed');
    if (vote.leader === this.serverId) this.lead(nowMs);
    else this.follow(vote);
    this.tickLater();
  }

  // The roles.

  private get zabParts() {
    const { settings, ports, history, database, meter } = this.options;
    return {
      meter,
      serverId: this.serverId,
      settings: settings.zab,
      history,
      storage: ports.storage,
      state: database,
    };
  }

  private lead(nowMs: number): void {
    const { ports, limitedLog } = this.options;
    this.become('LEADING');
    this.election.settle('LEADING', ports.storage.epochs.currentEpoch);
    const { config, lastSeen } = this;
    const info = (sentence: string): void => limitedLog.info(sentence);
    const warn = (sentence: string): void => limitedLog.warn(sentence);
    const leading = new Leading(
      this.options,
      { ...this.zabParts, config, lastSeen, warn, info, nowMs },
      {
        established: (epoch) => {
          this.election.settle('LEADING', epoch);
          this.available();
        },
        configProposed: (proposed) => this.membership.see(proposed),
        configCommitted: (committed, designated) => this.committed(committed, designated),
        ended: (reason) => this.ended(reason),
      },
    );
    this.role = leading;
    leading.leader.start();
  }

  private follow(vote: Vote): void {
    const { isObserver } = this.membership;
    const state = isObserver ? 'OBSERVING' : 'FOLLOWING';
    this.become(state);
    this.election.settle(state, Number(vote.peerEpoch));
    const target = this.target(vote.leader, isObserver);
    const configVersion = this.config.version;
    this.role = new Following(this.options, { ...this.zabParts, isObserver, configVersion }, target, {
      config: () => this.config,
      serving: (epoch) => this.following(state, epoch),
      configProposed: (text) => this.configProposed(text),
      reconfigCommitted: (text, designated) => this.reconfigured(text, designated),
      ended: (reason) => this.ended(reason),
    });
  }

  /** The leader's door; for observers with a port for it, those of observer masters. Observers do not all come at once. */
  private target(leader: ServerId, isObserver: boolean): Target {
    const { config, lastSeen, masters } = this;
    const { observerMasterPort, observerReconnectDelayMs } = this.options.settings;
    const delayMs = isObserver ? this.randomMs(observerReconnectDelayMs) : 0;
    if (!isObserver || observerMasterPort === 0)
      return { doors: leaderDoors(leader, config, lastSeen), delayMs, reached() {} };
    return {
      delayMs: masters.isExhausted ? delayMs : 0,
      doors: masters.doors(config),
      reached: (serverId) => masters.reached(serverId),
    };
  }

  private randomMs(belowMs: number): number {
    return belowMs === 0 ? 0 : Math.floor(this.options.ports.random() * belowMs);
  }

  /** It serves; how long it did not is known. */
  private available(): void {
    const { meter, ports } = this.options;
    const since = this.lookingSinceMs;
    this.lookingSinceMs = null;
    if (since !== null) meter?.available(this.state === 'LEADING', ports.clock.monotonicMs() - since);
  }

  private following(state: ServerState, epoch: number): void {
    this.election.settle(state, epoch);
    this.available();
    const syncMode = this.role instanceof Following ? this.role.learner?.syncMode : null;
    const { masterId } = this;
    const via = masterId === null || masterId === this.leaderId ? '' : ` behind server ${masterId}`;
    this.options.log.info(
      `${state === 'OBSERVING' ? 'Observing' : 'Following'} server ${this.leaderId}${via}, epoch ${epoch}, synchronized by ${syncMode}.`,
    );
    this.settle(epoch);
  }

  private leaveRole(reason: string): void {
    this.timer?.cancel();
    this.timer = null;
    const { role } = this;
    this.role = this.successor = null;
    role?.close(reason);
    this.stopServing(reason);
  }

  private stopServing(reason: string): void {
    this.graceTimer?.cancel();
    this.graceTimer = null;
    this.options.pipeline.stop();
    this.options.dropClients(reason);
  }

  private ended(reason: string): void {
    if (this.isStopped || this.state === 'LOOKING') return;
    this.options.log.warn(`Server ${this.serverId} is ${this.state} no longer: ${reason}.`);
    const wasObserver = this.state === 'OBSERVING';
    const { successor } = this;
    if (successor !== null) return this.reassigned(successor, reason);
    this.leaveRole(reason);
    this.become('LOOKING');
    const { ports, settings } = this.options;
    const delayMs = wasObserver ? this.randomMs(settings.observerElectionDelayMs) : 0;
    if (delayMs === 0) this.look();
    else ports.timers.after(delayMs, () => this.look());
  }

  private tickLater(): void {
    const { ports, settings } = this.options;
    this.timer?.cancel();
    this.timer = ports.timers.after(settings.zab.tickTimeMs / 2, (nowMs) => {
      this.tickLater();
      this.leader?.tick(nowMs);
      this.learner?.tick(nowMs);
    });
    if (this.role === null) this.timer.cancel();
  }

  // Events of the own disk, and the end of every event.

  /** The oldest `count` entries of the log are on disk. */
  logSynced(count: number, nowMs: number): void {
    const { history } = this.options;
    history.synced(count);
    this.leader?.logSynced(history.lastSynced, nowMs);
    this.learner?.logSynced(history.lastSynced, nowMs);
  }

  flush(): void {
    this.leader?.flush();
    this.learner?.flush();
  }

  // Configuration.

  private configProposed(text: string): void {
    const config = this.membership.read(text, 'a proposal');
    if (config !== null) this.membership.see(config);
  }

  /** What this server has committed as a leader; another one may have to go on. */
  private committed(config: QuorumConfig, designatedLeader: ServerId): void {
    if (designatedLeader !== this.serverId) this.successor = designatedLeader;
    this.membership.activate(config);
  }

  /** What the leader has committed. */
  private reconfigured(text: string, designatedLeader: ServerId): void {
    const config = this.membership.read(text, specialPaths.config);
    const wasObserver = this.membership.isObserver;
    if (config === null || !this.membership.activate(config)) return;
    if (this.role instanceof Following) this.role.openDoor();
    if (designatedLeader === this.leaderId && wasObserver === this.membership.isObserver) return;
    this.reassigned(designatedLeader, `the ensemble was reconfigured, server ${designatedLeader} leads it`);
  }

  /** With UPTODATE the config that came with NEWLEADER counts, and the node says so whatever a snapshot brought. */
  private settle(epoch: number): void {
    const { membership, leaderId } = this;
    const { config: before, lastSeen, isObserver: wasObserver } = membership;
    const isSettled = membership.isSettled(epoch, this.options.history.lastCommitted);
    if (lastSeen === null || !isSettled || !membership.activate(lastSeen)) return membership.show();
    if (wasObserver !== membership.isObserver || losesLeader(before, membership.config, leaderId!))
      this.ended('the ensemble was reconfigured meanwhile');
  }

  /** Takes the part that a reconfig gives this server, without an election: so do all others that heard of it. */
  private reassigned(designatedLeader: ServerId, reason: string): void {
    const { ports, history, log } = this.options;
    log.info(`Server ${this.serverId} is ${this.state} no longer: ${reason}.`);
    this.leaveRole(reason);
    this.become('LOOKING');
    this.election.appoint(designatedLeader, history.lastLogged);
    ports.storage.whenSynced(() => {
      if (this.isStopped || this.state !== 'LOOKING' || this.election.isLooking) return;
      this.takeRole(this.vote, ports.clock.monotonicMs());
    });
  }
}
