import { randomInt } from 'node:crypto';
import { openAdminServer } from '@/server/admin/admin-server';
import { fourLetterWordOf, handleFourLetterWord, isTelnetInterrupt } from '@/server/admin/four-letter-words';
import type { HttpListener } from '@/server/admin/http-listener';
import { openPrometheus } from '@/server/admin/prometheus-endpoint';
import type { EnsembleView } from '@/server/admin/role-view';
import type { ServerView } from '@/server/admin/server-view';
import { versionText } from '@/server/admin/version';
import type { ServerConfig } from '@/server/config/server-config';
import { ServerMetrics } from '@/server/metrics/registry';
import { ServerStats } from '@/server/metrics/server-stats';
import { ClientListener } from '@/server/net/client-listener';
import { Access } from '@/server/processors/access';
import { Audit } from '@/server/processors/audit';
import { Database } from '@/server/processors/database';
import { Pipeline } from '@/server/processors/pipeline';
import { systemClock, type Clock } from '@/server/runtime/clock';
import { fileDescriptorLimit } from '@/server/runtime/file-descriptors';
import type { Log } from '@/server/runtime/log';
import { LocalSessions } from '@/server/session/local-sessions';
import { SessionIds } from '@/server/session/session-ids';
import { SessionTracker } from '@/server/session/session-tracker';
import { ClientSasl } from '@/server/transport/client-sasl';
import { CredentialsError } from '@/server/transport/credentials-error';
import { LimitedLog } from '@/server/transport/limited-log';
import { znodesMax } from '@/server/tree/node-store';
import type { Replayable, Snapshotable } from '@/server/storage/contract';
import { Storage, type StorageEvents } from '@/server/storage/storage';
import { formatZxid } from '@/lib/protocol/zxid';
import type { AuditLog } from './audit-log';
import { ContainerSweeper } from './container-sweeper';
import { openDoors, type Doors } from './doors';
import { createView } from './node-view';
import { logMeterOf, meterOf, watchMeterOf } from './pipeline-meter';

/**
 * What a server is made of, whether it stands alone or in an ensemble: the only place where the cores (tree, sessions,
 * processors) meet the shells (disk, sockets, timers). Starting is: lock and recover the data folder, build the pipeline
 * over it, open the client port.
 */

const sessionlessSweepMs = 1_000;
/** File descriptors kept for logs and snapshots: without one to begin the next file, the server would have to stop. */
const ownDescriptors = 64;

/** Why a server had to stop by itself, with the exit code Apache gives it. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure';

  constructor(
    message: string,
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
const exitUnexpected = 1;
/** As for a faulty zoo.cfg. */
export const exitConfiguration = 2;
const exitAdminServer = 4;
const exitSnapshot = 10;

/** Certificates and passwords that cannot be used are as a faulty zoo.cfg. */
export function withCredentials<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    throw new ServerFailure(error.message, exitConfiguration, { cause: error });
  }
}

export interface StartOptions {
  readonly log: Log;
  readonly clock?: Clock;
  /** Called once when the disk fails: nothing more is acknowledged, the process should end. */
  readonly onFailure: (failure: ServerFailure) => void;
}

export interface NodeOptions extends StartOptions {
  /** null where none is kept; whoever opened it closes it. */
  readonly auditLog: AuditLog | null;
}

export interface RunningServer {
  readonly address: string;
  readonly port: number;
  /** Where the AdminServer listens; null where it does not. */
  readonly adminPort: number | null;
  /** Where Prometheus reads the metrics; null where it does not. */
  readonly prometheusPort: number | null;
  /** What the four-letter words read; also of use in tests. */
  readonly view: ServerView;
  readonly database: Database;
  /** Takes a snapshot now; resolves when it is on disk. */
  snapshot(): Promise<void>;
  /** Closes connections, not sessions; resolves when everything acknowledged is safely on disk. */
  close(): Promise<void>;
}

export abstract class ServerNode {
  protected readonly stats = new ServerStats();
  protected readonly metrics = new ServerMetrics();
  protected readonly database: Database;
  protected readonly storage: Storage;
  protected readonly pipeline: Pipeline;
  protected readonly listener: ClientListener;
  protected readonly clock: Clock;
  protected readonly log: Log;
  protected readonly view: ServerView;
  /** For what strangers at the ports can cause. */
  protected readonly limited: LimitedLog;
  /** A port's log: what it warns of strangers can cause, what it says of itself they cannot. */
  protected readonly portLog: Log;
  private readonly doors: Doors;
  protected failed = false;
  private admin: HttpListener | null = null;
  private prometheus: HttpListener | null = null;
  private readonly onFailure: StartOptions['onFailure'];
  private readonly timers: NodeJS.Timeout[] = [];
  private sweeper: ContainerSweeper | null = null;
  private isStopping = false;

