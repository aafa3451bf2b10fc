import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl, type AskedAcl } from '@/lib/protocol/data';
import type { MultiOp } from '@/lib/protocol/multi';
import { writeMultiRequest } from '@/lib/protocol/multi';
import { ops, type OpName } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';
import type { Audit } from '@/server/processors/audit';
import { Client, type ClientIo } from '@/server/processors/client';
import { Database } from '@/server/processors/database';
import { Pipeline } from '@/server/processors/pipeline';
import type { PrimaryPath } from '@/server/processors/primary-path';
import type { PrepProcessor } from '@/server/processors/prep';
import type { PipelineSettings, SaslMechanism } from '@/server/processors/settings';
import { LocalSessions } from '@/server/session/local-sessions';
import { SessionIds } from '@/server/session/session-ids';
import { SessionTracker } from '@/server/session/session-tracker';
import type { ExtendedTypes } from '@/server/tree/owners';
import { MemoryLog } from '@/tests/support/memory-log';
import { noThrottle, silentMeter } from '@/tests/support/pipeline-parts';

/**
 * The pipeline without sockets, files or clocks: a log that syncs when told, time that stands until moved, and clients
 * whose output is read as frames.
 */

export const settings: PipelineSettings = {
  minSessionTimeoutMs: 4_000,
  maxSessionTimeoutMs: 40_000,
  globalOutstandingLimit: 1_000,
  limitShares: () => 1,
  throttle: noThrottle,
  random: () => 0.5,
  digestEnabled: true,
  closeSessionTxnEnabled: true,
  skipAcl: false,
  enforceQuota: false,
  reconfigEnabled: false,
  localSessionsUpgradingEnabled: false,
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
  znodesMax: 1_000,
};

export interface Frame {
  readonly xid: number;
  readonly zxid: bigint;
  readonly err: number;
  readonly body: Buffer;
}

/** One connection: sends requests, and reads what came back since it last looked. */
export class TestClient implements ClientIo {
  readonly client: Client;
  ended = false;
  dropped: string | null = null;
  private readonly writer = new JuteWriter();
  private nextXid = 1;

  constructor(
    private readonly stage: Stage,
    address: string,
  ) {
    this.client = new Client(this, address, { eventSent() {} }, stage.pipeline.mayRead);
  }

  output(): JuteWriter {
    return this.writer;
  }

  spill(): void {}

  eventWritten(): void {}

  endAfterOutput(): void {
    this.ended = true;
  }

  drop(reason: string): void {
    this.dropped = reason;
    this.stage.pipeline.disconnected(this.client);
  }

