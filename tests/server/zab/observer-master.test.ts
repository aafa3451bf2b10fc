import { expect, test } from 'vitest';
import { JuteWriter } from '@/lib/jute/writer';
import { ops } from '@/lib/protocol/ops';
import { makeZxid } from '@/lib/protocol/zxid';
import { observersAmong } from '@/server/zab/census';
import { History } from '@/server/zab/history';
import type { PeerLink, ZabState, ZabStorage } from '@/server/zab/contract';
import type { LearnerHandler } from '@/server/zab/learner-handler';
import { ObserverMaster } from '@/server/zab/observer-master';
import { PacketReader } from '@/server/zab/packet-reader';
import { intBytes, learnerInfoBytes, longBytes, packetBytes, packetTypes } from '@/server/zab/quorum-packet';
import { Upstream } from '@/server/zab/upstream';
import { MemoryLog } from '@/tests/support/memory-log';
import { configOf, settings } from './leader-stage';

/** A follower as an observer master, without sockets, files or clocks: what observers hear, and what the leader is asked. */

const { ACK, ACKEPOCH, FOLLOWERINFO, OBSERVERINFO, PING, REQUEST, REVALIDATE } = packetTypes;
const names = new Map<number, string>(Object.entries(packetTypes).map(([name, type]) => [type, name]));
const epoch = 3;
const at = (counter: number): bigint => makeZxid(BigInt(epoch), BigInt(counter));

/** Reads packets as `INFORM 2`: type and counter. */
class Ear {
  private readonly packets = new PacketReader(1 << 20);

  hear(bytes: Buffer): void {
    this.packets.push(Buffer.from(bytes));
  }

  take() {
    const taken = [];
    for (let packet = this.packets.next(); packet !== null; packet = this.packets.next()) taken.push(packet);
    return taken;
  }

  heard(): string[] {
    return this.take().map(({ type, zxid }) => `${names.get(type)} ${zxid & 0xffff_ffffn}`);
  }
}

class Observer extends Ear implements PeerLink {
  readonly remote = 'nowhere:1';
  readonly queuedBytes = 0;
  readonly handler: LearnerHandler;
  closed: string | null = null;
  /** A snapshot's next slice, where `isSlow`. */
  next: (() => void) | null = null;

  constructor(
    private readonly stage: MasterStage,
    readonly serverId: number,
    private readonly isSlow = false,
  ) {
    super();
    this.handler = stage.master.connected(this, 0);
  }

  say(type: number, zxid: bigint, data: Buffer | null = null): void {
    this.handler.bytes(packetBytes(type, zxid, data), 0);
    this.stage.master.flush();
  }

  /** Registers, and acknowledges the epoch. */
  join(lastLogged: bigint): this {
    this.say(OBSERVERINFO, 0n, learnerInfoBytes(this.serverId, 0n));
    this.say(ACKEPOCH, lastLogged, intBytes(-1));
    return this;
  }

  send(bytes: Buffer): void {
    this.hear(bytes);
  }

  whenDrained(event: () => void): void {
    if (this.isSlow) this.next = event;
    else event();
  }

  pause(): void {}
  resume(): void {}

  close(reason: string): void {
    this.closed = reason;
  }
}

class MasterStage {
  readonly master: ObserverMaster;
  readonly upstream: Upstream;
  /** What the leader is asked. */
  readonly leader = new Ear();
  readonly warnings: string[] = [];
  private readonly log = new MemoryLog();
  private readonly history = new History(this.log, at(0), 500);

  constructor({ alwaysSnapshot = false, maxConcurrentDiffSyncs = 100, heldBackBytesMax = 1_000 } = {}) {
    this.upstream = new Upstream((type, zxid, data, authInfo) =>
      this.leader.hear(packetBytes(type, zxid, data, authInfo)),
    );
    const { history, upstream, log } = this;
    const storage = { log, snapshotBytes: 0, readAfter: () => null } as unknown as ZabStorage;
    const state = {
      lastApplied: at(0),
      beginSnapshot: () => ({ zxid: at(0), sessions: [], acls: [], writeNodes: () => false }),
    } as unknown as ZabState;
    this.master = new ObserverMaster({
      ...{ serverId: 1, history, storage, state, upstream, epoch, heldBackBytesMax, nowMs: 0 },
      settings: { ...settings, alwaysSnapshot, maxConcurrentDiffSyncs },
      config: () => configOf('1 2 3'),
      warn: (sentence) => this.warnings.push(sentence),
    });
  }