  constructor(
    protected readonly config: ServerConfig,
    serverId: number,
    options: NodeOptions,
  ) {
    const { log, clock = systemClock, onFailure, auditLog } = options;
    this.log = log;
    this.limited = new LimitedLog(log);
    this.portLog = { ...log, warn: (sentence, fields) => this.limited.warn(sentence, fields) };
    this.clock = clock;
    this.onFailure = onFailure;
    const sessions = new SessionTracker(config.tickTimeMs, clock.monotonicMs());
    const monotonicMs = (): number => clock.monotonicMs();
    const hashSeed = randomInt(2 ** 32) | 0;
    const { digestEnabled, extendedTypes } = config;
    this.database = new Database(sessions, digestEnabled, monotonicMs, extendedTypes, hashSeed);
    const { dataWatches, childWatches } = this.database.tree;
    dataWatches.onFired = childWatches.onFired = watchMeterOf(this.metrics);
    this.database.onDigestMismatch = (zxid) => this.digestMismatch(zxid);
    // Before the data folder is touched.
    const sasl = this.openSasl();
    this.doors = this.openDoors();
    this.storage = Storage.open(config, this.storageEvents());
    this.storage.log.onFailure = (error) => this.fail(error, exitUnexpected);
    const limitShares = (): number => this.limitShares();
    const settings = { ...config, znodesMax, limitShares, random: Math.random };
    // A server that stands alone has nobody to spare a transaction: Apache's takes no notice of the setting either.
    const locals =
      config.localSessionsEnabled && config.ensemble !== null
        ? new LocalSessions(new SessionTracker(config.tickTimeMs, clock.monotonicMs()))
        : null;
    const sessionIds = new SessionIds(serverId, clock.wallMs());
    const meter = meterOf(this.stats, this.metrics, config.ensemble !== null);
    const userOf = new Access(settings).userOf;
    const audit = auditLog === null ? null : new Audit(auditLog, userOf, auditLog.serverUser);
    this.pipeline = new Pipeline(this.database, sessionIds, settings, meter, locals, sasl, audit);
    this.view = this.makeView(clock.monotonicMs());
    this.listener = this.makeListener();
  }

  /** See `PipelineSettings.limitShares`. */
  protected limitShares(): number {
    return 1;
  }

  /** Who may authenticate by SASL; null where nobody can. */
  private openSasl(): ClientSasl | null {
    const { clientSasl } = this.config;
    if (clientSasl === null) return null;
    return withCredentials(() => ClientSasl.open(clientSasl, (sentence) => this.limited.warn(sentence)));
  }

  private openDoors(): Doors {
    return withCredentials(() => openDoors(this.config, this.portLog, () => this.handshakeFailed()));
  }

  private handshakeFailed(): void {
    this.stats.authFailed.add();
    this.metrics.counters.unsuccessful_handshake.add();
  }

  private storageEvents(): StorageEvents {
    const { snapshottime } = this.metrics.summaries;
    return {
      warn: (sentence) => this.log.warn(sentence),
      onCommit: logMeterOf(this.metrics),
      onSlowCommit: () => this.stats.fsyncThresholdExceeded.add(),
      onSnapshot: ({ path, durationMs }) => {
        snapshottime.add(Math.round(durationMs));
        this.log.info('A snapshot was written.', { path, ms: Math.round(durationMs) });
      },
      onSnapshotFailure: (error) => this.fail(error, exitSnapshot),
    };
  }

  private digestMismatch(zxid: bigint): void {
    const { digest_mismatches_count: mismatches } = this.metrics.counters;
    if (mismatches.value === 0) {
      this.log.error('The tree is not what the digest of this transaction says.', { zxid: formatZxid(zxid) });
    }
    mismatches.add();
  }

  protected fail(error: Error, exitCode = exitUnexpected): void {
    if (this.failed) return;
    this.failed = true;
    this.pipeline.stop();
    this.onFailure(new ServerFailure(error.message, exitCode, { cause: error }));
  }

  async start(): Promise<RunningServer> {
    try {
      await this.startPrometheus();
      await this.startAdmin();
      await this.startServing();
    } catch (error) {
      this.closeEndpoints();
      await this.storage.close();
      throw error;
    }
    const { address, port } = this.listener.address;
    this.log.info(`Serving clients at ${address}:${port}.`, { version: versionText });
    const { securePort } = this.listener;
    if (securePort >= 0 && securePort !== port)
      this.log.info(`Serving clients over TLS at port ${securePort}.`);
    this.startTimers();
    return {
      address,
      port,
      adminPort: this.admin?.port ?? null,
      prometheusPort: this.prometheus?.port ?? null,
      view: this.view,
      database: this.database,
      snapshot: () => this.storage.beginSnapshot(),
      close: () => this.close(),
    };
  }

  private closeEndpoints(): void {
    this.doors.close();
    this.admin?.close();
    this.prometheus?.close();
  }

