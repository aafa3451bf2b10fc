import { formatZxid, zxidNone } from '@/lib/protocol/zxid';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { noServer, writeNotification, type Notification, type ServerState, type Vote } from './notification';

/**
 * FastLeaderElection: servers tell each other whom they would follow, and change their mind when they hear of somebody
 * better: a later epoch, then a later zxid, then the greater id. Once a quorum says the same and nobody better turns up for
 * a moment, that is the leader. A server that comes late joins what a quorum already follows. Pure: events in, effects out
 * through `ElectionPorts`.
 */

export interface ElectionPorts {
  /** Replaces a message to the same server that has not left yet; connects where there is no connection. */
  send(to: ServerId, notification: Buffer): void;
  connectAll(): void;
  after(ms: number, event: (nowMs: number) => void): { cancel(): void };
}

export interface ElectionSettings {
  readonly serverId: ServerId;
  readonly minNotificationIntervalMs: number;
  readonly maxNotificationIntervalMs: number;
}

/** What an election starts from. */
export interface Candidacy {
  /** False for observers: they follow whom they hear of, and are nobody's choice. */
  readonly isVoter: boolean;
  readonly lastLogged: bigint;
  readonly currentEpoch: number;
}

export interface ElectionHost {
  readonly config: QuorumConfig;
  /** Seen but not committed, where later than `config`: its quorum must agree too. */
  readonly lastSeen: QuorumConfig | null;
  elected(vote: Vote, nowMs: number): void;
  /** A voter's config is newer than ours. True where it was taken over, so that this election is moot. */
  newerConfig(text: string): boolean;
}

/** How long a quorum's choice stays open for somebody better. */
const finalizeWaitMs = 200;

interface Received extends Vote {
  readonly state: ServerState;
  readonly version: number;
}

export class FastLeaderElection {
  /** The round this server is in; counts up with each election, and is not kept over restarts. */
  electionEpoch = 0n;
  private state: ServerState = 'LOOKING';
  /** What others are told: the proposal while LOOKING, who is followed otherwise. */
  private vote: Vote;
  private candidacy: Candidacy | null = null;
  /** Votes of this round. */
  private readonly received = new Map<ServerId, Received>();
  /** Votes of servers that follow or lead already. */
  private readonly settled = new Map<ServerId, Received>();
  /** When a server that does not vote was last answered. */
  private readonly answeredMs = new Map<ServerId, number>();
  private resend: { cancel(): void } | null = null;
  private finalize: { cancel(): void } | null = null;
  private intervalMs: number;

  constructor(
    private readonly settings: ElectionSettings,
    private readonly ports: ElectionPorts,
    private readonly host: ElectionHost,
  ) {
    this.intervalMs = settings.minNotificationIntervalMs;
    this.vote = { leader: settings.serverId, zxid: 0n, electionEpoch: 0n, peerEpoch: 0n };
  }

  get isLooking(): boolean {
    return this.candidacy !== null;
  }

  get current(): Vote {
    return this.vote;
  }

  /** Begins an election; `elected` follows. */
  look(candidacy: Candidacy): void {
    this.stop();
    this.candidacy = candidacy;
    this.state = 'LOOKING';
    this.electionEpoch += 1n;
    this.received.clear();
    this.settled.clear();
    this.intervalMs = this.settings.minNotificationIntervalMs;
    this.propose(this.ownVote(candidacy));
    this.ports.connectAll();
    this.sendAll();
    this.waitForMore();
    // A server that is a quorum by itself hears from nobody.
    this.considerQuorum();
  }

  /** Ends the election without a result. */
  stop(): void {
    this.resend?.cancel();
    this.finalize?.cancel();
    this.resend = this.finalize = null;
    this.candidacy = null;
  }

  /** The role is taken: from now on this is what others are told. `peerEpoch` changes once the leader's epoch is known. */
  settle(state: ServerState, peerEpoch: number): void {
    this.state = state;
    this.vote = { ...this.vote, peerEpoch: BigInt(peerEpoch) };
  }

