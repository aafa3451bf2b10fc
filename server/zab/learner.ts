import { assert } from '@/lib/base/assert';
import { JuteError } from '@/lib/jute/error';
import { JuteWriter } from '@/lib/jute/writer';
import { epochOf, formatZxid, makeZxid, zxidEpoch } from '@/lib/protocol/zxid';
import type { ServerId } from '@/server/quorum/contract';
import type {
  ForwardedRequest,
  LearnerHost,
  LinkHandler,
  LoggedTxn,
  PeerLink,
  ZabState,
  ZabStorage,
} from './contract';
import { follows, type History } from './history';
import type { ObserverMaster } from './observer-master';
import type { ZabMeter, ZabSettings } from './options';
import { PacketReader } from './packet-reader';
import {
  describePacket,
  intBytes,
  learnerInfoBytes,
  packetTypes,
  writePacket,
  type QuorumPacket,
} from './quorum-packet';
import { reconfigText, txnHeaderBytes, withoutLeader } from './reconfig-txn';
import { TakenHistory } from './taken-history';
import { Upstream } from './upstream';

/**
 * The learner's side of Zab (Apache's Learner, Follower, Observer): registers with a leader, takes its history over, then
 * logs what is proposed and applies what is committed.
 *
 * What must be on disk before what leaves:
 * - acceptedEpoch before ACKEPOCH: this server follows no older leader again, whatever happens.
 * - every transaction received, or the snapshot, before currentEpoch is set, and that before NEWLEADER is acknowledged:
 *   the leader takes the acknowledgement for "has my history" (3.8.0 sets currentEpoch first: ZOOKEEPER-4643, 4646).
 * - a proposal before its ACK.
 * Reading stops while the disk works on one of these, so that nothing overtakes it.
 */

export interface LearnerOptions {
  readonly serverId: ServerId;
  readonly isObserver: boolean;
  /** Version of the newest config this server knows. */
  readonly configVersion: bigint;
  readonly settings: ZabSettings;
  readonly history: History;
  readonly storage: ZabStorage;
  readonly state: ZabState;
  readonly host: LearnerHost;
  readonly meter?: ZabMeter;
  readonly nowMs: number;
}

type Phase = 'DISCOVERY' | 'SYNCHRONIZATION' | 'BROADCAST' | 'ended';

const epochMax = 0x7fff_ffff;

export class Learner implements LinkHandler {
  phase: Phase = 'DISCOVERY';
  epoch = 0;
  /** How it was brought level: for metrics and logs. */
  syncMode: 'DIFF' | 'TRUNC' | 'SNAP' | null = null;
  /** What passes clients' requests on. */
  readonly upstream: Upstream;
  /** Takes observers in, on a follower that is one; it hears of every commit. */
  observerMaster: ObserverMaster | null = null;
  private readonly packets: PacketReader;
  private readonly taken: TakenHistory;
  /** The disk works on something that must be done before the next packet is looked at. */
  private isWaiting = false;
  /** Up to here the leader's history is committed; applied with UPTODATE. */
  private committedTo = 0n;
  /** Proposals beyond this, once on disk, are to be acknowledged; null before NEWLEADER is. */
  private ackedTo: bigint | null = null;
  /** NEWLEADER was acknowledged. */
  private isSynced = false;
  private out = new JuteWriter(1024);
  private syncBeganMs = 0;
  private heardMs: number;
  private nowMs: number;

  constructor(
    private readonly options: LearnerOptions,
    private readonly link: PeerLink,
  ) {
    this.nowMs = this.heardMs = options.nowMs;
    const { packetBytesMax } = options.settings;
    this.packets = new PacketReader(packetBytesMax);
    this.taken = new TakenHistory({ ...options, packetBytesMax });
    this.upstream = new Upstream((type, zxid, data, authInfo) =>
      writePacket(this.out, type, zxid, data, authInfo),
    );
    const { FOLLOWERINFO, OBSERVERINFO } = packetTypes;
    const accepted = makeZxid(BigInt(options.storage.epochs.acceptedEpoch), 0n);
    const info = learnerInfoBytes(options.serverId, options.configVersion);
    writePacket(this.out, options.isObserver ? OBSERVERINFO : FOLLOWERINFO, accepted, info);
    this.flush();
  }

  // The link.