  /** Without the provider that zoo.cfg asks for, no server starts, as in Apache. */
  private async startPrometheus(): Promise<void> {
    const { prometheus } = this.config;
    if (prometheus === null) return;
    try {
      this.prometheus = await openPrometheus(prometheus, this.view, this.portLog);
    } catch (error) {
      const { host, port } = prometheus;
      const sentence = `Prometheus cannot be answered at ${host}:${port} (metricsProvider.httpPort): ${(error as Error).message}.`;
      throw new ServerFailure(sentence, exitUnexpected, { cause: error });
    }
  }

  /** It tells of a server that does not serve yet, too. Members of an ensemble are worth more than their AdminServer. */
  private async startAdmin(): Promise<void> {
    const { adminServer, ensemble } = this.config;
    if (adminServer === null) return;
    try {
      this.admin = await openAdminServer(adminServer, this.view, this.portLog, this.doors.admin);
    } catch (error) {
      const { host, port } = adminServer.address;
      const sentence = `The AdminServer cannot listen at ${host}:${port} (admin.serverPort): ${(error as Error).message}.`;
      if (ensemble === null) throw new ServerFailure(sentence, exitAdminServer, { cause: error });
      this.log.warn(`${sentence} This member runs without it.`);
    }
  }

  /** Recovers, takes up its role and listens. */
  protected abstract startServing(): Promise<void>;

  /** The part it has in an ensemble. */
  protected ensembleView(): EnsembleView | null {
    return null;
  }

  private makeView(startedMs: number): ServerView {
    return createView({
      config: this.config,
      stats: this.stats,
      metrics: this.metrics,
      database: this.database,
      pipeline: this.pipeline,
      clock: this.clock,
      startedMs,
      listener: () => this.listener,
      lastSnapshot: () => this.storage.lastSnapshot(),
      ensemble: () => this.ensembleView(),
      handshakes: () => this.doors.waiting(),
      isServing: () => this.pipeline.isServing && !this.isStopping,
    });
  }

  /** Restores `state`, which is the database or stands before it. */
  protected async recover(state: Snapshotable & Replayable = this.database): Promise<bigint> {
    const { database, metrics, log } = this;
    const recovered = await this.storage.recover(state);
    this.refuseUnservedTtls();
    database.recovered();
    if (recovered.snapshotZxid !== null) {
      metrics.summaries.startup_txns_loaded.add(recovered.txnCount);
      metrics.summaries.startup_txns_load_time.add(Math.round(recovered.txnMs));
    }
    metrics.summaries.startup_snap_load_time.add(Math.round(recovered.snapshotMs));
    metrics.summaries.dbinittime.add(Math.round(recovered.snapshotMs + recovered.txnMs));
    log.info('The data folder is loaded.', {
      zxid: formatZxid(recovered.zxid),
      znodes: database.tree.nodes.size - 1,
      sessions: database.sessions.size,
      replayed: recovered.txnCount,
      ms: Math.round(recovered.snapshotMs + recovered.txnMs),
    });
    return recovered.zxid;
  }

  /** Apache's server deletes these without a word at its start, as ephemerals of a session that is gone. */
  private refuseUnservedTtls(): void {
    const paths = [...this.database.unservedTtls()];
    if (paths.length === 0) return;
    throw new ServerFailure(
      `The data folder holds ${paths.length} TTL znodes (${paths[0]} is one), and extendedTypesEnabled is not true: set extendedTypesEnabled=true here and on every other server.`,
      exitConfiguration,
    );
  }

  private makeListener(): ClientListener {
    return new ClientListener({
      settings: this.config,
      descriptorsMax: Math.max((fileDescriptorLimit() ?? Infinity) - ownDescriptors, 1),
      pipeline: this.pipeline,
      doors: this.doors.clients,
      fourLetterWords: {
        answer: (first, rest, port) => {
          if (isTelnetInterrupt(first)) return [];
          const word = fourLetterWordOf(first);
          return word === null ? null : handleFourLetterWord(word, this.view, rest, port);
        },
      },
      stats: this.stats,
      metrics: this.metrics,
      clock: this.clock,
      log: this.portLog,
    });
  }

  private startTimers(): void {
    const { listener, pipeline, config } = this;
    const every = (ms: number, event: () => void): void => {
      this.timers.push(setInterval(() => listener.handle(event), ms));
    };
    // Behind what is already waiting in the sockets: after a stall, pings that came in time must count first.
    const expire = (): void => listener.handle(() => pipeline.tick(listener.nowMs));
    const later = (): void => void setImmediate(expire);
    this.timers.push(setInterval(later, config.tickTimeMs));
    every(Math.min(sessionlessSweepMs, config.sessionlessTimeoutMs), () => listener.dropSessionless());
    this.sweeper = new ContainerSweeper(
      config,
      pipeline,
      () => this.clock.wallMs(),
      (event) => listener.handle(() => event(listener.nowMs)),
    );
  }

  protected async close(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.timers) clearInterval(timer);
    this.sweeper?.stop();
    this.closeEndpoints();
    await this.listener.close();
    await this.storage.close();
  }
}