  /** A reconfig says who leads: no election, and no round of one. */
  appoint(leader: ServerId, zxid: bigint): void {
    this.stop();
    this.vote = { ...this.vote, leader, zxid };
  }

  private ownVote({ isVoter, lastLogged, currentEpoch }: Candidacy): Vote {
    const { electionEpoch } = this;
    if (!isVoter) return { leader: noServer, zxid: -(1n << 63n), electionEpoch, peerEpoch: -(1n << 63n) };
    return {
      leader: this.settings.serverId,
      zxid: lastLogged,
      electionEpoch,
      peerEpoch: BigInt(currentEpoch),
    };
  }

  private propose(vote: Vote): void {
    this.vote = vote;
    // A server without data does not choose itself either, where it is the only one.
    if (this.candidacy?.lastLogged === zxidNone) return;
    // Others count a server that votes in the config to come as well; where they need it, it must count itself.
    const { serverId } = this.settings;
    if (this.candidacy?.isVoter || this.host.lastSeen?.voters.has(serverId))
      this.received.set(this.settings.serverId, { ...vote, state: 'LOOKING', version: 2 });
  }

  private audience(): Set<ServerId> {
    const { config, lastSeen } = this.host;
    const ids = new Set([...config.voters, ...(lastSeen?.voters ?? [])]);
    ids.delete(this.settings.serverId);
    return ids;
  }

  private sendAll(): void {
    for (const serverId of this.audience()) this.sendTo(serverId);
  }

  private sendTo(serverId: ServerId): void {
    this.ports.send(serverId, writeNotification(this.state, this.vote, this.host.config.toText()));
  }

  /**
   * Says it again, less and less often. Apache does so only after a silence; but then two servers that keep talking can
   * keep a third, whose own words were lost, from ever repeating them. Whoever is reachable hears it, whoever is not:
   * a server that was not looking yet when it was told has dropped what it heard.
   */
  private waitForMore(): void {
    this.resend?.cancel();
    this.resend = this.ports.after(this.intervalMs, () => {
      this.sendAll();
      this.intervalMs = Math.min(this.intervalMs * 2, this.settings.maxNotificationIntervalMs);
      this.waitForMore();
    });
  }

  receive(from: ServerId, notification: Notification, nowMs: number): void {
    const { host, candidacy } = this;
    const isVoter = host.config.voters.has(from) || (host.lastSeen?.voters.has(from) ?? false);
    if (candidacy !== null && notification.config !== '' && host.newerConfig(notification.config)) return;
    // Observers, and servers that no config names yet: told what is known, but not counted.
    if (!isVoter) return this.answerStranger(from, nowMs);
    if (candidacy === null) {
      if (notification.state === 'LOOKING') this.sendTo(from);
      return;
    }
    if (notification.state === 'LOOKING' && notification.electionEpoch < this.electionEpoch)
      this.sendTo(from);
    if (notification.state === 'LOOKING') this.heardLooking(from, notification, candidacy);
    else if (notification.state !== 'OBSERVING') this.heardSettled(from, notification, nowMs);
  }

  private heardLooking(from: ServerId, theirs: Notification, candidacy: Candidacy): void {
    // A server without data can neither lead nor choose.
    if (candidacy.lastLogged === zxidNone || theirs.zxid === zxidNone) return;
    if (theirs.electionEpoch < this.electionEpoch) return;
    if (theirs.electionEpoch > this.electionEpoch) {
      this.electionEpoch = theirs.electionEpoch;
      this.received.clear();
      const own = this.ownVote(candidacy);
      this.adopt(this.isBetter(theirs, own) ? theirs : own);
    } else if (this.isBetter(theirs, this.vote)) {
      this.adopt(theirs);
    }
    this.received.set(from, theirs);
    this.considerQuorum();
  }

  /**
   * Not every time: two servers, neither a voter in the other's config, would answer each other's answers for ever, as fast
   * as the network goes. Whoever misses an answer asks again.
   */
  private answerStranger(from: ServerId, nowMs: number): void {
    const before = this.answeredMs.get(from);
    if (before !== undefined && nowMs - before < this.settings.minNotificationIntervalMs / 2) return;
    this.answeredMs.set(from, nowMs);
    this.sendTo(from);
  }