  bytes(chunk: Buffer, nowMs: number): void {
    if (this.phase === 'ended') return;
    this.nowMs = this.heardMs = nowMs;
    this.packets.push(chunk);
    this.read();
  }

  closed(reason: string, nowMs: number): void {
    this.nowMs = nowMs;
    this.finish(`the connection to the leader is gone: ${reason}`);
  }

  /** Takes packets, or a snapshot, as far as they are there and the disk need not be waited for. */
  private read(): void {
    try {
      while (!this.isWaiting && this.phase !== 'ended') {
        const { receiver, snapshotZxid } = this.taken;
        if (receiver !== null) {
          if (!receiver.read(this.packets)) return;
          this.committedTo = snapshotZxid;
          this.wait((done) => this.taken.install(done));
          continue;
        }
        const packet = this.packets.next();
        if (packet === null) return;
        this.packet(packet);
      }
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      this.end(`what the leader sent cannot be read: ${error.message}`);
    }
  }

  /** Stops reading until what is begun with the given callback is on disk. */
  private wait(begin: (done: () => void) => void, then: () => void = () => {}): void {
    this.isWaiting = true;
    this.link.pause();
    begin(() => {
      if (this.phase === 'ended') return;
      this.isWaiting = false;
      this.link.resume();
      then();
      this.read();
      this.flush();
    });
  }

  private packet(packet: QuorumPacket): void {
    switch (this.phase) {
      case 'DISCOVERY':
        return this.discovery(packet);
      case 'SYNCHRONIZATION':
        return this.synchronization(packet);
      default:
        this.broadcast(packet);
    }
  }

  private unexpected(packet: QuorumPacket): void {
    this.end(`the leader sent ${describePacket(packet)} out of turn`);
  }

  // Discovery.

  private discovery(packet: QuorumPacket): void {
    if (packet.type !== packetTypes.LEADERINFO) return this.unexpected(packet);
    const { epochs } = this.options.storage;
    const offered = epochOf(packet.zxid);
    const accepted = epochs.acceptedEpoch;
    if (offered < accepted || offered > epochMax)
      return this.end(`the leader offers epoch ${offered}, but epoch ${accepted} was accepted already`);
    // An epoch accepted before is not acknowledged again as news: −1 keeps the leader from counting it twice.
    const current = offered > accepted ? epochs.currentEpoch : -1;
    if (offered > accepted) epochs.setAcceptedEpoch(offered);
    this.epoch = offered;
    this.phase = 'SYNCHRONIZATION';
    writePacket(this.out, packetTypes.ACKEPOCH, this.options.history.lastLogged, intBytes(current));
  }

  // Synchronisation.

  private synchronization(packet: QuorumPacket): void {
    if (this.syncMode === null) return this.beginSync(packet);
    switch (packet.type) {
      case packetTypes.PROPOSAL:
        return this.log(packet);
      case packetTypes.COMMIT:
        return this.committed(packet);
      case packetTypes.COMMITANDACTIVATE:
        this.committed(packet);
        return this.activated(packet, this.uncommitted(packet.zxid));
      case packetTypes.INFORM:
        this.log(packet);
        return this.committed(packet);
      case packetTypes.INFORMANDACTIVATE:
        this.log(withoutLeader(packet));
        this.committed(packet);
        return this.activated(packet, this.uncommitted(packet.zxid));
      case packetTypes.NEWLEADER:
        return this.newLeader(packet);
      case packetTypes.UPTODATE:
        return this.upToDate(packet);
      case packetTypes.PING:
        return;
      default:
        this.unexpected(packet);
    }
  }

  private beginSync(packet: QuorumPacket): void {
    this.syncBeganMs = this.nowMs;
    const { zxid } = packet;
    if (packet.type === packetTypes.DIFF) {
      this.syncMode = 'DIFF';
      this.committedTo = this.options.history.lastLogged;
    } else if (packet.type === packetTypes.TRUNC) {
      this.syncMode = 'TRUNC';
      this.committedTo = zxid;
      this.wait(
        (done) => this.taken.truncate(zxid, done),
        () => this.truncated(zxid),
      );
    } else if (packet.type === packetTypes.SNAP) {
      this.syncMode = 'SNAP';
      this.wait((done) => this.taken.expectSnapshot(zxid, done));
    } else {
      this.unexpected(packet);
    }
  }

