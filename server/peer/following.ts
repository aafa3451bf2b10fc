import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { LearnerPath } from '@/server/processors/learner-path';
import type { LearnerHost, PeerLink } from '@/server/zab/contract';
import { Learner, type LearnerOptions } from '@/server/zab/learner';
import { ObserverMaster } from '@/server/zab/observer-master';
import type { Door } from './observer-masters';
import type { PeerOptions } from './options';

/** Where to a learner turns, and when. */
export interface Target {
  readonly doors: readonly Door[];
  /** Before it dials. */
  readonly delayMs: number;
  reached(serverId: ServerId): void;
}

/** A member while it follows or observes: reaches the leader, then joins server/zab/learner to the path that asks it. */
export class Following implements LearnerHost {
  learner: Learner | null = null;
  /** Whom it is connected to: the leader, or an observer master. */
  masterId: ServerId | null = null;
  private path: LearnerPath | null = null;
  private dialling: { cancel(): void };
  private door: { close(): void } | null = null;
  private place = '';
  private isClosed = false;

  constructor(
    private readonly options: PeerOptions,
    private readonly zab: Omit<LearnerOptions, 'host' | 'nowMs'>,
    private readonly target: Target,
    private readonly events: {
      config(): QuorumConfig;
      serving(epoch: number): void;
      configProposed(text: string): void;
      reconfigCommitted(text: string, designatedLeader: ServerId): void;
      ended(reason: string): void;
    },
  ) {
    const { timers } = options.ports;
    this.dialling = target.delayMs === 0 ? this.dial() : timers.after(target.delayMs, () => this.dial());
  }

  private dial(): { cancel(): void } {
    const { ports, settings } = this.options;
    const { doors } = this.target;
    const connected = (link: PeerLink, nowMs: number, { serverId }: Door): Learner => {
      this.masterId = serverId;
      this.target.reached(serverId);
      this.learner = new Learner({ ...this.zab, nowMs, host: this }, link);
      return this.learner;
    };
    this.dialling = ports.quorum.dial(doors, settings.connectLimitMs, connected, (reason) =>
      this.events.ended(`${this.sought} cannot be reached: ${reason}`),
    );
    return this.dialling;
  }

  private get sought(): string {
    const ids = [...new Set(this.target.doors.map(({ serverId }) => serverId))];
    return ids.length > 1 ? `an observer master at servers ${ids.join(', ')}` : 'the leader';
  }

  configProposed(text: string): void {
    this.events.configProposed(text);
  }

  serving(epoch: number, nowMs: number): void {
    const { pipeline, database, ports } = this.options;
    // Sessions count as new here: nobody has been told of them, and closing ones may yet come back.
    database.sessions.restartTimers(ports.clock.monotonicMs());
    this.path = new LearnerPath(this.learner!, pipeline);
    pipeline.serve(this.path);
    this.events.serving(epoch);
    if (!this.isClosed) this.takeObservers(epoch, nowMs);
  }

  /** With a port for it, a follower is an observer master from now on. */
  private takeObservers(epoch: number, nowMs: number): void {
    const { settings, limitedLog } = this.options;
    const { observerMasterPort: port, observerMasterSizeLimitBytes: heldBackBytesMax } = settings;
    if (port === 0 || this.zab.isObserver) return;
    const { upstream } = this.learner!;
    const master = new ObserverMaster({
      ...this.zab,
      ...{ epoch, upstream, heldBackBytesMax, nowMs },
      config: () => this.events.config(),
      info: (sentence) => limitedLog.info(sentence),
      warn: (sentence) => limitedLog.warn(sentence),
    });
    this.learner!.observerMaster = master;
    this.openDoor();
  }

  /** Where observers are taken in; called whenever a config counts that may say another host, or the first. */
  openDoor(): void {
    const { ports, settings } = this.options;
    const master = this.learner?.observerMaster;
    if (!master) return;
    const self = this.events.config().servers.get(this.zab.serverId);
    const port = settings.observerMasterPort;
    const addresses = (self?.addresses ?? []).map(({ host }) => ({ host, port }));
    const place = JSON.stringify(addresses);
    if (place === this.place) return;
    this.door?.close();
    this.place = place;
    this.door = ports.quorum.listen(addresses, (link, atMs) => master.connected(link, atMs));
  }

  commit(_zxid: bigint, payload: Buffer, nowMs: number): void {
    if (this.path !== null) return this.path.committed(payload, nowMs);
    this.options.pipeline.applyLearned(payload, nowMs);
  }

  syncDone(nowMs: number): void {
    this.path?.syncDone(nowMs);
  }

  revalidated(sessionId: bigint, valid: boolean, nowMs: number): void {
    this.options.pipeline.revalidated(sessionId, valid, nowMs);
  }

  takeTouched(): Iterable<readonly [sessionId: bigint, timeoutMs: number]> {
    return this.options.pipeline.takeTouched();
  }

  reconfigCommitted(text: string, designatedLeader: ServerId): void {
    this.events.reconfigCommitted(text, designatedLeader);
  }

  ended(reason: string): void {
    this.events.ended(reason);
  }

  close(reason: string): void {
    this.isClosed = true;
    this.dialling.cancel();
    this.door?.close();
    this.learner?.observerMaster?.close(reason);
    this.learner?.close(reason);
  }
}
