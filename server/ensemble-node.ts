import { ElectionConnections } from '@/server/election/connections';
import { DynamicConfigStore } from '@/server/config/dynamic-config';
import type { EnsembleView, LeaderView, MasterView, ObserverView } from '@/server/admin/role-view';
import type { EnsembleConfig, ServerConfig } from '@/server/config/server-config';
import type { PeerSettings } from '@/server/peer/options';
import { PeerStorage } from '@/server/peer/peer-storage';
import { QuorumPeer } from '@/server/peer/quorum-peer';
import { SocketNetwork } from '@/server/peer/socket-network';
import type { Replayable, Snapshotable } from '@/server/storage/contract';
import { SocketTransport } from '@/server/transport/socket-transport';
import { observersAmong, resetObservers } from '@/server/zab/census';
import { History } from '@/server/zab/history';
import type { Leader } from '@/server/zab/leader';
import type { LearnerHandler } from '@/server/zab/learner-handler';
import type { ObserverMaster } from '@/server/zab/observer-master';
import { zabMeterOf } from './pipeline-meter';
import { ServerNode, withCredentials, type NodeOptions } from './server-node';

/** A member of an ensemble: the server's parts, joined to a QuorumPeer and to the sockets of its two peer ports. */
export class EnsembleNode extends ServerNode {
  private readonly transport: SocketTransport;
  private readonly connections: ElectionConnections;
  private peer: QuorumPeer | null = null;

  constructor(
    config: ServerConfig,
    private readonly ensemble: EnsembleConfig,
    options: NodeOptions,
  ) {
    super(config, ensemble.serverId, options);
    this.transport = this.makeTransport();
    this.connections = new ElectionConnections(
      {
        serverId: ensemble.serverId,
        cnxTimeoutMs: ensemble.cnxTimeoutMs,
        headerTimeoutMs: ensemble.syncLimitMs,
        isMultiAddress: ensemble.multiAddress.enabled,
        electionPortBindRetry: ensemble.electionPortBindRetry,
      },
      this.transport,
      {
        received: (from, notification) =>
          this.handle((nowMs) => this.peer?.notified(from, notification, nowMs)),
        warn: (sentence) => this.limited.warn(sentence),
      },
    );
  }

  private makeTransport(): SocketTransport {
    const { tcpKeepAlive: keepAlive, tls, sasl, syncLimitMs: authTimeoutMs, multiAddress } = this.ensemble;
    const { reachabilityCheckEnabled, reachabilityCheckTimeoutMs } = multiAddress;
    const settings = {
      ...{ keepAlive, tls, sasl, authTimeoutMs },
      listensOnAllIps: this.ensemble.quorumListenOnAllIPs,
      patienceMs: reachabilityCheckEnabled ? reachabilityCheckTimeoutMs : null,
    };
    return withCredentials(() => new SocketTransport(settings, this.portLog));
  }

  /** One event of the member: its own output, and its clients', leave when it is done. */
  private handle(event: (nowMs: number) => void): void {
    if (this.failed) return;
    const { listener } = this;
    listener.handle(() => {
      event(listener.nowMs);
      listener.pumpHeld();
    });
  }

  protected override async startServing(): Promise<void> {
    const { database, listener, pipeline, storage, ensemble, log } = this;
    const history = await this.recoverHistory();
    const peer = new QuorumPeer({
      settings: this.settings(),
      config: ensemble.initial,
      lastSeen: ensemble.next,
      ports: {
        clock: this.clock,
        random: Math.random,
        timers: this.timersPort(),
        election: this.connections,
        quorum: new SocketNetwork({
          transport: this.transport,
          helloTimeoutMs: ensemble.syncLimitMs,
          retryDelayMs: ensemble.leaderConnectDelayDuringRetryMs,
          handle: (event) => this.handle(event),
          failed: (error) => this.fail(error),
          warn: (sentence) => this.limited.warn(sentence),
        }),
        storage: new PeerStorage(
          storage,
          storage.epochs(),
          (event) => this.handle(event),
          (error) => this.fail(error),
        ),
        configs: new DynamicConfigStore(this.config.file, ensemble.serverId, ensemble.next),
      },
      history,
      database,
      pipeline,
      dropClients: () => listener.dropClients(),
      serveClientsAt: ({ host, port }) => listener.moveTo({ host, port }),
      log,
      limitedLog: this.limited,
      meter: zabMeterOf(this.metrics),
    });
    this.peer = peer;
    listener.beforeSettling = () => peer.flush();
    storage.log.onSynced = (count) => this.handle((nowMs) => peer.logSynced(count, nowMs));
    await listener.listen();
    this.listenForElections(peer);
    this.handle((nowMs) => peer.start(nowMs));
  }

  /** The history is what recovery replays, its last part kept at hand for learners. */
  private async recoverHistory(): Promise<History> {
    const { database, storage, ensemble } = this;
    let history: History | null = null;
    let recent: { zxid: bigint; payload: Buffer }[] = [];
    const state: Snapshotable & Replayable = {
      beginSnapshot: () => database.beginSnapshot(),
      beginRestore: () => {
        recent = [];
        return database.beginRestore();
      },
      replay: (payload) => {
        database.replay(payload);
        const txn = { zxid: database.lastApplied, payload: Buffer.from(payload) };
        if (history !== null) return history.remember(txn);
        recent.push(txn);
        if (recent.length > ensemble.commitLogCount * 2) recent.splice(0, ensemble.commitLogCount);
      },
    };
    const recovered = await this.recover(state);
    history = new History(storage.log, recovered, ensemble.commitLogCount);
    for (const txn of recent) history.remember(txn);
    return history;
  }

