import { formatZxid, makeZxid } from '@/lib/protocol/zxid';
import type { PrimaryPath } from '@/server/processors/primary-path';
import type { Client } from '@/server/processors/client';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { evaluateReconfig, type ReconfigRequest, type ReconfigResult } from '@/server/quorum/reconfig';
import type { ForwardedRequest, LeaderHost, LearnerRef, LoggedTxn } from '@/server/zab/contract';
import { Leader } from '@/server/zab/leader';
import type { LeaderOptions } from '@/server/zab/options';
import type { PeerOptions } from './options';

/** A member while it leads: joins server/zab/leader to the path that makes transactions. */
export class Leading implements LeaderHost {
  readonly leader: Leader;
  private path: PrimaryPath | null = null;
  private readonly door: { close(): void };

  constructor(
    private readonly options: PeerOptions,
    zab: Omit<LeaderOptions, 'host'>,
    private readonly events: {
      established(epoch: number): void;
      configProposed(config: QuorumConfig): void;
      configCommitted(config: QuorumConfig, designatedLeader: ServerId): void;
      ended(reason: string): void;
    },
  ) {
    this.leader = new Leader({ ...zab, host: this });
    const self = zab.config.servers.get(zab.serverId);
    const addresses = (self?.addresses ?? []).map(({ host, quorumPort: port }) => ({ host, port }));
    this.door = options.ports.quorum.listen(addresses, (link, nowMs) => this.leader.connected(link, nowMs));
  }

  inherited({ payload }: LoggedTxn, nowMs: number): void {
    this.options.pipeline.applyLearned(payload, nowMs);
  }

  established(epoch: number, nowMs: number): void {
    const { pipeline, database, ports, log } = this.options;
    database.sessions.restartTimers(nowMs);
    const path = pipeline.primaryPath(
      makeZxid(BigInt(epoch), 0n),
      this.leader,
      () => ports.clock.wallMs(),
      (client, askedMs) => this.leader.sync(client, askedMs),
      (request, version) => this.evaluate(request, version),
    );
    this.path = path;
    pipeline.serve(path, this.options.settings.leaderServes);
    log.info(`Leading epoch ${epoch}.`, { zxid: formatZxid(database.tree.lastZxid) });
    this.events.established(epoch);
  }

  private evaluate(request: ReconfigRequest, version: bigint): ReconfigResult {
    const { leader } = this;
    const { standaloneEnabled, multiAddressEnabled } = this.options.settings;
    const result = evaluateReconfig(request, {
      current: leader.config,
      lastSeen: leader.newestConfig,
      version,
      standaloneEnabled,
      multiAddressEnabled,
      isQuorumSynced: (config) => leader.followersAreQuorumOf(config),
    });
    if ('error' in result) this.options.limitedLog.info(`A reconfig is refused: ${result.reason}`);
    return result;
  }

  commit(zxid: bigint, nowMs: number): void {
    this.path!.committed(zxid, nowMs);
  }

  forwarded(from: LearnerRef, request: ForwardedRequest, nowMs: number): void {
    this.path!.forwarded(from, request, nowMs);
  }

  revalidate(from: LearnerRef, sessionId: bigint, timeoutMs: number, nowMs: number): boolean {
    return this.path?.revalidate(from, sessionId, timeoutMs, nowMs) ?? false;
  }

  touched(_from: LearnerRef, sessionId: bigint, timeoutMs: number, nowMs: number): void {
    this.path?.touched(sessionId, timeoutMs, nowMs);
  }

  syncDone(tag: unknown, nowMs: number): void {
    this.path!.syncDone(tag as Client, nowMs);
  }

  configProposed(config: QuorumConfig): void {
    this.events.configProposed(config);
  }

  configCommitted(config: QuorumConfig, designatedLeader: ServerId): void {
    this.events.configCommitted(config, designatedLeader);
  }

  ended(reason: string): void {
    this.events.ended(reason);
  }

  close(reason: string): void {
    this.door.close();
    this.leader.close(reason);
  }
}