  /** The last snapshot may have held more than it should, and be gone: the leader has to judge again what is left. */
  private truncated(zxid: bigint): void {
    const { lastLogged } = this.options.history;
    if (lastLogged < zxid)
      this.end(
        `a snapshot was later than ${formatZxid(zxid)}; this server is back at ${formatZxid(lastLogged)}`,
      );
  }

  private log(packet: QuorumPacket): void {
    const { history } = this.options;
    const { zxid, data } = packet;
    if (data === null || data.length < txnHeaderBytes) return this.unexpected(packet);
    if (data.readBigInt64BE(12) !== zxid)
      return this.end(`the leader proposed ${formatZxid(data.readBigInt64BE(12))} as ${formatZxid(zxid)}`);
    if (!follows(history.lastLogged, zxid))
      return this.end(
        `the leader proposed ${formatZxid(zxid)}, which does not follow ${formatZxid(history.lastLogged)}`,
      );
    history.append({ zxid, payload: data });
    const config = reconfigText(data);
    if (config !== null) this.options.host.configProposed(config);
  }

  private uncommitted(zxid: bigint): LoggedTxn | null {
    for (const txn of this.options.history.uncommitted) if (txn.zxid === zxid) return txn;
    return null;
  }

  private committed(packet: QuorumPacket): void {
    if (this.phase === 'ended') return;
    const { zxid } = packet;
    if (zxid > this.options.history.lastLogged)
      return this.end(`the leader committed ${formatZxid(zxid)}, which it has not proposed`);
    if (zxid > this.committedTo) this.committedTo = zxid;
  }

  /** All that was received goes to disk, then the epoch, then the answer. */
  private newLeader(packet: QuorumPacket): void {
    const { history, host, storage } = this.options;
    if (this.isSynced || packet.zxid !== makeZxid(BigInt(this.epoch), 0n)) return this.unexpected(packet);
    if (packet.data !== null && packet.data.length > 0) host.configProposed(packet.data.toString('utf8'));
    this.wait(
      (done) => storage.whenSynced(done),
      () => {
        storage.epochs.setCurrentEpoch(this.epoch);
        this.isSynced = true;
        writePacket(this.out, packetTypes.ACK, packet.zxid);
        this.ackedTo = this.committedTo;
        this.acknowledge(history.lastSynced);
      },
    );
  }

  private upToDate(packet: QuorumPacket): void {
    if (!this.isSynced) return this.unexpected(packet);
    const { history, host, isObserver, meter } = this.options;
    meter?.synchronized(isObserver, this.nowMs - this.syncBeganMs);
    while ((history.uncommitted.at(0)?.zxid ?? this.committedTo + 1n) <= this.committedTo) {
      const txn = history.commit();
      host.commit(txn.zxid, txn.payload, this.nowMs);
    }
    this.phase = 'BROADCAST';
    writePacket(this.out, packetTypes.ACK, makeZxid(BigInt(this.epoch), 0n));
    host.serving(this.epoch, this.nowMs);
  }

  // Broadcast.

  private broadcast(packet: QuorumPacket): void {
    switch (packet.type) {
      case packetTypes.PROPOSAL:
        // Sent to observers in a sync only; they hear of everything later by INFORM.
        if (this.options.isObserver) return;
        this.log(packet);
        // What is no transaction has ended this role.
        if (this.phase === 'BROADCAST') this.options.meter?.proposalReceived(packet.data!);
        return;
      case packetTypes.COMMIT:
        if (this.options.isObserver) return;
        return this.inform(this.commit(packet));
      case packetTypes.COMMITANDACTIVATE:
        return this.activated(packet, this.commit(packet));
      case packetTypes.INFORM:
        this.log(packet);
        return this.inform(this.commit(packet));
      case packetTypes.INFORMANDACTIVATE:
        this.log(withoutLeader(packet));
        return this.activated(packet, this.commit(packet));
      case packetTypes.PING:
        return this.upstream.answerPing(packet.zxid, this.options.host.takeTouched());
      case packetTypes.SYNC:
        return this.upstream.synced(this.nowMs);
      case packetTypes.REVALIDATE:
        return this.upstream.revalidated(packet.data, this.nowMs);
      default:
        this.unexpected(packet);
    }
  }

  private inform(txn: LoggedTxn | null): void {
    if (txn === null) return;
    this.options.meter?.commitReceived(txn.payload);
    this.observerMaster?.committed(txn);
  }