  /** The voters divide the limit among all of them but one, and an observer has the whole of it, as in Apache. */
  protected override limitShares(): number {
    const { peer } = this;
    const isVoter = peer !== null && (peer.state === 'LEADING' || peer.state === 'FOLLOWING');
    return isVoter ? Math.max(peer.config.voters.size - 1, 1) : 1;
  }

  protected override ensembleView(): EnsembleView | null {
    const { peer } = this;
    if (peer === null) return null;
    const mode = this.pipeline.isReadOnly ? 'read-only' : modes[peer.state];
    const { leader } = peer;
    const observerMaster = peer.learner?.observerMaster ?? null;
    return {
      serverId: peer.serverId,
      mode,
      peerState: `${peer.state.toLowerCase()} - ${peer.phase}`,
      phase: peer.phase,
      leaderId: peer.leaderId,
      config: peer.config,
      masterId: peer.masterId,
      observerMaster: observerMaster === null ? null : this.masterView(observerMaster),
      leader: leader === null ? null : this.leaderView(leader, peer.stateSinceMs),
    };
  }

  private leaderView(leader: Leader, sinceMs: number): LeaderView {
    return { ...leader.census(), ...this.masterView(leader), uptimeMs: this.clock.monotonicMs() - sinceMs };
  }

  private masterView({ handlers, lastCommitted }: Leader | ObserverMaster): MasterView {
    const { clock } = this;
    return {
      syncedObservers: observersAmong(handlers).length,
      *observers() {
        const wallMs = clock.wallMs() - clock.monotonicMs();
        for (const observer of observersAmong(handlers)) yield observerView(observer, wallMs, lastCommitted);
      },
      resetObservers: () => resetObservers(handlers),
    };
  }

  private settings(): PeerSettings {
    const { config, ensemble } = this;
    return {
      serverId: ensemble.serverId,
      zab: {
        tickTimeMs: config.tickTimeMs,
        initLimitMs: ensemble.initLimitMs,
        syncLimitMs: ensemble.syncLimitMs,
        packetBytesMax: config.juteMaxBufferBytes + packetRoomBytes,
        reconfigEnabled: config.reconfigEnabled,
        snapshotSizeFactor: ensemble.snapshotSizeFactor,
        alwaysSnapshot: ensemble.forceSnapshotSync,
        maxConcurrentSnapSyncs: ensemble.maxConcurrentSnapSyncs,
        maxConcurrentDiffSyncs: ensemble.maxConcurrentDiffSyncs,
      },
      election: {
        minNotificationIntervalMs: ensemble.minNotificationIntervalMs,
        maxNotificationIntervalMs: ensemble.maxNotificationIntervalMs,
      },
      connectLimitMs: ensemble.connectToLearnerMasterLimitMs,
      observerReconnectDelayMs: ensemble.observerReconnectDelayMs,
      observerElectionDelayMs: ensemble.observerElectionDelayMs,
      observerMasterPort: ensemble.observerMasterPort,
      observerMasterSizeLimitBytes: ensemble.observerMasterSizeLimitBytes,
      leaderServes: ensemble.leaderServes,
      standaloneEnabled: ensemble.standaloneEnabled,
      readOnlyModeEnabled: config.readOnlyModeEnabled,
      multiAddressEnabled: ensemble.multiAddress.enabled,
    };
  }

  private timersPort() {
    return {
      after: (ms: number, event: (nowMs: number) => void) => {
        const timer = setTimeout(() => this.handle(event), ms);
        return { cancel: () => clearTimeout(timer) };
      },
    };
  }

  private listenForElections(peer: QuorumPeer): void {
    const addresses = (peer.self?.addresses ?? []).map(({ host, electionPort: port }) => ({ host, port }));
    this.connections.listen(addresses, (error) => this.fail(error, exitElectionPort));
  }

  protected override async close(): Promise<void> {
    this.peer?.stop();
    this.connections.close();
    this.transport.close();
    await super.close();
  }
}

/** `wallMs` is what lies between the two clocks. */
function observerView(observer: LearnerHandler, wallMs: number, lastZxid: bigint): ObserverView {
  const { link, serverId, queuedPackets, queuedBytes, packetsReceived, packetsSent, requests } = observer;
  const establishedMs = Math.round(wallMs + observer.connectedMs);
  const counts = { queuedPackets, queuedBytes, packetsReceived, packetsSent, requests };
  return { remote: link.remote, serverId, establishedMs, ...counts, lastZxid };
}

/** Words of `srvr`; a member that looks answers it only where it is read-only. */
const modes = {
  LEADING: 'leader',
  FOLLOWING: 'follower',
  OBSERVING: 'observer',
  LOOKING: 'follower',
} as const;

/** As Apache's where the election port cannot be bound. */
const exitElectionPort = 14;
/** A proposal is a client's request and what the server adds: header, digest, sequence suffix. */
const packetRoomBytes = 1 << 20;