  private adopt({ leader, zxid, peerEpoch }: Vote): void {
    this.propose({ leader, zxid, peerEpoch, electionEpoch: this.electionEpoch });
    this.finalize?.cancel();
    this.finalize = null;
    this.sendAll();
  }

  /** The order of candidates. A server of weight 0 is never chosen. */
  private isBetter(a: Vote, b: Vote): boolean {
    if (a.leader === noServer || this.host.config.weight(a.leader) === 0) return false;
    if (a.peerEpoch !== b.peerEpoch) return a.peerEpoch > b.peerEpoch;
    if (a.zxid !== b.zxid) return a.zxid > b.zxid;
    return a.leader > b.leader;
  }

  private isQuorum(serverIds: ReadonlySet<ServerId>): boolean {
    const { config, lastSeen } = this.host;
    if (!config.hasQuorum(serverIds)) return false;
    return lastSeen === null || lastSeen.version <= config.version || lastSeen.hasQuorum(serverIds);
  }

  /** A quorum says what this server says: decided, unless somebody better is heard of within a moment. */
  private considerQuorum(): void {
    const agreeing = new Set<ServerId>();
    for (const [serverId, vote] of this.received) if (this.isSame(vote, this.vote)) agreeing.add(serverId);
    if (!this.isQuorum(agreeing)) return;
    this.finalize ??= this.ports.after(finalizeWaitMs, (nowMs) => this.decide(this.vote, nowMs));
  }

  private isSame(a: Received, b: Vote): boolean {
    return (
      a.leader === b.leader &&
      a.zxid === b.zxid &&
      a.electionEpoch === b.electionEpoch &&
      a.peerEpoch === b.peerEpoch
    );
  }

  /**
   * Somebody leads or follows already: join, where a quorum does and the leader itself says so. A config to come is not
   * asked: its quorum may need this very server, or be one that came to nothing; the leader knows.
   */
  private heardSettled(from: ServerId, theirs: Notification, nowMs: number): void {
    const { config } = this.host;
    if (theirs.electionEpoch === this.electionEpoch) {
      this.received.set(from, theirs);
      if (config.hasQuorum(this.saying(this.received, theirs)) && this.leads(this.received, theirs))
        return this.decide(theirs, nowMs);
    }
    this.settled.set(from, theirs);
    if (!config.hasQuorum(this.saying(this.settled, theirs)) || !this.leads(this.settled, theirs)) return;
    this.electionEpoch = theirs.electionEpoch;
    this.decide(theirs, nowMs);
  }

  /** Who follows or leads the same leader; zxids and rounds need not agree, as the leader's are of its election. */
  private saying(votes: ReadonlyMap<ServerId, Received>, theirs: Vote): ReadonlySet<ServerId> {
    const serverIds = new Set<ServerId>();
    for (const [serverId, vote] of votes) {
      const same = vote.leader === theirs.leader && vote.peerEpoch === theirs.peerEpoch;
      if (same && vote.state !== 'OBSERVING') serverIds.add(serverId);
    }
    return serverIds;
  }

  /** Whether that leader has said by itself that it leads; this server, that it was chosen in this round. */
  private leads(votes: ReadonlyMap<ServerId, Received>, { leader, electionEpoch }: Vote): boolean {
    if (leader === this.settings.serverId) return electionEpoch === this.electionEpoch;
    return votes.get(leader)?.state === 'LEADING';
  }

  private decide({ leader, zxid, peerEpoch }: Vote, nowMs: number): void {
    if (this.candidacy === null) return;
    this.stop();
    this.vote = { leader, zxid, peerEpoch, electionEpoch: this.electionEpoch };
    this.host.elected(this.vote, nowMs);
  }

  describe(): string {
    const { leader, zxid, electionEpoch, peerEpoch } = this.vote;
    const who = leader === noServer ? 'nobody' : `server ${leader}`;
    return `${this.state} for ${who}, electionEpoch=${electionEpoch} peerEpoch=${peerEpoch} zxid=${formatZxid(zxid)}`;
  }
}
