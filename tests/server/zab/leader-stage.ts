import { ops } from '@/lib/protocol/ops';
import { makeZxid, zxidCounter } from '@/lib/protocol/zxid';
import { parseQuorumText } from '@/server/quorum/quorum-config';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { specialPaths } from '@/server/tree/data-tree';
import { Txn, writeTxn } from '@/server/tree/txn';
import type { LeaderHost, PeerLink, ZabState, ZabStorage } from '@/server/zab/contract';
import { History } from '@/server/zab/history';
import { Leader } from '@/server/zab/leader';
import type { LearnerHandler } from '@/server/zab/learner-handler';
import { PacketReader } from '@/server/zab/packet-reader';
import {
  intBytes,
  learnerInfoBytes,
  packetBytes,
  packetTypes,
  type QuorumPacket,
} from '@/server/zab/quorum-packet';
import { MemoryLog } from '@/tests/support/memory-log';

/** A leader without sockets, files or clocks, and learners that say what a test has them say. */

const names = new Map<number, string>(Object.entries(packetTypes).map(([name, type]) => [type, name]));

export const settings = {
  tickTimeMs: 1_000,
  initLimitMs: 10_000,
  syncLimitMs: 5_000,
  packetBytesMax: 1 << 20,
  reconfigEnabled: true,
  snapshotSizeFactor: -1,
  alwaysSnapshot: false,
  maxConcurrentSnapSyncs: 10,
  maxConcurrentDiffSyncs: 100,
};

/** `members`: ids, `o` behind those that observe. Every server has its id in its ports. */
export function configOf(members: string, version = 0n, quorumPort = 1): QuorumConfig {
  const lines = members.split(' ').map((member) => {
    const id = Number.parseInt(member, 10);
    return `server.${id}=10.0.0.${id}:${quorumPort}:2:${member.endsWith('o') ? 'observer' : 'participant'};3`;
  });
  return parseQuorumText([...lines, `version=${version.toString(16)}`].join('\n'));
}

/** A learner's end of a link. */
export class TestLearner implements PeerLink {
  readonly remote = 'nowhere:1';
  readonly queuedBytes = 0;
  readonly handler: LearnerHandler;
  closed: string | null = null;
  private readonly packets = new PacketReader(1 << 20);

  constructor(
    private readonly stage: LeaderStage,
    readonly serverId: ServerId,
    isObserver: boolean,
  ) {
    this.handler = stage.leader.connected(this, stage.nowMs);
    const { FOLLOWERINFO, OBSERVERINFO } = packetTypes;
    this.say(isObserver ? OBSERVERINFO : FOLLOWERINFO, 0n, learnerInfoBytes(serverId, 0n));
  }

  /** Acknowledges the epoch, where it was offered one. */
  join(): void {
    if (this.handler.phase === 'discovery') this.say(packetTypes.ACKEPOCH, 0n, intBytes(0));
  }

  send(bytes: Buffer): void {
    this.packets.push(Buffer.from(bytes));
  }

  whenDrained(event: () => void): void {
    event();
  }

  pause(): void {}

  resume(): void {}

  close(reason: string): void {
    this.closed = reason;
  }

  say(type: number, zxid: bigint, data: Buffer | null = null): void {
    this.handler.bytes(packetBytes(type, zxid, data), this.stage.nowMs);
    this.stage.leader.flush();
  }

  ack(zxid: bigint): void {
    this.say(packetTypes.ACK, zxid);
  }

  /** What came since the last time. */
  read(): QuorumPacket[] {
    const packets: QuorumPacket[] = [];
    for (let packet = this.packets.next(); packet !== null; packet = this.packets.next())
      packets.push(packet);
    return packets;
  }

  /** The same, as `COMMIT 2`: type and counter. */
  heard(): string[] {
    return this.read().map(({ type, zxid }) => `${names.get(type)} ${zxid & 0xffff_ffffn}`);
  }
}

export class LeaderStage implements LeaderHost {
  readonly leader: Leader;
  readonly history: History;
  readonly log = new MemoryLog();
  nowMs = 0;
  /** What the leader told its member, in order. */
  readonly told: string[] = [];
  private zxid = makeZxid(1n, 0n);
  private readonly epochs = { accepted: 0, current: 0 };