  /** Frames written since the last call, without their lengths. */
  takeRaw(): Buffer[] {
    const bytes = this.writer.take();
    this.writer.reset();
    const frames: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = bytes.readInt32BE(at);
      frames.push(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    return frames;
  }

  take(): Frame[] {
    return this.takeRaw().map((bytes) => {
      const reader = new JuteReader(bytes);
      const { xid, zxid, err } = proto.replyHeader.read(reader);
      return { xid, zxid, err, body: bytes.subarray(reader.offset) };
    });
  }

  /** Events as `NodeCreated /a`, replies as `<xid>` or `<xid> <err>`: an order in one line. */
  takeOrder(): string[] {
    const names = Object.entries(proto.eventTypes);
    return this.take().map(({ xid, err, body }) => {
      if (xid !== proto.xids.notification) return err === 0 ? `${xid}` : `${xid} ${err}`;
      const event = proto.watcherEvent.decode(body);
      return `${names.find(([, type]) => type === event.type)?.[0]} ${event.path}`;
    });
  }

  raw(bytes: Buffer): void {
    this.stage.pipeline.receive(this.client, bytes, 0, bytes.length, this.stage.nowMs);
  }

  /** Sends a request and returns its xid. */
  send(op: OpName, body: Buffer = Buffer.alloc(0), xid = this.nextXid++): number {
    this.raw(Buffer.concat([proto.requestHeader.encode({ xid, type: ops[op].code }), body]));
    return xid;
  }

  connect(
    options: {
      sessionId?: bigint;
      passwd?: Buffer | null;
      timeoutMs?: number;
      lastZxidSeen?: bigint;
      readOnly?: boolean;
    } = {},
  ): void {
    const request = proto.connectRequest.encode({
      protocolVersion: 0,
      lastZxidSeen: options.lastZxidSeen ?? 0n,
      timeOut: options.timeoutMs ?? 10_000,
      sessionId: options.sessionId ?? 0n,
      passwd: options.passwd === undefined ? Buffer.alloc(16) : options.passwd,
    });
    this.raw(Buffer.concat([request, Buffer.from([options.readOnly ? 1 : 0])]));
  }

  create(
    path: string,
    options: { data?: Buffer | null; acl?: readonly AskedAcl[]; flags?: number } = {},
  ): number {
    const { data = Buffer.from('x'), acl = openAcl, flags = 0 } = options;
    return this.send('create', proto.createRequest.encode({ path, data, acl: [...acl], flags }));
  }

  setData(path: string, text: string, version = -1): number {
    return this.send('setData', proto.setDataRequest.encode({ path, data: Buffer.from(text), version }));
  }

  createTtl(path: string, ttlMs: number): number {
    const flags = proto.createFlags.persistentWithTtl;
    const fields = { path, data: null, acl: [...openAcl], flags, ttl: BigInt(ttlMs) };
    return this.send('createTTL', proto.createTtlRequest.encode(fields));
  }

  createContainer(path: string): number {
    const { container: flags } = proto.createFlags;
    return this.send(
      'createContainer',
      proto.createRequest.encode({ path, data: null, acl: [...openAcl], flags }),
    );
  }

  delete(path: string, version = -1): number {
    return this.send('delete', proto.deleteRequest.encode({ path, version }));
  }

  read(op: 'getData' | 'exists' | 'getChildren' | 'getChildren2', path: string, watch = false): number {
    return this.send(op, proto.getDataRequest.encode({ path, watch }));
  }

  multi(operations: readonly MultiOp[]): number {
    const writer = new JuteWriter();
    writeMultiRequest(writer, operations);
    return this.send('multi', writer.take());
  }

  /** Logs and applies everything in flight, and returns the last reply. */
  answer(): Frame {
    this.stage.log.sync();
    return this.take().at(-1)!;
  }
}

type StageSettings = Partial<PipelineSettings> & {
  readonly hasLocalSessions?: boolean;
  readonly extendedTypes?: ExtendedTypes;
  readonly sasl?: SaslMechanism | null;
  readonly audit?: Audit | null;
};

export class Stage {
  readonly log = new MemoryLog();
  readonly database: Database;
  readonly pipeline: Pipeline;
  readonly prep: PrepProcessor;
  readonly path: PrimaryPath;
  nowMs = 1_000;
  wallMs = 1_700_000_000_000;

  constructor(options: StageSettings = {}, database?: Database) {
    const {
      hasLocalSessions = false,
      extendedTypes = 'off',
      sasl = null,
      audit = null,
      ...changed
    } = options;
    const own = { ...settings, ...changed };
    this.database =
      database ??
      new Database(new SessionTracker(2_000, 0), own.digestEnabled, () => this.nowMs, extendedTypes);
    const ids = new SessionIds(1, this.wallMs);
    this.pipeline = new Pipeline(
      this.database,
      ids,
      own,
      silentMeter,
      hasLocalSessions ? new LocalSessions(new SessionTracker(2_000, 0)) : null,
      sasl,
      audit,
    );
    const path = this.pipeline.primaryPath(this.database.tree.lastZxid, this.log, () => this.wallMs);
    this.path = path;
    this.prep = path.prep;
    this.pipeline.serve(path);
    this.log.onSynced = (count) => {
      for (let done = 0; done < count; done += 1) path.finishNext(this.nowMs);
    };
  }

  client(address = '127.0.0.1'): TestClient {
    return new TestClient(this, address);
  }

  /** A client with a session, nothing unread. */
  session(options: { timeoutMs?: number } = {}): TestClient {
    const client = this.client();
    client.connect(options);
    this.log.sync();
    client.takeRaw();
    return client;
  }

  advance(ms: number): void {
    this.nowMs += ms;
    this.pipeline.tick(this.nowMs);
  }
}