  /** The follower logs a transaction and hears of its commit. */
  commit(counter: number, bytes = 40): void {
    this.history.append({ zxid: at(counter), payload: Buffer.alloc(bytes) });
    this.master.committed(this.history.commit());
    this.master.flush();
  }

  observer(serverId = 9, isSlow = false): Observer {
    return new Observer(this, serverId, isSlow);
  }

  /** One that is served. */
  served(serverId = 9): Observer {
    const observer = this.observer(serverId).join(at(0));
    observer.say(ACK, at(0));
    observer.heard();
    return observer;
  }
}

test('an observer hears the epoch, what it missed, and from then on every commit', () => {
  const stage = new MasterStage();
  stage.commit(1);
  stage.commit(2);
  const observer = stage.observer();
  observer.say(OBSERVERINFO, 0n, learnerInfoBytes(9, 0n));
  const [offer] = observer.take();
  expect(offer).toMatchObject({ type: packetTypes.LEADERINFO, zxid: at(0) });
  observer.say(ACKEPOCH, at(1), intBytes(-1));
  expect(observer.heard()).toEqual(['DIFF 2', 'PROPOSAL 2', 'COMMIT 2', 'NEWLEADER 0']);
  stage.commit(3);
  expect(observersAmong(stage.master.handlers)).toEqual([]);
  observer.say(ACK, at(0));
  expect(observer.heard()).toEqual(['INFORM 3', `UPTODATE ${0xffff_ffffn}`]);
  expect(observersAmong(stage.master.handlers)).toEqual([observer.handler]);
  stage.master.tick(500);
  expect(observer.heard()).toEqual(['PING 3']);
});

test('an observer that is ahead in this epoch loses nothing: it is let go, and taken once the follower has as much', () => {
  const stage = new MasterStage();
  stage.commit(1);
  const ahead = stage.observer().join(at(2));
  expect(ahead.closed).toBe('it is ahead of this follower, at 0x300000002 and not 0x300000001');
  stage.commit(2);
  expect(stage.observer().join(at(2)).heard()).toEqual(['LEADERINFO 0', 'DIFF 2', 'NEWLEADER 0']);
});

test('what an observer has of an earlier epoch and the ensemble has not is replaced', () => {
  const stage = new MasterStage();
  stage.commit(1);
  const lost = stage.observer().join(makeZxid(2n, 9n));
  expect([lost.handler.syncMode, lost.closed]).toEqual(['SNAP', null]);
});

test('one that wants to follow is refused, and nobody else', () => {
  const stage = new MasterStage();
  const other = stage.served();
  const follower = stage.observer(8);
  follower.say(FOLLOWERINFO, 0n, learnerInfoBytes(8, 0n));
  expect(follower.closed).toBe('it wants to follow, and an observer master takes observers only');
  expect(other.closed).toBeNull();
});

test('the commit of a reconfig says who leads from then on', () => {
  const stage = new MasterStage();
  const observer = stage.served();
  stage.master.activated({ zxid: at(1), payload: Buffer.from('reconfig') }, 2);
  stage.master.flush();
  const [packet] = observer.take();
  expect(packet).toMatchObject({ type: packetTypes.INFORMANDACTIVATE, zxid: at(1) });
  expect(packet!.data).toEqual(Buffer.concat([longBytes(2n), Buffer.from('reconfig')]));
});

/** `long sessionId, int cxid, int type, body`. */
function request(type: number, body: string): Buffer {
  const writer = new JuteWriter(64);
  writer.long(7n);
  writer.int(5);
  writer.int(type);
  writer.raw(Buffer.from(body));
  return writer.view();
}