  constructor(config: QuorumConfig, serverId: ServerId = 1, lastSeen: QuorumConfig | null = null) {
    this.history = new History(this.log, 0n, 500);
    const { epochs } = this;
    const storage: ZabStorage = {
      log: this.log,
      epochs: {
        get acceptedEpoch() {
          return epochs.accepted;
        },
        get currentEpoch() {
          return epochs.current;
        },
        setAcceptedEpoch: (epoch) => void (epochs.accepted = epoch),
        setCurrentEpoch: (epoch) => void (epochs.current = epoch),
      },
      whenSynced: (done) => done(),
      whenReplaceable: (done) => done(),
      truncate: (zxid, _reload, done) => done(zxid),
      installSnapshot: (done) => done(),
      readAfter: () => null,
      snapshotBytes: 0,
    };
    const state: ZabState = {
      lastApplied: 0n,
      beginSnapshot: () => ({ zxid: 0n, sessions: [], acls: [], writeNodes: () => true }),
      beginRestore: () => ({ session() {}, acl() {}, node() {}, finish() {} }),
    };
    const { history } = this;
    const warn = (): void => {};
    this.leader = new Leader({
      ...{ serverId, config, lastSeen, settings, history, storage, state, host: this, warn },
      nowMs: 0,
    });
    this.leader.start();
  }

  /** Connects and acknowledges what it is offered: the epoch, and with `answers` NEWLEADER. */
  learner(serverId: ServerId, { isObserver = false, answers = true } = {}): TestLearner {
    const learner = new TestLearner(this, serverId, isObserver);
    learner.join();
    if (answers && learner.handler.phase === 'synchronization') learner.ack(makeZxid(1n, 0n));
    return learner;
  }

  propose(config: QuorumConfig | null = null): bigint {
    this.zxid = makeZxid(1n, zxidCounter(this.zxid) + 1n);
    const type = config === null ? ops.setData.code : ops.reconfig.code;
    const txn = new Txn(
      type,
      7n,
      1,
      this.zxid,
      Number(this.zxid >> 32n),
      Number(this.zxid & 0xffff_ffffn),
      0,
    );
    txn.path = config === null ? '/a' : specialPaths.config;
    txn.data = Buffer.from(config?.withVersion(this.zxid).toText() ?? 'x');
    txn.version = -1;
    writeTxn(this.leader.begin(), txn);
    this.leader.end(this.zxid);
    this.leader.flush();
    return this.zxid;
  }

  /** The leader's own disk has everything. */
  sync(): void {
    const count = this.log.pending;
    this.log.sync();
    this.history.synced(count);
    this.leader.logSynced(this.history.lastSynced, this.nowMs);
    this.leader.flush();
  }

  /** Half a tick passes, and everybody but `silent` is heard. */
  tick(heard: readonly TestLearner[] = [], count = 1): void {
    for (let done = 0; done < count; done += 1) {
      this.nowMs += settings.tickTimeMs / 2;
      for (const learner of heard) if (learner.closed === null) learner.say(packetTypes.PING, 0n);
      this.leader.tick(this.nowMs);
    }
  }

  /** What was told since the last time. */
  takeTold(): string[] {
    return this.told.splice(0);
  }

  inherited(txn: { readonly zxid: bigint }): void {
    this.told.push(`inherited ${txn.zxid & 0xffff_ffffn}`);
  }

  established(epoch: number): void {
    this.told.push(`established ${epoch}`);
  }

  commit(zxid: bigint): void {
    this.told.push(`commit ${zxid & 0xffff_ffffn}`);
  }

  forwarded(): void {}

  revalidate(): boolean {
    return false;
  }

  touched(): void {}

  syncDone(tag: unknown): void {
    this.told.push(`sync ${String(tag)}`);
  }

  configProposed(config: QuorumConfig): void {
    this.told.push(`proposed ${[...config.servers.keys()].join(' ')}`);
  }

  configCommitted(config: QuorumConfig, designatedLeader: ServerId): void {
    this.told.push(`committed ${[...config.servers.keys()].join(' ')}, led by ${designatedLeader}`);
  }

  ended(reason: string): void {
    this.told.push(`ended: ${reason}`);
  }
}
