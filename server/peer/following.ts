import type { HostPort, ServerId } from '@/server/quorum/contract';
import { LearnerPath } from '@/server/processors/learner-path';
import type { LearnerHost, PeerLink } from '@/server/zab/contract';
import { Learner, type LearnerOptions } from '@/server/zab/learner';
import type { PeerOptions } from './options';
import type { Dialling } from './ports';

/** A member while it follows or observes: reaches the leader, then joins server/zab/learner to the path that asks it. */
export class Following implements LearnerHost {
  learner: Learner | null = null;
  private path: LearnerPath | null = null;
  private readonly dialling: Dialling;

  constructor(
    private readonly options: PeerOptions,
    zab: Omit<LearnerOptions, 'host' | 'nowMs'>,
    addresses: readonly HostPort[],
    private readonly events: {
      serving(epoch: number): void;
      configProposed(text: string): void;
      reconfigCommitted(text: string, designatedLeader: ServerId): void;
      ended(reason: string): void;
    },
  ) {
    const connected = (link: PeerLink, nowMs: number): Learner => {
      this.learner = new Learner({ ...zab, nowMs, host: this }, link);
      return this.learner;
    };
    const { ports, settings } = options;
    this.dialling = ports.quorum.dial(addresses, settings.connectLimitMs, connected, (reason) =>
      events.ended(`the leader cannot be reached: ${reason}`),
    );
  }

  configProposed(text: string): void {
    this.events.configProposed(text);
  }

  serving(epoch: number): void {
    const { pipeline, database, ports } = this.options;
    // Sessions count as new here: nobody has been told of them, and closing ones may yet come back.
    database.sessions.restartTimers(ports.clock.monotonicMs());
    this.path = new LearnerPath(this.learner!, pipeline);
    pipeline.serve(this.path);
    this.events.serving(epoch);
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
    this.dialling.cancel();
    this.learner?.close(reason);
  }
}