test('requests go to the leader as they are; syncs come back to who asked, in order, behind what was committed', () => {
  const stage = new MasterStage();
  const [first, second] = [stage.served(8), stage.served(9)];
  const write = request(ops.setData.code, 'body');
  first.say(REQUEST, -1n, write);
  expect(stage.leader.take()).toEqual([{ type: REQUEST, zxid: -1n, data: write, authInfo: [] }]);
  const own: string[] = [];
  second.say(REQUEST, -1n, request(ops.sync.code, ''));
  stage.upstream.sync({ sessionId: 1n, cxid: 1, body: Buffer.alloc(0), authInfo: [] }, () => own.push('own'));
  first.say(REQUEST, -1n, request(ops.sync.code, ''));
  expect(stage.leader.heard()).toHaveLength(3);
  stage.commit(1);
  stage.upstream.synced(0);
  expect([first.heard(), second.heard(), own]).toEqual([['INFORM 1'], ['INFORM 1', 'SYNC 0'], []]);
  stage.upstream.synced(0);
  expect(own).toEqual(['own']);
  stage.upstream.synced(0);
  expect(first.heard()).toEqual(['SYNC 0']);
});

test('a session that comes back is asked of the leader, and the answer goes to the observer that asked', () => {
  const stage = new MasterStage();
  const [first, second] = [stage.served(8), stage.served(9)];
  const asked = Buffer.concat([longBytes(7n), intBytes(4_000)]);
  second.say(REVALIDATE, -1n, asked);
  expect(stage.leader.take()).toEqual([{ type: REVALIDATE, zxid: -1n, data: asked, authInfo: null }]);
  const answer = Buffer.concat([longBytes(7n), Buffer.from([1])]);
  stage.upstream.revalidated(answer, 0);
  expect(second.take()).toEqual([{ type: REVALIDATE, zxid: -1n, data: answer, authInfo: null }]);
  expect(first.take()).toEqual([]);
});

test('the leader hears of the sessions of observers with those of the follower', () => {
  const stage = new MasterStage();
  const observer = stage.served();
  observer.say(PING, at(0), Buffer.concat([longBytes(7n), intBytes(4_000)]));
  stage.upstream.answerPing(at(1), [[6n, 3_000]]);
  stage.upstream.answerPing(at(2), []);
  const [first, second] = stage.leader.take();
  const own = Buffer.concat([longBytes(6n), intBytes(3_000)]);
  expect(first!.data).toEqual(Buffer.concat([own, longBytes(7n), intBytes(4_000)]));
  expect(second!.data).toHaveLength(0);
});

test('what is malformed ends the observer that said it, and never reaches the leader', () => {
  const stage = new MasterStage();
  const other = stage.served(8);
  const observer = stage.served(9);
  observer.say(REVALIDATE, -1n, Buffer.alloc(3));
  expect(observer.closed).not.toBeNull();
  expect(stage.leader.take()).toEqual([]);
  expect(other.closed).toBeNull();
  const third = stage.served(10);
  third.say(ACK, at(1));
  expect(third.closed).toBe('observers acknowledge no transactions');
});

test('an observer that takes too long with its snapshot is given up at the size limit', () => {
  const stage = new MasterStage({ alwaysSnapshot: true, heldBackBytesMax: 200 });
  const observer = stage.observer(9, true).join(at(0));
  stage.commit(1, 100);
  expect(observer.closed).toBeNull();
  stage.commit(2, 100);
  expect(observer.closed).toMatch(/^it is \d+ bytes behind, more than 200$/);
});

test('observers beyond the limit of concurrent syncs are let go, and taken when others are level', () => {
  const stage = new MasterStage({ maxConcurrentDiffSyncs: 1 });
  const first = stage.observer(8).join(at(0));
  const second = stage.observer(9).join(at(0));
  expect(first.closed).toBeNull();
  expect(second.closed).toBe(
    '1 learners are being synchronized, as many as leader.maxConcurrentDiffSyncs allows',
  );
  first.say(ACK, at(0));
  expect(stage.observer(9).join(at(0)).closed).toBeNull();
});

test('with the master go its observers', () => {
  const stage = new MasterStage();
  const observer = stage.served();
  stage.commit(1);
  stage.master.close('its leader is gone');
  expect(observer.heard()).toEqual(['INFORM 1']);
  expect(observer.closed).toBe('its leader is gone');
});