  private commit(packet: QuorumPacket): LoggedTxn | null {
    if (this.phase === 'ended') return null;
    const { history, host } = this.options;
    const oldest = history.uncommitted.at(0);
    if (oldest?.zxid !== packet.zxid) {
      const expected = oldest === undefined ? 'nothing is proposed' : `${formatZxid(oldest.zxid)} is next`;
      this.end(`the leader committed ${formatZxid(packet.zxid)}, but ${expected}`);
      return null;
    }
    const txn = history.commit();
    host.commit(txn.zxid, txn.payload, this.nowMs);
    return txn;
  }

  /** A reconfig is committed: what it says of the ensemble holds from now on, and may end this role. */
  private activated({ data }: QuorumPacket, txn: LoggedTxn | null): void {
    if (this.phase === 'ended' || data === null || txn === null) return;
    const config = reconfigText(txn.payload);
    if (config === null || data.length < 8)
      return this.end(`the leader activated ${formatZxid(txn.zxid)}, which is no reconfig`);
    const designatedLeader = Number(data.readBigInt64BE(0));
    this.observerMaster?.activated(txn, designatedLeader);
    this.options.host.reconfigCommitted(config, designatedLeader, this.nowMs);
  }

  // From the own pipeline.

  /** The own log is on disk up to `zxid`. */
  logSynced(zxid: bigint, nowMs: number): void {
    this.nowMs = nowMs;
    if (this.phase !== 'ended') this.acknowledge(zxid);
  }

  /** One ACK for each proposal that has reached the disk, in order; observers owe none. */
  private acknowledge(synced: bigint): void {
    if (this.ackedTo === null || this.options.isObserver || synced <= this.ackedTo) return;
    for (let zxid = this.ackedTo + 1n; zxid <= synced; zxid += 1n) {
      // Between two epochs there are no transactions to acknowledge.
      if (zxidEpoch(zxid) !== zxidEpoch(synced)) zxid = makeZxid(zxidEpoch(synced), 1n);
      if (zxid <= synced) writePacket(this.out, packetTypes.ACK, zxid);
    }
    this.ackedTo = synced;
    this.options.meter?.selfAcknowledged(synced);
  }

  /** Sends a client's request on; what becomes of it comes as a transaction. */
  request(request: ForwardedRequest): void {
    assert(this.phase === 'BROADCAST', 'a request was forwarded without a leader');
    this.upstream.request(request);
  }

  /** `syncDone` follows, in the order of these calls. */
  sync(sessionId: bigint, cxid: number, body: Buffer): void {
    this.upstream.sync({ sessionId, cxid, body, authInfo: [] }, (nowMs) => this.options.host.syncDone(nowMs));
  }

  /** `revalidated` follows. */
  revalidate(sessionId: bigint, timeoutMs: number): void {
    const { host } = this.options;
    this.upstream.revalidate(sessionId, timeoutMs, (valid, nowMs) =>
      host.revalidated(sessionId, valid, nowMs),
    );
  }

  /** Sends what the event that ends now had to say. */
  flush(): void {
    this.observerMaster?.flush();
    if (this.out.size === 0 || this.phase === 'ended') return;
    const bytes = this.out.view();
    this.out = new JuteWriter(Math.min(Math.max(bytes.length * 2, 256), 64 << 10));
    this.link.send(bytes);
  }

  /** Twice a tick. */
  tick(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.phase === 'ended') return;
    this.observerMaster?.tick(nowMs);
    // A disk that works on a snapshot is no silence of the leader.
    if (this.isWaiting) this.heardMs = nowMs;
    const { initLimitMs, syncLimitMs } = this.options.settings;
    const limitMs = this.isSynced ? syncLimitMs : initLimitMs;
    if (nowMs - this.heardMs > limitMs)
      this.end(`the leader was silent for ${Math.round(nowMs - this.heardMs)} ms, more than ${limitMs}`);
  }

  private end(reason: string): void {
    if (this.phase === 'ended') return;
    this.link.close(reason);
    this.finish(reason);
  }

  private finish(reason: string): void {
    if (this.phase === 'ended') return;
    this.phase = 'ended';
    this.taken.abandon();
    this.options.host.ended(reason);
  }

  /** Ends from outside, without a word to the host. */
  close(reason: string): void {
    if (this.phase === 'ended') return;
    this.phase = 'ended';
    this.taken.abandon();
    this.link.close(reason);
  }
}
